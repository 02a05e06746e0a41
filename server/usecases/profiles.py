"""HR imports role profiles, translations and question texts; what is stored is never changed."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from server.usecases.uploads import Upload
from surveys import audit
from surveys.canonical import canonical
from surveys.database import write_tx, writer
from surveys.errors import FileRefused, Problem
from surveys.instrument_file import instruments_document
from surveys.keeper import Keeper
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.profile_file import canonical_document, from_document, grade
from surveys.reading import read_instruments_in_child, read_overlay_in_child, read_profile_in_child

SCHEMA_LINE = re.compile(rb"^schema:[ \t]*['\"]?([a-z-]+)/", re.MULTILINE)
HEAD_BYTES = 64 * 1024

Kind = Literal["profile", "overlay", "instrument", "same"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file became; `same` when it was here already, word for word."""

    kind: Kind
    name: str


async def import_content(upload: Upload, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    """Store a YAML file as what it says it is; all of it or nothing.

    Raises FileRefused with every problem by line and field, ReadingFailed when it cannot be read at all.
    """
    # Only a look at the first lines to choose the reader; the file itself is read in a child process.
    said = SCHEMA_LINE.search(upload.data[:HEAD_BYTES])
    kind = said.group(1) if said else b""
    if kind == b"instrument":
        return await _import_instruments(upload, actor=actor, keeper=keeper, clock=clock)
    if kind == b"role-profile-translation":
        return await _import_overlay(upload, actor=actor, keeper=keeper, clock=clock)
    return await _import_profile(upload, actor=actor, keeper=keeper, clock=clock)


async def _import_profile(upload: Upload, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    profile = await read_profile_in_child(upload.data, filename=upload.filename)
    document = canonical_document(profile)
    header = profile.profile
    name = f"{header.title} {header.version}"

    async def body(tx: BaseDBAsyncClient) -> bool:
        known = await ProfileVersion.get_or_none(profile=header.id, version=header.version)
        if known is not None:
            return _is_same(known.content_hash, document, upload, "profile.version")
        await ProfileVersion.create(
            id=new_id(clock),
            profile=header.id,
            version=header.version,
            title=header.title,
            locale=header.locale,
            grade=grade(profile),
            document=document,
            overlays={},
            content_hash=content_hash(document),
            imported_at=clock.now(),
        )
        await _note("profile.imported", name, actor, keeper, clock.now())
        return False

    return Stored("same" if await write_tx(body) else "profile", name)


async def _import_overlay(upload: Upload, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    found = await _version_of(upload)
    overlay = await read_overlay_in_child(
        upload.data, filename=upload.filename, profile=from_document(found.document)
    )
    name = f"{found.title} {found.version} ({overlay.locale})"
    strings = dict(overlay.strings)

    async def body(tx: BaseDBAsyncClient) -> bool:
        row = await ProfileVersion.select_for_update().get(id=found.id)
        if row.overlays.get(overlay.locale) == strings:
            return True
        # A form is frozen at launch with its texts, so a better translation never changes an open cycle.
        row.overlays = {**row.overlays, overlay.locale: strings}
        await row.save(update_fields=["overlays"])
        await _note("overlay.imported", name, actor, keeper, clock.now())
        return False

    return Stored("same" if await write_tx(body) else "overlay", name)


async def _version_of(upload: Upload) -> ProfileVersion:
    """Find the profile a translation says it is for, by its first lines."""
    head = upload.data[:HEAD_BYTES].decode("utf-8", "replace")
    profile = re.search(r"^profile:[ \t]*['\"]?([a-z0-9-]{1,80})", head, re.MULTILINE)
    version = re.search(r"^source_version:[ \t]*['\"]?([0-9.]{1,24})", head, re.MULTILINE)
    wanted = (profile.group(1) if profile else "", version.group(1) if version else "")
    found = await ProfileVersion.get_or_none(profile=wanted[0], version=wanted[1])
    if found is None:
        message = f"translates {wanted[0] or 'no profile'} {wanted[1]}, which is not here; import that profile first"
        raise FileRefused(upload.filename, [Problem(None, "profile", message)])
    return found


async def _import_instruments(upload: Upload, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    instruments = await read_instruments_in_child(upload.data, filename=upload.filename)
    document = instruments_document(instruments)
    name = f"{instruments.id} {instruments.version}"

    async def body(tx: BaseDBAsyncClient) -> bool:
        known = await Instrument.get_or_none(name=instruments.id, version=instruments.version)
        if known is not None:
            return _is_same(known.content_hash, document, upload, "version")
        await Instrument.create(
            id=new_id(clock),
            name=instruments.id,
            version=instruments.version,
            document=document,
            content_hash=content_hash(document),
            imported_at=clock.now(),
        )
        await _note("instrument.imported", name, actor, keeper, clock.now())
        return False

    return Stored("same" if await write_tx(body) else "instrument", name)


def content_hash(document: dict[str, Any]) -> str:
    """Hash a stored document over its canonical form; figures are kept as text in it."""
    return hashlib.sha256(canonical(document)).hexdigest()


def _is_same(known_hash: str, document: dict[str, Any], upload: Upload, field: str) -> bool:
    if known_hash == content_hash(document):
        return True
    message = (
        "is already here with other words; what people were told stays, so give the new text a new version"
    )
    raise FileRefused(upload.filename, [Problem(None, field, message)])


async def _note(action: str, name: str, actor: str, keeper: Keeper, at: datetime) -> None:
    await audit.record(
        writer(), key=keeper.audit_key(), at=at, actor_id=actor, action=action, detail=name[:300]
    )

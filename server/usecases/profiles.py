"""HR imports role profiles, translations and question texts; what is stored is never changed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from server.usecases.profiles_read import Content, Translation, is_sheet, read_content
from server.usecases.uploads import Upload
from surveys import audit
from surveys.canonical import canonical
from surveys.database import write_tx, writer
from surveys.errors import FileRefused, Problem
from surveys.instrument_file import instruments_document
from surveys.instrument_schema import Instruments
from surveys.keeper import Keeper
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.profile_file import canonical_document, grade
from surveys.profile_proposals import Known, Proposal, propose
from surveys.profile_schema import RoleProfile
from surveys.profile_sheet_values import SheetProfile
from surveys.profile_versions import with_version
from surveys.queries_profile_versions import list_versions

Kind = Literal["profile", "overlay", "instrument", "same"]
Overlays = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a file became; `same` when it was here already, word for word."""

    kind: Kind
    name: str
    version_id: str = ""  # of a stored profile version


async def import_content(upload: Upload, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    """Store a file as what it says it is; all of it or nothing.

    A spreadsheet without a version becomes the next one; a number that is stored with other words is refused.
    Raises FileRefused with every problem by line and field or by cell, ReadingFailed when it cannot be read at all.
    """
    content = await read_content(upload, clock=clock)
    version = None
    if isinstance(content, SheetProfile):
        proposal = await proposal_of(content)
        if proposal.state == "taken":
            raise _taken(upload, proposal)
        version = proposal.version
    return await store_content(content, version, upload, actor=actor, keeper=keeper, clock=clock)


async def proposal_of(content: SheetProfile) -> Proposal:
    """Say what a profile would become beside the stored versions."""
    known = [Known(one.profile, one.overlays) for one in await list_versions(content.profile.profile.id)]
    return propose(content.profile, content.overlays, known, has_version=content.has_version)


async def store_content(
    content: Content, version: str | None, upload: Upload, *, actor: str, keeper: Keeper, clock: Clock
) -> Stored:
    """Store what was read; a profile under the version given. Raises FileRefused when that number has other words."""
    if isinstance(content, Instruments):
        return await _store_instruments(content, upload, actor=actor, keeper=keeper, clock=clock)
    if isinstance(content, Translation):
        return await _store_overlay(content, actor=actor, keeper=keeper, clock=clock)
    profile = content.profile if version is None else with_version(content.profile, version)
    return await store_profile(profile, content.overlays, upload, actor=actor, keeper=keeper, clock=clock)


async def store_profile(
    profile: RoleProfile, overlays: Overlays, upload: Upload, *, actor: str, keeper: Keeper, clock: Clock
) -> Stored:
    """Store one version with its translations; of a version that is here only translations are taken."""
    document = canonical_document(profile)
    header = profile.profile
    name = f"{header.title} {header.version}"

    async def body(tx: BaseDBAsyncClient) -> Stored:
        known = await ProfileVersion.get_or_none(profile=header.id, version=header.version)
        if known is not None:
            _refuse_other_words(known.document, document, upload)
            is_new = await _add_overlays(known.id, overlays)
            if is_new:
                await _note("overlay.imported", name, actor, keeper, clock.now())
            return Stored("overlay" if is_new else "same", name, known.id)
        row = await ProfileVersion.create(
            id=new_id(clock),
            profile=header.id,
            version=header.version,
            title=header.title,
            locale=header.locale,
            grade=grade(profile),
            document=document,
            overlays={locale: dict(strings) for locale, strings in overlays.items()},
            content_hash=content_hash(document),
            imported_at=clock.now(),
        )
        await _note("profile.imported", name, actor, keeper, clock.now())
        return Stored("profile", name, row.id)

    return await write_tx(body)


async def _store_overlay(content: Translation, *, actor: str, keeper: Keeper, clock: Clock) -> Stored:
    header = content.version.profile.profile
    name = f"{header.title} {header.version} ({content.overlay.locale})"

    async def body(tx: BaseDBAsyncClient) -> bool:
        overlays = {content.overlay.locale: dict(content.overlay.strings)}
        is_new = await _add_overlays(content.version.id, overlays)
        if is_new:
            await _note("overlay.imported", name, actor, keeper, clock.now())
        return is_new

    return Stored("overlay" if await write_tx(body) else "same", name, content.version.id)


async def _add_overlays(version_id: str, overlays: Overlays) -> bool:
    # A form is frozen at launch with its texts, so a better translation never changes an open cycle.
    row = await ProfileVersion.select_for_update().get(id=version_id)
    added = {locale: dict(strings) for locale, strings in overlays.items()}
    if all(row.overlays.get(locale) == strings for locale, strings in added.items()):
        return False
    row.overlays = {**row.overlays, **added}
    await row.save(update_fields=["overlays"])
    return True


async def _store_instruments(
    instruments: Instruments, upload: Upload, *, actor: str, keeper: Keeper, clock: Clock
) -> Stored:
    document = instruments_document(instruments)
    name = f"{instruments.id} {instruments.version}"

    async def body(tx: BaseDBAsyncClient) -> bool:
        known = await Instrument.get_or_none(name=instruments.id, version=instruments.version)
        if known is not None:
            _refuse_other_words(known.document, document, upload)
            return True
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


def _refuse_other_words(known: dict[str, Any], document: dict[str, Any], upload: Upload) -> None:
    if known != document:
        message = "is already here with other words; what people were told stays, so give the new text a new version"
        raise FileRefused(upload.filename, [Problem(None, "version", message)])


def _taken(upload: Upload, proposal: Proposal) -> FileRefused:
    message = (
        "is already here with other words; what people were told stays, so give the new text a new version: "
        f"{proposal.version} fits what changed"
    )
    sheet = "role" if is_sheet(upload) else None
    return FileRefused(upload.filename, [Problem(None, "version", message, None, sheet)])


async def _note(action: str, name: str, actor: str, keeper: Keeper, at: datetime) -> None:
    await audit.record(
        writer(), key=keeper.audit_key(), at=at, actor_id=actor, action=action, detail=name[:300]
    )

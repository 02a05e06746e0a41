"""What a content file is: a role profile (YAML or spreadsheet), a translation of one, or question texts."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePath

from server.clock import Clock, today
from server.usecases.uploads import Upload
from surveys.errors import FileRefused, Problem
from surveys.instrument_schema import Instruments
from surveys.overlay_file import Overlay
from surveys.profile_diff import kept_translations
from surveys.profile_sheet_values import SheetProfile
from surveys.queries_profile_versions import StoredVersion, list_known_ids, list_versions
from surveys.reading import (
    read_instruments_in_child,
    read_overlay_in_child,
    read_profile_in_child,
    read_profile_sheets_in_child,
)

SCHEMA_LINE = re.compile(rb"^schema:[ \t]*['\"]?([a-z-]+)/", re.MULTILINE)
HEAD_BYTES = 64 * 1024
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation and the stored version it is of."""

    version: StoredVersion
    overlay: Overlay


Content = SheetProfile | Translation | Instruments


async def read_content(upload: Upload, *, clock: Clock) -> Content:
    """Read a file as what it says it is, in a child process.

    Raises FileRefused with every problem by line and field or by sheet and cell, ReadingFailed when it cannot be
    read at all.
    """
    if PurePath(upload.filename).suffix.lower() in SHEETS or upload.data.startswith(b"PK\x03\x04"):
        found = await read_profile_sheets_in_child(
            upload.data, filename=upload.filename, known=await list_known_ids(), today=today(clock)
        )
        return await _with_translations(found)
    # Only a look at the first lines to choose the reader; the file itself is read in a child process.
    said = SCHEMA_LINE.search(upload.data[:HEAD_BYTES])
    kind = said.group(1) if said else b""
    if kind == b"instrument":
        return await read_instruments_in_child(upload.data, filename=upload.filename)
    if kind == b"role-profile-translation":
        version = await _version_of(upload)
        overlay = await read_overlay_in_child(upload.data, filename=upload.filename, profile=version.profile)
        return Translation(version, overlay)
    profile = await read_profile_in_child(upload.data, filename=upload.filename)
    return SheetProfile(profile, {}, has_version=True, warnings=())


async def _with_translations(found: SheetProfile) -> SheetProfile:
    """Keep the translations of texts that stayed, when a spreadsheet brings none."""
    versions = () if found.overlays else await list_versions(found.profile.profile.id)
    if not versions:
        return found
    number = found.profile.profile.version
    same = [one for one in versions if found.has_version and one.profile.profile.version == number]
    base = same[0] if same else versions[-1]
    return replace(found, overlays=kept_translations(base.profile, base.overlays, found.profile))


def is_sheet(upload: Upload) -> bool:
    """Tell whether a file is a spreadsheet, whose problems are named by cell."""
    return upload.data.startswith(b"PK\x03\x04")


async def _version_of(upload: Upload) -> StoredVersion:
    """Find the profile a translation says it is for, by its first lines."""
    head = upload.data[:HEAD_BYTES].decode("utf-8", "replace")
    profile = re.search(r"^profile:[ \t]*['\"]?([a-z0-9-]{1,80})", head, re.MULTILINE)
    version = re.search(r"^source_version:[ \t]*['\"]?([0-9.]{1,24})", head, re.MULTILINE)
    wanted = (profile.group(1) if profile else "", version.group(1) if version else "")
    for one in await list_versions(wanted[0]):
        if one.profile.profile.version == wanted[1]:
            return one
    message = (
        f"translates {wanted[0] or 'no profile'} {wanted[1]}, which is not here; import that profile first"
    )
    raise FileRefused(upload.filename, [Problem(None, "profile", message)])

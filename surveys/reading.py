"""Uploaded files are read in a child process with limits, so that no file can stop or swell the server."""

import asyncio
import os
import signal
import sys
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from surveys.errors import ReadingFailed
from surveys.instrument_schema import Instruments
from surveys.overlay_file import Overlay
from surveys.people import PeopleTable
from surveys.profile_file import canonical_document
from surveys.profile_ids import KnownIds
from surveys.profile_schema import RoleProfile
from surveys.profile_sheet_values import SheetProfile
from surveys.raters import RatersTable
from surveys.reading_frame import OUT_OF_MEMORY, Limits, request, value_of

DEFAULT_LIMITS = Limits()
CONTENT, TABLES = "surveys.reading_content", "surveys.reading_tables"


async def read_people_in_child(
    data: bytes,
    *,
    filename: str,
    known_people: Collection[str] = (),
    known_profiles: Collection[str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> PeopleTable:
    """Read a people file (`surveys.people_file.read_people`). Raises `FileRefused`, `ReadingFailed`."""
    options = {
        "known_people": sorted(known_people),
        "known_profiles": None if known_profiles is None else sorted(known_profiles),
    }
    found = await _read(TABLES, "people", data, filename, options, limits)
    return TypeAdapter(PeopleTable).validate_json(found)


async def read_raters_in_child(
    data: bytes,
    *,
    filename: str,
    known_people: Collection[str],
    managers: Mapping[str, Collection[str]] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> RatersTable:
    """Read a raters file (`surveys.raters_file.read_raters`). Raises `FileRefused`, `ReadingFailed`."""
    stated = None if managers is None else {person: sorted(above) for person, above in managers.items()}
    options = {"known_people": sorted(known_people), "managers": stated}
    found = await _read(TABLES, "raters", data, filename, options, limits)
    return TypeAdapter(RatersTable).validate_json(found)


async def read_profile_in_child(
    data: bytes, *, filename: str, limits: Limits = DEFAULT_LIMITS
) -> RoleProfile:
    """Read a role profile (`surveys.profile_file.read_profile`). Raises `FileRefused`, `ReadingFailed`."""
    found = await _read(CONTENT, "profile", data, filename, {}, limits)
    return TypeAdapter(RoleProfile).validate_json(found)


async def read_profile_sheets_in_child(
    data: bytes,
    *,
    filename: str,
    known: Mapping[str, KnownIds],
    today: date,
    limits: Limits = DEFAULT_LIMITS,
) -> SheetProfile:
    """Read `profile.xlsx` (`surveys.profile_sheet.read_profile_sheets`). Raises `FileRefused`, `ReadingFailed`."""
    options = {
        "known": TypeAdapter(dict[str, KnownIds]).dump_python(dict(known), mode="json"),
        "today": today.isoformat(),
    }
    found = await _read(TABLES, "profile_sheets", data, filename, options, limits)
    return TypeAdapter(SheetProfile).validate_json(found)


async def read_overlay_in_child(
    data: bytes, *, filename: str, profile: RoleProfile, limits: Limits = DEFAULT_LIMITS
) -> Overlay:
    """Read a translation (`surveys.overlay_file.read_overlay`). Raises `FileRefused`, `ReadingFailed`."""
    options = {"profile": canonical_document(profile)}
    found = await _read(CONTENT, "overlay", data, filename, options, limits)
    return TypeAdapter(Overlay).validate_json(found)


async def read_instruments_in_child(
    data: bytes, *, filename: str, limits: Limits = DEFAULT_LIMITS
) -> Instruments:
    """Read instruments (`surveys.instrument_file.read_instruments`). Raises `FileRefused`, `ReadingFailed`."""
    found = await _read(CONTENT, "instruments", data, filename, {}, limits)
    return TypeAdapter(Instruments).validate_json(found)


async def _read(
    module: str, kind: str, data: bytes, filename: str, options: Mapping[str, Any], limits: Limits
) -> bytes:
    """Run one child to its end; it gets no environment but where to find this code, and its errors go nowhere."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-B", "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a traceback could hold names of people
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    message = request(kind, data, filename=filename, options=options, limits=limits)
    try:
        reply, _ = await asyncio.wait_for(child.communicate(message), limits.wall_seconds)
    except TimeoutError as error:
        raise ReadingFailed(_too_long(filename, limits.wall_seconds)) from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise ReadingFailed(_reason(child.returncode, filename, limits))
    return value_of(reply, filename=filename)


def _reason(code: int | None, filename: str, limits: Limits) -> str:
    if code == -signal.SIGXCPU:
        return _too_long(filename, limits.cpu_seconds)
    if code == OUT_OF_MEMORY:
        return f"{filename} needs more than {limits.memory_mib} MiB to be read; nothing was imported. Split the file"
    return f"{filename} could not be read; nothing was imported. Save it anew as .xlsx, CSV or YAML and try again"


def _too_long(filename: str, seconds: float) -> str:
    return f"{filename} took longer than {seconds:g} seconds to read; nothing was imported. Split the file"

"""The reading child for spreadsheets: people, raters, role profiles; run as `python -m surveys.reading_tables`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from surveys.people import PeopleTable
from surveys.people_file import read_people
from surveys.profile_ids import KnownIds
from surveys.profile_sheet import read_profile_sheets
from surveys.profile_sheet_values import SheetProfile
from surveys.raters import RatersTable
from surveys.raters_file import read_raters
from surveys.reading_frame import Read, answer

_KNOWN = TypeAdapter(dict[str, KnownIds])


def _people(data: bytes, filename: str, options: Mapping[str, Any]) -> bytes:
    profiles = options["known_profiles"]
    table = read_people(
        data,
        filename=filename,
        known_people=frozenset(options["known_people"]),
        known_profiles=None if profiles is None else frozenset(profiles),
    )
    return TypeAdapter(PeopleTable).dump_json(table)


def _raters(data: bytes, filename: str, options: Mapping[str, Any]) -> bytes:
    known = frozenset(options["known_people"])
    table = read_raters(data, filename=filename, known_people=known, managers=options["managers"])
    return TypeAdapter(RatersTable).dump_json(table)


def _profile_sheets(data: bytes, filename: str, options: Mapping[str, Any]) -> bytes:
    known = _KNOWN.validate_python(options["known"])
    today = date.fromisoformat(options["today"])
    found = read_profile_sheets(data, source=filename, known=known, today=today)
    return TypeAdapter(SheetProfile).dump_json(found, by_alias=True)


READERS: Mapping[str, Read] = {"people": _people, "raters": _raters, "profile_sheets": _profile_sheets}

if __name__ == "__main__":
    answer(READERS)

"""The reading child for people and raters files; run as `python -m surveys.reading_tables`."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from surveys.people import PeopleTable
from surveys.people_file import read_people
from surveys.raters import RatersTable
from surveys.raters_file import read_raters
from surveys.reading_frame import Read, answer


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


READERS: Mapping[str, Read] = {"people": _people, "raters": _raters}

if __name__ == "__main__":
    answer(READERS)

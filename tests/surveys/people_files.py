"""Reading a people file in a test: the people, or what was refused and where."""

import pytest

from surveys.errors import FileRefused
from surveys.people import PeopleTable
from surveys.people_file import read_people

CLEO = ("E1", "Cleo", "cleo@example.org", "")
DAN = ("E2", "Dan", "dan@example.org", "E1")


def read(data: bytes, filename: str = "people.csv") -> PeopleTable:
    return read_people(data, filename=filename)


def refusal(data: bytes, filename: str = "people.csv") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_people(data, filename=filename)
    return caught.value


def places(error: FileRefused) -> set[tuple[int | None, str | None]]:
    return {(problem.line, problem.column) for problem in error.problems}


def notes(table: PeopleTable) -> str:
    return "\n".join(problem.message for problem in table.warnings)

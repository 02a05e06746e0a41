"""People files: a sheet `people` (xlsx) or a csv, checked as a whole before anything is compared or stored.

Columns (`PEOPLE_COLUMNS`): only `external_id` and `name` are needed; a column that is absent changes nothing, a
cell that is empty clears its field (but for language and time zone, which keep what is known). Several managers
stand in one cell, separated by semicolons. Nobody is removed by being absent: a leaver has a date in `left_on`.
"""

import zoneinfo
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from surveys.errors import FileRefused, Problem
from surveys.people import PEOPLE_COLUMNS, PeopleTable, Person, PersonRow
from surveys.people_graph import graph_problems
from surveys.table import Table, TableRow, capped, cell_problem, column_letter, likeness
from surveys.table_columns import match_columns, required_problems
from surveys.table_file import read_table
from surveys.table_values import (
    read_date,
    read_id,
    read_ids,
    read_locale,
    read_mail,
    read_slug,
    read_text,
    read_yes_no,
)
from surveys.text import hidden_character, quoted

SHEET = "people"

FIELDS = {"manager": "managers", "hr": "is_hr", "coach": "is_coach"}  # columns whose field has another name

Reader = Callable[[str], Any]  # each column's reader gives the type of its field


def read_people(
    data: bytes,
    *,
    filename: str,
    known_people: Collection[str] = (),
    known_profiles: Collection[str] | None = None,
) -> PeopleTable:
    """Read a people file.

    `known_people` are external ids a manager cell may name besides those of the file; `known_profiles` are the
    role profiles there are (None: not checked). Raises `FileRefused` with every problem by row and column letter.
    """
    table = read_table(data, filename=filename, sheet=SHEET)
    matched = match_columns(table, PEOPLE_COLUMNS)
    problems = [*table.problems, *matched.problems]
    reader = _RowReader(matched.index, _readers(known_profiles), problems)
    rows = [reader.read(row) for row in table.rows]
    problems += _twice(table, matched.index)
    if "external_id" in matched.index:
        problems += graph_problems(rows, known_people, matched.index.get("manager"))
    if not table.rows and not problems:
        problems.append(Problem(table.header_row, "", "there are no people below the header; add rows"))
    if problems:
        raise FileRefused(filename, capped(sorted(problems, key=_place)))
    return PeopleTable(
        rows=tuple(rows),
        fields=tuple(FIELDS.get(name, name) for name in matched.index if name != "external_id"),
        sheet=table.sheet,
        separator=table.separator,
        encoding=table.encoding,
        warnings=(*table.warnings, *matched.warnings),
    )


def _readers(known_profiles: Collection[str] | None) -> Mapping[str, Reader]:
    zones = zoneinfo.available_timezones()

    def time_zone(text: str) -> str:
        if text and text not in zones:
            raise ValueError("is no time zone; write it as Region/City, such as Europe/Berlin")
        return text

    def role_profile(text: str) -> str:
        if text and known_profiles is not None and text not in known_profiles:
            raise ValueError("is no role profile here; import the profile first or correct the id")
        return read_slug(text, 80)

    return {
        "external_id": lambda text: read_id(text, 120),
        "name": lambda text: read_text(text, 200),
        "mail": read_mail,
        "locale": read_locale,
        "time_zone": time_zone,
        "role_profile": role_profile,
        "job_title": lambda text: read_text(text, 200),
        "unit": lambda text: read_text(text, 120),
        "manager": lambda text: read_ids(text, 120),
        "in_role_since": read_date,
        "left_on": read_date,
        "hr": read_yes_no,
        "hr_unit": lambda text: read_text(text, 120),
        "coach": read_yes_no,
    }


@dataclass(slots=True)
class _RowReader:
    index: Mapping[str, int]
    readers: Mapping[str, Reader]
    problems: list[Problem]

    def read(self, row: TableRow) -> PersonRow:
        """Read one row; what cannot be read becomes a problem and an empty field."""
        self.problems += required_problems(row, self.index, PEOPLE_COLUMNS)
        values: dict[str, Any] = {"external_id": "", "name": ""}  # each field has the type its reader gives
        for name, index in self.index.items():
            text = row.text(index)
            found = self._value(row, name, index, text)
            if found is not None:
                values[FIELDS.get(name, name)] = found
        if values.get("hr_unit") and not values.get("is_hr"):
            letter = column_letter(self.index["hr_unit"])
            self.problems.append(
                Problem(row.number, "hr_unit", "needs `hr` to be yes; correct one of them", letter)
            )
        since, left = values.get("in_role_since"), values.get("left_on")
        if since is not None and left is not None and left < since:
            letter = column_letter(self.index["left_on"])
            message = f"{left} is before in_role_since, {since}; correct one of them"
            self.problems.append(Problem(row.number, "left_on", message, letter))
        return PersonRow(row=row.number, person=Person(**values))

    def _value(
        self, row: TableRow, name: str, index: int, text: str
    ) -> str | tuple[str, ...] | date | bool | None:
        problem = cell_problem(text, row.number, index, name) if text else None
        hidden = hidden_character(text)
        if problem is None and hidden is not None:
            message = (
                f"{quoted(text)} holds the invisible character {hidden}; type the value again without it"
            )
            problem = Problem(row.number, name, message, column_letter(index))
        kind = row.kinds.get(index, "text")
        is_date_column = name in ("in_role_since", "left_on")
        letter = column_letter(index)
        if problem is None and kind == "date" and not is_date_column:
            message = f"is the date {text}; format the column as text and type the value again"
            problem = Problem(row.number, name, message, letter)
        if problem is None and kind == "number" and is_date_column:
            message = f"is the number {text}, not a date; write it as YYYY-MM-DD"
            problem = Problem(row.number, name, message, letter)
        if problem is not None:
            self.problems.append(problem)
            return None
        try:
            value: str | tuple[str, ...] | date | bool | None = self.readers[name](text)
        except ValueError as error:
            self.problems.append(Problem(row.number, name, str(error), letter))
            return None
        return value


def _twice(table: Table, index: Mapping[str, int]) -> Iterator[Problem]:
    for name in ("external_id", "mail"):
        if name not in index:
            continue
        column = index[name]
        seen: dict[str, int] = {}
        for row in table.rows:
            text = row.text(column)
            first = seen.setdefault(likeness(text), row.number)
            if text and first != row.number:
                message = f"is the same as in row {first} (capital letters and Unicode forms do not count); keep one"
                yield Problem(row.number, name, message, column_letter(column))


def _place(problem: Problem) -> tuple[int, int, str]:
    return problem.line or 0, len(problem.column or ""), problem.column or ""

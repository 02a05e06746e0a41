"""Which column of a table is which, by its header."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveys.errors import Problem
from surveys.table import Table, TableRow, cell_problem, column_letter, likeness
from surveys.text import quoted

OTHER_NAMES = {
    "id": "external_id",
    "personnel_number": "external_id",
    "email": "mail",
    "e_mail": "mail",
    "language": "locale",
    "timezone": "time_zone",
    "managers": "manager",
    "role": "role_profile",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column a file may have: the header, what it means, an example."""

    name: str
    meaning: str
    example: str
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedColumns:
    """Where each known column is, and what is wrong or odd about the header."""

    index: Mapping[str, int]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def match_columns(table: Table, columns: Sequence[Column]) -> MatchedColumns:
    """Find the known columns in the header of a table; order, case, spaces and hyphens do not matter."""
    names = [column.name for column in columns]
    index: dict[str, int] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for position, title in enumerate(table.header):
        letter = column_letter(position)
        name = _name(title)
        if name in index:
            message = (
                f"the header {quoted(title)} means the same as column {column_letter(index[name])}; keep one"
            )
            problems.append(Problem(table.header_row, name, message, letter))
        elif name in names:
            index[name] = position
        elif title:
            warnings.append(Problem(table.header_row, "", _unknown(title, name, names), letter))
        elif any(row.text(position) for row in table.rows):
            problems.append(
                Problem(table.header_row, "", "has values but no header; name it or delete it", letter)
            )
    for column in columns:
        if column.is_required and column.name not in index:
            message = f"the header {column.name} is missing; the first row must name the columns"
            problems.append(Problem(table.header_row, column.name, message))
    problems += _beyond_header(table)
    warnings += _long_cells(table, set(index.values()))
    return MatchedColumns(index=index, problems=tuple(problems), warnings=tuple(warnings))


def required_problems(
    row: TableRow, index: Mapping[str, int], columns: Sequence[Column]
) -> Iterator[Problem]:
    """Name the required cells of a row that are empty."""
    for column in columns:
        position = index.get(column.name)
        if column.is_required and position is not None and not row.text(position):
            message = f"is empty; every row needs a {column.name}"
            yield Problem(row.number, column.name, message, column_letter(position))


def _name(title: str) -> str:
    name = likeness(title).replace(" ", "_").replace("-", "_")
    return OTHER_NAMES.get(name, name)


def _unknown(title: str, name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.75)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return f"the column {quoted(title)} is not known and is not read{hint}"


def _beyond_header(table: Table) -> Iterator[Problem]:
    width = len(table.header)
    if table.separator is not None:
        return  # a text file names rows of another width itself
    for row in table.rows:
        if any(row.texts[width:]):
            yield Problem(row.number, "", "holds something beyond the header; name the column or delete it")


def _long_cells(table: Table, read: set[int]) -> Iterator[Problem]:
    for row in table.rows:
        for position, text in enumerate(row.texts):
            problem = cell_problem(text, row.number, position) if text and position not in read else None
            if problem is not None:
                yield Problem(row.number, "", f"(not read) {problem.message}", problem.column)

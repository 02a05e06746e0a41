"""A profile under way from cells to values: plain values as a YAML file would give them, and the cell of each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from surveys.errors import Problem
from surveys.profile_sheet_columns import SheetShape
from surveys.table import ERROR_CODES, Table, TableRow, column_letter
from surveys.table_columns import match_columns
from surveys.text import has_bad_character
from surveys.yaml_source import Place

DATE_COLUMNS = frozenset({"value"})
Block = dict[str, Any]  # a block of the file: texts, lists and blocks, as YAML gives them


@dataclass(frozen=True, slots=True)
class CellRef:
    """Where something stands in the workbook."""

    sheet: str
    row: int | None
    column: str | None
    name: str

    def problem(self, message: str) -> Problem:
        """Say what is wrong at this place."""
        return Problem(self.row, self.name, message, self.column, self.sheet)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet with its texts by column name."""

    sheet: str
    number: int
    columns: Mapping[str, int]
    row: TableRow

    def text(self, name: str) -> str:
        """Give the text of a column; empty when the sheet has no such column."""
        return self.row.text(self.columns[name]) if name in self.columns else ""

    def cell(self, name: str) -> CellRef:
        """Name the cell of a column."""
        letter = column_letter(self.columns[name]) if name in self.columns else None
        return CellRef(self.sheet, self.number, letter, name)


@dataclass(slots=True)
class Draft:
    """What was read so far, where each value stands, and everything that is wrong with it."""

    cells: dict[Place, CellRef] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)

    def block(self, at: Place, row: SheetRow, fields: Mapping[str, str]) -> Block:
        """Read a block of fields from a row: the field of the schema and the column it stands in."""
        found: Block = {}
        self.cells.setdefault(at, row.cell(next(iter(fields.values()))))
        for name, column in fields.items():
            self.cells[(*at, name)] = row.cell(column)
            text = row.text(column)
            if text:
                found[name] = text
        return found

    def cell_of(self, place: Place) -> CellRef:
        """Find the cell of a place, or of the nearest thing around it that has one."""
        for length in range(len(place), 0, -1):
            found = self.cells.get(place[:length])
            if found is not None:
                return found
        return CellRef("profile", None, None, "")

    def note(self, cell: CellRef, message: str) -> None:
        """Add something that is wrong."""
        self.problems.append(cell.problem(message))

    def rows(self, tables: Mapping[str, Table], shape: SheetShape) -> tuple[SheetRow, ...]:
        """Give the rows of a sheet that may be absent, with the faults of its header and its cells noted."""
        table = tables.get(shape.name)
        if table is None or (not table.header and not table.rows):
            return ()
        matched = match_columns(table, [column.column for column in shape.columns])
        self._add(shape.name, (*table.problems, *matched.problems), matched.warnings)
        rows = [SheetRow(shape.name, row.number, matched.index, row) for row in table.rows]
        for row in rows:
            self._check(row)
        return () if matched.problems else tuple(rows)

    def _add(self, sheet: str, problems: Iterable[Problem], warnings: Iterable[Problem]) -> None:
        self.problems += [replace(one, sheet=sheet) for one in problems]
        self.warnings += [replace(one, sheet=sheet) for one in warnings]

    def _check(self, row: SheetRow) -> None:
        for name, index in row.columns.items():
            text = row.row.text(index)
            if text in ERROR_CODES:
                self.note(row.cell(name), f"holds the error {text}; correct the cell")
            elif has_bad_character(text):
                self.note(row.cell(name), "holds a control character; type it again")
            elif row.row.kinds.get(index) == "date" and name not in DATE_COLUMNS:
                self.note(row.cell(name), f"is the date {text}; format the cell as text and type it again")


def split(text: str) -> list[str]:
    """Read a list in one cell: semicolons or commas between its words."""
    parts: Sequence[str] = text.replace(",", ";").split(";")
    return [part.strip() for part in parts if part.strip()]

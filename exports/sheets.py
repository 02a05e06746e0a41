"""What a workbook is made of before it becomes a file: pages to read and tables to work with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Self

from exports.cells import CellValue
from exports.words import ColumnText, SheetText, Words

ColumnKind = Literal["text", "comment", "id", "score", "gap", "count", "date"]
Row = tuple[CellValue, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the sentence of the dictionary, what stands in it, and how wide it is in characters."""

    title: str
    meaning: str
    kind: ColumnKind
    width: float
    choices: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: ColumnText, kind: ColumnKind, width: float, **places: str) -> Self:
        """Fill the places of a translated heading from the form."""
        return cls(text.title.format(**places), text.meaning.format(**places), kind, width)


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with a heading row; `rows` may be a stream. Without rows the sentence `empty` stands there."""

    title: str
    meaning: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    empty: str
    n_frozen_columns: int = 0
    is_form: bool = (
        False  # a sheet to be filled in: text columns all the way down, no filter, no note when empty
    )

    @classmethod
    def of(
        cls, text: SheetText, columns: Sequence[Column], rows: Iterable[Row], *, n_frozen_columns: int = 0
    ) -> Self:
        """Make a table with a translated title."""
        return cls(text.title, text.meaning, tuple(columns), rows, text.empty, n_frozen_columns)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page: an optional label and its value."""

    label: str
    value: CellValue


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of a page with its lines."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet to be read: a title, a line under it, an optional warning, then sections."""

    title: str
    heading: str
    subheading: str
    notice: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the file says about itself; `closed_on` is the only date in it and no clock is read."""

    title: str
    organisation: str
    closed_on: date | None
    words: Words


def dictionary_table(tables: Sequence[Table], words: Words) -> Table:
    """Explain every column of every table, the dictionary's own included."""
    columns = (
        Column.of(words.columns.sheet, "text", 22),
        Column.of(words.columns.column, "text", 34),
        Column.of(words.columns.meaning, "text", 90),
    )
    text = words.sheets.dictionary
    rows = [(table.title, column.title, column.meaning) for table in tables for column in table.columns]
    rows += [(text.title, column.title, column.meaning) for column in columns]
    return Table.of(text, columns, rows)

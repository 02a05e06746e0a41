"""Workbooks of plain rows with named columns: people and raters to fill in, cards for mail merge."""

from collections.abc import Iterable, Sequence
from typing import Final

from exports.books import TemplateColumn
from exports.languages import words_for
from exports.sheets import About, Column, Table
from exports.words import Words
from exports.workbook import workbook_bytes

MAX_INLINE_CHOICES: Final = 255  # a longer list in a sheet makes Excel repair the file


def people_template(columns: Sequence[TemplateColumn], *, locale: str) -> bytes:
    """Write the empty people file: sheet `people` with a heading row, and a sheet that explains each column."""
    return _template("people", columns, (), words_for(locale))


def raters_template(
    columns: Sequence[TemplateColumn], rows: Iterable[tuple[str, ...]], *, locale: str
) -> bytes:
    """Write the raters file: sheet `raters`, one row per rater and ratee as known so far, and its explanation."""
    return _template("raters", columns, rows, words_for(locale))


def cards_file(columns: Sequence[TemplateColumn], rows: Iterable[tuple[str, ...]], *, locale: str) -> bytes:
    """Write printed cards for mail merge: sheet `cards`, one row per card, and its explanation."""
    return _template("cards", columns, rows, words_for(locale))


def _template(
    title: str, columns: Sequence[TemplateColumn], rows: Iterable[tuple[str, ...]], words: Words
) -> bytes:
    form = Table(
        title=title,
        meaning="",
        columns=tuple(_form_column(column) for column in columns),
        rows=rows,
        empty="",
        is_form=True,
    )
    about = About(title, "Sightline", None, words)
    return workbook_bytes([form, _notes(columns, words)], about)


def _form_column(column: TemplateColumn) -> Column:
    # Ids are text: a number format would turn 00123 into 123.
    width = max(16.0, 1.3 * len(column.header) + 4)
    return Column(column.header, column.meaning, "id", width, inline_choices(column.choices))


def inline_choices(choices: tuple[str, ...]) -> tuple[str, ...]:
    """Give the choices that a sheet can hold in place; none when they are too long for that."""
    fits = len(",".join(choices)) <= MAX_INLINE_CHOICES and not any(
        "," in choice or '"' in choice for choice in choices
    )
    return choices if fits else ()


def _notes(columns: Sequence[TemplateColumn], words: Words) -> Table:
    headings = (
        Column.of(words.columns.column, "text", 28),
        Column.of(words.columns.meaning, "text", 80),
        Column.of(words.columns.example, "text", 34),
    )
    rows = [(column.header, column.meaning, column.example) for column in columns]
    title = words.sheets.columns
    return Table(title, words.sheets.dictionary.meaning, headings, rows, words.sheets.dictionary.empty)

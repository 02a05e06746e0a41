"""`profile.xlsx`: sheets to be filled in and handed back, with a sheet that explains each column."""

from collections.abc import Sequence

from exports.books import FormSheet
from exports.languages import words_for
from exports.sheets import About, Column, Table
from exports.templates import inline_choices
from exports.words import Words
from exports.workbook import workbook_bytes


def profile_book(sheets: Sequence[FormSheet], *, title: str, locale: str) -> bytes:
    """Write the workbook; every cell is text, so that ids and figures come back as they went."""
    words = words_for(locale)
    tables = [
        Table(
            title=sheet.name,
            meaning="",
            columns=tuple(
                Column(column.header, column.meaning, "text", width, inline_choices(column.choices))
                for column, width in zip(sheet.columns, sheet.widths, strict=True)
            ),
            rows=sheet.rows,
            empty="",
            is_form=True,
        )
        for sheet in sheets
    ]
    return workbook_bytes([*tables, _notes(sheets, words)], About(title, "Sightline", None, words))


def _notes(sheets: Sequence[FormSheet], words: Words) -> Table:
    headings = (
        Column.of(words.columns.sheet, "text", 20),
        Column.of(words.columns.column, "text", 24),
        Column.of(words.columns.meaning, "text", 80),
        Column.of(words.columns.example, "text", 50),
    )
    rows = [
        (sheet.name, column.header, column.meaning, column.example)
        for sheet in sheets
        for column in sheet.columns
        if column.meaning
    ]
    rows += [(sheet.name, *note) for sheet in sheets for note in sheet.notes]
    text = words.sheets.dictionary
    return Table(words.sheets.columns, text.meaning, headings, rows, text.empty)

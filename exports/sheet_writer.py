"""The sheets of one open workbook: openpyxl holds how they look, the rows go to a file of their own."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell as FileCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from exports.cells import Cell, cell_of, text_cell
from exports.errors import RowDoesNotFit
from exports.row_heights import row_height
from exports.row_writer import RowWriter
from exports.sheets import About, Column, Line, Page, Row, Table
from exports.styles import ACCENT, STYLE_OF_KIND, StyleName, add_styles, set_up_print

PAGE_WIDTHS = (30.0, 92.0)
PAPER_WIDTH = 190.0  # column widths that a landscape page shows in letters one can still read
LAST_FORM_ROW = 5_000  # a form offers its choices down to here
Cells = list[tuple[Cell, StyleName]]


class SheetWriter:
    """Adds sheets to one workbook, in the language and direction of its words; `rows` tells where each sheet's rows are."""

    def __init__(self, book: Workbook, about: About, folder: Path, *, notice: str) -> None:
        self._book = book
        self._about = about
        self._folder = folder
        self._notice = notice
        self._styles = add_styles(book, is_rtl=about.words.is_rtl)
        self.rows: list[Path] = []

    def add_page(self, page: Page, title: str) -> None:
        """Add a sheet to be read."""
        sheet = self._new_sheet(title, is_landscape=False)
        sheet.sheet_view.showGridLines = False
        for number, width in enumerate(PAGE_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        with self._row_writer(sheet) as rows:
            rows.write([self._text(page.heading, "heading")], 36)
            rows.write([self._text(page.subheading, "subheading")], 22)
            if page.notice:
                rows.write([], 10)
                height = row_height([(page.notice, PAGE_WIDTHS[1])])
                rows.write([self._text("", "notice"), self._text(page.notice, "notice")], height)
            for section in page.sections:
                rows.write([], 16)
                rows.write([self._text(section.heading, "section"), self._text("", "section")], 22)
                rows.write([], 5)
                for line in section.lines:
                    rows.write(*self._line(line))

    def add_table(self, table: Table, title: str) -> None:
        """Add a sheet to work with: heading row frozen and repeated on paper, a filter, one row at a time."""
        sheet = self._new_sheet(title, is_landscape=True, n_wide=_n_wide(table.columns))
        self._lay_out(sheet, table)
        with self._row_writer(sheet) as rows:
            heads = [
                self._text(column.title, "head" if _is_wordy(column) else "head_middle")
                for column in table.columns
            ]
            rows.write(
                heads, row_height(((column.title, column.width - 2) for column in table.columns), padding=14)
            )
            for row in table.rows:
                rows.write(*self._row(table, row))
            if rows.n_written == 1 and table.empty:
                rows.write([self._text(table.empty, "empty")], 30)
            elif not table.is_form:
                sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{rows.n_written}"

    def _new_sheet(self, title: str, *, is_landscape: bool, n_wide: int = 1) -> Worksheet:
        # The stubs allow for read-only and write-only books; this is an ordinary one.
        sheet = cast("Worksheet", self._book.create_sheet(title))
        sheet.sheet_view.rightToLeft = self._about.words.is_rtl
        sheet.sheet_properties.tabColor = ACCENT
        set_up_print(sheet, self._about, notice=self._notice, is_landscape=is_landscape, n_wide=n_wide)
        return sheet

    def _row_writer(self, sheet: Worksheet) -> RowWriter:
        path = self._folder / f"rows{len(self.rows)}.xml"
        self.rows.append(path)
        style_ids = {
            wear: FileCell(sheet, 1, 1, style_array=style).style_id for wear, style in self._styles.items()
        }
        return RowWriter(path, style_ids)

    def _lay_out(self, sheet: Worksheet, table: Table) -> None:
        sheet.sheet_view.showGridLines = table.is_form
        sheet.freeze_panes = f"{get_column_letter(table.n_frozen_columns + 1)}2"
        sheet.print_title_rows = "1:1"
        if table.n_frozen_columns:
            sheet.print_title_cols = f"A:{get_column_letter(table.n_frozen_columns)}"
        for number, column in enumerate(table.columns, 1):
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = column.width
            if table.is_form:
                # Text all the way down: an id typed as 00123 stays 00123.
                sheet.column_dimensions[letter].number_format = "@"
            if column.choices:
                sheet.add_data_validation(_choice_list(column.choices, letter))

    def _row(self, table: Table, row: Row) -> tuple[Cells, float | None]:
        if len(row) != len(table.columns):
            raise RowDoesNotFit(
                f"A row of sheet {table.title!r} has {len(row)} cells, the sheet has {len(table.columns)} columns."
            )
        words = self._about.words.values
        cells = [cell_of(value, words) for value in row]
        styled: Cells = [
            (cell, _style_name(column, cell)) for cell, column in zip(cells, table.columns, strict=True)
        ]
        if table.is_form:
            return styled, None
        texts = (
            (cell.value, column.width)
            for cell, column in zip(cells, table.columns, strict=True)
            if isinstance(cell.value, str)
        )
        return styled, row_height(texts)

    def _line(self, line: Line) -> tuple[Cells, float]:
        cell = cell_of(line.value, self._about.words.values)
        style: StyleName = "prose"
        if cell.kind == "number":
            style = "number"
        elif cell.kind == "date":
            style = "day"
        texts = zip((line.label, str(cell.value)), PAGE_WIDTHS, strict=True)
        return [self._text(line.label, "label"), (cell, style)], row_height(texts, padding=4)

    def _text(self, text: str, style: StyleName) -> tuple[Cell, StyleName]:
        return text_cell(text, cut_mark=self._about.words.values.cut), style


def _n_wide(columns: Iterable[Column]) -> int:
    return max(1, math.ceil(sum(column.width for column in columns) / PAPER_WIDTH))


def _style_name(column: Column, cell: Cell) -> StyleName:
    match cell.kind:
        case "word":
            return "word"
        case "date":
            return "date"
        case _:
            return STYLE_OF_KIND[column.kind]


def _is_wordy(column: Column) -> bool:
    return column.kind in {"text", "comment", "id"}


def _choice_list(choices: Iterable[str], letter: str) -> DataValidation:
    offered = DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
    offered.add(f"{letter}2:{letter}{LAST_FORM_ROW}")
    return offered

"""One sheet of an open workbook at a time, written row by row so that memory stays flat."""

from collections.abc import Iterable
from typing import cast
from unicodedata import bidirectional

from openpyxl import Workbook
from openpyxl.cell import Cell as FileCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from exports.cells import Cell, cell_of, text_cell
from exports.errors import RowDoesNotFit
from exports.row_heights import row_height
from exports.sheets import About, Column, Line, Page, Row, Table
from exports.styles import ACCENT, STYLE_OF_KIND, StyleName, Wear, add_styles, set_up_print

PAGE_WIDTHS = (30.0, 92.0)
LAST_FORM_ROW = 5_000  # a form offers its choices down to here


class SheetWriter:
    """Adds sheets to one write-only workbook, in the language and direction of its words."""

    def __init__(self, book: Workbook, about: About, *, notice: str) -> None:
        self._book = book
        self._about = about
        self._notice = notice
        self._styles = add_styles(book, is_rtl=about.words.is_rtl)

    def add_page(self, page: Page, title: str) -> None:
        """Add a sheet to be read."""
        sheet = self._new_sheet(title, is_landscape=False)
        sheet.sheet_view.showGridLines = False
        for number, width in enumerate(PAGE_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        rows = _RowWriter(sheet)
        rows.write([self._text(sheet, page.heading, "heading")], 36)
        rows.write([self._text(sheet, page.subheading, "subheading")], 22)
        if page.notice:
            notice = self._text(sheet, page.notice, "notice")
            rows.write([], 10)
            rows.write([self._text(sheet, "", "notice"), notice], row_height([(page.notice, PAGE_WIDTHS[1])]))
        for section in page.sections:
            rows.write([], 16)
            heading = [self._text(sheet, section.heading, "section"), self._text(sheet, "", "section")]
            rows.write(heading, 22)
            rows.write([], 5)
            for line in section.lines:
                rows.write(*self._line(sheet, line))

    def add_table(self, table: Table, title: str) -> None:
        """Add a sheet to work with: heading row frozen and repeated on paper, a filter, one row at a time."""
        sheet = self._new_sheet(title, is_landscape=True)
        self._lay_out(sheet, table)
        rows = _RowWriter(sheet)
        heads = [(column.title, column.width - 2) for column in table.columns]
        rows.write(
            [
                self._text(sheet, column.title, "head" if _is_wordy(column) else "head_middle")
                for column in table.columns
            ],
            row_height(heads, padding=14),
        )
        for row in table.rows:
            rows.write(*self._row(sheet, table, row))
        if rows.n_written == 1 and table.empty:
            rows.write([self._text(sheet, table.empty, "empty")], 30)
        elif not table.is_form:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{rows.n_written}"

    def _new_sheet(self, title: str, *, is_landscape: bool) -> Worksheet:
        # The type stubs leave out most of what a write-only sheet shares with an ordinary one.
        sheet = cast("Worksheet", self._book.create_sheet(title))
        sheet.sheet_view.rightToLeft = self._about.words.is_rtl
        sheet.sheet_properties.tabColor = ACCENT
        set_up_print(sheet, self._about, notice=self._notice, is_landscape=is_landscape)
        return sheet

    def _lay_out(self, sheet: Worksheet, table: Table) -> None:
        sheet.sheet_view.showGridLines = table.is_form
        sheet.freeze_panes = f"{get_column_letter(table.n_frozen_columns + 1)}2"
        sheet.print_title_rows = "1:1"
        for number, column in enumerate(table.columns, 1):
            letter = get_column_letter(number)
            sheet.column_dimensions[letter].width = column.width
            if table.is_form:
                # Text all the way down: an id typed as 00123 stays 00123.
                sheet.column_dimensions[letter].number_format = "@"
            if column.choices:
                sheet.data_validations.append(_choice_list(column.choices, letter))

    def _row(self, sheet: Worksheet, table: Table, row: Row) -> tuple[list[FileCell], float | None]:
        if len(row) != len(table.columns):
            raise RowDoesNotFit(
                f"A row of sheet {table.title!r} has {len(row)} cells, the sheet has {len(table.columns)} columns."
            )
        words = self._about.words.values
        cells = [cell_of(value, words) for value in row]
        pairs = list(zip(table.columns, cells, strict=True))
        written = [
            self._put(sheet, cell, "word" if cell.kind == "word" else STYLE_OF_KIND[column.kind])
            for column, cell in pairs
        ]
        if table.is_form:
            return written, None
        return written, row_height(
            (cell.value, column.width) for column, cell in pairs if isinstance(cell.value, str)
        )

    def _line(self, sheet: Worksheet, line: Line) -> tuple[list[FileCell], float]:
        cell = cell_of(line.value, self._about.words.values)
        style: StyleName = "prose"
        if cell.kind == "number":
            style = "number"
        elif cell.kind == "date":
            style = "day"
        texts = zip((line.label, str(cell.value)), PAGE_WIDTHS, strict=True)
        written = [self._text(sheet, line.label, "label"), self._put(sheet, cell, style)]
        return written, row_height(texts, padding=4)

    def _text(self, sheet: Worksheet, text: str, style: StyleName) -> FileCell:
        return self._put(sheet, text_cell(text, cut_mark=self._about.words.values.cut), style)

    def _put(self, sheet: Worksheet, cell: Cell, style: StyleName) -> FileCell:
        is_rtl_text = isinstance(cell.value, str) and is_written_rtl(cell.value)
        wear = Wear(style, is_rtl_text, cell.is_risky)
        written = FileCell(sheet, 1, 1, style_array=self._styles[wear])  # append() puts it in place
        written.value = cell.value
        if cell.is_risky:
            # Only risky strings are typed: typing all of them costs a third of the time.
            written.data_type = "s"
        return written


class _RowWriter:
    """Appends rows with their height and forgets each at once."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self.n_written = 0

    def write(self, cells: list[FileCell], height: float | None) -> None:
        self.n_written += 1
        if height is not None:
            self._sheet.row_dimensions[self.n_written].height = height
        self._sheet.append(cells)
        self._sheet.row_dimensions.pop(self.n_written, None)


def is_written_rtl(text: str) -> bool:
    """Tell from its first letter whether a text runs from right to left (Unicode UAX 9, rules P2 and P3)."""
    return next((kind != "L" for kind in map(bidirectional, text) if kind in {"L", "R", "AL"}), False)


def _is_wordy(column: Column) -> bool:
    return column.kind in {"text", "comment", "id"}


def _choice_list(choices: Iterable[str], letter: str) -> DataValidation:
    offered = DataValidation(type="list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
    offered.add(f"{letter}2:{letter}{LAST_FORM_ROW}")
    return offered

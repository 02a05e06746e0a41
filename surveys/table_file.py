"""Uploaded table files: .xlsx by openpyxl, .csv as text; what is neither is refused in words."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

from surveys.csv_table import read_csv
from surveys.errors import Problem
from surveys.table import (
    EXPLAINS,
    MOST_BLANK_ROWS,
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_ROWS,
    CellKind,
    Table,
    TableRow,
    cleaned,
    column_letter,
    refuse,
)
from surveys.xlsx_package import OLE_MAGIC, SAVE_AS, ZIP_MAGIC, check_package

XLSX_NAMES = (".xlsx",)
CSV_NAMES = (".csv", ".txt", ".tsv")
_ESCAPED = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")
LARGEST_EXACT_NUMBER = 10**15  # spreadsheets keep 15 digits
# What openpyxl raises on workbooks that are well-formed XML but no workbook.
BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
    ParseError,
    zipfile.BadZipFile,
)
HIDDEN_ROWS = "hidden rows; they are read like the others"
FILTER = "a filter; rows it hides are read too"
NOTICED = {
    rb"<(\w+:)?mergeCell ": "merged cells; only their first cell has a value",
    rb"<(\w+:)?row [^>]*hidden=\"(1|true)\"": HIDDEN_ROWS,
    rb"<(\w+:)?col [^>]*hidden=\"(1|true)\"": "hidden columns; they are read like the others",
    rb"<(\w+:)?autoFilter": FILTER,
}

# `Any` below: workbook, sheet and cell of openpyxl's read-only mode have no public types.


def read_table(data: bytes, *, filename: str, sheet: str) -> Table:
    """Read the table of a file: the sheet of that name, or the first visible one.

    Raises `FileRefused` when the file as a whole cannot be read; faults of cells are in `problems`.
    """
    if not data.strip(b" \r\n\t\xef\xbb\xbf"):
        raise refuse(filename, "the file is empty; choose the file again")
    if len(data) > MOST_BYTES:
        raise refuse(filename, f"the file is larger than {MOST_BYTES // 1024**2} MiB; split it")
    ending = PurePath(filename).suffix.lower()
    is_packed = data.startswith((ZIP_MAGIC, OLE_MAGIC))
    if is_packed and ending in CSV_NAMES:
        raise refuse(filename, f"the name ends in {ending} but the file is no text; {SAVE_AS}")
    if is_packed:
        check_package(data, filename=filename)
    if ending not in XLSX_NAMES + CSV_NAMES:
        raise refuse(filename, "only .xlsx and .csv files are read; save it as .xlsx")
    if is_packed:
        return _read_xlsx(data, filename, sheet)
    if ending in XLSX_NAMES:
        raise refuse(filename, f"the name ends in {ending} but the file is no spreadsheet; {SAVE_AS}")
    return read_csv(data, filename=filename)


def read_sheets(data: bytes, *, filename: str) -> Mapping[str, Table]:
    """Read every visible sheet of an .xlsx as a table, by its name in small letters; texts stay as they are written.

    Raises `FileRefused` when the file as a whole cannot be read; faults of cells are in `problems` of their table.
    """
    if not data.startswith((ZIP_MAGIC, OLE_MAGIC)) or PurePath(filename).suffix.lower() not in XLSX_NAMES:
        raise refuse(filename, f"the file is no .xlsx spreadsheet; {SAVE_AS}")
    if len(data) > MOST_BYTES:
        raise refuse(filename, f"the file is larger than {MOST_BYTES // 1024**2} MiB; split it")
    check_package(data, filename=filename)
    try:
        with _opened(data) as workbook:
            return {
                sheet.title.strip().lower(): _table_of(workbook, sheet, filename, clean=_as_written)
                for sheet in workbook.worksheets
                if hasattr(sheet, "reset_dimensions") and sheet.sheet_state == "visible"
            }
    except (*BROKEN, InvalidFileException) as error:
        raise refuse(filename, f"the workbook is damaged; {SAVE_AS} again") from error


def _read_xlsx(data: bytes, filename: str, sheet: str) -> Table:
    try:
        with _opened(data) as workbook:
            chosen, notes = _choose_sheet(workbook, sheet, filename)
            table = _table_of(workbook, chosen, filename, clean=cleaned)
    except (*BROKEN, InvalidFileException) as error:
        raise refuse(filename, f"the workbook is damaged; {SAVE_AS} again") from error
    return replace(table, warnings=(*notes, *_decoration(data)))


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of decoration it does not know; we read values only
        yield openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)


def _table_of(workbook: Any, sheet: Any, filename: str, *, clean: Callable[[str], str]) -> Table:
    reader = _SheetReader(filename, counts_from_1904=workbook.epoch == CALENDAR_MAC_1904, clean=clean)
    reader.read(sheet)
    return Table(
        header=reader.header,
        header_row=reader.header_row,
        rows=tuple(reader.rows),
        sheet=sheet.title,
        separator=None,
        encoding=None,
        problems=tuple(reader.problems),
        warnings=(),
    )


def _as_written(text: str) -> str:
    # A text of letters that look like an escape is itself escaped in the file (ECMA-376 22.9.2.19).
    return _ESCAPED.sub("_", text.replace("_x000D_", "")).replace("\r\n", "\n").strip()


def _choose_sheet(workbook: Any, wanted: str, filename: str) -> tuple[Any, list[Problem]]:
    sheets = [
        one for one in workbook.worksheets if hasattr(one, "reset_dimensions")
    ]  # chart sheets have no cells
    visible = [one for one in sheets if one.sheet_state == "visible"]
    if not visible:
        raise refuse(filename, "the workbook has no visible sheet; unhide the one to read")
    chosen = next((one for one in visible if one.title.strip().lower() == wanted), visible[0])
    is_named = chosen.title.strip().lower() == wanted
    others = [
        one.title for one in visible if one is not chosen and not (is_named and one.title.lower() in EXPLAINS)
    ]
    hidden = [one.title for one in sheets if one not in visible]
    notes = []
    if others:
        said = f"the sheet “{chosen.title}” is read; other sheets are not: {', '.join(others)}"
        notes.append(Problem(None, "", said))
    if hidden:
        notes.append(Problem(None, "", f"hidden sheets are not read: {', '.join(hidden)}"))
    return chosen, notes


def _decoration(data: bytes) -> list[Problem]:
    found: dict[str, None] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                content = package.read(name)
                found |= {words: None for pattern, words in NOTICED.items() if re.search(pattern, content)}
    if HIDDEN_ROWS not in found:
        found.pop(FILTER, None)  # our own templates have one; it matters once it hides something
    return [Problem(None, "", f"the workbook has {words}") for words in found]


class _SheetReader:
    """Collects the rows of one sheet; stops at the first sign that it is no list of people."""

    def __init__(self, filename: str, *, counts_from_1904: bool, clean: Callable[[str], str]) -> None:
        self.filename = filename
        self.clean = clean
        self.counts_from_1904 = counts_from_1904
        self.header: tuple[str, ...] = ()
        self.header_row = 1
        self.rows: list[TableRow] = []
        self.problems: list[Problem] = []

    def read(self, sheet: Any) -> None:
        sheet.reset_dimensions()
        n_blank = 0
        for number, cells in enumerate(sheet.iter_rows(), 1):
            row = self._row(number, cells)
            if row is None:
                n_blank += 1
                continue
            if n_blank > MOST_BLANK_ROWS:
                message = f"stands below {n_blank:,} empty rows; move it up or delete it"
                raise refuse(self.filename, message, number)
            n_blank = 0
            if not self.header:
                self.header, self.header_row = row.texts, number
            elif len(self.rows) >= MOST_ROWS:
                raise refuse(self.filename, f"the sheet has more than {MOST_ROWS:,} rows; split it", number)
            else:
                self.rows.append(row)

    def _row(self, number: int, cells: Sequence[Any]) -> TableRow | None:
        texts: list[str] = []
        kinds: dict[int, CellKind] = {}
        for index, cell in _filled(cells):
            if index >= MOST_COLUMNS:
                message = (
                    f"holds something in column {column_letter(index)}; {MOST_COLUMNS} columns are the most"
                )
                raise refuse(self.filename, message, number)
            texts += [""] * (index + 1 - len(texts))
            text, kind = self._cell(number, index, cell)
            texts[index] = self.clean(text)
            if kind != "text":
                kinds[index] = kind
        return TableRow(number, tuple(texts), kinds) if any(texts) else None

    def _cell(self, number: int, index: int, cell: Any) -> tuple[str, CellKind]:
        value = cell.value
        if cell.data_type == "f":
            message = "holds a formula; replace it by its value (copy, paste as values)"
            self.problems.append(Problem(number, "", message, column_letter(index)))
            return "", "text"
        if isinstance(value, bool):
            return ("yes" if value else "no"), "text"
        if isinstance(value, date):
            return self._date(number, index, value), "date"
        if isinstance(value, int | float):
            return self._number(number, index, cell), "number"
        return str(value), "text"

    def _date(self, number: int, index: int, value: date) -> str:
        if self.counts_from_1904:
            message = "is a date in a workbook that counts from 1904; write it as a text, YYYY-MM-DD"
            self.problems.append(Problem(number, "", message, column_letter(index)))
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()

    def _number(self, number: int, index: int, cell: Any) -> str:
        value = cell.value
        if abs(value) >= LARGEST_EXACT_NUMBER:
            message = "is a number of more than 15 digits, which spreadsheets change; format the cell as text"
            self.problems.append(Problem(number, "", message, column_letter(index)))
        text = str(int(value)) if value == int(value) else repr(value)
        shown_as = str(cell.number_format)
        # An id typed as 00042 and shown by the format 00000 is the text people see, not the number 42.
        return text.zfill(len(shown_as)) if re.fullmatch("0{2,20}", shown_as) else text


def _filled(cells: Sequence[Any]) -> Iterator[tuple[int, Any]]:
    for index, cell in enumerate(cells):
        if cell.value is not None and cell.value != "":
            yield index, cell

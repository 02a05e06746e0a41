"""Reading a written workbook back, as a spreadsheet program would."""

import re
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def opened(data: bytes) -> Workbook:
    """The workbook as openpyxl reads it."""
    return load_workbook(BytesIO(data))


def sheet_of(data: bytes, title: str) -> Worksheet:
    """One ordinary sheet."""
    sheet = opened(data)[title]
    assert isinstance(sheet, Worksheet)
    return sheet


def table_of(data: bytes, title: str) -> list[dict[str, object]]:
    """The rows of a sheet by heading."""
    head, *rows = sheet_of(data, title).iter_rows(values_only=True)
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def every_text(data: bytes) -> list[str]:
    """Every text of every sheet."""
    return [
        cell
        for sheet in opened(data).worksheets
        for row in sheet.iter_rows(values_only=True)
        for cell in row
        if isinstance(cell, str)
    ]


def decoded(text: str) -> str:
    """Undo the escape of ECMA-376 22.9.2.19, which openpyxl leaves in place for inline text."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def members(data: bytes) -> dict[str, bytes]:
    """The parts of the file."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}

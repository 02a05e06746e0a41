"""Spreadsheets built for tests: sound ones by openpyxl, broken ones by hand."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

CORE, MOMENT = "docProps/core.xml", re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
HEADER = ("external_id", "name", "mail", "manager")


def csv_of(*rows: Sequence[str], separator: str = ",", newline: str = "\r\n") -> bytes:
    return "".join(separator.join(row) + newline for row in rows).encode()


def people_csv(*rows: Sequence[str], header: Sequence[str] = HEADER) -> bytes:
    return csv_of(header, *rows)


def xlsx_of(
    *rows: Sequence[object],
    sheet: str = "people",
    change: Callable[[Worksheet], None] | None = None,
    change_book: Callable[[openpyxl.Workbook], None] | None = None,
) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = sheet
    for row in rows:
        page.append(list(row))
    if change is not None:
        change(page)
    if change_book is not None:
        change_book(book)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Save a workbook without its clock: the same cells are the same file."""
    ticking, still = io.BytesIO(), io.BytesIO()
    book.save(ticking)
    with zipfile.ZipFile(ticking) as old, zipfile.ZipFile(still, "w") as new:
        for name in old.namelist():
            content = MOMENT.sub(b"2026-11-01T00:00:00Z", old.read(name)) if name == CORE else old.read(name)
            new.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return still.getvalue()


def repacked(
    data: bytes, replace: Mapping[str, bytes] | None = None, add: Mapping[str, bytes] | None = None
) -> bytes:
    """Write a package anew with some parts replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (replace or {}).get(name, old.read(name)))
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return file.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)

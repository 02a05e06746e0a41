"""Pages and tables to the bytes of a workbook: the same input gives the same bytes, today and in a year."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from exports.cells import clean_text
from exports.errors import UnknownDraft
from exports.sheet_titles import SheetTitle, sheet_titles
from exports.sheet_writer import SheetWriter
from exports.sheets import About, Line, Page, Section, Table
from exports.words import Words

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold
CHUNK_BYTES = 1 << 16
CORE_PART = "docProps/core.xml"
APP_PART = "docProps/app.xml"
DRAFT = "draft.zip"
NO_ROWS = b"<sheetData></sheetData>"
DIMENSION = re.compile(b"<dimension [^>]*/>")


def workbook_bytes(sheets: Sequence[Page | Table], about: About) -> bytes:
    """Make the whole file in memory; for tables of unknown length use `write_workbook`."""
    out = BytesIO()
    write_workbook(sheets, about, out)
    return out.getvalue()


def write_workbook(sheets: Sequence[Page | Table], about: About, out: BinaryIO) -> tuple[SheetTitle, ...]:
    """Write the file to `out` row by row and return its sheet titles; renamed ones are listed on the first page."""
    titles = sheet_titles([sheet.title for sheet in sheets])
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        rows = _write_draft(_with_renamed(sheets, titles, about.words), titles, about, Path(folder))
        _copy_in_order(Path(folder) / DRAFT, rows, out, about)
    return titles


def _write_draft(
    sheets: Sequence[Page | Table], titles: Sequence[SheetTitle], about: About, folder: Path
) -> dict[str, Path]:
    """Write the file without its rows, which lie beside it by the name of their part."""
    book = Workbook()
    book.remove(book.worksheets[0])
    writer = SheetWriter(book, about, folder, notice=_notice_of(sheets))
    for sheet, title in zip(sheets, titles, strict=True):
        match sheet:
            case Page():
                writer.add_page(sheet, title.used)
            case Table():
                writer.add_table(sheet, title.used)
    # Stored, because every member is compressed once below.
    with ZipFile(folder / DRAFT, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).write_data()
    return {f"xl/worksheets/sheet{number}.xml": path for number, path in enumerate(writer.rows, 1)}


def _notice_of(sheets: Sequence[Page | Table]) -> str:
    return next((sheet.notice for sheet in sheets if isinstance(sheet, Page)), "")


def _with_renamed(
    sheets: Sequence[Page | Table], titles: Sequence[SheetTitle], words: Words
) -> Sequence[Page | Table]:
    lines = tuple(Line(title.used, title.asked) for title in titles if title.is_renamed)
    if not lines or not isinstance(sheets[0], Page):
        return sheets
    first = sheets[0]
    listed = Page(
        title=first.title,
        heading=first.heading,
        subheading=first.subheading,
        notice=first.notice,
        sections=(*first.sections, Section(words.page.renamed, lines)),
    )
    return (listed, *sheets[1:])


def _copy_in_order(draft: Path, rows: Mapping[str, Path], out: IO[bytes], about: About) -> None:
    own_parts = {CORE_PART: _core_xml(about), APP_PART: _app_xml()}
    with ZipFile(draft) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, ZIP_DATE)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0  # the same bytes on every operating system
            if name in own_parts:
                target.writestr(info, own_parts[name])
            elif name in rows:
                with target.open(info, "w") as part:
                    _fill_in_rows(source.read(name), rows[name], part)
            else:
                target.writestr(info, source.read(name))


def _fill_in_rows(sheet: bytes, rows: Path, part: IO[bytes]) -> None:
    head, found, tail = sheet.partition(NO_ROWS)
    if not found:
        raise UnknownDraft(f"A sheet without rows holds no {NO_ROWS!r}; the pinned openpyxl writes one.")
    # The draft has no cells, so it says that the sheet is one cell large; readers believe that.
    part.write(DIMENSION.sub(b"", head) + b"<sheetData>")
    with rows.open("rb") as written:
        while chunk := written.read(CHUNK_BYTES):
            part.write(chunk)
    part.write(b"</sheetData>" + tail)


def _core_xml(about: About) -> str:
    def xml(text: str) -> str:
        return escape(clean_text(text, cut_mark=""))

    def moment(name: str, day: date | None) -> str:
        if day is None:
            return ""
        return f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day.isoformat()}T00:00:00Z</dcterms:{name}>'

    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{xml(about.title)}</dc:title><dc:creator>{xml(about.organisation)}</dc:creator>"
        f"{moment('created', about.closed_on)}{moment('modified', about.closed_on)}"
        f"<dc:language>{xml(about.words.locale)}</dc:language></cp:coreProperties>"
    )


def _app_xml() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Sightline</Application></Properties>"
    )

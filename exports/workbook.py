"""Pages and tables to the bytes of a workbook: the same input gives the same bytes, today and in a year."""

import tempfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from exports.cells import clean_text
from exports.sheet_titles import SheetTitle, sheet_titles
from exports.sheet_writer import SheetWriter
from exports.sheets import About, Line, Page, Section, Table
from exports.words import Words

ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold
CHUNK_BYTES = 1 << 16
CORE_PART = "docProps/core.xml"
APP_PART = "docProps/app.xml"


def workbook_bytes(sheets: Sequence[Page | Table], about: About) -> bytes:
    """Make the whole file in memory; for tables of unknown length use `write_workbook`."""
    out = BytesIO()
    write_workbook(sheets, about, out)
    return out.getvalue()


def write_workbook(sheets: Sequence[Page | Table], about: About, out: BinaryIO) -> tuple[SheetTitle, ...]:
    """Write the file to `out` row by row and return its sheet titles; renamed ones are listed on the first page."""
    titles = sheet_titles([sheet.title for sheet in sheets])
    with tempfile.TemporaryDirectory(prefix="sightline-") as folder:
        draft = Path(folder) / "draft.zip"
        _write_draft(_with_renamed(sheets, titles, about.words), titles, about, draft)
        _copy_in_order(draft, out, about)
    return titles


def _write_draft(
    sheets: Sequence[Page | Table], titles: Sequence[SheetTitle], about: About, draft: Path
) -> None:
    book = Workbook(write_only=True)
    writer = SheetWriter(book, about, notice=_notice_of(sheets))
    for sheet, title in zip(sheets, titles, strict=True):
        match sheet:
            case Page():
                writer.add_page(sheet, title.used)
            case Table():
                writer.add_table(sheet, title.used)
    # Stored, because every member is compressed once below.
    with ZipFile(draft, "w", ZIP_STORED) as archive:
        ExcelWriter(book, archive).write_data()


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


def _copy_in_order(draft: Path, out: IO[bytes], about: About) -> None:
    own_parts = {CORE_PART: _core_xml(about), APP_PART: _app_xml()}
    with ZipFile(draft) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, ZIP_DATE)
            info.compress_type = ZIP_DEFLATED
            info.create_system = 0  # the same bytes on every operating system
            if name in own_parts:
                target.writestr(info, own_parts[name])
                continue
            with source.open(name) as part, target.open(info, "w", force_zip64=False) as copy:
                while chunk := part.read(CHUNK_BYTES):
                    copy.write(chunk)


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

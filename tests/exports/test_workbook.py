"""The bytes of a workbook."""

import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from exports.errors import NotACellValue, RowDoesNotFit, UnknownDraft
from exports.hr_workbook import hr_workbook
from exports.languages import words_for
from exports.ratee_workbook import ratee_workbook
from exports.sheets import About, Column, Line, Page, Section, Table
from exports.workbook import _fill_in_rows, workbook_bytes
from tests.exports.books import hr_book, ratee_book, with_notice
from tests.exports.reading import members, opened, sheet_of

ROOT = Path(__file__).parents[2]
ABOUT = About("360 autumn", "Plant North & Sons", date(2026, 10, 28), words_for("en"))
COLUMNS = (Column("Name", "Who.", "text", 20), Column("Mean", "How.", "score", 10))
ELSEWHERE = """
from hashlib import sha256
from exports.hr_workbook import hr_workbook
from exports.ratee_workbook import ratee_workbook
from tests.exports.books import hr_book, ratee_book
print(sha256(hr_workbook(hr_book("ar"))).hexdigest(), sha256(ratee_workbook(ratee_book())).hexdigest())
"""
GROWING = """
import resource, sys, tempfile
from fractions import Fraction
from exports.languages import words_for
from exports.sheets import About, Column, Table
from exports.workbook import write_workbook
columns = tuple(Column(f"c{n}", "", "text" if n < 2 else "score", 12) for n in range(6))
rows = ((f"name {n}", f"=line {n}", *[Fraction(n % 9 + 9, 4)] * 4) for n in range(int(sys.argv[1])))
with tempfile.TemporaryFile() as out:
    write_workbook([Table("t", "", columns, rows, "")], About("t", "o", None, words_for("en")), out)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def in_another_process(code: str, *arguments: str) -> list[str]:
    """Run code in a fresh interpreter with another hash seed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def test_the_same_book_gives_the_same_bytes_later_and_in_another_process() -> None:
    first = [sha256(hr_workbook(hr_book("ar"))).hexdigest(), sha256(ratee_workbook(ratee_book())).hexdigest()]
    time.sleep(2.1)  # a zip entry's clock ticks every two seconds
    again = [sha256(hr_workbook(hr_book("ar"))).hexdigest(), sha256(ratee_workbook(ratee_book())).hexdigest()]
    assert first == again == in_another_process(ELSEWHERE)


def test_every_member_is_dated_1980_and_the_properties_hold_no_clock() -> None:
    data = hr_workbook(hr_book())
    with ZipFile(BytesIO(data)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {0}
    properties = opened(data).properties
    assert (properties.created, properties.modified) == (properties.modified, properties.created)
    assert properties.created is not None
    assert properties.created.date() == date(2026, 10, 28)
    assert (properties.creator, properties.title) == ("Plant North & Sons", "360 autumn 2026")
    old = About("360", "Plant North", date(1999, 1, 1), words_for("en"))
    parts = members(workbook_bytes([Table("t", "", COLUMNS, [], "")], old))
    year = str(time.gmtime().tm_year).encode()
    assert year not in b"".join(parts.values())


def test_another_value_gives_other_bytes() -> None:
    book = hr_book()
    assert hr_workbook(book) != hr_workbook(
        replace(book, groups_invited={**book.groups_invited, "peer": 111})
    )


def test_memory_stays_flat_when_rows_grow_twentyfold() -> None:
    (few,), (many,) = in_another_process(GROWING, "1000"), in_another_process(GROWING, "20000")
    assert int(many) - int(few) < 12 * 1024  # KiB; holding the rows would take four times that


def test_a_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(RowDoesNotFit, match="has 1 cells, the sheet has 2 columns"):
        workbook_bytes([Table("t", "", COLUMNS, [("x",)], "")], ABOUT)


def test_a_refused_row_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = cast("Any", [("x", Fraction(4)), ("y", None)])  # the type checker would stop the None
    with pytest.raises(NotACellValue):
        workbook_bytes([Table("t", "", COLUMNS, rows, "")], ABOUT)
    assert list(tmp_path.iterdir()) == []


def test_a_draft_of_another_shape_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.xml").write_text("")
    with pytest.raises(UnknownDraft, match="A sheet without rows holds no"):
        _fill_in_rows(b"<worksheet/>", tmp_path / "rows.xml", BytesIO())


def test_a_wide_table_is_printed_over_several_pages_that_repeat_its_first_columns() -> None:
    columns = tuple(Column(f"c{number}", "", "score", 20) for number in range(20))
    table = Table("t", "", columns, [(Fraction(4),) * 20], "", n_frozen_columns=2)
    sheet = sheet_of(workbook_bytes([table], ABOUT), "t")
    assert sheet.page_setup.fitToWidth == 3
    assert sheet.print_title_cols == "$A:$B"


def test_a_row_is_as_high_as_its_longest_text() -> None:
    rows = [
        ("short", Fraction(4)),
        ("a long name " * 12, Fraction(4)),
        ("a\nb\nc", Fraction(4)),
        ("x" * 30_000, Fraction(4)),
    ]
    sheet = sheet_of(workbook_bytes([Table("t", "", COLUMNS, rows, "")], ABOUT), "t")
    heights = [sheet.row_dimensions[number].height for number in range(2, 6)]
    assert heights == [22, 103, 49, 409]


def test_a_table_is_frozen_filtered_and_repeats_its_heading_on_paper() -> None:
    table = Table("t", "", COLUMNS, [("Cleo", Fraction(17, 4))], "", n_frozen_columns=1)
    sheet = sheet_of(workbook_bytes([table], ABOUT), "t")
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet["B2"].number_format == "0.0"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_an_empty_table_says_why() -> None:
    sheet = sheet_of(workbook_bytes([Table("t", "", COLUMNS, [], "Nobody yet.")], ABOUT), "t")
    assert sheet["A2"].value == "Nobody yet."


def test_ampersands_and_control_characters_in_names_survive_the_print_heading() -> None:
    about = replace(ABOUT, organisation="A & B\x00 &P", title="x" * 300)
    sheet = sheet_of(workbook_bytes([Table("t", "", COLUMNS, [], "")], about), "t")
    assert sheet.oddHeader is not None
    assert sheet.oddHeader.left.text == "A && B &&P"
    assert len(str(sheet.oddHeader)) <= 255


def test_only_arabic_sheets_run_from_right_to_left() -> None:
    for locale, is_rtl in (("ar", True), ("en", False), ("de", False), ("es", False)):
        for sheet in opened(hr_workbook(hr_book(locale))).worksheets:
            assert bool(sheet.sheet_view.rightToLeft) is is_rtl


def test_text_runs_in_its_own_direction_and_ranges_from_the_left() -> None:
    comments = sheet_of(ratee_workbook(ratee_book()), "Comments")
    assert [cell.alignment.readingOrder for cell in comments["B"][1:]] == [1, 1, 2]
    assert [cell.alignment.horizontal for cell in comments["B"][1:]] == ["left", "left", "right"]
    for row in sheet_of(ratee_workbook(ratee_book("ar")), "السطور").iter_rows():
        for cell in row:
            if cell.value == "4.7-5.0":
                assert cell.alignment.readingOrder == 1


def test_a_page_holds_its_lines_in_order() -> None:
    page = Page("Read me", "Heading", "Under it", "Demo", (Section("S", (Line("a", "b"), Line("", 7))),))
    sheet = sheet_of(workbook_bytes([page], ABOUT), "Read me")
    rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    assert rows == [("Heading", None), ("Under it", None), (None, "Demo"), ("S", None), ("a", "b"), (None, 7)]


def test_a_notice_is_printed_on_every_sheet() -> None:
    for sheet in opened(hr_workbook(with_notice(hr_book(), "Rehearsal & demo"))).worksheets:
        assert sheet.oddFooter is not None
        assert sheet.oddFooter.left.text == "Rehearsal && demo"


def test_a_reader_that_trusts_the_stated_size_sees_every_row() -> None:
    rows = [(f"name {number}", Fraction(4)) for number in range(30)]
    data = workbook_bytes([Table("t", "", COLUMNS, rows, "")], ABOUT)
    book = load_workbook(BytesIO(data), read_only=True)
    assert len(list(book["t"].iter_rows(values_only=True))) == 31
    book.close()
    assert b"<dimension" not in members(data)["xl/worksheets/sheet1.xml"]

"""Spreadsheets as files: what is no table, what hides in one, how texts and cells are read."""

import io
import random
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

import surveys.table_file
from surveys.errors import FileRefused
from surveys.people import PeopleTable
from surveys.table import column_letter
from tests.surveys.people_files import CLEO, DAN, notes, places, read, refusal
from tests.surveys.spreadsheets import HEADER, csv_of, part_of, people_csv, repacked, xlsx_of

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("filename", ["people.csv", "people.xlsx"])
@pytest.mark.parametrize("data", [b"", b"\r\n \r\n", b"\xef\xbb\xbf"])
def test_case_51_an_empty_file_is_refused(data: bytes, filename: str) -> None:
    assert "empty" in str(refusal(data, filename))


def test_case_51_a_header_without_people_is_refused() -> None:
    assert "no people" in str(refusal(people_csv()))
    assert "external_id is missing" in str(refusal(xlsx_of(), "people.xlsx"))


@pytest.mark.parametrize(
    ("data", "filename"),
    [
        (people_csv(CLEO), "people.xlsx"),
        (xlsx_of(HEADER, CLEO), "people.csv"),
        (people_csv(CLEO), "people.pdf"),
        (b"%PDF-1.7 not a table", "people.xlsx"),
        (people_csv(CLEO), "people"),
    ],
)
def test_case_52_a_wrong_ending_or_content_is_refused_with_what_to_do(data: bytes, filename: str) -> None:
    assert ".xlsx" in str(refusal(data, filename))


def test_case_53_a_workbook_with_a_password_is_refused_by_that_name() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    assert "password" in str(refusal(locked, "people.xlsx"))


def test_case_54_old_open_and_macro_workbooks_are_to_be_saved_as_xlsx() -> None:
    book = xlsx_of(HEADER, CLEO)
    types = part_of(book, "[Content_Types].xml")
    macros = repacked(book, add={"xl/vbaProject.bin": b"x"})
    declared = repacked(
        book, {"[Content_Types].xml": types.replace(b"spreadsheetml.sheet.main", b"macroEnabled.main")}
    )
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    ods = io.BytesIO()
    with zipfile.ZipFile(ods, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    for data, name, word in (
        (macros, "people.xlsm", "macros"),
        (macros, "people.xlsx", "macros"),
        (declared, "people.xlsx", "macros"),
        (old, "people.xls", ".xls"),
        (ods.getvalue(), "people.ods", ".ods"),
    ):
        message = str(refusal(data, name))
        assert word in message
        assert "save it as .xlsx" in message


def test_case_55_a_zip_bomb_is_refused_before_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the spreadsheet library saw the bomb")

    monkeypatch.setattr(openpyxl, "load_workbook", never)
    book = xlsx_of(HEADER, CLEO)
    dense = repacked(book, add={"xl/media/zeros.bin": b"\0" * (20 * 1024 * 1024)})
    large = repacked(book, add={f"xl/media/{n}.bin": b"\0" * (9 * 1024 * 1024) for n in range(6)})
    assert "100 times" in str(refusal(dense, "people.xlsx"))
    assert "50 MiB" in str(refusal(large, "people.xlsx"))


def test_case_55_a_bomb_among_honest_parts_and_one_in_many_small_parts_are_refused() -> None:
    book = xlsx_of(HEADER, CLEO)
    noise = random.Random(1).randbytes(1024 * 1024)
    among = repacked(book, add={"xl/media/noise.bin": noise, "xl/media/zeros.bin": b"\0" * (3 * 1024 * 1024)})
    spread = repacked(book, add={f"xl/media/{n}.bin": b"\0" * (900 * 1024) for n in range(30)})
    assert "the part “xl/media/zeros.bin”" in str(refusal(among, "people.xlsx"))
    assert "the file unpacks to more than 100 times" in str(refusal(spread, "people.xlsx"))


def test_case_55_a_part_that_lies_about_its_size_is_refused() -> None:
    book = bytearray(xlsx_of(HEADER, CLEO))
    real = len(part_of(bytes(book), SHEET))
    at = book.rindex(SHEET.encode()) - 46  # the entry of the part in the central directory
    book[at + 24 : at + 28] = (real - 10).to_bytes(4, "little")
    assert "damaged" in str(refusal(bytes(book), "people.xlsx"))


def test_case_56_ten_thousand_parts_are_refused() -> None:
    many = repacked(xlsx_of(HEADER, CLEO), add={f"xl/p{n}": b"" for n in range(10_000)})
    assert "parts" in str(refusal(many, "people.xlsx"))


@pytest.mark.parametrize(
    "name",
    ["../evil.xml", "/etc/passwd", "xl/../../evil", "C:/evil", "xl/inner.zip", "xl/embeddings/book.xlsx"],
)
def test_case_56_odd_names_and_packed_files_inside_are_refused(name: str) -> None:
    assert refusal(repacked(xlsx_of(HEADER, CLEO), add={name: b"x"}), "people.xlsx")


def test_case_56_a_zip_under_another_name_inside_is_refused() -> None:
    inner = xlsx_of(HEADER)
    assert "packed file" in str(
        refusal(repacked(xlsx_of(HEADER, CLEO), add={"xl/x.bin": inner}), "people.xlsx")
    )


def test_case_56_a_symbolic_link_is_refused() -> None:
    file = io.BytesIO(xlsx_of(HEADER, CLEO))
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(file, "a") as package:
        package.writestr(link, "/etc/passwd")
    assert "is a link" in str(refusal(file.getvalue(), "people.xlsx"))


def test_case_56_two_parts_of_one_name_are_refused() -> None:
    file = io.BytesIO(xlsx_of(HEADER, CLEO))
    with zipfile.ZipFile(file, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(SHEET, b"<x/>")
    assert "two parts" in str(refusal(file.getvalue(), "people.xlsx"))


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'

XXE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

PLAIN_DTD = b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd">'


@pytest.mark.parametrize("doctype", [BOMB, XXE, PLAIN_DTD])
@pytest.mark.parametrize(
    "part", [SHEET, "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels", "xl/styles.xml"]
)
def test_case_57_entities_and_document_types_are_refused_in_every_part(doctype: bytes, part: str) -> None:
    book = xlsx_of(HEADER, CLEO)
    content = part_of(book, part)
    start = content.index(b"?>") + 2 if content.startswith(b"<?xml") else 0
    evil = repacked(book, {part: content[:start] + doctype + content[start:]})
    assert "document type" in str(refusal(evil, "people.xlsx"))


def test_case_57_a_document_type_hidden_in_utf_16_is_refused() -> None:
    book = xlsx_of(HEADER, CLEO)
    evil = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'.encode("utf-16")
    assert "document type" in str(refusal(repacked(book, {SHEET: evil}), "people.xlsx"))


def test_case_57_links_to_other_files_are_refused_but_mail_links_are_fine() -> None:
    def link(page: Worksheet) -> None:
        page["C2"].hyperlink = "mailto:cleo@example.org"

    linked = xlsx_of(HEADER, CLEO, change=link)
    assert read(linked, "people.xlsx").people[0].mail == "cleo@example.org"
    rels = part_of(linked, "xl/worksheets/_rels/sheet1.xml.rels").replace(b"/hyperlink", b"/oleObject")
    evil = repacked(linked, {"xl/worksheets/_rels/sheet1.xml.rels": rels})
    assert "links to" in str(refusal(evil, "people.xlsx"))
    outside = repacked(xlsx_of(HEADER, CLEO), add={"xl/externalLinks/externalLink1.xml": b"<x/>"})
    assert "another workbook" in str(refusal(outside, "people.xlsx"))


def test_case_58_a_far_cell_is_named_with_its_place() -> None:
    def far(page: Worksheet) -> None:
        page["XFD2"] = "x"

    def low(page: Worksheet) -> None:
        page["A5000"] = "x"

    assert "column XFD" in str(refusal(xlsx_of(HEADER, CLEO, change=far), "people.xlsx"))
    error = refusal(xlsx_of(HEADER, CLEO, change=low), "people.xlsx")
    assert error.problems[0].line == 5000
    assert "empty rows" in str(error)
    assert "empty lines" in str(refusal(people_csv(CLEO) + b"\r\n" * 2000 + b"E2,Dan,,\r\n"))


def test_case_58_a_million_formatted_empty_rows_are_no_people() -> None:
    book = xlsx_of(HEADER, CLEO)
    sheet = part_of(book, SHEET)
    blank = b"".join(b'<row r="%d"/>' % n for n in range(3, 60_003)) + b'<row r="1048576"/>'
    end = sheet.index(b"</sheetData>")
    stored = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(stored, "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet[:end] + blank + sheet[end:] if name == SHEET else old.read(name))
    assert len(read(stored.getvalue(), "people.xlsx").people) == 1


def test_case_59_long_cells_merged_cells_hidden_rows_sheets_and_filters_are_named_in_a_warning() -> None:
    def decorate(page: Worksheet) -> None:
        page.merge_cells("F1:G1")
        page.row_dimensions[2].hidden = True
        page.column_dimensions["E"].hidden = True
        page.auto_filter.ref = "A1:D2"
        page["E1"] = "remarks"
        page["E2"] = "x" * 30_000

    def add_hidden(book: openpyxl.Workbook) -> None:
        book.create_sheet("salaries").sheet_state = "hidden"
        book.create_sheet("other")

    table = read(xlsx_of(HEADER, CLEO, change=decorate, change_book=add_hidden), "people.xlsx")
    for words in (
        "merged",
        "hidden rows",
        "hidden columns",
        "filter",
        "30,000",
        "salaries",
        "other",
        "remarks",
    ):
        assert words in notes(table)
    assert len(table.people) == 1


def test_case_59_a_long_cell_in_a_column_that_is_read_is_a_problem() -> None:
    error = refusal(people_csv(("E1", "x" * 30_000, "", "")))
    assert places(error) == {(2, "B")}


def test_case_60_formulas_and_error_cells_are_listed_not_guessed() -> None:
    error = refusal(
        xlsx_of(HEADER, ("E1", '=A2&"x"', "", ""), ("E2", "#REF!", "", ""), ("E3", "Eve", "", "")),
        "people.xlsx",
    )
    assert {(2, "B"), (3, "B")} <= places(error)
    assert "formula" in str(error)
    assert "#REF!" in str(error)
    assert places(refusal(people_csv(("E1", "#N/A", "", "")))) == {(2, "B")}


def test_case_63_duplicate_and_missing_headers_are_named_with_their_line() -> None:
    error = refusal(csv_of(("external_id", "Name", "name", "e-mail", "mail"), ("E1", "a", "b", "", "")))
    assert places(error) == {(1, "C"), (1, "E")}
    error = refusal(csv_of(("id", "title"), ("E1", "x")))
    assert (error.problems[0].line, error.problems[0].field) == (1, "name")
    error = refusal(csv_of(("external_id", "name", ""), ("E1", "x", "secret")))
    assert places(error) == {(1, "C")}


def test_case_63_an_unknown_header_is_named_with_what_was_perhaps_meant() -> None:
    table = read(csv_of(("external_id", "name", "maneger"), ("E1", "Cleo", "")))
    assert "did you mean manager?" in notes(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_case_63_encodings_and_line_ends_are_read_and_reported(encoding: str, newline: str) -> None:
    text = csv_of(HEADER, ("E1", "José Müller", "", ""), newline=newline).decode()
    table = read(text.encode(encoding))
    assert table.people[0].name == "José Müller"
    assert ("Windows-1252" in notes(table)) == (encoding == "cp1252")


def test_case_63_mixed_line_ends_are_read() -> None:
    table = read(b"external_id,name\nE1,Cleo\r\nE2,Dan\n")
    assert [row.row for row in table.rows] == [2, 3]


def test_case_63_utf_16_without_its_mark_and_other_bytes_are_refused_with_the_line() -> None:
    assert "NUL" in str(refusal(csv_of(HEADER, CLEO).decode().encode("utf-16-le")))
    assert "neither" in str(refusal(b"external_id,name\nE1,\x81\x8d\n"))
    error = refusal(b"external_id,name\nE1,Cleo\nE2,D\x00an\n")
    assert error.problems[0].line == 3


def test_case_63_an_unbalanced_quote_is_named_with_its_line() -> None:
    error = refusal(b'external_id,name\nE1,Cleo\nE2,"Dan\nE3,Eve\n')
    assert error.problems[0].line == 3
    assert "quotation mark" in str(error)


def test_case_63_a_file_that_is_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys.table_file, "MOST_BYTES", 100)
    assert "larger than" in str(refusal(b"x" * 101))


def test_case_63_a_single_endless_line_is_refused() -> None:
    assert refusal(b"x" * 3_000_000)
    assert "columns" in str(refusal(b"a," * 100_000))


@pytest.mark.parametrize(
    ("separator", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_case_64_the_separator_is_detected_and_shown_for_approval(separator: str, name: str) -> None:
    table = read(csv_of(HEADER, CLEO, DAN, separator=separator))
    assert table.separator == separator
    assert name in notes(table)
    assert len(table.people) == 2


def test_case_64_a_first_line_that_names_the_separator_is_obeyed() -> None:
    table = read(b"sep=;\r\nexternal_id;name\r\nE1;Marsh, Cleo\r\n")
    assert table.people[0].name == "Marsh, Cleo"
    assert table.rows[0].row == 3


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9, 0.99])
def test_case_70_an_xlsx_cut_on_the_way_is_refused(share: float) -> None:
    whole = xlsx_of(HEADER, *[(f"E{n}", f"Person {n}", "", "") for n in range(300)])
    assert "cut off" in str(refusal(whole[: int(len(whole) * share)], "people.xlsx"))


def test_case_70_a_csv_cut_on_the_way_is_refused_or_warned_about() -> None:
    whole = csv_of(HEADER, *[(f"E{n}", f"Person {n}", f"p{n}@example.org", "") for n in range(50)])
    cut = whole[: whole.rindex(b"@example")]
    assert "may be cut" in str(refusal(cut))
    assert "complete" in notes(read(whole.removesuffix(b"\r\n")))


def outcome(data: bytes, filename: str) -> PeopleTable | FileRefused:
    try:
        return read(data, filename)
    except FileRefused as refused:
        return refused


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("xl/workbook.xml", "no visible sheet"),
        ("[Content_Types].xml", "damaged"),
        ("xl/_rels/workbook.xml.rels", "damaged"),
        (SHEET, "external_id is missing"),
    ],
)
def test_a_workbook_that_is_no_workbook_is_refused_in_words(part: str, words: str) -> None:
    assert words in str(refusal(repacked(xlsx_of(HEADER, CLEO), {part: b"<nothing/>"}), "people.xlsx"))


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=400))
def test_any_bytes_give_people_or_a_refusal_and_nothing_else(data: bytes) -> None:
    for filename in ("people.csv", "people.xlsx"):
        found = outcome(data, filename)
        assert isinstance(found, PeopleTable) or found.problems


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(index: int, letter: str) -> None:
    assert column_letter(index) == letter

import io
import random
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

import surveys.table_file
from surveys.errors import FileRefused
from surveys.people import PEOPLE_COLUMNS, PeopleTable, Person, diff_people, people_template_csv
from surveys.people_file import read_people
from surveys.table import MOST_ROWS, column_letter
from surveys.table_file import read_table
from tests.surveys.spreadsheets import HEADER, csv_of, part_of, people_csv, repacked, xlsx_of

CLEO = ("E1", "Cleo", "cleo@example.org", "")
DAN = ("E2", "Dan", "dan@example.org", "E1")
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, filename: str = "people.csv") -> PeopleTable:
    return read_people(data, filename=filename)


def refusal(data: bytes, filename: str = "people.csv") -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_people(data, filename=filename)
    return caught.value


def places(error: FileRefused) -> set[tuple[int | None, str | None]]:
    return {(problem.line, problem.column) for problem in error.problems}


def notes(table: PeopleTable) -> str:
    return "\n".join(problem.message for problem in table.warnings)


def test_a_csv_and_an_xlsx_of_the_same_people_read_the_same() -> None:
    from_csv = read(people_csv(CLEO, DAN))
    from_xlsx = read(xlsx_of(HEADER, CLEO, DAN), "people.xlsx")
    assert from_csv.people == from_xlsx.people
    assert [person.managers for person in from_csv.people] == [(), ("E1",)]
    assert from_xlsx.sheet == "people"


def test_the_template_reads_back_and_explains_every_column() -> None:
    table = read_people(people_template_csv(), filename="t.csv", known_people={"E007", "E008"})
    assert table.people[0].in_role_since == date(2026, 9, 1)
    assert all(column.meaning for column in PEOPLE_COLUMNS)


def test_every_field_is_read() -> None:
    header = ("external_id", "name", "mail", "locale", "time_zone", "role_profile", "job_title", "unit", "left_on",
              "hr", "hr_unit", "coach")  # fmt: skip
    row = ("E1", "Ada", "ada@example.org", "ar", "Asia/Dubai", "plant-shift-supervisor", "HR lead", "North",
           "2026-12-31", "yes", "North", "no")  # fmt: skip
    (person,) = read(csv_of(header, row)).people
    assert person == Person(
        external_id="E1", name="Ada", mail="ada@example.org", locale="ar", time_zone="Asia/Dubai",
        role_profile="plant-shift-supervisor", job_title="HR lead", unit="North", left_on=date(2026, 12, 31),
        is_hr=True, hr_unit="North", is_coach=False,
    )  # fmt: skip


def test_every_problem_is_listed_at_once_by_row_and_column_letter() -> None:
    error = refusal(
        people_csv(
            ("E1", "", "cleo@example.org", "E9"),
            ("", "Dan", "dan at example.org", ""),
            ("E3", "Eve", "eve@example.org", "E3"),
            ("e1", "Cleo", "", ""),
        )
    )
    assert places(error) == {(2, "B"), (2, "D"), (3, "A"), (3, "C"), (4, "D"), (5, "A")}


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


DATED = ("external_id", "name", "left_on")


def test_case_61_a_real_date_cell_is_a_date() -> None:
    table = read(xlsx_of(DATED, ("E1", "Cleo", date(2026, 4, 3))), "people.xlsx")
    assert table.people[0].left_on == date(2026, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2026",
        "3.4.2026",
        "31.02.2026",
        "31.13.2026",
        "2026/04/03",
        "04-03-26",
        "20260403",
        "2026-02-30",
    ],
)
def test_case_61_a_text_date_that_could_mean_two_days_is_asked_for(text: str) -> None:
    error = refusal(csv_of(DATED, ("E1", "Cleo", text)))
    assert places(error) == {(2, "C")}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31.12.2025", date(2025, 12, 31)),
        ("13/4/2026", date(2026, 4, 13)),
        ("4/13/2026", date(2026, 4, 13)),
        ("5.5.2026", date(2026, 5, 5)),
    ],
)
def test_a_text_date_that_can_mean_one_day_only_is_that_day(text: str, day: date) -> None:
    assert read(csv_of(DATED, ("E1", "Cleo", text))).people[0].left_on == day


def test_only_what_could_mean_two_days_is_said_to() -> None:
    assert "more than one way" in str(refusal(csv_of(DATED, ("E1", "Cleo", "03/04/2026"))))
    assert "no day of the calendar" in str(refusal(csv_of(DATED, ("E1", "Cleo", "31.02.2026"))))
    assert "no date that can be read" in str(refusal(csv_of(DATED, ("E1", "Cleo", "20260403"))))


def test_nobody_leaves_before_they_came() -> None:
    header = ("external_id", "name", "in_role_since", "left_on")
    error = refusal(csv_of(header, ("E1", "Cleo", "2026-05-02", "2026-05-01")))
    assert places(error) == {(2, "D")}
    assert "is before in_role_since" in str(error)
    assert read(csv_of(header, ("E1", "Cleo", "2026-05-02", "2026-05-02"))).people


def test_case_61_a_number_in_a_date_column_is_asked_for() -> None:
    assert "number 46115" in str(refusal(xlsx_of(DATED, ("E1", "Cleo", 46115)), "people.xlsx"))


def test_case_61_dates_that_count_from_1904_are_asked_for() -> None:
    def mac(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    error = refusal(xlsx_of(DATED, ("E1", "Cleo", date(2026, 4, 3)), change_book=mac), "people.xlsx")
    assert places(error) == {(2, "C")}
    assert "1904" in str(error)


def test_case_61_an_id_that_the_program_turned_into_a_date_is_asked_for() -> None:
    error = refusal(xlsx_of(HEADER, (date(2026, 3, 1), "Cleo", "", "")), "people.xlsx")
    assert places(error) == {(2, "A")}


def test_case_62_ids_stay_text_with_their_leading_zeros() -> None:
    def zeros(page: Worksheet) -> None:
        page["A4"].number_format = "00000"

    rows = (("00042", "Cleo", "", ""), (43, "Dan", "", "00042"), (44, "Eve", "", "43"))
    assert [one.external_id for one in read(people_csv(*[tuple(map(str, row)) for row in rows])).people] == [
        "00042",
        "43",
        "44",
    ]
    from_xlsx = read(xlsx_of(HEADER, *rows, change=zeros), "people.xlsx")
    assert [one.external_id for one in from_xlsx.people] == ["00042", "43", "00044"]
    assert from_xlsx.people[1].managers == ("00042",)


@pytest.mark.parametrize("text", ["1,5", "1.5", "007", "1e5", "+49", "=1"])
def test_case_62_a_text_that_looks_like_a_number_stays_as_written(text: str) -> None:
    table = read(csv_of(HEADER, (text, "Cleo", "", ""), separator=";"))
    assert table.people[0].external_id == text


def test_case_62_a_number_of_more_than_15_digits_is_asked_for() -> None:
    assert "15 digits" in str(refusal(xlsx_of(HEADER, (1234567890123456789, "Cleo", "", "")), "people.xlsx"))


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


@pytest.mark.parametrize(
    ("one", "other"), [("E1", "e1"), ("Jose\u0301", "Jos\u00e9"), ("STRASSE", "straße"), ("Ｅ１", "E1")]
)
def test_case_65_the_same_person_twice_in_another_spelling_is_listed(one: str, other: str) -> None:
    error = refusal(people_csv((one, "Cleo", "", ""), (other, "Cleo", "", "")))
    assert places(error) == {(3, "A")}
    assert "row 2" in str(error)


def test_case_65_one_mail_for_two_people_is_listed() -> None:
    error = refusal(people_csv(("E1", "Cleo", "a@example.org", ""), ("E2", "Dan", "A@Example.org", "")))
    assert places(error) == {(3, "C")}


@pytest.mark.parametrize(
    "mail",
    [
        "cleo example@example.org",
        "cleo@example.org, dan@example.org",
        "cleo@example.org;dan@example.org",
        "cleo@example.org\nBcc: all@example.org",
        "cleo@example.org\r\nBcc: all@example.org",
        "Cleo <cleo@example.org>",
        "cleo",
        "cleo@",
        "@example.org",
        "cleo@example",
        "cleo@-example.org",
        "cleo..x@example.org",
        "cleo@exam_ple..org",
        "x" * 65 + "@example.org",
        "cleo@" + "x" * 250 + ".org",
        "cleo\x00@example.org",
    ],
)
def test_case_66_what_is_no_single_mail_address_is_an_error_of_its_row(mail: str) -> None:
    assert (2, "C") in places(
        refusal(xlsx_of(HEADER, ("E1", "Cleo", mail.replace("\x00", "\t"), "")), "people.xlsx")
    )


@pytest.mark.parametrize(
    "mail", ["cleo@bücher.example", "cleo+360@example.org", "o'brien@example.org", "用户@例子.公司"]
)
def test_case_66_international_mail_addresses_are_fine(mail: str) -> None:
    assert read(people_csv(("E1", "Cleo", mail, ""))).people[0].mail == mail


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=30))
def test_case_66_no_accepted_mail_can_break_a_header_line(text: str) -> None:
    data = xlsx_free_csv(f"a@b.example{text}")
    try:
        (person,) = read(data).people
    except FileRefused:
        return
    assert not set(person.mail) & set("\r\n\x00,; \t")


def xlsx_free_csv(mail: str) -> bytes:
    escaped = mail.encode("utf-8", "ignore").decode().replace('"', '""')
    return f'external_id,name,mail\nE1,Cleo,"{escaped}"\n'.encode()


def test_case_67_a_manager_loop_is_named_with_its_people() -> None:
    rows = [(f"E{n}", f"Person {n}", "", f"E{(n + 1) % 4}") for n in range(4)]
    error = refusal(people_csv(*rows))
    assert len(error.problems) == 1
    assert "“E0” → “E1” → “E2” → “E3” → “E0”" in str(error)
    assert error.problems[0].column == "D"


def test_case_67_a_self_manager_and_an_unknown_manager_are_named() -> None:
    error = refusal(people_csv(("E1", "Cleo", "", "E1"), ("E2", "Dan", "", "E9;E1")))
    assert places(error) == {(2, "D"), (3, "D")}
    assert "“E9”" in str(error)


def test_case_67_a_manager_in_another_spelling_is_told_the_right_one() -> None:
    assert "“E1”" in str(refusal(people_csv(("E1", "Cleo", "", ""), ("E2", "Dan", "", "e1"))))


def test_case_67_a_manager_who_is_already_known_needs_no_row() -> None:
    table = read_people(people_csv(DAN), filename="people.csv", known_people={"E1"})
    assert table.people[0].managers == ("E1",)


def test_case_67_a_chain_of_ten_thousand_managers_is_no_loop_and_no_crash() -> None:
    rows = [(f"E{n}", "x", "", f"E{n + 1}" if n < 9_999 else "") for n in range(10_000)]
    assert len(read(people_csv(*rows)).people) == 10_000


def test_several_managers_may_share_a_report_without_being_a_loop() -> None:
    rows = [("A", "a", "", "B;C"), ("B", "b", "", "D"), ("C", "c", "", "D"), ("D", "d", "", "")]
    assert read(people_csv(*rows)).people[0].managers == ("B", "C")


def test_case_68_a_hundred_thousand_and_one_people_meet_the_limit() -> None:
    lines = "".join(f"E{n},x\n" for n in range(MOST_ROWS + 1))
    error = refusal(b"external_id,name\n" + lines.encode())
    assert "100,000" in str(error)
    table = read_table(
        b"external_id,name\n" + lines[: lines.rindex("E")].encode(), filename="people.csv", sheet="people"
    )
    assert len(table.rows) == MOST_ROWS


def test_case_69_the_same_file_twice_changes_nothing() -> None:
    table = read(people_csv(CLEO, DAN))
    diff = diff_people(table.people, table.people, fields=table.fields)
    assert diff.counts == {"new": 0, "changed": 0, "unchanged": 2, "missing": 0}


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9, 0.99])
def test_case_70_an_xlsx_cut_on_the_way_is_refused(share: float) -> None:
    whole = xlsx_of(HEADER, *[(f"E{n}", f"Person {n}", "", "") for n in range(300)])
    assert "cut off" in str(refusal(whole[: int(len(whole) * share)], "people.xlsx"))


def test_case_70_a_csv_cut_on_the_way_is_refused_or_warned_about() -> None:
    whole = csv_of(HEADER, *[(f"E{n}", f"Person {n}", f"p{n}@example.org", "") for n in range(50)])
    cut = whole[: whole.rindex(b"@example")]
    assert "may be cut" in str(refusal(cut))
    assert "complete" in notes(read(whole.removesuffix(b"\r\n")))


def test_case_74_markup_in_a_name_is_text_and_comes_back_in_messages_only_cleaned() -> None:
    attack = '<img src=x onerror="alert(1)">'
    assert read(xlsx_of(HEADER, ("E1", attack, "", "")), "people.xlsx").people[0].name == attack
    error = refusal(xlsx_of(HEADER, ("E1", "Cleo", attack + "\n" * 90, "")), "people.xlsx")
    assert all("\n" not in problem.message for problem in error.problems)


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


def test_an_hr_unit_without_hr_is_a_problem() -> None:
    error = refusal(csv_of(("external_id", "name", "hr", "hr_unit"), ("E1", "Ada", "no", "North")))
    assert places(error) == {(2, "D")}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("locale", "English"),
        ("locale", "xx"),
        ("time_zone", "Mars/Base"),
        ("role_profile", "Plant Shift"),
        ("hr", "perhaps"),
    ],
)
def test_a_value_of_another_kind_is_named(column: str, value: str) -> None:
    assert places(refusal(csv_of(("external_id", "name", column), ("E1", "Cleo", value)))) == {(2, "C")}


def test_a_role_profile_that_is_not_imported_is_named() -> None:
    data = csv_of(("external_id", "name", "role_profile"), ("E1", "Cleo", "nurse"))
    with pytest.raises(FileRefused, match="import the profile first"):
        read_people(data, filename="people.csv", known_profiles={"plant-shift-supervisor"})


def test_problems_beyond_a_thousand_are_counted() -> None:
    error = refusal(people_csv(*[(f"E{n}", "", "", "") for n in range(1_500)]))
    assert len(error.problems) == 1_001
    assert "500 more" in error.problems[-1].message


def person(external_id: str, **fields: object) -> Person:
    return Person(**{"external_id": external_id, "name": external_id, **fields})  # type: ignore[arg-type]  # test data


def test_the_diff_names_new_changed_and_missing_people_and_removes_nobody() -> None:
    existing = [
        person("E1", unit="North"),
        person("E2"),
        person("E3"),
        person("E4", left_on=date(2026, 1, 1)),
    ]
    diff = diff_people(
        [person("E1", unit="South"), person("E2"), person("E5")], existing, fields=("name", "unit")
    )
    assert [one.external_id for one in diff.new] == ["E5"]
    assert [(one.external_id, one.field, one.before, one.after) for one in diff.changed] == [
        ("E1", "unit", "North", "South")
    ]
    assert diff.unchanged == ("E2",)
    assert diff.missing == ("E3",)
    assert diff.counts == {"new": 1, "changed": 1, "unchanged": 1, "missing": 1}


def test_a_column_the_file_lacks_changes_nothing_and_an_empty_language_is_kept() -> None:
    existing = [person("E1", unit="North", locale="ar", job_title="Lead", managers=("B", "A"))]
    diff = diff_people(
        [person("E1", managers=("A", "B"))], existing, fields=("name", "locale", "job_title", "managers")
    )
    assert [one.field for one in diff.changed] == ["job_title"]


def test_a_file_that_takes_the_mail_or_the_id_of_someone_else_is_a_conflict() -> None:
    existing = [person("E1", mail="a@example.org")]
    diff = diff_people([person("e1"), person("E2", mail="A@example.org")], existing, fields=("name", "mail"))
    assert [problem.field for problem in diff.conflicts] == ["external_id", "mail"]


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_do(index: int, letter: str) -> None:
    assert column_letter(index) == letter


@pytest.mark.parametrize(
    "code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200F, 0xAD, 0x3164]
)
def test_a_name_with_a_character_nobody_sees_is_refused_by_row_and_column(code: int) -> None:
    refused = refusal(people_csv(("E1", f"Cleo{chr(code)}Fern", "", "")))
    (problem,) = refused.problems
    assert (problem.line, problem.column, problem.field) == (2, "B", "name")
    assert f"U+{code:04X}" in problem.message
    assert chr(code) not in problem.message


@pytest.mark.parametrize("name", ["\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "\u0d28\u0d4d\u200d"])
def test_a_name_written_with_joiners_is_read(name: str) -> None:
    assert read(people_csv(("E1", name, "", ""))).people[0].name == name


def test_a_joiner_inside_a_latin_name_is_refused() -> None:
    assert "U+200C" in str(refusal(people_csv(("E1", "Cl\u200ceo", "", ""))))

"""What a people file says of people: fields, dates, ids, mails, managers, and what it would change."""

from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from surveys.errors import FileRefused
from surveys.people import PEOPLE_COLUMNS, Person, diff_people, people_template_csv
from surveys.people_file import read_people
from surveys.table import MOST_ROWS
from surveys.table_file import read_table
from tests.surveys.people_files import CLEO, DAN, places, read, refusal
from tests.surveys.spreadsheets import HEADER, csv_of, people_csv, xlsx_of


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


def test_case_74_markup_in_a_name_is_text_and_comes_back_in_messages_only_cleaned() -> None:
    attack = '<img src=x onerror="alert(1)">'
    assert read(xlsx_of(HEADER, ("E1", attack, "", "")), "people.xlsx").people[0].name == attack
    error = refusal(xlsx_of(HEADER, ("E1", "Cleo", attack + "\n" * 90, "")), "people.xlsx")
    assert all("\n" not in problem.message for problem in error.problems)


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

"""A profile in a spreadsheet is the profile of the YAML file, and says by cell what is wrong with it."""

from datetime import date

import openpyxl
import pytest

from surveys.errors import FileRefused
from surveys.profile_file import canonical_document, grade
from surveys.profile_sheet import slug_of
from surveys.profile_sheet_rows import empty_sheets
from tests.surveys.profile_books import (
    EASY,
    ROLE,
    ROLES,
    SMALLEST,
    SUPERVISOR,
    as_book,
    edited,
    put,
    read,
    stored,
    translations,
    typed,
    written,
)


def refused(data: bytes, filename: str = "profile.xlsx") -> dict[str, str]:
    """What is wrong, by cell."""
    with pytest.raises(FileRefused) as caught:
        read(data, filename=filename)
    return {one.cell: one.message for one in caught.value.problems}


@pytest.mark.parametrize("name", ROLES)
def test_every_shipped_profile_comes_back_from_a_spreadsheet_as_it_was(name: str) -> None:
    overlays = translations("ar", "de", "es") if name == SUPERVISOR else {}
    found = read(written(stored(name), overlays))
    assert found.profile == stored(name)
    assert canonical_document(found.profile) == canonical_document(stored(name))
    assert {key: dict(texts) for key, texts in found.overlays.items()} == overlays
    assert found.has_version
    assert found.warnings == ()


def test_a_program_that_saves_the_file_again_changes_nothing() -> None:
    again = edited(written(stored(), translations("ar")), lambda book: None)
    assert read(again).profile == stored()
    assert read(again).overlays == translations("ar")


def test_two_sheets_and_six_columns_are_a_profile() -> None:
    found = read(typed())
    profile = found.profile
    assert (profile.profile.id, profile.profile.version) == ("warehouse-team-lead", "1.0.0")
    assert not found.has_version
    assert (profile.profile.effective_from, profile.profile.review_due) == (
        date(2026, 11, 2),
        date(2027, 11, 2),
    )
    assert [one.id for one in profile.accomplishments] == ["A1", "A2", "A3"]
    assert [task.id for one in profile.accomplishments for task in one.tasks] == ["A1.T1", "A2.T1", "A3.T1"]
    assert [(one.id, one.element, one.kind) for one in profile.items] == [
        ("L01", "A1.T1", "behaviour"),
        ("L02", "A2.T1", "behaviour"),
        ("L03", "A3.T1", "behaviour"),
    ]
    assert {one.surveys for one in profile.items} == {("clarity", "feedback360")}
    assert grade(profile) == "sketched"


def test_an_empty_cell_continues_what_stands_above() -> None:
    more = (
        *SMALLEST[:2],
        ("", "", "", "", "", "Names what is missing."),
        ("", "Load", "Loads the last stop first.", "Loads as it comes.", "", "Loads in order."),
        *SMALLEST[2:],
        ("Orders complete", "Check", "", "", "", "Counts again at the gate."),
    )
    profile = read(typed({"profile": more})).profile
    assert [one.element for one in profile.items] == ["A1.T1", "A1.T1", "A1.T2", "A2.T1", "A3.T1", "A1.T1"]
    assert [len(one.tasks) for one in profile.accomplishments] == [2, 1, 1]


def test_a_line_without_a_task_belongs_to_the_accomplishment() -> None:
    rows = (*SMALLEST, ("A floor in order", "", "", "", "The floor is in order at six.", ""))
    (*_, line) = read(typed({"profile": rows})).profile.items
    assert (line.element, line.kind, line.surveys, line.raters) == (
        "A4", "accomplishment", ("clarity",), ("self", "manager"),
    )  # fmt: skip


def test_a_line_is_asked_where_it_has_a_wording_also_after_an_edit() -> None:
    data = edited(written(stored()), put("profile", "E7", "The first piece is checked by two."))
    (line,) = [one for one in read(data).profile.items if one.id == "SS06"]
    assert line.surveys == ("clarity", "feedback360")


def test_ids_stay_when_words_change_in_an_exported_file() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["profile"]["B2"] = "Walk the line first"
        book["profile"]["F2"] = "Walks the line before anyone starts a machine."
        book["profile"].insert_rows(3)
        book["profile"]["B3"] = "Look up"
        book["profile"]["C3"], book["profile"]["D3"] = "Looks at what hangs above.", "Looks down."
        book["profile"]["F3"] = "Looks at what hangs above the line."

    profile = read(edited(written(stored()), change), stored()).profile
    assert [task.id for task in profile.accomplishments[0].tasks] == ["A1.T1", "A1.T4", "A1.T2", "A1.T3"]
    assert [one.id for one in profile.items[:3]] == ["SS01", "SS17", "SS02"]
    assert profile.items[0].anchors == stored().items[0].anchors


def test_ids_stay_when_a_file_without_ids_is_read_again() -> None:
    first = read(typed()).profile
    moved = (
        SMALLEST[0],
        SMALLEST[3],
        ("New", "Task", "Does it.", "Does not.", "", "Does it now."),
        SMALLEST[1],
    )
    second = read(typed({"profile": moved}), first).profile
    assert [one.id for one in second.accomplishments] == ["A3", "A4", "A1"]
    assert [one.id for one in second.items] == ["L03", "L04", "L01"]
    # An id that is gone is never given to something else.
    third = (*SMALLEST[:2], ("Other", "Thing", "Does that.", "Waits.", "", "Does that now."))
    assert [one.id for one in read(typed({"profile": third}), first, second).profile.items] == ["L01", "L05"]


def test_every_problem_is_named_by_sheet_and_cell_at_once() -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["profile"]["D7"] = None
        book["profile"]["C3"] = "#REF!"
        book["figures"]["E2"] = "upwards"
        book["accomplishments"]["D3"] = 9
        book["lines"]["E2"] = "six"
        book["lines"]["A3"] = "SS99"
        book["role"]["B1"] = "value"
        book["role"]["B2"] = None
        book["validation"]["H4"] = 1.5
        book["tools"]["A2"] = "A9.T9"
        book["translations"]["C5"] = "x" * 1001

    found = refused(edited(written(stored(), translations("ar")), change))
    assert "is empty; fill in this cell" in found["profile!D7"]
    assert "holds the error #REF!" in found["profile!C3"]
    assert "higher, lower" in found["figures!E2"]
    assert "must be at most 5" in found["accomplishments!D3"]
    assert "must be a whole number" in found["lines!E2"]
    assert "is no line of the sheet profile" in found["lines!A3"]
    assert "is empty; fill in this cell" in found["role!B2"]
    assert "at most 1" in found["validation!H4"]
    assert "is no task of the sheet profile" in found["tools!A2"]


def test_a_problem_reads_as_sheet_and_cell() -> None:
    rows = (*SMALLEST[:3], ("A team", "Teach", "", "Shows all at once.", "", "Shows a new step."))
    with pytest.raises(FileRefused) as caught:
        read(typed({"profile": rows}))
    assert [str(one) for one in caught.value.problems] == ["profile!C4, great: is empty; fill in this cell"]


def test_an_empty_cell_of_the_sheet_role_is_told_by_the_name_of_its_field() -> None:
    with pytest.raises(FileRefused) as caught:
        read(typed({"role": (("field", "value"), ("title", ""), *ROLE[2:])}))
    assert [str(one) for one in caught.value.problems] == ["role!B2, title: is empty; fill in this cell"]


@pytest.mark.parametrize(
    ("sheets", "cell", "words"),
    [
        ({"role": (("field", "value"), ("title", "Lead"))}, "role", "is empty; fill in this cell"),
        ({"role": (*ROLE, ("colour", "blue"))}, "role!A4", "is no field of this sheet"),
        ({"role": (*ROLE, ("title", "Another"))}, "role!A4", "a second time"),
        ({"role": (*ROLE, ("version", "one"))}, "role!B4", "has a form that is not allowed"),
        ({"role": (*ROLE, ("effective_from", "soon"))}, "role!B4", "YYYY-MM-DD"),
        ({"profile": (EASY,)}, "profile!A2", "there are no rows"),
        ({"profile": (EASY[:5], SMALLEST[1][:5])}, "profile!1", "the header observe is missing"),
        ({"profile": (EASY, ("", *SMALLEST[1][1:]))}, "profile!A2", "the first row names an accomplishment"),
        ({"profile": (EASY, ("A", "", "Does.", "", "", "Does it."))}, "profile!C2", "name the task"),
        ({"profile": (*SMALLEST, ("Nobody hurt", "Walk", "Runs.", "", "", "Runs."))}, "profile!C5", "row 3"),
        ({"profile": (*SMALLEST, ("Nobody hurt", "", "", "", date(2026, 1, 2), ""))}, "profile!E5", "the date"),
        ({"profile": (*SMALLEST, ("Nobody hurt", "", "", "", "=A1", ""))}, "profile!E5", "holds a formula"),
        ({"profile": (*SMALLEST, ("Nobody hurt", "", "", "", "x" * 1001, ""))}, "profile!E5", "1000"),
        ({"strategies": (("accomplishment", "strategy"), ("Nobody hurt", "Walks"), ("", "Sits"))}, "strategies!A3", "is empty"),
        ({"selection": (("field", "value"), ("people", "4"))}, "selection!A2", "is no field of this sheet"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_its_cell(sheets: dict[str, object], cell: str, words: str) -> None:
    found = refused(typed(sheets))  # type: ignore[arg-type]  # rows of any kind of cell
    assert words in found.get(cell, str(found))
    assert cell in found


def test_two_titles_for_one_id_are_named() -> None:
    found = refused(edited(written(stored()), put("profile", "A3", "Another name")))
    assert "A1 is “A shift without harm” in row 2" in found["profile!A3"]


@pytest.mark.parametrize("name", ["profile.csv", "profile.yaml", "profile.xlsm"])
def test_only_a_spreadsheet_is_a_spreadsheet(name: str) -> None:
    with pytest.raises(FileRefused):
        read(b"accomplishment,task\n", filename=name)


def test_a_workbook_without_the_sheet_is_refused_in_words() -> None:
    data = edited(typed(), lambda found: found.remove(found["profile"]))
    with pytest.raises(FileRefused, match="no visible sheet “profile”"):
        read(data)


def test_a_translation_of_a_text_that_is_gone_is_a_warning() -> None:
    data = edited(written(stored(), translations("ar")), put("translations", "A2", "profile.colour"))
    found = read(data)
    assert [one.cell for one in found.warnings] == ["translations!A2"]
    assert "profile.title" not in found.overlays["ar"]


def test_other_sheets_are_named_as_not_read() -> None:
    found = read(typed({"My notes": (("a",), ("b",))}))
    assert [str(one) for one in found.warnings] == [
        "my notes: is not read; its name is not one of this workbook"
    ]


@pytest.mark.parametrize("title", ["Columns", "Columnas", "Spalten", "الأعمدة"])
def test_the_explanations_of_our_template_are_no_sheet_to_warn_of(title: str) -> None:
    assert read(typed({title: (("a",), ("b",))})).warnings == ()


def test_the_check_by_role_holders_can_be_written_on_the_sheet() -> None:
    checks = (("step", "asked", "answered", "could_do_this_here"), ("role_holder_feasibility", 4, 4, 0.75))
    assert grade(read(typed({"validation": checks})).profile) == "checked"


def test_the_template_names_the_fields_and_shows_an_example() -> None:
    data = as_book(empty_sheets())
    assert "there are no rows" in refused(data)["profile!A2"]

    def fill(book: openpyxl.Workbook) -> None:
        book["role"]["B2"], book["role"]["B3"] = "Lead", "Sends every order out."
        for row in book["example"].iter_rows(min_row=2, values_only=True):
            book["profile"].append(list(row))

    profile = read(edited(data, fill)).profile
    assert len(profile.accomplishments) == 3
    assert len(profile.items) == 4


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Warehouse team lead", "warehouse-team-lead"), ("Größe & Maß", "groe-ma"), ("--", "role-")],
)
def test_an_id_is_made_from_the_title(title: str, slug: str) -> None:
    assert slug_of(title).startswith(slug)


def test_a_title_without_latin_letters_gets_an_id_of_its_own() -> None:
    assert slug_of("مشرف وردية") != slug_of("مشرف مستودع")
    assert slug_of("مشرف وردية").startswith("role-")

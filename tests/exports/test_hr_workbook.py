"""HR's workbook shows HR's audience and nothing else."""

from dataclasses import fields, replace
from fractions import Fraction
from typing import get_args

import pytest

from exports.books import HrBook
from exports.errors import NotForHr, UnknownText
from exports.hr_workbook import hr_workbook
from scoring.values import GroupName, ReleasedCell, ReleasePolicy, RollupCell, Withheld
from tests.exports.books import EN_LINES, hr_book, hr_items
from tests.exports.reading import every_text, opened, sheet_of, table_of

SHEETS = ["Read me", "Groups", "Overview", "Roles", "Items", "Baseline", "Dictionary"]


def test_the_sheets_stand_in_the_order_of_reading() -> None:
    assert opened(hr_workbook(hr_book())).sheetnames == SHEETS


def test_purpose_and_promise_stand_word_for_word() -> None:
    book = hr_book()
    texts = every_text(hr_workbook(book))
    assert book.cycle.purpose in texts
    for promise in book.cycle.promises:
        for line in promise.lines:
            assert line in texts


def test_the_five_closing_counts_stand_on_the_first_page() -> None:
    sheet = sheet_of(hr_workbook(hr_book()), "Read me")
    rows = {row[0]: row[1] for row in sheet.iter_rows(max_col=2, values_only=True)}
    counts = ["Counted", "Unfinished (not counted)", "Empty", "Without a valid assignment", "Unreadable"]
    assert [rows[label] for label in counts] == [212, 9, 31, 0, 0]


def test_a_person_cell_of_six_is_shown_with_its_count() -> None:
    row = table_of(hr_workbook(hr_book()), "Items")[1]
    assert (row["Person id"], row["Name"], row["Line id"]) == ("00123", "Cleo Marsh", "SS02")
    assert (row["Peers"], row["Peers: answers"]) == (4.2, 6)
    assert (row["Direct reports"], row["Direct reports: answers"]) == ("withheld", "withheld")


def test_a_band_is_shown_as_its_range_and_never_as_a_number() -> None:
    row = table_of(hr_workbook(hr_book()), "Items")[0]
    assert (row["Peers"], row["Peers: answers"]) == ("4.8-5.0", 6)


def test_a_group_that_was_not_asked_a_line_says_so() -> None:
    assert table_of(hr_workbook(hr_book()), "Items")[0]["Direct reports"] == "not asked"


def test_no_cell_of_any_table_is_blank_or_zero_where_a_value_is_withheld() -> None:
    data = hr_workbook(hr_book())
    for title in ("Overview", "Roles", "Items", "Baseline"):
        for row in table_of(data, title):
            assert None not in row.values()
    withheld = table_of(data, "Roles")[-1]
    assert [withheld[key] for key in ("People", "Answers", "Mean")] == ["withheld"] * 3


@pytest.mark.parametrize("n", [0, 1, 6])
def test_columns_come_from_the_form(n: int) -> None:
    items = hr_items(n=n)
    shown = {item.id for item in items}
    book = hr_book()
    book = replace(
        book,
        items=items,
        cells=tuple(cell for cell in book.cells if cell.item in shown),
        rollups=tuple(cell for cell in book.rollups if cell.item in shown),
    )
    heads = [cell.value for cell in sheet_of(hr_workbook(book), "Overview")[1]]
    assert heads[2:] == [f"{item}\n{text}" for item, text in list(EN_LINES.items())[:n]]


def test_columns_are_the_same_with_no_answer_at_all() -> None:
    full, none = hr_book(), replace(hr_book(), cells=(), rollups=())
    for title in SHEETS[1:]:
        heads = [[cell.value for cell in sheet_of(hr_workbook(book), title)[1]] for book in (full, none)]
        assert heads[0] == heads[1]


def test_the_overview_shows_the_mean_of_a_role_by_line() -> None:
    first = table_of(hr_workbook(hr_book()), "Overview")[0]
    assert (first["Role"], first["Group"]) == ("Shift supervisor", "Peers")
    assert first[f"SS02\n{EN_LINES['SS02']}"] == 4.3
    assert first[f"SS01\n{EN_LINES['SS01']}"] == "withheld"


def test_the_baseline_sheet_names_baseline_target_and_not_yet() -> None:
    rows = table_of(hr_workbook(hr_book()), "Baseline")[:3]
    read = [(row["Compared with"], row["Kind of comparison"], row["Top performers"]) for row in rows]
    assert read == [(4.7, "Baseline", 6), (4, "Target of the panel", 3), ("not yet", "Not yet", 0)]


def test_groups_show_who_was_invited_over_the_whole_cycle() -> None:
    rows = table_of(hr_workbook(hr_book()), "Groups")
    assert [(row["Group"], row["Invited"]) for row in rows][2:4] == [("Peers", 110), ("Direct reports", 96)]


def test_the_dictionary_explains_every_column_of_every_sheet() -> None:
    data = hr_workbook(hr_book())
    explained = {(row["Sheet"], row["Column"]): row["Meaning"] for row in table_of(data, "Dictionary")}
    for title in SHEETS[1:]:
        for cell in sheet_of(data, title)[1]:
            assert explained[title, cell.value]


def test_no_type_of_the_book_has_a_place_for_self_or_manager_values() -> None:
    assert not {"self", "manager"} & set(get_args(GroupName))
    types = {field.name: field.type for field in fields(HrBook)}
    assert types["cells"] == tuple[ReleasedCell, ...]
    assert types["rollups"] == tuple[RollupCell, ...]


@pytest.mark.parametrize("group", ["self", "manager"])
def test_a_named_value_forced_past_the_types_is_refused(group: str) -> None:
    cell = ReleasedCell("cleo", group, "SS02", 9, 40, None)  # type: ignore[arg-type]  # forced on purpose
    with pytest.raises(NotForHr, match="carry a name"):
        replace(hr_book(), cells=(cell,))
    rollup = RollupCell("Shift supervisor", group, "SS02", 9, 40, Fraction(4))  # type: ignore[arg-type]  # same
    with pytest.raises(NotForHr, match="carry a name"):
        replace(hr_book(), rollups=(rollup,))


def test_a_person_cell_of_four_is_refused() -> None:
    with pytest.raises(NotForHr, match="has 4 answers in a group; HR sees 5 or more"):
        replace(hr_book(), cells=(ReleasedCell("cleo", "peer", "SS02", 4, 16, None),))


def test_a_raised_threshold_holds_in_the_workbook_too() -> None:
    with pytest.raises(NotForHr, match="HR sees 7 or more"):
        replace(hr_book(), cycle=replace(hr_book().cycle, policy=ReleasePolicy(k_hr=7)))


@pytest.mark.parametrize(
    "rollup",
    [
        RollupCell("Shift supervisor", "peer", "SS02", 4, 30, Fraction(4)),
        RollupCell("Shift supervisor", "peer", "SS02", 5, 4, Fraction(4)),
        RollupCell("Shift supervisor", "peer", "SS02", Withheld(), Withheld(), Fraction(4)),
        RollupCell("Shift supervisor", "peer", "SS02", 3, 12, Withheld()),
    ],
)
def test_a_role_of_four_people_is_refused_and_so_are_counts_beside_a_withheld_mean(
    rollup: RollupCell,
) -> None:
    with pytest.raises(NotForHr, match="HR sees 5 people or more"):
        replace(hr_book(), rollups=(rollup,))


def test_changing_a_withheld_cell_changes_no_byte() -> None:
    book = hr_book()
    fewer = replace(book, rollups=tuple(cell for cell in book.rollups if not isinstance(cell.mean, Withheld)))
    assert table_of(hr_workbook(fewer), "Items") == table_of(hr_workbook(book), "Items")


def test_ids_with_leading_zeros_stay_text() -> None:
    cell = sheet_of(hr_workbook(hr_book()), "Items")["A2"]
    assert (cell.value, cell.number_format) == ("00123", "@")


def test_a_name_that_is_a_formula_stays_a_name() -> None:
    book = hr_book()
    named = replace(
        book, people={key: replace(who, name="=HYPERLINK(0)") for key, who in book.people.items()}
    )
    cell = sheet_of(hr_workbook(named), "Items")["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(0)", "s")


def test_a_person_or_line_the_book_names_and_does_not_hold_is_refused() -> None:
    with pytest.raises(UnknownText, match="names person 'cleo'"):
        replace(hr_book(), people={})
    with pytest.raises(UnknownText, match="names item 'SS01'"):
        replace(hr_book(), items=hr_items()[1:])

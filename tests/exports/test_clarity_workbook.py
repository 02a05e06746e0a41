"""The workbooks of a clarity round: a pair's for its two people, and HR's with counts over large groups only."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from exports.books import ClosingCounts
from exports.clarity_books import ClarityHrBook, ClassCounts, PairBook, PairBookRow, PulseRow
from exports.clarity_hr_workbook import clarity_hr_workbook
from exports.clarity_words import LANGUAGES as OWN
from exports.clarity_workbook import pair_workbook
from exports.errors import NotForHr
from exports.languages import LANGUAGES, words_for
from exports.making import make_clarity_hr_workbook, make_pair_workbook
from exports.words import ClarityWords
from scoring.values import Band, Withheld
from tests.exports.books import cycle_info
from tests.exports.reading import every_text, opened, table_of

CLASSES = (("hidden_expectation", "Hidden expectation"), ("strength", "Strength"))


def row(item: str, **changes: Any) -> PairBookRow:
    """Make a line that Cleo and Ben see alike."""
    values: dict[str, Any] = {
        "item": item,
        "section": "A shift without harm",
        "line": f"The line {item}.",
        "part": "shared",
        "place": 0,
        "gap": "Aligned",
        "also": (),
        "is_high": False,
        "opener": "Nothing to clear up here.",
        "employee": {"expected": "Yes", "clear": "Mostly", "support": "Fully"},
        "manager": {"expected": "Yes", "clear": "Fully", "last_told": "This month"},
        "barriers": (),
        "teach_back": "",
        "comment": "",
        "own_way": "",
    }
    return PairBookRow(**{**values, **changes})


def pair_book(locale: str = "en", *rows: PairBookRow) -> PairBook:
    return PairBook(
        cycle=replace(cycle_info(locale), kind="clarity"),
        employee_name="Cleo",
        manager_name="Ben",
        summary="You share 5 of 11 expectations and 2 of 3 priorities.",
        rows=rows
        or (
            row("SS01", part="strength", place=1, gap="Strength"),
            row("SS02", part="now", place=2, also=("No shared yardstick", "Ready to practise")),
            row("SS03", part="now", place=1, gap="Hidden expectation", is_high=True),
            row("SS04", part="parked", place=1, barriers=("I lack time", "I lack help")),
            row("SS05", comment="=1+1"),
        ),
        words=words_for(locale),
    )


def hr_book(locale: str = "en", **changes: Any) -> ClarityHrBook:
    values: dict[str, Any] = {
        "cycle": replace(cycle_info(locale), kind="clarity"),
        "closing": ClosingCounts(12, 1, 2, 0, 0),
        "groups_invited": {"self": 8, "manager": 8},
        "classes": CLASSES,
        "blocks": (
            ClassCounts("Supervisor", ("North", "South"), 6, {"hidden_expectation": 4, "strength": 9}),
            ClassCounts("Supervisor", ("",), None, {}),
        ),
        "pulse": (
            PulseRow("Supervisor", ("North", "South"), "I know which goes first.", 6, Fraction(25, 6)),
            PulseRow("Supervisor", ("North", "South"), "I know my decisions.", 6, _band()),
            PulseRow("Supervisor", ("North", "South"), "I saw an example.", Withheld(), Withheld()),
        ),
        "words": words_for(locale),
    }
    return ClarityHrBook(**{**values, **changes})


def _band() -> Band:
    return Band(6, Fraction(29, 6), Fraction(5))


def test_the_talk_lists_the_strength_then_now_then_parked() -> None:
    rows = table_of(pair_workbook(pair_book()), "Talk")

    assert [(one["Part of the talk"], one["Line id"]) for one in rows] == [
        ("Strength, first", "SS01"),
        ("Now", "SS03"),
        ("Now", "SS02"),
        ("Parked", "SS04"),
    ]
    assert rows[2]["Also"] == "No shared yardstick\nReady to practise"


def test_every_line_shows_both_views_side_by_side() -> None:
    rows = table_of(pair_workbook(pair_book()), "Lines")

    assert [one["Line id"] for one in rows] == ["SS01", "SS02", "SS03", "SS04", "SS05"]
    first = rows[0]
    assert (first["Cleo: part of the role"], first["Ben: part of the role"]) == ("Yes", "Yes")
    assert (first["Cleo: clear to the employee"], first["Ben: clear to the employee"]) == ("Mostly", "Fully")
    assert (first["Cleo: has what is needed"], first["Ben: last spoken about"]) == ("Fully", "This month")
    assert first["Cleo: the work today"] == "not asked"
    assert rows[2]["Weight"] == "Matters most"
    assert rows[3]["In the way"] == "I lack time\nI lack help"


def test_what_somebody_wrote_stays_text() -> None:
    data = pair_workbook(pair_book())

    cells = [cell for line in opened(data)["Lines"].iter_rows() for cell in line if cell.value == "=1+1"]

    assert [cell.data_type for cell in cells] == ["s"]


def test_a_round_that_goes_on_has_no_day_of_closing() -> None:
    going_on = replace(pair_book(), cycle=replace(pair_book().cycle, closed_on=None))

    assert "Closed on" not in every_text(pair_workbook(going_on))
    assert "Closed on" in every_text(pair_workbook(pair_book()))


def test_hr_gets_counts_of_large_groups_and_a_word_for_the_others() -> None:
    large, small = table_of(clarity_hr_workbook(hr_book()), "What to clear up")

    assert (large["Units"], large["Pairs"]) == ("North\nSouth", 6)
    assert (large["Hidden expectation"], large["Strength"]) == (4, 9)
    assert (small["Units"], small["Pairs"], small["Strength"]) == ("No unit", "withheld", "withheld")


def test_a_pulse_is_a_mean_a_range_at_the_end_or_withheld() -> None:
    rows = table_of(clarity_hr_workbook(hr_book()), "Role pulse")

    assert [(one["People"], one["Mean"]) for one in rows] == [
        (6, 4.2),
        (6, "4.8-5.0"),
        ("withheld", "withheld"),
    ]


def test_hrs_workbook_names_nobody() -> None:
    texts = every_text(clarity_hr_workbook(hr_book()))

    assert "Cleo" not in texts
    assert "Ben" not in texts


@pytest.mark.parametrize(
    "changes",
    [
        {"blocks": (ClassCounts("Supervisor", ("North",), 4, {"hidden_expectation": 1, "strength": 0}),)},
        {"blocks": (ClassCounts("Supervisor", ("North",), None, {"strength": 1}),)},
        {"pulse": (PulseRow("Supervisor", ("North",), "I know.", 4, Fraction(3)),)},
    ],
    ids=["four pairs", "counts of a withheld group", "a pulse of four"],
)
def test_a_book_that_holds_more_than_hr_may_see_cannot_be_made(changes: Mapping[str, Any]) -> None:
    with pytest.raises(NotForHr):
        hr_book(**changes)


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_cell_of_a_table_is_blank_in_any_language(locale: str) -> None:
    for data in (pair_workbook(pair_book(locale)), clarity_hr_workbook(hr_book(locale))):
        for sheet in opened(data).worksheets[1:]:
            for line in sheet.iter_rows(values_only=True):
                assert None not in line


def test_every_language_has_every_word() -> None:
    english = OWN["en"]
    assert OWN.keys() == LANGUAGES.keys()
    for own in OWN.values():
        assert own.columns.keys() == english.columns.keys()
        assert own.parts.keys() == english.parts.keys()
        for name in english.columns:
            assert _places(own, name) == _places(english, name)


def _places(own: ClarityWords, name: str) -> set[str]:
    text = own.columns[name].title + own.columns[name].meaning
    return {place for place in ("{name}", "{gap}") if place in text}


async def test_a_child_makes_the_same_bytes() -> None:
    assert await make_pair_workbook(pair_book()) == pair_workbook(pair_book())
    assert await make_clarity_hr_workbook(hr_book()) == clarity_hr_workbook(hr_book())

"""CASE-1..5 of the invented cycle give exactly the figures written there, and mirrored ones when every score is mirrored."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

import pytest

from scoring.cube import build_cube
from scoring.release import release
from scoring.report import score
from scoring.values import (
    AccomplishmentSpec,
    Band,
    BaselineCell,
    GroupValue,
    Mean,
    NamedValue,
    NotAsked,
    NotObserved,
    ReleasePolicy,
    Report,
    Scale,
    Withheld,
)
from scoring.wording import band_text, one_decimal
from tests.scoring.oracle import CYCLE, GROUP_OF_ORACLE, ITEMS, case, item_specs, sheet, sheets

CASE_IDS: Final = ("CASE-1", "CASE-2", "CASE-3", "CASE-4", "CASE-5")
NAMED: Final = ("self", "manager")


def report_of(raters: list[str], *, is_mirrored: bool = False) -> Report:
    cube = build_cube(sheets(raters, is_mirrored=is_mirrored), items=ITEMS, scale=Scale())
    return score(
        "E01",
        release=release(cube, ReleasePolicy()),
        named={
            "self": sheet("self", is_mirrored=is_mirrored).ratings,
            "manager": sheet("manager", is_mirrored=is_mirrored).ratings,
        },
        items=item_specs(),
        accomplishments=[AccomplishmentSpec("A1", 5)],
        sds=[],
        baseline=[],
        n_exemplars={},
        scale=Scale(),
    )


def printed(value: GroupValue) -> list[object]:
    match value:
        case Mean():
            return [value.n, one_decimal(value.value)]
        case Band():
            return [value.n, band_text(value)]
        case Withheld() | NotAsked():
            return ["hidden", "hidden"]


def mirrored_value(value: GroupValue) -> GroupValue:
    match value:
        case Mean():
            return Mean(value.n, 6 - value.value, None, None, value.is_width_assumed)
        case Band():
            return Band(value.n, 6 - value.high, 6 - value.low)
        case _:
            return value


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_a_case_shows_exactly_the_groups_and_figures_of_the_oracle(case_id: str) -> None:
    expected = case(case_id)
    report = report_of(expected["raters"])
    shown = [GROUP_OF_ORACLE[name] for name in expected["expected"]["shown"] if name not in NAMED]
    assert [group.group for group in report.groups] == shown
    for name, figures in expected["expected"]["groups"].items():
        group = next(group for group in report.groups if group.group == GROUP_OF_ORACLE[name])
        assert group.n_raters == figures["raters"]
        found = {row.id: printed(row.groups[group.group]) for row in report.items}
        assert found == {item: [n, str(figure)] for item, (n, figure) in figures["items"].items()}


@pytest.mark.parametrize("case_id", CASE_IDS)
def test_mirrored_scores_give_exactly_mirrored_values(case_id: str) -> None:
    raters = case(case_id)["raters"]
    plain, mirrored = report_of(raters), report_of(raters, is_mirrored=True)
    assert mirrored.groups == plain.groups
    for row, twin in zip(plain.items, mirrored.items, strict=True):
        assert twin.groups == {group: mirrored_value(value) for group, value in row.groups.items()}


def test_mirrored_figures_print_mirrored_but_for_printed_halves() -> None:
    differing = {}
    for row, twin in zip(
        report_of(case("CASE-2")["raters"]).items,
        report_of(case("CASE-2")["raters"], is_mirrored=True).items,
        strict=True,
    ):
        for group, value in row.groups.items():
            figure, twin_figure = str(printed(value)[1]), str(printed(twin.groups[group])[1])
            ends = [part if part == "hidden" else str(6 - Decimal(part)) for part in figure.split("-")]
            if twin_figure != "-".join(reversed(ends)):
                differing[row.id, group] = (figure, twin_figure)
    # 17/4 = 4.25 rounds up to 4.3 and its mirror 7/4 = 1.75 up to 1.8: half up is not symmetric about 3.
    assert differing == {("SS05", "peer"): ("4.3", "1.8")}


def test_the_band_of_the_direct_reports_is_mirrored_at_the_low_end() -> None:
    report = report_of(case("CASE-2")["raters"], is_mirrored=True)
    assert printed(report.items[0].groups["direct_report"]) == [3, "1.0-1.3"]


def test_self_and_manager_stand_beside_the_groups_with_what_they_wrote() -> None:
    rows = {row.id: row for row in report_of(case("CASE-3")["raters"]).items}
    assert rows["SS02"].self_value == NamedValue(Fraction(4))
    assert rows["SS02"].manager_value == NamedValue(Fraction(3))
    assert rows["SS08"].manager_value == NotObserved()
    assert rows["SS02"].others == Withheld()
    assert rows["SS02"].words == "too_few_answers"


def test_a_late_report_makes_the_difference_between_case_1_and_case_4_only_by_being_counted() -> None:
    late = report_of(case("CASE-4")["raters"])
    assert late == report_of(case("CASE-2")["raters"])
    assert report_of(case("CASE-5")["raters"]) == report_of(case("CASE-1")["raters"])


def test_the_baseline_of_six_exemplars_gives_the_number_without_a_label() -> None:
    cycle = CYCLE["baseline"]
    cube = build_cube(sheets(case("CASE-2")["raters"]), items=ITEMS, scale=Scale())
    report = score(
        "E01",
        release=release(cube, ReleasePolicy()),
        named={"self": sheet("self").ratings},
        items=item_specs(),
        accomplishments=[AccomplishmentSpec("A1", 5)],
        sds=[],
        baseline=[
            BaselineCell(item, Fraction(str(mean)), cycle["panel_people"])
            for item, mean in cycle["means"].items()
        ],
        n_exemplars={},
        scale=Scale(),
    )
    row = report.items[1]  # SS02: peers 11/3, direct reports 10/3, exemplars 4.4
    assert (row.words, row.gap_others_to_reference) == ("number_only", Fraction(7, 2) - Fraction(22, 5))
    assert row.reference.kind == "baseline"
    assert row.gap_self_to_others == Fraction(1, 2)

"""One person's report: every source side by side, like with like, and its own kind for each missing number."""

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import pytest

from scoring.errors import UnknownItem, UnknownRelationship
from scoring.report import score
from scoring.values import (
    AccomplishmentSpec,
    Band,
    BaselineCell,
    GroupName,
    ItemSpec,
    Mean,
    NamedValue,
    NoAnswer,
    NotAsked,
    NotObserved,
    PooledSd,
    Reference,
    Relationship,
    Release,
    ReleasedCell,
    ReleasedGroup,
    Report,
    Scale,
    Withheld,
)

ALL: Final[tuple[Relationship, ...]] = ("self", "manager", "peer", "direct_report", "external")
ITEMS: Final = [ItemSpec(item, "A1", 1, 4, ALL) for item in ("A", "B", "C", "D")]
PEERS: Final = ReleasedGroup("cleo", "peer", 4, ("peer",))
REPORTS: Final = ReleasedGroup("cleo", "direct_report", 5, ("direct_report",))


def cell(item: str, total: int, *, group: GroupName = "peer", n: int = 4) -> ReleasedCell:
    return ReleasedCell("cleo", group, item, n, total, None)


def report(
    *cells: ReleasedCell,
    groups: Sequence[ReleasedGroup] = (PEERS,),
    items: Sequence[ItemSpec] = ITEMS,
    named: Mapping[Relationship, Mapping[str, int | None]] | None = None,
    baseline: Sequence[BaselineCell] = (),
    sds: Sequence[PooledSd] = (),
) -> Report:
    return score(
        "cleo",
        release=Release(tuple(groups), tuple(cells), 0),
        named=named or {},
        items=items,
        accomplishments=[AccomplishmentSpec("A1", 5)],
        sds=sds,
        baseline=baseline,
        n_exemplars={"A": 3, "B": 3, "C": 2, "D": 4},
        scale=Scale(),
    )


def test_others_are_the_equal_weight_mean_of_the_shown_groups() -> None:
    row = report(cell("A", 12), cell("A", 20, group="direct_report", n=5), groups=(PEERS, REPORTS)).items[0]
    assert isinstance(row.others, Mean)
    assert (row.others.value, row.others.n) == (Fraction(7, 2), 9)


def test_other_peoples_cells_are_passed_over() -> None:
    foreign = dataclasses.replace(cell("A", 12), ratee="dan")
    foreign_group = dataclasses.replace(PEERS, ratee="dan")
    out = report(foreign, groups=(PEERS, foreign_group))
    assert out.groups == (PEERS,)
    assert out.items[0].groups == {"peer": Withheld()}


def test_each_missing_number_has_its_own_kind() -> None:
    only_peers = [ItemSpec("A", "A1", 1, 4, ("peer",)), ItemSpec("B", "A1", 1, 4, ("self", "manager"))]
    out = report(items=only_peers, named={"self": {"B": None}})
    asked, named = out.items
    assert (asked.self_value, asked.manager_value, asked.groups) == (
        NotAsked(),
        NotAsked(),
        {"peer": Withheld()},
    )
    assert (named.self_value, named.manager_value, named.groups) == (
        NotObserved(),
        NoAnswer(),
        {"peer": NotAsked()},
    )
    assert (out.n_released_cells, out.n_withheld_cells) == (0, 1)


def test_a_band_stays_a_band_and_enters_others_with_its_mid_value() -> None:
    banded = ReleasedCell("cleo", "peer", "A", 4, None, "high")
    row = report(banded).items[0]
    assert row.groups["peer"] == Band(4, Fraction(19, 4), Fraction(5))
    assert isinstance(row.others, Mean)
    assert row.others.value == Fraction(39, 8)


def test_a_pool_is_not_asked_only_when_no_member_was() -> None:
    pool = ReleasedGroup("cleo", "colleagues", 5, ("peer", "external"))
    items = [ItemSpec("A", "A1", 1, 4, ("external",)), ItemSpec("B", "A1", 1, 4, ("direct_report",))]
    out = report(groups=(pool,), items=items)
    assert [row.groups["colleagues"] for row in out.items] == [Withheld(), NotAsked()]


def test_an_accomplishment_rolls_up_with_equal_weights_from_seven_tenths_of_its_items() -> None:
    three_of_four = report(cell("A", 12), cell("B", 16), cell("C", 14)).accomplishments[0].groups["peer"]
    assert isinstance(three_of_four, Mean)
    assert (three_of_four.value, three_of_four.n) == (Fraction(7, 2), 4)
    assert report(cell("A", 12), cell("B", 16)).accomplishments[0].groups["peer"] == Withheld()


def test_items_a_group_was_not_asked_do_not_lower_its_coverage() -> None:
    items = [*ITEMS[:2], *(dataclasses.replace(item, relationships=("self",)) for item in ITEMS[2:])]
    assert isinstance(
        report(cell("A", 12), cell("B", 16), items=items).accomplishments[0].groups["peer"], Mean
    )


def test_items_of_weight_zero_count_in_no_roll_up() -> None:
    items = [*ITEMS[:2], *(dataclasses.replace(item, weight=0) for item in ITEMS[2:])]
    row = report(cell("A", 12), cell("B", 16), cell("C", 4), items=items).accomplishments[0]
    assert isinstance(row.others, Mean)
    assert row.others.value == Fraction(7, 2)


def test_mental_models_stand_apart_and_roll_up_nowhere() -> None:
    items = [ITEMS[0], ItemSpec("M", None, 1, None, ALL)]
    out = report(cell("A", 12), cell("M", 18), items=items)
    assert [row.id for row in out.mental_models] == ["M"]
    assert [row.id for row in out.items] == ["A"]
    others = out.accomplishments[0].others
    assert isinstance(others, Mean)
    assert others.value == Fraction(3)


def test_an_accomplishment_is_compared_over_the_very_items_behind_others() -> None:
    frozen = [
        BaselineCell(item, Fraction(level), 6) for item, level in zip("ABCD", (4, 4, 4, 1), strict=True)
    ]
    own: Mapping[Relationship, Mapping[str, int]] = {"self": {"A": 5, "B": 5, "C": 5, "D": 1}}
    row = report(cell("A", 12), cell("B", 12), cell("C", 12), baseline=frozen, named=own).accomplishments[0]
    assert row.reference == Reference("baseline", Fraction(4), 6)
    assert row.gap_others_to_reference == Fraction(-1)
    assert row.self_value == NamedValue(Fraction(4))
    assert row.gap_self_to_others == Fraction(2)


def test_a_line_without_a_baseline_shows_the_target_and_how_many_exemplars_there_are() -> None:
    out = report(cell("A", 12), baseline=[BaselineCell("B", Fraction(4), 5)])
    assert out.items[0].reference == Reference("target", Fraction(4), 3)
    assert out.items[0].words == "target_only"
    assert out.items[0].gap_others_to_reference == Fraction(-1)
    assert out.items[1].reference == Reference("baseline", Fraction(4), 5)
    assert out.accomplishments[0].reference == Reference("target", Fraction(4), 2)


def test_a_line_with_neither_has_no_reference() -> None:
    out = report(cell("A", 12), items=[ItemSpec("A", "A1", 1, None, ALL)])
    assert (out.items[0].reference, out.items[0].words) == (Reference("none", None, 3), "no_comparison")
    assert out.items[0].gap_others_to_reference is None


def test_a_self_rating_below_seven_tenths_of_an_accomplishment_is_not_averaged() -> None:
    row = report(named={"self": {"A": 5, "B": 4}}).accomplishments[0]
    assert (row.self_value, row.manager_value) == (NotObserved(), NoAnswer())


def test_without_others_there_is_no_gap_but_the_reference_stands() -> None:
    row = report(groups=(), named={"self": {"A": 5}}).items[0]
    assert (row.others, row.gap_self_to_others, row.gap_others_to_reference) == (Withheld(), None, None)
    assert row.reference.value == 4


def test_noise_is_what_two_numbers_of_this_report_differ_by_chance() -> None:
    sds = [PooledSd("peer", "A", 0.8, 40), PooledSd("peer", "B", 0.6, 40), PooledSd("peer", "C", 1.0, 40)]
    out = report(cell("A", 12), cell("B", 12), cell("C", 12), sds=sds)
    assert out.noise_points == pytest.approx(1.959964 * 2**0.5 * 0.4, rel=1e-6)
    assert report(cell("A", 12)).noise_points is None


def test_labels_come_with_eight_exemplars_and_a_measured_width() -> None:
    sds = [PooledSd("peer", "A", 0.6, 40)]
    frozen = [BaselineCell("A", Fraction(9, 2), 8, 0.3)]
    row = report(cell("A", 10), sds=sds, baseline=frozen, named={"self": {"A": 5}}).items[0]
    assert row.words == "blind_spot"
    assumed = [PooledSd("peer", "A", 0.6, None)]
    assert report(cell("A", 10), sds=assumed, baseline=frozen).items[0].words == "cannot_tell"


def test_a_confidential_answer_given_by_name_is_refused() -> None:
    with pytest.raises(UnknownRelationship, match="peer"):
        report(named={"peer": {"A": 5}})


def test_an_item_of_an_unknown_accomplishment_is_refused() -> None:
    with pytest.raises(UnknownItem, match="'A9'"):
        report(items=[ItemSpec("A", "A9", 1, 4, ALL)])


def test_an_item_given_twice_is_refused() -> None:
    with pytest.raises(UnknownItem, match="twice"):
        report(items=[ITEMS[0], ITEMS[0]])

"""The exemplars' level: from five on, one for every reader, HR only where it cannot subtract."""

from fractions import Fraction

import pytest

from scoring.baseline import baseline, count_exemplars, hr_baseline
from scoring.errors import PolicyTooWeak, UnknownRatee
from scoring.values import BaselineCell, GroupName, Release, ReleasedCell, ReleasePolicy, Scale

EIGHT = [f"x{index}" for index in range(8)]


def released(*totals: int, n: int = 4, group: GroupName = "peer") -> Release:
    cells = tuple(ReleasedCell(f"x{index}", group, "A", n, total, None) for index, total in enumerate(totals))
    return Release((), cells, 0)


def test_four_exemplars_have_no_baseline_but_a_count() -> None:
    out = released(16, 17, 18, 18)
    assert baseline(out, EIGHT, ["A"]) == ()
    assert count_exemplars(out, EIGHT, ["A", "B"]) == {"A": 4, "B": 0}


def test_five_exemplars_weigh_the_same_each() -> None:
    (cell,) = baseline(released(16, 17, 18, 18, 15), EIGHT, ["A"])
    assert cell == BaselineCell("A", Fraction(84, 20), 5, None)


def test_an_exemplar_counts_with_the_mean_of_the_own_groups() -> None:
    peers, external = released(16, 16, 16, 16, 16), released(6, 6, 6, 6, 6, n=3, group="external")
    (cell,) = baseline(Release((), peers.cells + external.cells, 0), EIGHT, ["A"])
    assert cell.mean == Fraction(3)


def test_people_who_are_no_exemplars_are_left_out() -> None:
    assert baseline(released(16, 17, 18, 18, 15), EIGHT[1:], ["A"]) == ()


def test_a_name_given_twice_counts_once() -> None:
    assert count_exemplars(released(16, 17), ["x0", "x0", "x1"], ["A"]) == {"A": 2}


def test_a_band_enters_with_its_mid_value() -> None:
    banded = ReleasedCell("x4", "peer", "A", 4, None, "high")
    out = Release((), (*released(16, 16, 16, 16).cells, banded), 0)
    (cell,) = baseline(out, EIGHT, ["A"], scale=Scale())
    assert cell.mean == (16 + Fraction(39, 8)) / 5


def test_the_width_between_exemplars_comes_with_eight() -> None:
    (seven,) = baseline(released(14, 15, 16, 17, 18, 16, 16), EIGHT, ["A"])
    (eight,) = baseline(released(14, 15, 16, 17, 18, 16, 16, 16), EIGHT, ["A"])
    assert seven.sd is None
    assert eight.sd == 0.3  # root of 0.0893 = 0.299


def test_only_the_items_asked_for_are_given_in_their_order() -> None:
    cells = released(*[16] * 5).cells
    both = Release((), cells + tuple(ReleasedCell(c.ratee, c.group, "B", 4, 12, None) for c in cells), 0)
    assert [cell.item for cell in baseline(both, EIGHT, ["B", "A", "C"])] == ["B", "A"]


def test_hr_gets_no_baseline_that_gives_an_exemplar_away() -> None:
    one_small = Release(
        (), (*released(20, 20, 21, 22, n=5).cells, ReleasedCell("x4", "peer", "A", 4, 16, None)), 0
    )
    frozen = baseline(one_small, EIGHT, ["A"])
    assert hr_baseline(frozen, one_small, EIGHT, ReleasePolicy()) == ()
    all_small = released(16, 16, 16, 16, 16)
    frozen = baseline(all_small, EIGHT, ["A"])
    assert hr_baseline(frozen, all_small, EIGHT, ReleasePolicy()) == frozen
    all_large = released(20, 20, 20, 20, 20, n=5)
    frozen = baseline(all_large, EIGHT, ["A"])
    assert hr_baseline(frozen, all_large, EIGHT, ReleasePolicy()) == frozen
    with pytest.raises(PolicyTooWeak):
        hr_baseline(frozen, all_large, EIGHT, ReleasePolicy(k_hr=2))


def beside_rollups(n_unseen_others: int, others_role: str = "lead") -> tuple[BaselineCell, ...]:
    others = [ReleasedCell(f"o{index}", "peer", "A", 4, 12, None) for index in range(n_unseen_others)]
    seen = [ReleasedCell(f"s{index}", "peer", "A", 6, 18, None) for index in range(3)]
    whole = Release((), (*released(16, 16, 16, 16, 16).cells, *others, *seen), 0)
    roles = {cell.ratee: others_role if cell.ratee.startswith("o") else "lead" for cell in whole.cells}
    frozen = baseline(whole, EIGHT, ["A"])
    assert len(frozen) == 1
    return hr_baseline(frozen, whole, EIGHT, ReleasePolicy(), roles=roles)


def test_a_roll_up_minus_the_baseline_leaves_hr_nobody_or_five() -> None:
    assert [len(beside_rollups(n)) for n in (0, 1, 4, 5)] == [1, 0, 0, 1]


def test_people_of_a_role_without_exemplars_do_not_matter_for_the_baseline() -> None:
    assert len(beside_rollups(1, others_role="crew")) == 1


def test_a_ratee_without_a_role_stops_the_baseline_for_hr() -> None:
    out = released(16, 16, 16, 16, 16)
    with pytest.raises(UnknownRatee, match="'x1'"):
        hr_baseline(baseline(out, EIGHT, ["A"]), out, EIGHT, ReleasePolicy(), roles={"x0": "lead"})

"""The partition of small groups, the bands at the ends, and policies that are too weak."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scoring.cube import build_cube
from scoring.errors import InconsistentCube, PolicyTooWeak
from scoring.gate import check_policy, partition
from scoring.release import release
from scoring.values import (
    ConfidentialGroup,
    CountedSheet,
    GroupName,
    Release,
    ReleasedCell,
    ReleasedGroup,
    ReleasePolicy,
    Scale,
)

POOL = ReleasePolicy()
DROP = ReleasePolicy(small_groups="drop")


def groups(peer: int, direct_report: int, external: int, policy: ReleasePolicy = POOL) -> dict[str, str]:
    n_sheets: dict[ConfidentialGroup, int] = {
        "peer": peer,
        "direct_report": direct_report,
        "external": external,
    }
    return {name: "+".join(members) for name, members in partition(n_sheets, policy).items()}


def released(ratings: Sequence[int | None], scale: Scale = Scale()) -> Release:  # noqa: B008 - frozen
    sheets = [CountedSheet("cleo", "peer", {"A": rating}) for rating in ratings]
    return release(build_cube(sheets, items=["A"], scale=scale), POOL)


def cell(ratings: Sequence[int | None], scale: Scale = Scale()) -> ReleasedCell:  # noqa: B008 - frozen
    return released(ratings, scale).cells[0]


def test_a_peer_group_of_two_is_never_shown() -> None:
    assert groups(2, 0, 0) == {}
    assert groups(2, 0, 0, DROP) == {}


def test_small_groups_together_of_three_are_pooled() -> None:
    assert groups(2, 1, 0) == {"colleagues": "peer+direct_report"}
    assert groups(2, 1, 0, DROP) == {}


def test_a_pool_that_is_too_small_absorbs_the_smallest_shown_group_under_five() -> None:
    assert groups(4, 3, 1) == {"peer": "peer", "colleagues": "direct_report+external"}


def test_on_equal_size_external_goes_before_direct_reports_and_these_before_peers() -> None:
    assert groups(1, 3, 3) == {"direct_report": "direct_report", "colleagues": "peer+external"}
    assert groups(3, 3, 1) == {"peer": "peer", "colleagues": "direct_report+external"}
    assert groups(3, 1, 3) == {"peer": "peer", "colleagues": "direct_report+external"}


def test_a_group_of_five_is_not_absorbed_and_the_pool_is_left_out() -> None:
    assert groups(5, 2, 0) == {"peer": "peer"}
    assert groups(4, 2, 0) == {"colleagues": "peer+direct_report"}


def test_a_pool_of_k_absorbs_nobody() -> None:
    assert groups(4, 2, 1) == {"peer": "peer", "colleagues": "direct_report+external"}


def test_a_group_of_nobody_takes_no_part() -> None:
    assert groups(3, 0, 0) == {"peer": "peer"}


def test_a_raised_k_is_used_for_groups_and_items() -> None:
    strict = ReleasePolicy(k=5)
    assert groups(4, 0, 0, strict) == {}
    assert groups(6, 4, 0, strict) == {"peer": "peer"}
    sheets = [CountedSheet("cleo", "peer", {"A": rating}) for rating in (2, 3, 4, 4, None)]
    assert release(build_cube(sheets, items=["A"], scale=Scale()), strict).cells == ()


def test_a_line_with_fewer_than_k_answers_hides_inside_a_shown_group() -> None:
    out = released([4, 3, None, None])
    assert out.groups == (ReleasedGroup("cleo", "peer", 4, ("peer",)),)
    assert (out.cells, out.n_withheld_cells) == ((), 1)


def test_the_top_total_and_one_below_leave_as_the_same_band() -> None:
    assert cell([5, 5, 5]) == cell([5, 5, 4]) == ReleasedCell("cleo", "peer", "A", 3, None, "high")
    assert cell([5, 4, 4]) == ReleasedCell("cleo", "peer", "A", 3, 13, None)
    assert cell([5, 5, 3]).total == 13


def test_the_lowest_total_and_one_above_leave_as_the_same_band() -> None:
    assert cell([1, 1, 1]) == cell([1, 1, 2]) == ReleasedCell("cleo", "peer", "A", 3, None, "low")
    assert cell([1, 2, 2]).total == 5


def test_every_total_of_a_two_point_scale_is_a_band() -> None:
    assert [cell(ratings, Scale(0, 1)).band for ratings in ([0, 0, 1], [0, 1, 1])] == ["low", "high"]


def test_a_relationship_that_was_not_asked_is_not_withheld() -> None:
    sheets = [CountedSheet("cleo", "peer", {"A": rating}) for rating in (3, 4, 4)]
    out = release(build_cube(sheets, items=["A", "B"], scale=Scale()), POOL)
    assert (len(out.cells), out.n_withheld_cells) == (1, 0)


def test_in_a_pool_only_the_members_that_were_asked_count() -> None:
    peers = [CountedSheet("cleo", "peer", {"A": 4, "B": 3}) for _ in range(4)]
    reports = [CountedSheet("cleo", "direct_report", {"A": 3}) for _ in range(2)]
    out = release(build_cube([*peers, *reports], items=["A", "B"], scale=Scale()), POOL)
    names: list[GroupName] = [shown.group for shown in out.groups]
    assert names == ["colleagues"]
    assert [(shown.item, shown.n, shown.total) for shown in out.cells] == [("A", 6, 22), ("B", 4, 12)]


def test_all_relationships_left_out_are_one_withheld_block() -> None:
    sheets = [CountedSheet("cleo", "peer", {"A": 4}), CountedSheet("cleo", "external", {"A": 4, "B": 4})]
    assert release(build_cube(sheets, items=["A", "B"], scale=Scale()), DROP).n_withheld_cells == 2


def test_the_order_of_a_release_is_ratee_group_item() -> None:
    sheets = [
        CountedSheet(ratee, relationship, {"B": 3, "A": 3})
        for ratee in ("z", "a")
        for relationship in ("external", "peer")
        for _ in range(3)
    ]
    out = release(build_cube(sheets, items=["B", "A"], scale=Scale()), POOL)
    places = [(shown.ratee, shown.group, shown.item) for shown in out.cells]
    assert places == [
        (ratee, group, item) for ratee in ("a", "z") for group in ("peer", "external") for item in ("B", "A")
    ]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (ReleasePolicy(k=2), "k is 2; the smallest allowed value is 3"),
        (ReleasePolicy(k_hr=4), "k_hr is 4; the smallest allowed value is 5"),
        (ReleasePolicy(k_comments=4), "k_comments is 4"),
        (ReleasePolicy(min_commenters=2), "min_commenters is 2"),
        (ReleasePolicy(k=True), "k is True"),
        (ReleasePolicy(k=3.5), "k is 3.5"),  # type: ignore[arg-type]  # what must be refused
        (ReleasePolicy(small_groups="show"), "small_groups is 'show'"),  # type: ignore[arg-type]  # same
    ],
)
def test_a_policy_weaker_than_the_product_allows_is_refused_by_name(
    policy: ReleasePolicy, message: str
) -> None:
    with pytest.raises(PolicyTooWeak, match=message):
        check_policy(policy)
    with pytest.raises(PolicyTooWeak, match=message):
        release(build_cube([], items=["A"], scale=Scale()), policy)


def test_nothing_leaves_a_cube_whose_counts_contradict_each_other() -> None:
    cube = build_cube([CountedSheet("cleo", "peer", {"A": 4})] * 3, items=["A"], scale=Scale())
    broken = [
        replace(cube, n_asked=cube.n_asked - 1),
        replace(cube, n_sheets=cube.n_sheets - 1),
        replace(cube, counts=cube.counts - 1),
        replace(cube, counts=np.zeros((1, 3, 1, 4), dtype=np.int32)),
        replace(cube, ratees=("cleo", "dan")),
    ]
    for one in broken:
        with pytest.raises(InconsistentCube):
            release(one, POOL)


def test_an_empty_cycle_releases_nothing() -> None:
    assert release(build_cube([], items=["A"], scale=Scale()), POOL) == Release((), (), 0)

"""HR sees cells of five or more, and roll-ups that give nothing more away by subtraction."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.audience import cell_total
from scoring.errors import InconsistentCube, PolicyTooWeak, UnknownRatee
from scoring.release import hr_groups, hr_rollup, hr_view
from scoring.values import (
    GroupName,
    Release,
    ReleasedCell,
    ReleasedGroup,
    ReleasePolicy,
    RollupCell,
    Scale,
    Withheld,
)

POLICY = ReleasePolicy()
HIDDEN = (Withheld(), Withheld(), Withheld())


def cells_of_size(*sizes: int, item: str = "A", group: GroupName = "peer") -> list[ReleasedCell]:
    return [ReleasedCell(f"p{index}", group, item, n, 3 * n, None) for index, n in enumerate(sizes)]


def rollup(cells: list[ReleasedCell], roles: dict[str, str] | None = None) -> tuple[RollupCell, ...]:
    everybody = dict.fromkeys((cell.ratee for cell in cells), "lead")
    return hr_rollup(Release((), tuple(cells), 0), roles=roles or everybody, policy=POLICY)


def test_hr_sees_cells_and_groups_of_five_and_none_of_four() -> None:
    small, large = cells_of_size(4, 5)
    assert hr_view(Release((), (small, large), 0), POLICY) == (large,)
    groups = (ReleasedGroup("p0", "peer", 4, ("peer",)), ReleasedGroup("p1", "peer", 5, ("peer",)))
    assert hr_groups(Release(groups, (), 0), POLICY) == groups[1:]


def test_five_people_hr_sees_none_of_are_rolled_up() -> None:
    assert rollup(cells_of_size(3, 4, 3, 4, 3)) == (RollupCell("lead", "peer", "A", 5, 17, Fraction(3)),)


def test_four_people_are_withheld_without_their_number() -> None:
    assert rollup(cells_of_size(6, 6, 6, 6)) == (RollupCell("lead", "peer", "A", *HIDDEN),)


def test_five_people_of_whom_hr_sees_four_are_withheld() -> None:
    assert rollup(cells_of_size(6, 6, 6, 6, 3)) == (RollupCell("lead", "peer", "A", *HIDDEN),)


def test_people_all_seen_one_by_one_may_be_rolled_up() -> None:
    assert rollup(cells_of_size(5, 5, 5, 5, 5))[0].n_ratees == 5


def test_five_unseen_beside_seen_ones_are_rolled_up() -> None:
    assert rollup(cells_of_size(3, 3, 3, 3, 3, 9))[0].n == 24


def test_a_band_enters_a_roll_up_with_its_mid_value() -> None:
    cells = [*cells_of_size(3, 3, 3, 3), ReleasedCell("p4", "peer", "A", 3, None, "high")]
    assert rollup(cells)[0].mean == Fraction(4 * 9 + Fraction(29, 2), 15)


def test_roles_and_groups_are_rolled_up_apart() -> None:
    cells = cells_of_size(3, 3, 3, 3, 3) + cells_of_size(3, 3, 3, 3, 3, group="external")
    roles = {f"p{index}": "lead" if index else "crew" for index in range(5)}
    assert [(row.role, row.group) for row in rollup(cells, roles)] == [
        ("crew", "peer"),
        ("crew", "external"),
        ("lead", "peer"),
        ("lead", "external"),
    ]


def test_a_ratee_without_a_role_stops_the_roll_up() -> None:
    with pytest.raises(UnknownRatee, match="'p1'"):
        rollup(cells_of_size(3, 3), {"p0": "lead"})


def test_hr_gets_nothing_under_a_policy_too_weak() -> None:
    weak = ReleasePolicy(k_hr=3)
    with pytest.raises(PolicyTooWeak):
        hr_view(Release((), (), 0), weak)
    with pytest.raises(PolicyTooWeak):
        hr_groups(Release((), (), 0), weak)
    with pytest.raises(PolicyTooWeak):
        hr_rollup(Release((), (), 0), roles={}, policy=weak)


def test_a_cell_with_neither_total_nor_band_is_refused() -> None:
    with pytest.raises(InconsistentCube):
        cell_total(ReleasedCell("cleo", "peer", "A", 3, None, None), Scale())


CELLS = st.builds(
    ReleasedCell,
    ratee=st.sampled_from([f"p{index}" for index in range(14)]),
    group=st.sampled_from(["peer", "direct_report"]),
    item=st.sampled_from(["A", "B"]),
    n=st.integers(3, 7),
    total=st.just(12),
    band=st.none(),
)


@given(
    st.lists(CELLS, max_size=60, unique_by=lambda cell: (cell.ratee, cell.group, cell.item)),
    st.lists(st.sampled_from(["lead", "crew"]), min_size=14, max_size=14),
    st.integers(5, 6),
)
def test_what_hr_can_subtract_is_the_sum_of_nobody_or_of_k_people(
    cells: list[ReleasedCell], of_person: list[str], k_hr: int
) -> None:
    policy = ReleasePolicy(k_hr=k_hr)
    released = Release((), tuple(cells), 0)
    roles = {f"p{index}": role for index, role in enumerate(of_person)}
    seen = set(hr_view(released, policy))
    uses: dict[ReleasedCell, int] = defaultdict(int)
    for row in hr_rollup(released, roles=roles, policy=policy):
        inside = [
            cell
            for cell in cells
            if (roles[cell.ratee], cell.group, cell.item) == (row.role, row.group, row.item)
        ]
        if isinstance(row.mean, Withheld):
            assert (row.n, row.n_ratees) == (Withheld(), Withheld())
            continue
        for cell in inside:
            uses[cell] += 1
        assert len(inside) == row.n_ratees
        assert len(inside) >= k_hr
        assert sum(cell not in seen for cell in inside) in (0, *range(k_hr, 99))
        assert row.mean == Fraction(sum(cell.total or 0 for cell in inside), sum(cell.n for cell in inside))
    assert all(count == 1 for count in uses.values())

"""The level of the exemplars, from what their colleagues said in an earlier cycle."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

from scoring.audience import cell_mean, exact_mean
from scoring.errors import UnknownRatee
from scoring.gate import check_policy
from scoring.values import BaselineCell, Release, ReleasedCell, ReleasePolicy, Scale

MIN_EXEMPLARS: Final = 5
MIN_EXEMPLARS_FOR_LABELS: Final = 8


def baseline(
    release_of_previous: Release,
    exemplars: Collection[str],
    items: Sequence[str],
    *,
    scale: Scale | None = None,
) -> tuple[BaselineCell, ...]:
    """Average, per item, what colleagues said about each exemplar.

    Parameters
    ----------
    release_of_previous : Release
        Of the latest closed 360 before this one.
    exemplars : collection of str
        Ratees marked as exemplars before launch; repeats count once.
    items : sequence of str
        The items of the coming cycle, in form order.
    scale : Scale, optional
        Scale of that release, for the mid values of bands; 1 to 5 when left out.

    Returns
    -------
    tuple of BaselineCell
        One per item with at least 5 exemplars that have a released cell on it; the others are absent. `mean` is exact:
        equal weight per exemplar, each with the equal-weight mean of the own released groups, in scale points.
        `sd` is between exemplars (n-1), rounded to 0.05, from 8 exemplars on. n counts exemplars. The one result is
        frozen and the same for every reader, exemplars included.

    Source
    ------
    GATE-12 (docs/scoring.md, Baseline).

    Examples
    --------
    >>> cells = tuple(ReleasedCell(f"x{i}", "peer", "A", 4, 17, None) for i in range(5))
    >>> baseline(Release((), cells, 0), [f"x{i}" for i in range(5)], ["A"])
    (BaselineCell(item='A', mean=Fraction(17, 4), n_exemplars=5, sd=None),)
    """
    levels = _levels(release_of_previous, exemplars, scale or Scale())
    return tuple(
        BaselineCell(item, exact_mean(values), len(values), _sd(values))
        for item in items
        if len(values := list(levels.get(item, {}).values())) >= MIN_EXEMPLARS
    )


def count_exemplars(
    release_of_previous: Release, exemplars: Collection[str], items: Sequence[str]
) -> dict[str, int]:
    """Count, per item, the exemplars with a released cell: "appears with 5; you have 3".

    Every item of `items` has a count, 0 included; rules as in `baseline`. People, not answers; withheld cells count
    nothing. Source: docs/scoring.md, Baseline.

    Examples
    --------
    >>> count_exemplars(Release((), (ReleasedCell("x1", "peer", "A", 4, 17, None),), 0), ["x1", "x2"], ["A", "B"])
    {'A': 1, 'B': 0}
    """
    levels = _levels(release_of_previous, exemplars, Scale())
    return {item: len(levels.get(item, {})) for item in items}


def hr_baseline(
    cells: Sequence[BaselineCell],
    release_of_previous: Release,
    exemplars: Collection[str],
    policy: ReleasePolicy,
    *,
    roles: Mapping[str, str] | None = None,
) -> tuple[BaselineCell, ...]:
    """Keep the baseline cells that give HR, beside all else it sees of that cycle, no person away.

    Parameters
    ----------
    cells : sequence of BaselineCell
        As frozen.
    release_of_previous : Release
        The release they were computed from: of the whole cycle when `roles` are given, else at least of the exemplars.
    exemplars : collection of str
        HR marked them, so it knows who they are.
    policy : ReleasePolicy
        Of that cycle; `k_hr` people are enough.
    roles : mapping of ratee to role, optional
        The roles `hr_rollup` was given for that cycle; leave it out only when HR got no roll-up of it.

    Returns
    -------
    tuple of BaselineCell
        A cell stays iff the exemplars whose level HR cannot work out from `hr_view` number 0 or at least `k_hr`, and,
        with `roles`, in each role and group that holds exemplars so do the unseen others: a roll-up minus the baseline
        would be their sum. Scale points, exact; the rest is left out; n counts exemplars.

    Raises
    ------
    PolicyTooWeak, UnknownRatee

    Source
    ------
    Closure per audience (docs/scoring.md, Audiences).

    Examples
    --------
    >>> released = Release((), tuple(ReleasedCell(f"x{i}", "peer", "A", 4 + (i > 0), 17, None) for i in range(5)), 0)
    >>> hr_baseline(baseline(released, [f"x{i}" for i in range(5)], ["A"]), released, ["x0", "x1"], ReleasePolicy())
    ()
    """
    check_policy(policy)
    unseen: dict[str, set[str]] = defaultdict(set)
    for cell in _cells_of(release_of_previous, exemplars):
        if cell.n < policy.k_hr:
            unseen[cell.item].add(cell.ratee)
    exposed = (
        _exposed_beside_rollups(release_of_previous, frozenset(exemplars), policy, roles)
        if roles
        else frozenset()
    )
    return tuple(
        cell for cell in cells if cell.item not in exposed and not 0 < len(unseen[cell.item]) < policy.k_hr
    )


def _exposed_beside_rollups(
    release: Release, exemplars: frozenset[str], policy: ReleasePolicy, roles: Mapping[str, str]
) -> frozenset[str]:
    """Return the items on which a roll-up minus the exemplars leaves too few people HR does not see."""
    with_exemplars: set[tuple[str, str, str]] = set()
    unseen_others: dict[tuple[str, str, str], int] = defaultdict(int)
    for cell in release.cells:
        if cell.ratee not in roles:
            raise UnknownRatee(f"ratee {cell.ratee!r} has no role; give every ratee of the cycle one")
        place = (roles[cell.ratee], cell.group, cell.item)
        if cell.ratee in exemplars:
            with_exemplars.add(place)
        elif cell.n < policy.k_hr:
            unseen_others[place] += 1
    return frozenset(place[2] for place in with_exemplars if 0 < unseen_others[place] < policy.k_hr)


def _cells_of(release: Release, ratees: Collection[str]) -> list[ReleasedCell]:
    wanted = frozenset(ratees)
    return [cell for cell in release.cells if cell.ratee in wanted]


def _levels(release: Release, exemplars: Collection[str], scale: Scale) -> dict[str, dict[str, Fraction]]:
    """Return item -> exemplar -> others' mean."""
    values: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for cell in _cells_of(release, exemplars):
        values[cell.item][cell.ratee].append(cell_mean(cell, scale))
    return {item: {ratee: exact_mean(groups) for ratee, groups in of.items()} for item, of in values.items()}


def _sd(values: Sequence[Fraction]) -> float | None:
    if len(values) < MIN_EXEMPLARS_FOR_LABELS:
        return None
    mean = exact_mean(values)
    variance = sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)
    return (math.isqrt(int(1600 * variance)) + 1) // 2 / 20

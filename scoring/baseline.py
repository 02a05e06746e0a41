"""The level of the exemplars, from what their colleagues said in an earlier cycle."""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import Final

from scoring.audience import cell_mean, exact_mean
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
) -> tuple[BaselineCell, ...]:
    """Keep the baseline cells HR may see beside the person cells it sees of the same exemplars.

    HR knows who the exemplars are, so a mean over five of whom it sees four would give away the fifth. A cell stays
    iff the exemplars whose level HR cannot work out from `hr_view` number 0 or at least `k_hr`. Scale points, exact;
    the rest is left out; n counts exemplars. Raises PolicyTooWeak. Source: closure per audience (docs/scoring.md,
    Audiences).

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
    return tuple(cell for cell in cells if not 0 < len(unseen[cell.item]) < policy.k_hr)


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

"""The widths of a cycle: how far raters of one class differ on an item, pooled over released cells."""

import math
from fractions import Fraction
from typing import Final

import numpy as np

from scoring.cube import Booleans, Cube, Integers, by_group
from scoring.errors import CubeMismatch
from scoring.gate import GROUP_NAMES
from scoring.values import (
    CONFIDENTIAL,
    PooledSd,
    Release,
    Scale,
)

MIN_RATEES: Final = 10
MIN_DF: Final = 30
MAX_SHARE_OF_DF: Final = Fraction(1, 5)
PLANNING_SHARE: Final = Fraction(1, 5)  # of the width of the scale


def pooled_sds(cube: Cube, release: Release, *, scale: Scale) -> tuple[PooledSd, ...]:
    """Pool the standard deviation within released cells, per group class and item.

    Parameters
    ----------
    cube : Cube
        Of the closed cycle; only its counts inside released cells are read.
    release : Release
        What the gate let out of the same cube.
    scale : Scale
        The scale of the cycle.

    Returns
    -------
    tuple of PooledSd
        One per (group, item) with a released cell, in the order of `GROUP_NAMES` and of the form; scale points,
        rounded half up to 0.05. sd^2 = sum (n-1) s^2 / sum (n-1), n counting ratings of a cell, None left out. With fewer
        than 10 ratees, df under 30, one ratee over 20 % of df, or no spread at all: 0.2 x (top - low) and df None.

    Raises
    ------
    CubeMismatch
        The release is not of this cube.

    Source
    ------
    Pooled within variance of a one-way layout (docs/scoring.md, Intervals); the rules keep one person from being read
    out of a figure of the whole cycle.

    Examples
    --------
    >>> from scoring.cube import build_cube
    >>> from scoring.release import release
    >>> from scoring.values import CountedSheet, ReleasePolicy
    >>> cube = build_cube([CountedSheet("cleo", "peer", {"A": 4})] * 4, items=["A"], scale=Scale())
    >>> pooled_sds(cube, release(cube, ReleasePolicy()), scale=Scale())
    (PooledSd(group='peer', item='A', sd=0.8, df=None),)
    """
    return pooled_sds_of_gate(cube, *_frame(cube, release), scale=scale)


def pooled_sds_of_gate(
    cube: Cube, members: Booleans, is_released: Booleans, *, scale: Scale
) -> tuple[PooledSd, ...]:
    """Pool widths as `pooled_sds` does, from the arrays of `release.open_gate`, for whole cycles at once.

    `members` has the shape (ratee, group, relationship), `is_released` (ratee, group, item); everything else is as in
    `pooled_sds`.

    Examples
    --------
    >>> from scoring.cube import build_cube
    >>> cube = build_cube([], items=["A"], scale=Scale())
    >>> pooled_sds_of_gate(cube, np.zeros((0, 4, 3), bool), np.zeros((0, 4, 1), bool), scale=Scale())
    ()
    """
    points = np.arange(cube.scale.low, cube.scale.top + 1, dtype=np.int32)
    n = by_group(members, cube.counts.sum(axis=-1, dtype=np.int32))
    total = by_group(members, cube.counts @ points)
    squares = by_group(members, cube.counts @ points**2)
    found: list[PooledSd] = []
    for group, name in enumerate(GROUP_NAMES):
        for column, item in enumerate(cube.items):
            rows = is_released[:, group, column]
            if rows.any():
                moments = (part[rows, group, column].astype(np.int64) for part in (n, total, squares))
                found.append(PooledSd(name, item, *_pooled_sd(*moments, scale=scale)))
    return tuple(found)


def _frame(cube: Cube, release: Release) -> tuple[Booleans, Booleans]:
    """Return members (ratee, group, relationship) and released (ratee, group, item) of a release of this cube."""
    ratees = {ratee: row for row, ratee in enumerate(cube.ratees)}
    groups = {name: index for index, name in enumerate(GROUP_NAMES)}
    items = {item: column for column, item in enumerate(cube.items)}
    members = np.zeros((len(ratees), len(groups), len(CONFIDENTIAL)), dtype=bool)
    is_released = np.zeros((len(ratees), len(groups), len(items)), dtype=bool)
    try:
        for shown in release.groups:
            for part in shown.members:
                members[ratees[shown.ratee], groups[shown.group], CONFIDENTIAL.index(part)] = True
        for cell in release.cells:
            is_released[ratees[cell.ratee], groups[cell.group], items[cell.item]] = True
    except KeyError as missing:
        raise CubeMismatch(f"the release names {missing}, which the cube does not hold") from missing
    return members, is_released


def _pooled_sd(
    sizes: Integers, totals: Integers, squares: Integers, *, scale: Scale
) -> tuple[float, int | None]:
    numerators = sizes * squares - totals**2  # n times the sum of squared deviations, in whole numbers
    df = int((sizes - 1).sum())
    if len(sizes) >= MIN_RATEES and df >= MIN_DF and int(sizes.max()) - 1 <= MAX_SHARE_OF_DF * df:
        deviations = sum(
            (Fraction(int(numerators[sizes == size].sum()), size) for size in np.unique(sizes).tolist()),
            Fraction(0),
        )
        # The nearest twentieth of the root, in whole numbers: the same on every machine.
        twentieths = (math.isqrt(int(1600 * deviations / df)) + 1) // 2
        if twentieths:
            return twentieths / 20, df
    return float(PLANNING_SHARE * (scale.top - scale.low)), None

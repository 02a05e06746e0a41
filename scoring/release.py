"""The release gate: what may leave a closed cycle, decided by counts alone and only once."""

from dataclasses import dataclass

import numpy as np

from scoring.audience import cell_total, hr_groups, hr_rollup, hr_view
from scoring.comments import release_comments
from scoring.cube import Booleans, Cube, Integers, by_group
from scoring.errors import InconsistentCube
from scoring.gate import GROUP_NAMES, check_policy, partition
from scoring.values import CONFIDENTIAL, Release, ReleasedCell, ReleasedGroup, ReleasePolicy

# One place to import the whole gate from; the rules themselves live in gate, comments and audience.
__all__ = [
    "Gate",
    "cell_total",
    "check_policy",
    "hr_groups",
    "hr_rollup",
    "hr_view",
    "open_gate",
    "partition",
    "release",
    "release_comments",
]


def release(cube: Cube, policy: ReleasePolicy) -> Release:
    """Let out of one closed cycle what the promise to its raters allows.

    Parameters
    ----------
    cube : Cube
        All counted confidential sheets of the cycle.
    policy : ReleasePolicy
        As frozen at launch.

    Returns
    -------
    Release
        Groups and cells in the order ratee (sorted), group (`GROUP_NAMES`), item (form order). A cell shows iff its
        group is shown and n >= k ratings were given in it. A total of n x top, or one below, leaves as the band
        "high" without its total; n x low, or one above, as "low". `n_withheld_cells` counts, over all ratees, the
        (block, item) pairs that at least one counted sheet was asked and that are not released; the blocks of a ratee
        are the shown groups and, as one further block, all relationships left out. It is a figure of the whole
        cycle: never print it per ratee.

    Raises
    ------
    PolicyTooWeak, InconsistentCube
        Nothing is released.

    Notes
    -----
    Ratings are integers in scale points; n counts ratings, never None. Decisions use counts only (GATE-3), so other
    answers in withheld cells change nothing at all (INV-A3).

    Source
    ------
    GATE-3, GATE-4, GATE-6, GATE-16 (docs/scoring.md, Release).

    Examples
    --------
    >>> from scoring.cube import build_cube
    >>> from scoring.values import CountedSheet, Scale
    >>> sheets = [CountedSheet("cleo", "peer", {"A": rating, "B": 5}) for rating in (3, 4, 4)]
    >>> out = release(build_cube(sheets, items=["A", "B"], scale=Scale()), ReleasePolicy())
    >>> [(cell.item, cell.n, cell.total, cell.band) for cell in out.cells]
    [('A', 3, 11, None), ('B', 3, None, 'high')]
    """
    gate = open_gate(cube, policy)
    return Release(
        groups=_released_groups(cube, gate.members),
        cells=_released_cells(cube, gate),
        n_withheld_cells=gate.n_withheld_cells,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """The decisions of `release` as arrays (ratee, group of `GROUP_NAMES`, ...); totals inside bands are still exact.

    It never leaves the closing: only `release` makes something of it that may be shown.
    """

    members: Booleans  # (ratee, group, relationship)
    is_released: Booleans  # (ratee, group, item)
    n: Integers
    total: Integers
    n_withheld_cells: int


def open_gate(cube: Cube, policy: ReleasePolicy) -> Gate:
    """Decide what `release` lets out, for whole cycles at once and without an object per cell.

    Parameters, rules, Raises and Source as in `release`; counts and totals in scale points are 0 in groups that are not
    shown; n counts ratings.

    Examples
    --------
    >>> from scoring.cube import build_cube
    >>> from scoring.values import CountedSheet, Scale
    >>> cube = build_cube([CountedSheet("cleo", "peer", {"A": 4})] * 3, items=["A"], scale=Scale())
    >>> open_gate(cube, ReleasePolicy()).is_released[0, :, 0].tolist()
    [True, False, False, False]
    """
    check_policy(policy)
    _check_cube(cube)
    members = _members(cube, policy)
    points = np.arange(cube.scale.low, cube.scale.top + 1, dtype=np.int32)
    n = by_group(members, cube.counts.sum(axis=-1, dtype=np.int32))
    total = by_group(members, cube.counts @ points)
    asked = by_group(members, cube.n_asked) > 0
    is_released = n >= policy.k  # a group that is not shown has n 0
    is_left_out = ~_any(members, 1)
    asked_left_out = ((cube.n_asked > 0) & is_left_out[:, :, None]).any(axis=1)
    n_withheld = int((asked & ~is_released).sum() + asked_left_out.sum())
    return Gate(members, is_released, n, total, n_withheld)


def _check_cube(cube: Cube) -> None:
    n_points = cube.scale.top - cube.scale.low + 1
    shape = (len(cube.ratees), len(CONFIDENTIAL), len(cube.items), n_points)
    if (cube.n_sheets.shape, cube.n_asked.shape, cube.counts.shape) != (shape[:2], shape[:3], shape):
        raise InconsistentCube("the arrays of the cube have other shapes than its names")
    answered = cube.counts.sum(axis=-1, dtype=np.int32)
    if (
        (cube.counts < 0).any()
        or (answered > cube.n_asked).any()
        or (cube.n_asked > cube.n_sheets[:, :, None]).any()
        or list(cube.ratees) != sorted(set(cube.ratees))
    ):
        raise InconsistentCube("more ratings than sheets asked, or a ratee twice; count the sheets again")


def _members(cube: Cube, policy: ReleasePolicy) -> Booleans:
    """Return (ratee, group of GROUP_NAMES, relationship): is the relationship part of the shown group."""
    sizes, kind = np.unique(cube.n_sheets, axis=0, return_inverse=True)
    members = np.zeros((len(sizes), len(GROUP_NAMES), len(CONFIDENTIAL)), dtype=bool)
    for index, size in enumerate(sizes.tolist()):
        for group, parts in partition(dict(zip(CONFIDENTIAL, size, strict=True)), policy).items():
            for part in parts:
                members[index, GROUP_NAMES.index(group), CONFIDENTIAL.index(part)] = True
    return members[kind.reshape(-1)]


def _any(members: Booleans, axis: int) -> Booleans:
    return np.asarray(members.any(axis=axis))


def _released_groups(cube: Cube, members: Booleans) -> tuple[ReleasedGroup, ...]:
    return tuple(
        ReleasedGroup(
            cube.ratees[row],
            GROUP_NAMES[group],
            int(cube.n_sheets[row][members[row, group]].sum()),
            tuple(part for part, is_in in zip(CONFIDENTIAL, members[row, group], strict=True) if is_in),
        )
        for row, group in np.argwhere(_any(members, 2)).tolist()
    )


def _released_cells(cube: Cube, gate: Gate) -> tuple[ReleasedCell, ...]:
    rows, groups, items = np.nonzero(gate.is_released)
    places = zip(rows.tolist(), groups.tolist(), items.tolist(), strict=True)
    values = zip(gate.n[gate.is_released].tolist(), gate.total[gate.is_released].tolist(), strict=True)
    low, top = cube.scale.low, cube.scale.top
    cells: list[ReleasedCell] = []
    for (row, group, item), (count, points) in zip(places, values, strict=True):
        name = (cube.ratees[row], GROUP_NAMES[group], cube.items[item], count)
        if points >= count * top - 1:
            cells.append(ReleasedCell(*name, None, "high"))
        elif points <= count * low + 1:
            cells.append(ReleasedCell(*name, None, "low"))
        else:
            cells.append(ReleasedCell(*name, points, None))
    return tuple(cells)

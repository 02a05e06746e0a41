"""An attacker who knows the rules tries every answer in small worlds; nobody may be pinned to one answer."""

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from scoring.cube import Cube, cube_of_codes
from scoring.release import release
from scoring.values import Release, ReleasedCell, ReleasePolicy, Scale

Gate = Callable[[Cube], Release]


def all_answers(
    sizes: tuple[int, int, int], n_points: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return every way the raters can answer one item: one row per data set, one column per rater."""
    return np.array(list(itertools.product(range(n_points), repeat=sum(sizes))), dtype=np.int64)


def cube_of_worlds(sizes: tuple[int, int, int], n_points: int) -> Cube:
    """Make each data set the answers about another ratee, so that one release judges them all."""
    answers = all_answers(sizes, n_points)
    relationships = np.repeat(np.arange(3), sizes)
    rows = np.arange(len(answers))[:, None] * 3 + relationships[None, :]
    return cube_of_codes(
        (answers + 2).astype(np.uint8).reshape(-1, 1),
        rows=rows.reshape(-1),
        ratees=[f"{index:06d}" for index in range(len(answers))],
        items=["A"],
        scale=Scale(1, n_points),
    )


def n_pinned(sizes: tuple[int, int, int], n_points: int, gate: Gate) -> int:
    """Count the data sets in which some rater has one possible answer given everything that is shown."""
    answers = all_answers(sizes, n_points)
    seen: dict[int, list[object]] = defaultdict(list)
    for cell in gate(cube_of_worlds(sizes, n_points)).cells:
        seen[int(cell.ratee)].append((cell.group, cell.n, cell.total, cell.band))
    worlds: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index in range(len(answers)):
        worlds[tuple(seen[index])].append(index)
    pinned = 0
    for indices in worlds.values():
        possible = answers[indices]
        if (possible.min(axis=0) == possible.max(axis=0)).any():
            pinned += len(indices)
    return pinned


def small_worlds(n_points: int) -> Iterator[tuple[int, int, int]]:
    most = 5 if n_points > 4 else 6
    for peers, reports, external in itertools.product(range(most + 1), repeat=3):
        if 0 < peers + reports + external <= most:
            yield peers, reports, external


@pytest.mark.parametrize("n_points", [4, 5])
@pytest.mark.parametrize(
    "policy", [ReleasePolicy(), ReleasePolicy(small_groups="drop")], ids=["pool", "drop"]
)
def test_no_rater_is_pinned_in_any_small_world(n_points: int, policy: ReleasePolicy) -> None:
    assert (
        sum(n_pinned(sizes, n_points, lambda cube: release(cube, policy)) for sizes in small_worlds(n_points))
        == 0
    )


def without_bands(cube: Cube) -> Release:
    """Release exact totals at the ends of the scale too."""
    totals = (cube.counts @ np.arange(cube.scale.low, cube.scale.top + 1)).sum(axis=1)[:, 0].tolist()
    released = release(cube, ReleasePolicy())
    cells = [dataclasses.replace(cell, total=totals[int(cell.ratee)], band=None) for cell in released.cells]
    return Release(released.groups, tuple(cells), released.n_withheld_cells)


def with_everybody(cube: Cube) -> Release:
    """Release, beside the groups of k or more, one number over all raters."""
    totals = (cube.counts @ np.arange(cube.scale.low, cube.scale.top + 1)).sum(axis=1)[:, 0].tolist()
    released = release(cube, ReleasePolicy(small_groups="drop"))
    n = int(cube.n_sheets[0].sum())
    overall = [
        ReleasedCell(ratee, "colleagues", "A", n, total, None)
        for ratee, total in zip(cube.ratees, totals, strict=True)
    ]
    return Release(released.groups, (*released.cells, *overall), 0)


def test_the_attacker_pins_somebody_when_bands_are_left_out() -> None:
    assert n_pinned((3, 0, 0), 5, without_bands) == 2  # all 1 and all 5


def test_the_attacker_pins_somebody_when_a_number_over_all_raters_is_shown() -> None:
    assert n_pinned((3, 1, 0), 5, with_everybody) > 500

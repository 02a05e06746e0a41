"""Krippendorff's alpha: agreement of any number of observers, on any kind of scale, with values missing."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from scoring.errors import BadInput
from scoring.values import Undefined

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(observers: Sequence[Sequence[float | None]], *, level: Level) -> float | Undefined:
    """Compute alpha over all pairs of values given to the same unit.

    Parameters
    ----------
    observers : sequence of rows, shape (observers, units)
        None where an observer gave no value; units with fewer than two values do not count.
    level : str
        How values differ: any difference alike, by rank, by distance, by ratio.

    Returns
    -------
    float or Undefined
        1 full agreement, 0 chance, below 0 systematic disagreement. Undefined when all values are the same or no unit
        has two. n counts values in such units.

    Raises
    ------
    BadInput
        Rows of different lengths.

    Source
    ------
    Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, sections C and D.

    Examples
    --------
    >>> krippendorff_alpha([[1, 2, 3, None], [1, 2, 3, 4]], level="nominal")
    1.0
    """
    if len({len(row) for row in observers}) != 1:
        raise BadInput("every observer needs one entry per unit")
    units = [[value for value in unit if value is not None] for unit in zip(*observers, strict=True)]
    counted = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in counted for value in unit)
    if len(totals) < 2:
        return Undefined("nothing differs, or no unit has two values")
    observed = math.fsum(
        _distance(one, other, totals, level) / (len(unit) - 1)
        for unit in counted
        for one in unit
        for other in unit
    )
    expected = math.fsum(
        n_one * n_other * _distance(one, other, totals, level)
        for one, n_one in totals.items()
        for other, n_other in totals.items()
    )
    return 1 - (totals.total() - 1) * observed / expected


def _distance(one: float, other: float, totals: Counter[float], level: Level) -> float:
    if one == other:
        return 0.0
    match level:
        case "nominal":
            return 1.0
        case "ordinal":
            low, high = min(one, other), max(one, other)
            between = sum(count for value, count in totals.items() if low <= value <= high)
            return (between - (totals[low] + totals[high]) / 2) ** 2
        case "interval":
            return (one - other) ** 2
        case "ratio":
            return ((one - other) / (one + other)) ** 2

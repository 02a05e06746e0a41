"""How far manager and employee differ on what matters and how clear it is; one answer each, so nothing is tested."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.errors import BadInput
from scoring.ranks import correlation
from scoring.values import Scale, Undefined


@dataclass(frozen=True, slots=True)
class ProfileDistance:
    """Squared distance of two profiles and what it is made of."""

    total: float
    elevation: float  # one is higher throughout
    scatter: float  # one spreads wider
    shape: float  # the order differs


def differences(manager: Sequence[int], employee: Sequence[int]) -> list[int]:
    """Return manager minus employee per item, in scale points.

    The same items in the same order; missing answers left out before; n is the number of items. Raises BadInput.
    Source: docs/scoring.md, Expectation gap.

    Examples
    --------
    >>> differences([5, 4], [3, 4])
    [2, 0]
    """
    _check_pairs(manager, employee)
    return [one - other for one, other in zip(manager, employee, strict=True)]


def priority_distance(manager: Sequence[float], employee: Sequence[float]) -> float:
    """Return the share of priority the two place on different things: half the sum of absolute differences of shares.

    Points per item, 0 or more, in one order; from 0 (same) to 1; missing is 0 points; n is the number of items. Raises
    BadInput when one side gave no points. Source: total variation distance (docs/scoring.md, Expectation gap).

    Examples
    --------
    >>> priority_distance([50, 50, 0], [50, 25, 25])
    0.25
    """
    _check_pairs(manager, employee)
    if min((*manager, *employee)) < 0 or not math.fsum(manager) or not math.fsum(employee):
        raise BadInput("both sides need points of 0 or more, and some above 0")
    one, other = math.fsum(manager), math.fsum(employee)
    return math.fsum(abs(a / one - b / other) for a, b in zip(manager, employee, strict=True)) / 2


def top_overlap(manager: Sequence[float], employee: Sequence[float], *, k: int) -> float:
    """Return the shared part of the two top-k sets; all items tied with the k-th belong to a set.

    Points per item in one order, none missing; shared items over the size of the larger set, from 0 to 1. n is the
    number of items. Raises BadInput when k does not fit. Source: docs/scoring.md, Expectation gap.

    Examples
    --------
    >>> top_overlap([3, 2, 1, 0], [3, 0, 1, 2], k=2)
    0.5
    """
    _check_pairs(manager, employee)
    if not 1 <= k <= len(manager):
        raise BadInput(f"k must lie between 1 and the {len(manager)} items")
    one, other = _top(manager, k), _top(employee, k)
    return len(one & other) / max(len(one), len(other))


def expectation_gap_index(
    importance: Sequence[int], clarity: Sequence[int], scale: Scale
) -> float | Undefined:
    """Return the unclarity the employee reports, weighted by the manager's importance.

    Parameters
    ----------
    importance : sequence of int
        The manager's, in scale points.
    clarity : sequence of int
        The employee's, same items in the same order; items without an answer on either side left out before.
    scale : Scale
        Of both.

    Returns
    -------
    float or Undefined
        0 all clear, 1 nothing clear. Undefined when nothing matters. n is the number of items.

    Raises
    ------
    BadInput
        Lengths differ, no items, or an answer outside the scale.

    Source
    ------
    docs/scoring.md, Expectation gap.

    Examples
    --------
    >>> expectation_gap_index([5, 5], [5, 1], Scale())
    0.5
    """
    _check_pairs(importance, clarity)
    if any(not scale.low <= answer <= scale.top for answer in (*importance, *clarity)):
        raise BadInput(f"an answer lies outside {scale.low}..{scale.top}")
    if sum(importance) <= 0:
        return Undefined("nothing matters to the manager")
    unclear = sum(weight * (scale.top - clear) for weight, clear in zip(importance, clarity, strict=True))
    return unclear / (sum(importance) * (scale.top - scale.low))


def profile_distance(first: Sequence[float], second: Sequence[float]) -> ProfileDistance:
    """Split the squared distance of two profiles into elevation, scatter and shape.

    The same items in one order, none missing; squared scale points; the three parts add up to the total; n is the number
    of items. A profile that does not vary has no shape. Raises BadInput.
    Source: Cronbach & Gleser (1953), Psychol. Bull. 50:456-473 (population standard deviations).

    Examples
    --------
    >>> profile_distance([1, 2], [2, 3])
    ProfileDistance(total=2.0, elevation=2.0, scatter=0.0, shape=0.0)
    """
    _check_pairs(first, second)
    n = len(first)
    (mean_one, sd_one), (mean_two, sd_two) = _moments(first), _moments(second)
    together = correlation(first, second)
    unlike = 0.0 if isinstance(together, Undefined) else 1 - together
    return ProfileDistance(
        total=math.fsum((a - b) ** 2 for a, b in zip(first, second, strict=True)),
        elevation=n * (mean_one - mean_two) ** 2,
        scatter=n * (sd_one - sd_two) ** 2,
        shape=2 * n * sd_one * sd_two * unlike,
    )


def double_entry_icc(first: Sequence[float], second: Sequence[float]) -> float | Undefined:
    """Return the likeness of two profiles as one number: the correlation of the pairs entered both ways round.

    The same items in one order, none missing; from -1 to 1; Undefined when nothing varies; n is the number of items.
    Raises BadInput. Source: Furr (2010), J. Pers. Assess. 92:1-19; McCrae (2008).

    Examples
    --------
    >>> double_entry_icc([1, 2, 3], [1, 2, 3])
    1.0
    """
    _check_pairs(first, second)
    return correlation([*first, *second], [*second, *first])


def _check_pairs(first: Sequence[float], second: Sequence[float]) -> None:
    if len(first) != len(second) or not first:
        raise BadInput("both sides must answer the same items, at least one")


def _top(points: Sequence[float], k: int) -> set[int]:
    least = sorted(points, reverse=True)[k - 1]
    return {index for index, point in enumerate(points) if point >= least}


def _moments(values: Sequence[float]) -> tuple[float, float]:
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))

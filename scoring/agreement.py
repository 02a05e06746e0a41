"""How much raters of one target agree, with exact chances under random answering."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from scoring.errors import BadInput
from scoring.values import Scale, Undefined


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement indices of one group on one item; see `agreement` for each."""

    n: int
    variance: float
    null_variance: float
    r_wg_raw: float
    r_wg: float
    r_wg_star: float
    r_wg_star_population: float
    a_wg: float | Undefined
    ad_mean: float
    ad_median: float
    ad_cutoff: float


@dataclass(frozen=True, slots=True)
class CriticalValue:
    """The weakest agreement that is rarer than alpha under random answering, and its exact chance."""

    value: float
    p: float


def agreement(
    ratings: Sequence[int], scale: Scale, *, null_variance: float | None = None
) -> Agreement | Undefined:
    """Compute the agreement of one group of raters on one item.

    Parameters
    ----------
    ratings : sequence of int
        One rating per rater, in scale points; not-observed answers left out before.
    scale : Scale
        The scale they were given on.
    null_variance : float, optional
        Variance of random answering; uniform (A^2 - 1) / 12 when left out, see `pmf_variance` for others.

    Returns
    -------
    Agreement or Undefined
        r_wg = 1 - s^2 / null (raw may be negative, r_wg is at least 0); r_wg* divides by the largest variance n raters
        can have, so a perfect split is 0 (`_population`: by that of endlessly many); a_wg; mean absolute deviation
        from mean and median in scale points, with the practical cut-off A / 6. Undefined under 2 ratings.
        Never released for a confidential group of one person.

    Raises
    ------
    BadInput
        A rating outside the scale.

    Source
    ------
    James, Demaree & Wolf (1984), J. Appl. Psychol. 69:85-98; Lindell & Brandt (1997), Appl. Psychol. Meas. 21:271-278;
    Brown & Hauenstein (2005), Organ. Res. Methods 8:165-184; Burke & Dunlap (2002), Organ. Res. Methods 5:159-172.

    Examples
    --------
    >>> agreement([4, 4, 4, 3], Scale()).r_wg
    0.875
    """
    if any(not scale.low <= rating <= scale.top for rating in ratings):
        raise BadInput(f"a rating lies outside {scale.low}..{scale.top}")
    n = len(ratings)
    if n < 2:
        return Undefined(f"agreement needs 2 ratings, not {n}")
    n_points = scale.top - scale.low + 1
    mean = sum(ratings) / n
    variance = (n * sum(rating**2 for rating in ratings) - sum(ratings) ** 2) / (n * (n - 1))
    null = (n_points**2 - 1) / 12 if null_variance is None else null_variance
    widest = (scale.top - scale.low) ** 2 / 4
    middle = median(ratings)
    return Agreement(
        n=n,
        variance=variance,
        null_variance=null,
        r_wg_raw=1 - variance / null,
        r_wg=max(0.0, 1 - variance / null),
        r_wg_star=1 - variance / (widest * n / (n - 1)),
        r_wg_star_population=1 - variance / widest,
        a_wg=_a_wg(ratings, variance, scale),
        ad_mean=sum(abs(rating - mean) for rating in ratings) / n,
        ad_median=sum(abs(rating - middle) for rating in ratings) / n,
        ad_cutoff=n_points / 6,
    )


def r_wg_of_items(variances: Sequence[float], null_variance: float) -> float:
    """Return r_wg(J), the agreement of one group on J parallel items.

    Variances in squared scale points, one per item and none missing; a share from 0 to 1, 0 when they exceed the null;
    n enters through them. Raises BadInput without items. Source: James, Demaree & Wolf (1984), equation 3.

    Examples
    --------
    >>> round(r_wg_of_items([0.25, 0.5], 2.0), 4)
    0.8966
    """
    if not variances:
        raise BadInput("r_wg(J) needs an item")
    share = sum(variances) / len(variances) / null_variance
    n_items = len(variances)
    return 0.0 if share > 1 else n_items * (1 - share) / (n_items * (1 - share) + share)


def pmf_variance(chances: Sequence[float], scale: Scale) -> float:
    """Return the variance of a distribution of answers, one chance per scale point from the lowest.

    Squared scale points; nothing missing, no n. Raises BadInput when the chances do not fit the scale or add up to 1.
    Source: LeBreton & Senter (2008), Organ. Res. Methods 11:815-852, table 2.

    Examples
    --------
    >>> pmf_variance([0.2] * 5, Scale())
    2.0
    """
    points = range(scale.low, scale.top + 1)
    if len(chances) != len(points) or min(chances) < 0 or abs(sum(chances) - 1) > 1e-9:
        raise BadInput("one chance per scale point is needed, adding up to 1")
    mean = math.fsum(chance * point for chance, point in zip(chances, points, strict=True))
    return math.fsum(chance * (point - mean) ** 2 for chance, point in zip(chances, points, strict=True))


def critical_r_wg(n: int, chances: Sequence[float], *, alpha: float = 0.05) -> CriticalValue | Undefined:
    """Return the smallest r_wg that at most a share `alpha` of groups of n random raters reach.

    Parameters
    ----------
    n : int
        Raters, at least 2, none missing.
    chances : sequence of float
        Chance of each scale point under random answering, from the lowest.
    alpha : float
        Share between 0 and 1.

    Returns
    -------
    CriticalValue or Undefined
        r_wg against the variance of `chances`, and its exact chance; Undefined when even unanimity is not rare enough.

    Raises
    ------
    BadInput
        Under two raters.

    Source
    ------
    Exact enumeration of the multinomial null that Dunlap, Burke & Smith-Crowe (2003), J. Appl. Psychol. 88:356-362,
    simulated.

    Examples
    --------
    >>> critical_r_wg(5, [0.2] * 5).value
    0.85
    """
    null = pmf_variance(chances, Scale(1, len(chances)))
    found = _rarest(n, chances, alpha, _scaled_variance)
    if isinstance(found, Undefined):
        return found
    return CriticalValue(1 - found.value / (n * (n - 1)) / null, found.p)


def critical_ad(n: int, chances: Sequence[float], *, alpha: float = 0.05) -> CriticalValue | Undefined:
    """Return the largest mean absolute deviation that at most a share `alpha` of groups of n random raters stay under.

    In scale points; parameters, n, missing, Undefined, Raises and Source as in `critical_r_wg`.

    Examples
    --------
    >>> critical_ad(5, [0.2] * 5).value
    0.4
    """
    found = _rarest(n, chances, alpha, _scaled_deviation)
    return found if isinstance(found, Undefined) else CriticalValue(found.value / n**2, found.p)


def _a_wg(ratings: Sequence[int], variance: float, scale: Scale) -> float | Undefined:
    n, low, top = len(ratings), scale.low, scale.top
    mean = sum(ratings) / n
    if mean in (low, top):
        return 1.0
    if not (low * (n - 1) + top) / n <= mean <= (top * (n - 1) + low) / n:
        return Undefined("the mean lies too near an end of the scale")
    return 1 - 2 * variance / (((top + low) * mean - mean**2 - top * low) * n / (n - 1))


def _scaled_variance(counts: Sequence[int]) -> int:
    """Return n (n-1) s^2 of a group given as counts per point: a whole number, so ties are exact."""
    n = sum(counts)
    total = sum(point * count for point, count in enumerate(counts))
    return n * sum(point**2 * count for point, count in enumerate(counts)) - total**2


def _scaled_deviation(counts: Sequence[int]) -> int:
    """Return n^2 AD of a group given as counts per point."""
    n = sum(counts)
    total = sum(point * count for point, count in enumerate(counts))
    return sum(count * abs(n * point - total) for point, count in enumerate(counts))


def _rarest(
    n: int, chances: Sequence[float], alpha: float, statistic: Callable[[Sequence[int]], int]
) -> CriticalValue | Undefined:
    if n < 2:
        raise BadInput("agreement needs 2 raters")
    chance_of: dict[int, float] = {}
    for counts in _compositions(n, len(chances)):
        value = statistic(counts)
        chance_of[value] = chance_of.get(value, 0.0) + _multinomial(counts, chances)
    reached: CriticalValue | Undefined = Undefined("even full agreement is not rare enough")
    p = 0.0
    for value in sorted(chance_of):
        p += chance_of[value]
        if p > alpha:
            break
        reached = CriticalValue(value, p)
    return reached


def _compositions(n: int, n_parts: int) -> Iterator[tuple[int, ...]]:
    for bars in itertools.combinations(range(n + n_parts - 1), n_parts - 1):
        edges = (-1, *bars, n + n_parts - 1)
        yield tuple(right - left - 1 for left, right in itertools.pairwise(edges))


def _multinomial(counts: Sequence[int], chances: Sequence[float]) -> float:
    ways = math.factorial(sum(counts)) // math.prod(math.factorial(count) for count in counts)
    return ways * math.prod(chance**count for chance, count in zip(chances, counts, strict=True))

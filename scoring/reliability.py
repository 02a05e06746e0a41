"""How much of the differences between people is about the people: intraclass correlations."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.effects import Summary
from scoring.errors import BadInput
from scoring.values import Undefined


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its confidence limits; a lower limit may be negative and is not clipped."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OneWay:
    """Raters nested in ratees: mean squares, sizes, and the share of variance between ratees."""

    n: int
    n_ratees: int
    grand_mean: float
    ms_between: float
    ms_within: float
    k0: float
    k_harmonic: float
    k_arithmetic: float
    icc_single: Interval  # ICC(1,1); ICC(1) of organisational texts
    icc_mean: float  # ICC(1,k0)
    icc_arithmetic: float  # with the arithmetic mean size, as some packages print
    interval_unweighted: tuple[float, float]  # after Thomas & Hultquist
    variance_between: float


@dataclass(frozen=True, slots=True)
class TwoWay:
    """A panel of raters that rates everyone: the six intraclass correlations."""

    ms_between: float
    ms_within: float
    ms_raters: float
    ms_error: float
    icc: dict[str, Interval]


def table_of(rows: Sequence[Sequence[float]]) -> npt.NDArray[np.float64]:
    """Return a complete table as an array of shape (rows, columns).

    Unit as given; no None; n is rows x columns. Raises BadInput under 2 rows, under 2 columns, or for rows of different
    lengths. Source: none needed.

    Examples
    --------
    >>> table_of([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if len(rows) < 2 or len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        raise BadInput("a table of at least 2 equally long rows and 2 columns is needed")
    return np.array(rows, dtype=float)


def one_way(groups: Sequence[Summary], *, confidence: float = 0.95) -> OneWay | Undefined:
    """Split the variance of ratings into between and within ratees, for any group sizes.

    Parameters
    ----------
    groups : sequence of Summary
        Mean, sd and n of the ratings of each ratee, in scale points; not-observed answers left out before. A ratee with
        one rating takes part with sd 0.
    confidence : float
        Share between 0 and 1 that the intervals hold.

    Returns
    -------
    OneWay or Undefined
        Undefined when nobody differs within. ICC from below 0 to 1; variances in squared scale points; n counts ratings.

    Raises
    ------
    BadInput
        Under two ratees, or one rating each.

    Source
    ------
    Donner (1986), Int. Stat. Rev. 54:67-82 (k0); Searle (1971), Linear Models, 9.6 (limits with k0); Thomas & Hultquist
    (1978), Ann. Stat. 6:582-587 (unweighted limits).

    Examples
    --------
    >>> from scoring.effects import summarise
    >>> out = one_way([summarise([3, 4, 4]), summarise([1, 2, 2]), summarise([4, 5, 5])])
    >>> round(out.icc_single.estimate, 4)
    0.8696
    """
    sizes = np.array([group.n for group in groups], dtype=float)
    means = np.array([group.mean for group in groups])
    n, a = float(sizes.sum()), len(groups)
    if a < 2 or n <= a:
        raise BadInput("two ratees and more ratings than ratees are needed")
    grand = float(sizes @ means) / n
    between = float(sizes @ (means - grand) ** 2) / (a - 1)
    within = float(sum((group.n - 1) * group.sd**2 for group in groups)) / (n - a)
    if within == 0:
        return Undefined("nobody differs within any group")
    k0 = (n - float(sizes @ sizes) / n) / (a - 1)
    harmonic = a / float((1 / sizes).sum())
    unweighted = harmonic * float(((means - means.mean()) ** 2).sum()) / (a - 1)
    limits = _icc_limits(between / within, k0, (a - 1, n - a), confidence)
    return OneWay(
        n=int(n),
        n_ratees=a,
        grand_mean=grand,
        ms_between=between,
        ms_within=within,
        k0=k0,
        k_harmonic=harmonic,
        k_arithmetic=n / a,
        icc_single=Interval(_icc(between, within, k0), *limits),
        icc_mean=(between - within) / between if between else -math.inf,
        icc_arithmetic=_icc(between, within, n / a),
        interval_unweighted=_icc_limits(unweighted / within, harmonic, (a - 1, n - a), confidence),
        variance_between=max(0.0, (between - within) / k0),
    )


def two_way(ratings: Sequence[Sequence[float]], *, confidence: float = 0.95) -> TwoWay | Undefined:
    """Compute the six intraclass correlations of a complete table.

    Parameters
    ----------
    ratings : sequence of rows, shape (ratees, raters)
        At least two of each; no rating missing.
    confidence : float
        Share between 0 and 1 that the intervals hold.

    Returns
    -------
    TwoWay or Undefined
        Keys "ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"; from below 0 to 1. Undefined when
        the raters agree in full but for their leniency. n is ratees x raters.

    Raises
    ------
    BadInput
        Rows of different lengths, or too few.

    Source
    ------
    Shrout & Fleiss (1979), Psychol. Bull. 86:420-428; limits of ICC(2,.) McGraw & Wong (1996), Psychol. Methods 1:30-46.

    Examples
    --------
    >>> round(two_way([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8]]).icc["ICC(3,1)"].estimate, 3)
    0.673
    """
    table = table_of(ratings)
    n, k = table.shape
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    grand = table.mean()
    between = float(k * ((rows - grand) ** 2).sum()) / (n - 1)
    raters = float(n * ((columns - grand) ** 2).sum()) / (k - 1)
    within = float(((table - rows[:, None]) ** 2).sum()) / (n * (k - 1))
    error = float(((table - rows[:, None] - columns + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    if error <= 1e-12 * float(table.var()):
        return Undefined("the raters differ by their leniency alone")
    one = Interval(
        _icc(between, within, k), *_icc_limits(between / within, k, (n - 1, n * (k - 1)), confidence)
    )
    three = Interval(
        _icc(between, error, k), *_icc_limits(between / error, k, (n - 1, (n - 1) * (k - 1)), confidence)
    )
    two = _agreement_icc(between, raters, error, (n, k), confidence)
    return TwoWay(
        ms_between=between,
        ms_within=within,
        ms_raters=raters,
        ms_error=error,
        icc={
            "ICC(1,1)": one,
            "ICC(2,1)": two,
            "ICC(3,1)": three,
            "ICC(1,k)": _of_mean(one, k),
            "ICC(2,k)": _of_mean(two, k),
            "ICC(3,k)": _of_mean(three, k),
        },
    )


def _icc(between: float, within: float, k: float) -> float:
    return (between - within) / (between + (k - 1) * within)


def _icc_limits(ratio: float, k: float, df: tuple[float, float], confidence: float) -> tuple[float, float]:
    tail = (1 - confidence) / 2
    low, high = (ratio / special.fdtri(*df, share) for share in (1 - tail, tail))
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _agreement_icc(
    between: float, raters: float, error: float, shape: tuple[int, int], confidence: float
) -> Interval:
    n, k = shape
    estimate = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    a = k * estimate / (n * (1 - estimate))
    b = 1 + k * estimate * (n - 1) / (n * (1 - estimate))
    df = (a * raters + b * error) ** 2 / (
        (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    )
    share = (1 + confidence) / 2
    upper, lower = float(special.fdtri(n - 1, df, share)), float(special.fdtri(df, n - 1, share))
    rest = k * raters + (k * n - k - n) * error
    low = n * (between - upper * error) / (upper * rest + n * between)
    high = n * (lower * between - error) / (rest + n * lower * between)
    return Interval(estimate, low, high)


def _of_mean(single: Interval, k: int) -> Interval:
    """Step a reliability of one rater up to k raters (Spearman-Brown), limits included."""
    return Interval(
        *(k * value / (1 + (k - 1) * value) for value in (single.estimate, single.low, single.high))
    )

"""Distributions and families of tests that stay right for small groups."""

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.errors import BadInput

_N_NODES: Final = 200
_N_HALVINGS: Final = 60  # of an interval that is a few dozen wide: an error near 1e-16


def t_quantile(share: float, df: float | None) -> float:
    """Return the quantile of Student's t; `df` None means infinitely many (normal).

    `share` lies strictly between 0 and 1. n enters through `df`; there is nothing to be missing. Raises BadInput.
    Source: docs/scoring.md, Intervals.

    Examples
    --------
    >>> round(t_quantile(0.975, 5), 4), round(t_quantile(0.975, None), 4)
    (2.5706, 1.96)
    """
    if not 0 < share < 1 or (df is not None and df <= 0):
        raise BadInput(f"no t quantile at share {share} with {df} degrees of freedom")
    return float(special.ndtri(share)) if df is None else float(special.stdtrit(df, share))


def two_sided_p(t: float, df: float | None) -> float:
    """Return the two-sided p-value of a t statistic; `df` None means normal.

    A share from 0 to 1; n enters through `df`; nothing can be missing. Source: docs/scoring.md, Gap words.

    Examples
    --------
    >>> round(two_sided_p(-2.5706, 5), 3)
    0.05
    """
    tail = special.ndtr(-abs(t)) if df is None else special.stdtr(df, -abs(t))
    return float(2 * tail)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the false-discovery-rate adjusted p-values (q-values) of one family, in the order given.

    Parameters
    ----------
    p_values : sequence of float
        Shares from 0 to 1, one per test made; tests that were not made do not belong in it. n is its length.

    Returns
    -------
    list of float
        Each at least its p-value, at most 1.

    Source
    ------
    Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289-300, section 3.1 (step-up).

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    return _step_up(p_values, 1.0)


def benjamini_yekutieli(p_values: Sequence[float]) -> list[float]:
    """Return q-values that hold under any dependence of the tests; rules and shapes as in `benjamini_hochberg`.

    Shares from 0 to 1; n is the number of tests made. Source: Benjamini & Yekutieli (2001), Ann. Stat. 29:1165-1188,
    theorem 1.3.

    Examples
    --------
    >>> benjamini_yekutieli([0.01, 0.04])
    [0.03, 0.06]
    """
    return _step_up(p_values, sum(1 / rank for rank in range(1, len(p_values) + 1)))


def _step_up(p_values: Sequence[float], factor: float) -> list[float]:
    adjusted = [0.0] * len(p_values)
    smallest = 1.0
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    for rank in range(len(order), 0, -1):
        index = order[rank - 1]
        smallest = min(smallest, p_values[index] * (len(p_values) * factor / rank))
        adjusted[index] = smallest
    return adjusted


def noncentral_t_cdf(t: float, df: float, shift: float) -> float:
    """Return P(T <= t) of Student's t around `shift`, by integration over the chi density.

    A share from 0 to 1; n enters through `df`. Raises BadInput without degrees of freedom.
    Source: T = (Z + shift) / (chi / sqrt(df)); scipy's own noncentral t gives wrong tails (scipy issue 25470).

    Examples
    --------
    >>> round(noncentral_t_cdf(1.0, 9, 0.0), 6), noncentral_t_cdf(-6.324555, 9, 8.675445) < 1e-12
    (0.828282, True)
    """
    if df <= 0:
        raise BadInput(f"no t distribution with {df} degrees of freedom")
    low, high = (math.sqrt(special.chdtri(df, share) / df) for share in (1 - 1e-15, 1e-15))
    nodes, weights = _nodes()
    ratio = (high - low) / 2 * nodes + (high + low) / 2
    log_density = (
        math.log(2)
        + df / 2 * math.log(df / 2)
        - special.gammaln(df / 2)
        + (df - 1) * np.log(ratio)
        - df * ratio**2 / 2
    )
    shares = special.ndtr(t * ratio - shift) * np.exp(log_density)
    return min(1.0, max(0.0, float((high - low) / 2 * (weights * shares).sum())))


def noncentral_t_shift(t: float, df: float, share: float) -> float:
    """Return the shift of Student's t at which P(T <= t) equals `share`; the inverse of `noncentral_t_cdf`.

    Same unit as t; n enters through `df`. Raises BadInput for a share outside 0..1. Source: bisection, since the
    probability falls in the shift.

    Examples
    --------
    >>> round(noncentral_t_cdf(2.0, 9, noncentral_t_shift(2.0, 9, 0.025)), 6)
    0.025
    """
    if not 0 < share < 1:
        raise BadInput(f"no shift at share {share}")
    low, high = t - 10 - 10 * abs(t), t + 10 + 10 * abs(t)
    for _ in range(_N_HALVINGS):
        middle = (low + high) / 2
        if noncentral_t_cdf(t, df, middle) > share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@cache
def _nodes() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    nodes, weights = special.roots_legendre(_N_NODES)
    return np.asarray(nodes), np.asarray(weights)

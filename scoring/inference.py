"""Tests and effect sizes that stay right for small groups."""

from collections.abc import Sequence

from scipy import special

from scoring.errors import BadInput


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
        smallest = min(smallest, p_values[index] * len(p_values) * factor / rank)
        adjusted[index] = smallest
    return adjusted

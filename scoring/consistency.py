"""How far several items of one scale go together: alpha."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from scoring.reliability import Interval, table_of
from scoring.values import Undefined


def cronbach_alpha(
    answers: Sequence[Sequence[float | None]], *, confidence: float = 0.95
) -> tuple[Interval, int] | Undefined:
    """Compute alpha over the complete rows of a table; it concerns items, not raters.

    Parameters
    ----------
    answers : sequence of rows, shape (people, items)
        Rows with a None are left out (listwise).
    confidence : float
        Share between 0 and 1 that the interval holds.

    Returns
    -------
    tuple of Interval and n, or Undefined
        Alpha from below 0 to 1 and the number of complete rows. Undefined under 2 rows or without total variance.

    Raises
    ------
    BadInput
        Under two items, or rows of different lengths.

    Source
    ------
    Cronbach (1951), Psychometrika 16:297-334; Feldt (1965), Psychometrika 30:357-370 (interval).

    Examples
    --------
    >>> cronbach_alpha([[1, 2], [2, 3], [3, 4], [None, 1]])
    (Interval(estimate=1.0, low=1.0, high=1.0), 3)
    """
    complete = [[value for value in row if value is not None] for row in answers if None not in row]
    if len(complete) < 2:
        return Undefined("fewer than 2 complete rows")
    covariance = np.cov(table_of(complete), rowvar=False)
    return _alpha(covariance, len(complete), confidence)


def cronbach_alpha_pairwise(
    answers: Sequence[Sequence[float | None]], *, confidence: float = 0.95
) -> tuple[Interval, int] | Undefined:
    """Compute alpha from covariances over the rows where both items are answered.

    Table, range and Raises as in `cronbach_alpha`; a None hides only its own pairs; n counts all rows, so the interval
    is a little too narrow. Source: as `cronbach_alpha`; pairwise as in pingouin 0.7.

    Examples
    --------
    >>> cronbach_alpha_pairwise([[1, 2], [2, 3], [3, 4]])[1]
    3
    """
    table = table_of([[math.nan if value is None else value for value in row] for row in answers])
    n_items = table.shape[1]
    covariance = np.zeros((n_items, n_items))
    for one in range(n_items):
        for two in range(n_items):
            both = ~np.isnan(table[:, one]) & ~np.isnan(table[:, two])
            if both.sum() < 2:
                return Undefined("two items share fewer than 2 rows")
            covariance[one, two] = np.cov(table[both, one], table[both, two])[0, 1]
    return _alpha(covariance, len(table), confidence)


def _alpha(
    covariance: npt.NDArray[np.float64], n: int, confidence: float
) -> tuple[Interval, int] | Undefined:
    k = len(covariance)
    total = float(covariance.sum())
    if total <= 0:
        return Undefined("the total does not vary")
    alpha = k / (k - 1) * (1 - float(np.trace(covariance)) / total)
    tail = (1 - confidence) / 2
    low, high = (
        1 - (1 - alpha) * float(special.fdtri(n - 1, (n - 1) * (k - 1), share)) for share in (1 - tail, tail)
    )
    return Interval(alpha, low, high), n

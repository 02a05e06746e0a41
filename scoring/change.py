"""Whether two measurements of one person differ by more than chance."""

import math
from dataclasses import dataclass

from scoring.errors import BadInput
from scoring.inference import t_quantile
from scoring.values import Undefined


@dataclass(frozen=True, slots=True)
class Change:
    """A difference in its own standard errors, and the least difference that is more than chance."""

    difference: float
    error: float
    index: float  # difference / error
    least_reliable: float
    is_reliable: bool


def reliable_change(
    before: float, after: float, *, sd: float, reliability: float, confidence: float = 0.95
) -> Change | Undefined:
    """Judge the change of a score with a known reliability.

    Parameters
    ----------
    before, after : float
        Two scores of one person, same unit.
    sd : float
        Standard deviation of the score between people, above 0.
    reliability : float
        Of one score, from 0 to 1.
    confidence : float
        Share between 0 and 1.

    Returns
    -------
    Change or Undefined
        error = sqrt(2) x sd x sqrt(1 - reliability), in the unit of the score. Undefined when it is 0. Nothing may be
        missing; n plays no part.

    Raises
    ------
    BadInput
        sd or reliability out of range.

    Source
    ------
    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59:12-19.

    Examples
    --------
    >>> round(reliable_change(32.5, 47.5, sd=7.5, reliability=0.8).index, 4)
    3.1623
    """
    if sd <= 0 or not 0 <= reliability <= 1:
        raise BadInput("sd must be above 0 and reliability from 0 to 1")
    return _change(after - before, math.sqrt(2) * measurement_error(sd, reliability), confidence)


def measurement_error(sd: float, reliability: float) -> float:
    """Return the standard error of measurement of one score: sd x sqrt(1 - reliability).

    Unit of the score; nothing missing, no n. Source: Jacobson & Truax (1991).

    Examples
    --------
    >>> round(measurement_error(7.5, 0.8), 4)
    3.3541
    """
    return sd * math.sqrt(1 - reliability)


def change_of_means(
    before: tuple[float, int],
    after: tuple[float, int],
    *,
    sd: float,
    n_in_both: int = 0,
    correlation: float = 0.0,
    confidence: float = 0.95,
) -> Change | Undefined:
    """Judge the change of a group mean between two cycles.

    Parameters
    ----------
    before, after : tuple of mean and n
        Released means in scale points with their numbers of ratings, at least 1.
    sd : float
        Pooled width within groups, scale points.
    n_in_both : int
        Raters who answered both times; after closing nobody knows, so 0, which is cautious.
    correlation : float
        Of one rater's errors over time, from 0 to 1.
    confidence : float
        Share between 0 and 1.

    Returns
    -------
    Change or Undefined
        error^2 = sd^2 (1/n1 + 1/n2) - 2 n_in_both correlation sd^2 / (n1 n2). Undefined when it is 0. A withheld mean
        has no change.

    Raises
    ------
    BadInput
        No ratings, or more common raters than ratings.

    Source
    ------
    Maassen (2004), J. Int. Neuropsychol. Soc. 10:888-893 (docs/scoring.md, Statistics).

    Examples
    --------
    >>> change_of_means((3.0, 5), (3.5, 5), sd=0.8).is_reliable
    False
    """
    (mean_before, n_before), (mean_after, n_after) = before, after
    if (
        min(n_before, n_after) < 1
        or not 0 <= n_in_both <= min(n_before, n_after)
        or not 0 <= correlation <= 1
    ):
        raise BadInput("both means need ratings, and no more raters can be in both than in either")
    shared = 2 * n_in_both * correlation / (n_before * n_after)
    variance = sd**2 * (1 / n_before + 1 / n_after - shared)
    return _change(mean_after - mean_before, math.sqrt(max(0.0, variance)), confidence)


def difference_reliability(
    *, first: float, second: float, correlation: float, first_sd: float, second_sd: float
) -> float | Undefined:
    """Return the reliability of a difference of two scores: why gaps are noisy.

    Reliabilities and correlation from 0 to 1, sds in one unit; a share up to 1. Undefined when the difference does not
    vary; nothing missing, no n. Source: Lord & Novick (1968), Statistical Theories of Mental Test Scores; Edwards (2002).

    Examples
    --------
    >>> round(difference_reliability(first=0.8, second=0.8, correlation=0.5, first_sd=1, second_sd=1), 6)
    0.6
    """
    shared = 2 * correlation * first_sd * second_sd
    varying = first_sd**2 + second_sd**2 - shared
    if varying <= 0:
        return Undefined("the difference does not vary")
    return (first_sd**2 * first + second_sd**2 * second - shared) / varying


def _change(difference: float, error: float, confidence: float) -> Change | Undefined:
    if error == 0:
        return Undefined("a score without error cannot be judged by it")
    least = t_quantile((1 + confidence) / 2, None) * error
    return Change(difference, error, difference / error, least, abs(difference) >= least)

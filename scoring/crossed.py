"""Ratings whose raters judge several people: variance components and how reliable a mean then is."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.errors import BadInput


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far raters are shared: 0 when everybody rates everybody, 1 / k when nobody rates two."""

    q: float
    k_harmonic: float


@dataclass(frozen=True, slots=True)
class Components:
    """Variance of ratees, of raters' leniency, and of the rest, in squared scale points; may fall below 0 by chance."""

    ratee: float
    rater: float
    residual: float


def rater_overlap(raters_of: Sequence[Sequence[Hashable]]) -> Overlap:
    """Compute Putka's multiplier from who rated whom.

    Parameters
    ----------
    raters_of : sequence of sequences
        Per ratee the raters, each once; at least two ratees with at least one rater each. Not-observed ratings left out
        before.

    Returns
    -------
    Overlap
        q = 1/k_h - sum over pairs of ratees of shared raters / (k_i k_j) / (n (n-1)), with the harmonic mean k_h of the
        numbers of raters. No unit; n counts ratees.

    Raises
    ------
    BadInput
        Under two ratees, a ratee without raters or with one twice.

    Source
    ------
    Putka, Le, McCloy & Diaz (2008), J. Appl. Psychol. 93:959-981, equation 5, in linear time.

    Examples
    --------
    >>> rater_overlap([[1, 2], [3, 4]]).q
    0.5
    """
    if len(raters_of) < 2 or any(not raters or len(set(raters)) != len(raters) for raters in raters_of):
        raise BadInput("two ratees with different raters each are needed")
    n = len(raters_of)
    share_of: dict[Hashable, float] = defaultdict(float)
    inverse = 0.0
    for raters in raters_of:
        inverse += 1 / len(raters)
        for rater in raters:
            share_of[rater] += 1 / len(raters)
    # Every rater's squared share counts each ratee with itself once; these make up `inverse`.
    shared = sum(share**2 for share in share_of.values()) - inverse
    return Overlap(inverse / n - shared / (n * (n - 1)), n / inverse)


def variance_components(
    ratees: Sequence[Hashable], raters: Sequence[Hashable], ratings: Sequence[float]
) -> Components:
    """Split ratings into ratee, rater and rest where raters judge several people.

    Parameters
    ----------
    ratees, raters, ratings : sequences of equal length
        One entry per rating, in scale points; not-observed ratings left out before. At least two ratees and two raters,
        and more ratings than both together.

    Returns
    -------
    Components
        Method-of-moments estimates (Henderson's first method); n counts ratings.

    Raises
    ------
    BadInput
        The layout cannot tell the three apart.

    Source
    ------
    Henderson (1953), Biometrics 9:226-252, method 1; Searle, Casella & McCulloch (1992), ch. 5.

    Examples
    --------
    >>> round(variance_components([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, [1, 2, 3, 4, 5, 6]).ratee, 6)
    4.0
    """
    if not len(ratees) == len(raters) == len(ratings):
        raise BadInput("one ratee, one rater and one rating per entry are needed")
    n = len(ratings)
    values = np.asarray(ratings, dtype=float) - np.mean(ratings)
    by_ratee, by_rater = _sums(ratees, values), _sums(raters, values)
    n_ratee, n_rater = Counter(ratees), Counter(raters)
    pairs = Counter(zip(ratees, raters, strict=True))
    # Expected quadratic forms, columns ratee, rater, residual; the grand mean is already taken off.
    crossed_ratee = sum(count**2 / n_ratee[ratee] for (ratee, _), count in pairs.items())
    crossed_rater = sum(count**2 / n_rater[rater] for (_, rater), count in pairs.items())
    mean_ratee = sum(count**2 for count in n_ratee.values()) / n
    mean_rater = sum(count**2 for count in n_rater.values()) / n
    expected = np.array(
        [
            [n - mean_ratee, n - mean_rater, n - 1],
            [n - mean_ratee, crossed_ratee - mean_rater, len(n_ratee) - 1],
            [crossed_rater - mean_ratee, n - mean_rater, len(n_rater) - 1],
        ]
    )
    forms = np.array(
        [
            float(values @ values),
            sum(total**2 / n_ratee[ratee] for ratee, total in by_ratee.items()),
            sum(total**2 / n_rater[rater] for rater, total in by_rater.items()),
        ]
    )
    if np.linalg.matrix_rank(expected) < len(expected):
        raise BadInput("this layout cannot tell ratees, raters and the rest apart")
    ratee, rater, residual = np.linalg.solve(expected, forms).tolist()
    return Components(ratee, rater, residual)


def generalizability(components: Components, overlap: Overlap) -> float:
    """Return G(q, k): the share of the variance of ratees' means that is about the ratees.

    From 0 to 1 for components of 0 or more; nothing missing; n enters through the overlap. Raises BadInput when nothing
    varies. Source: Putka et al. (2008), equation 4.

    Examples
    --------
    >>> round(generalizability(Components(0.25, 0.15, 0.60), Overlap(0.25, 4)), 4)
    0.5714
    """
    noise = overlap.q * components.rater + components.residual / overlap.k_harmonic
    if components.ratee + noise <= 0:
        raise BadInput("nothing varies")
    return components.ratee / (components.ratee + noise)


def _sums(
    keys: Sequence[Hashable], values: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> dict[Hashable, float]:
    sums: dict[Hashable, float] = defaultdict(float)
    for key, value in zip(keys, values.tolist(), strict=True):
        sums[key] += value
    return sums

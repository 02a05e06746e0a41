"""How far two short orderings agree, with exact chances."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.errors import BadInput
from scoring.values import Undefined

_MOST_PERMUTED: Final = 8  # 8! orderings are tried one by one; more only without ties


@dataclass(frozen=True, slots=True)
class RankAgreement:
    """Kendall's tau-b with its parts; `p` is exact, or undefined for many tied values."""

    tau: float
    n_concordant: int
    n_discordant: int
    n_ties_first: int
    n_ties_second: int
    p: float | Undefined


def kendall(first: Sequence[float], second: Sequence[float]) -> RankAgreement | Undefined:
    """Compare two orderings of the same things.

    Parameters
    ----------
    first, second : sequences of float
        One value per thing, in the same order of things, at least two, none missing; only their order counts.

    Returns
    -------
    RankAgreement or Undefined
        tau-b from -1 to 1 and the exact two-sided permutation p (share from 0 to 1): all orderings up to 8 things,
        the distribution of inversions beyond when nothing is tied. Undefined when one side does not order at all.
        n is the number of things.

    Raises
    ------
    BadInput
        Lengths differ or are under two.

    Source
    ------
    Kendall (1945), Biometrika 33:239-251; Hollander & Wolfe (1973), ch. 8.

    Examples
    --------
    >>> kendall([1, 3, 2, 4], [1, 4, 2, 3]).n_concordant
    5
    """
    one, two = _pair_signs(first), _pair_signs(second)
    if len(first) != len(second) or len(first) < 2:
        raise BadInput("two orderings of the same two or more things are needed")
    products = one * two
    ties_first, ties_second = int((one == 0).sum()), int((two == 0).sum())
    n_pairs = len(products)
    if n_pairs in (ties_first, ties_second):
        return Undefined("one side gives everything the same value")
    score = int(products.sum())
    return RankAgreement(
        tau=score / math.sqrt((n_pairs - ties_first) * (n_pairs - ties_second)),
        n_concordant=int((products > 0).sum()),
        n_discordant=int((products < 0).sum()),
        n_ties_first=ties_first,
        n_ties_second=ties_second,
        p=_exact_p(first, second, abs(score), has_ties=bool(ties_first or ties_second)),
    )


def critical_tau(n: int, *, alpha: float = 0.05) -> float | Undefined:
    """Return the smallest tau of n untied things whose exact two-sided p is at most `alpha`.

    From 0 to 1; Undefined when even full agreement is not rare enough; nothing is missing. Raises BadInput under 2.
    Source: distribution of inversions (MacMahon), Kendall (1938), Biometrika 30:81-93.

    Examples
    --------
    >>> round(critical_tau(8), 6), critical_tau(4)
    (0.642857, Undefined(reason='full agreement of 4 things is not rare enough'))
    """
    if n < 2:
        raise BadInput("an ordering needs two things")
    n_pairs = n * (n - 1) // 2
    chances = _inversion_chances(n)
    for score in range(n_pairs % 2, n_pairs + 1, 2):
        if _two_sided(chances, score) <= alpha:
            return score / n_pairs
    return Undefined(f"full agreement of {n} things is not rare enough")


def spearman(first: Sequence[float], second: Sequence[float]) -> float | Undefined:
    """Return the correlation of two orderings' ranks, ties sharing the middle rank.

    From -1 to 1; Undefined when one side does not order at all; values of the same things, none missing; n is their
    number. Raises BadInput. Source: Spearman (1904), Am. J. Psychol. 15:72-101.

    Examples
    --------
    >>> round(spearman([1, 3, 2, 4], [1, 4, 2, 3]), 4)
    0.8
    """
    if len(first) != len(second) or len(first) < 2:
        raise BadInput("two orderings of the same two or more things are needed")
    return correlation(middle_ranks(first), middle_ranks(second))


def middle_ranks(values: Sequence[float]) -> list[float]:
    """Return ranks from 1, tied values sharing the mean of their ranks.

    Same order as given, none missing; n is the number of values. Source: Kendall (1945).

    Examples
    --------
    >>> middle_ranks([7, 3, 7])
    [2.5, 1.0, 2.5]
    """
    below = [sum(other < value for other in values) for value in values]
    equal = [sum(other == value for other in values) for value in values]
    return [less + (same + 1) / 2 for less, same in zip(below, equal, strict=True)]


def correlation(first: Sequence[float], second: Sequence[float]) -> float | Undefined:
    """Return Pearson's correlation of two equally long sequences, from -1 to 1.

    Undefined when one side does not vary; none missing; n is the number of pairs. Raises BadInput when lengths differ.
    Source: Pearson (1895).

    Examples
    --------
    >>> correlation([1, 2, 3], [2, 4, 6])
    1.0
    """
    if len(first) != len(second):
        raise BadInput("two sequences of the same length are needed")
    one, two = (np.asarray(side, dtype=float) - np.mean(side) for side in (first, second))
    scatter = float((one**2).sum() * (two**2).sum())
    if scatter == 0:
        return Undefined("one side does not vary")
    return float((one * two).sum()) / math.sqrt(scatter)


def _pair_signs(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    pairs = [np.sign(later - earlier) for earlier, later in itertools.combinations(values, 2)]
    return np.array(pairs, dtype=np.int64)


def _exact_p(
    first: Sequence[float], second: Sequence[float], score: int, *, has_ties: bool
) -> float | Undefined:
    if not has_ties:
        return _two_sided(_inversion_chances(len(first)), score)
    if len(first) > _MOST_PERMUTED:
        return Undefined(f"exact chances of more than {_MOST_PERMUTED} tied things are not computed")
    one = _pair_signs(first)
    orderings = np.array(list(itertools.permutations(second)), dtype=float)
    left, right = zip(*itertools.combinations(range(len(second)), 2), strict=True)
    scores = np.sign(orderings[:, right] - orderings[:, left]).astype(np.int64) @ one
    return float((np.abs(scores) >= score).mean())


def _inversion_chances(n: int) -> list[float]:
    """Return P(number of discordant pairs = i) of a random ordering of n untied things."""
    counts = [1]
    for size in range(2, n + 1):
        wider = [0] * (len(counts) + size - 1)
        for inversions, count in enumerate(counts):
            for added in range(size):
                wider[inversions + added] += count
        counts = wider
    total = math.factorial(n)
    return [count / total for count in counts]


def _two_sided(chances: Sequence[float], score: int) -> float:
    n_pairs = len(chances) - 1
    return math.fsum(
        chance for inversions, chance in enumerate(chances) if abs(n_pairs - 2 * inversions) >= score
    )

"""Levels of people with the share that is chance taken out: for sorting, never in place of the raw mean."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.effects import Summary
from scoring.errors import BadInput
from scoring.values import Undefined


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Empirical-Bayes levels of people: each mean pulled to the common mean by what it owes to chance."""

    mean: float
    shares: tuple[float, ...]  # weight of the own mean, 0 to 1
    levels: tuple[float, ...]
    sds: tuple[float, ...]


def shrink(
    groups: Sequence[Summary], *, variance_between: float, variance_within: float
) -> Shrunk | Undefined:
    """Pull each person's mean toward the common mean by the share that is chance.

    Parameters
    ----------
    groups : sequence of Summary
        Mean and n of each person's ratings, in scale points; not-observed answers left out before.
    variance_between, variance_within : float
        Of `one_way`, in squared scale points.

    Returns
    -------
    Shrunk or Undefined
        Same order as given. For sorting, never in place of the raw mean. Undefined when people do not differ reliably
        (`variance_between` 0). n is that of each person.

    Raises
    ------
    BadInput
        A negative variance or nobody.

    Source
    ------
    Efron & Morris (1975), J. Am. Stat. Assoc. 70:311-319; generalised least squares mean.

    Examples
    --------
    >>> shrink([Summary(4, 1, 4), Summary(2, 1, 4)], variance_between=1, variance_within=4).levels
    (3.5, 2.5)
    """
    if not groups or min(variance_between, variance_within) < 0:
        raise BadInput("people and variances of 0 or more are needed")
    if variance_between == 0:
        return Undefined("no reliable differences between people")
    weights = [1 / (variance_between + variance_within / group.n) for group in groups]
    mean = math.fsum(w * group.mean for w, group in zip(weights, groups, strict=True)) / math.fsum(weights)
    shares = [variance_between * weight for weight in weights]
    return Shrunk(
        mean=mean,
        shares=tuple(shares),
        levels=tuple(mean + share * (group.mean - mean) for share, group in zip(shares, groups, strict=True)),
        sds=tuple(math.sqrt(variance_between * (1 - share)) for share in shares),
    )


def james_stein(values: Sequence[float], variance: float) -> tuple[float, list[float]]:
    """Shrink equally precise values to their mean with the factor of James and Stein.

    At least 4 values of one unit, none missing; `variance` is that of a single value; returns the factor kept and the
    shrunken values in the same order. n is their number. Raises BadInput. Source: Efron & Morris (1977), Sci. Am.
    236(5):119-127.

    Examples
    --------
    >>> james_stein([0.0, 2.0, 4.0, 6.0], 5.0)
    (0.75, [0.75, 2.25, 3.75, 5.25])
    """
    mean = math.fsum(values) / len(values) if values else 0.0
    spread = math.fsum((value - mean) ** 2 for value in values)
    if len(values) < 4 or spread == 0:
        raise BadInput("at least 4 values that differ are needed")
    kept = 1 - (len(values) - 3) * variance / spread
    return kept, [mean + kept * (value - mean) for value in values]

"""Sizes of differences between groups, and where one person stands among few."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import special

from scoring.errors import BadInput
from scoring.inference import noncentral_t_shift, t_quantile, two_sided_p
from scoring.values import Undefined


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean, standard deviation (n-1) and size of one group."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A standardised difference of two means, before (d) and after (g) the small-sample correction."""

    d: float
    df: int
    pooled_sd: float
    correction: float
    correction_approximate: float
    g: float
    variance_d: float
    variance_g: float
    d_interval: tuple[float, float]
    g_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one value stands in the distribution a small group was drawn from, in percent below it."""

    z: float
    t: float
    df: int
    percentile: float
    percentile_interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class ImprovementPotential:
    """Exemplary over typical performance on a ratio scale."""

    ratio: float
    log_error: float
    interval: tuple[float, float]


def summarise(values: Sequence[float]) -> Summary:
    """Return mean, standard deviation (n-1) and n of at least two numbers.

    Unit as given; missing values must be left out before; n counts values. Raises BadInput under two.
    Source: textbook moments.

    Examples
    --------
    >>> summarise([1, 2, 3])
    Summary(mean=2.0, sd=1.0, n=3)
    """
    n = len(values)
    if n < 2:
        raise BadInput(f"{n} values have no standard deviation; give at least 2")
    mean = math.fsum(values) / n
    return Summary(mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1)), n)


def hedges_g(first: Summary, second: Summary, *, confidence: float = 0.95) -> EffectSize | Undefined:
    """Standardise the difference of two independent means.

    Parameters
    ----------
    first, second : Summary
        Of at least two values each; d = (first - second) / pooled sd.
    confidence : float
        Share between 0 and 1 that the intervals hold.

    Returns
    -------
    EffectSize or Undefined
        In standard deviations; the interval of d inverts the noncentral t, that of g is it times the correction.
        Undefined when nobody differs. Missing values were left out before; n is that of the summaries.

    Raises
    ------
    BadInput
        A group of one.

    Source
    ------
    Hedges (1981), J. Educ. Stat. 6:107-128; Borenstein et al. (2009), Introduction to Meta-Analysis, ch. 4.

    Examples
    --------
    >>> round(hedges_g(Summary(103, 5.5, 50), Summary(100, 4.5, 50)).g, 4)
    0.5924
    """
    df = first.n + second.n - 2
    if min(first.n, second.n) < 2:
        raise BadInput("a group of one has no spread; give at least 2 in each")
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df)
    if pooled == 0:
        return Undefined("nobody in either group differs from the others")
    d = (first.mean - second.mean) / pooled
    exact = math.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    root = math.sqrt(first.n * second.n / (first.n + second.n))
    tail = (1 - confidence) / 2
    low, high = (noncentral_t_shift(d * root, df, share) / root for share in (1 - tail, tail))
    variance = 1 / root**2 + d**2 / (2 * (first.n + second.n))
    return EffectSize(
        d=d,
        df=df,
        pooled_sd=pooled,
        correction=exact,
        correction_approximate=1 - 3 / (4 * df - 1),
        g=exact * d,
        variance_d=variance,
        variance_g=exact**2 * variance,
        d_interval=(low, high),
        g_interval=(exact * low, exact * high),
    )


def welch_p(first: Sequence[float], second: Sequence[float]) -> float | Undefined:
    """Return the two-sided p-value of Welch's t test of two independent means.

    A share from 0 to 1; Undefined when nobody differs; missing values left out before; n counts values, at least 2 each.
    Raises BadInput. Source: Welch (1947), Biometrika 34:28-35.

    Examples
    --------
    >>> round(welch_p([1, 2, 3], [2, 3, 4]), 4)
    0.2879
    """
    one, two = summarise(first), summarise(second)
    parts = [(side.sd**2 / side.n, side.n - 1) for side in (one, two)]
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return Undefined("nobody in either group differs from the others")
    df = variance**2 / sum(part**2 / freedom for part, freedom in parts)
    return two_sided_p((one.mean - two.mean) / math.sqrt(variance), df)


def standing(value: float, group: Summary, *, confidence: float = 0.95) -> Standing | Undefined:
    """Locate one person against a small group, with the honest width of that location.

    Parameters
    ----------
    value : float
        The person's level, in the unit of the group.
    group : Summary
        At least two others, the person not among them.
    confidence : float
        Share between 0 and 1 that the interval holds.

    Returns
    -------
    Standing or Undefined
        Percentile 0..100 and its interval; print the interval as a band, never the number alone. Undefined when the
        group does not differ. Missing values were left out before; n is that of the group.

    Raises
    ------
    BadInput
        A group of one.

    Source
    ------
    Crawford & Howell (1998), Clin. Neuropsychol. 12:482-486; Crawford & Garthwaite (2002), Neuropsychologia
    40:1196-1208, section 3.

    Examples
    --------
    >>> round(standing(70, Summary(100, 15, 10)).percentile, 4)
    4.4449
    """
    if group.n < 2:
        raise BadInput("a group of one is no distribution; give at least 2")
    if group.sd == 0:
        return Undefined("nobody in the group differs from the others")
    z = (value - group.mean) / group.sd
    df = group.n - 1
    root = math.sqrt(group.n)
    t = z / math.sqrt((group.n + 1) / group.n)
    tail = (1 - confidence) / 2
    low, high = (
        100 * float(special.ndtr(noncentral_t_shift(z * root, df, share) / root))
        for share in (1 - tail, tail)
    )
    return Standing(z, t, df, 100 * float(special.stdtr(df, t)), (low, high))


def improvement_potential(
    exemplary: Sequence[float],
    typical: Sequence[float],
    *,
    direction: Literal["higher_is_better", "lower_is_better"],
    confidence: float = 0.95,
) -> ImprovementPotential:
    """Divide exemplary by typical performance (inverted where lower is better).

    Parameters
    ----------
    exemplary, typical : sequences of float
        Counts, money, time or defects of at least two people each, all above 0. Ratings have no zero and are none.
    direction : str
        Which end of the measure is good.
    confidence : float
        Share between 0 and 1 that the interval holds.

    Returns
    -------
    ImprovementPotential
        A ratio without unit; the interval comes from the delta method on the logarithm. Missing values were left out
        before; n counts people.

    Raises
    ------
    BadInput
        Under two people, or a value that is not above 0.

    Source
    ------
    Gilbert (1978), Human Competence, ch. 2.

    Examples
    --------
    >>> round(improvement_potential([42, 50], [20, 26], direction="higher_is_better").ratio, 6)
    2.0
    """
    if min((*exemplary, *typical), default=0) <= 0:
        raise BadInput("a ratio needs measures above 0 on a scale with a true zero; ratings have none")
    better, other = summarise(exemplary), summarise(typical)
    if direction == "lower_is_better":
        better, other = other, better
    ratio = better.mean / other.mean
    error = math.sqrt(sum(side.sd**2 / (side.n * side.mean**2) for side in (better, other)))
    reach = t_quantile((1 + confidence) / 2, None) * error
    return ImprovementPotential(ratio, error, (ratio * math.exp(-reach), ratio * math.exp(reach)))

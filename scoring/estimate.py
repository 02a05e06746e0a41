"""Means on their way to the page: from a released cell through averages to a printed interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.audience import cell_mean, exact_mean
from scoring.errors import BadInput
from scoring.inference import t_quantile
from scoring.values import Band, Mean, PooledSd, ReleasedCell, Scale


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean on its way through averages: exact value, standard error, and what is known of both."""

    value: Fraction
    n: int  # answers; over several items the smallest number
    error: float | None  # standard error in scale points, None: undefined
    df: float | None  # of the standard error, None: infinite
    slack: float  # how far off `value` can be because bands entered with their mid value
    is_assumed: bool


def estimate_cell(cell: ReleasedCell, sd: PooledSd | None, scale: Scale) -> Estimate:
    """Turn one released cell into an estimate of what raters like these would say.

    Parameters
    ----------
    cell : ReleasedCell
        A total of n ratings, or a band, which enters with its mid value and half a rating point of slack.
    sd : PooledSd or None
        Of the same group class and item; None leaves the error undefined.
    scale : Scale
        The scale of the cycle.

    Returns
    -------
    Estimate
        Scale points; error = sd / sqrt(n). Withheld cells never come here.

    Raises
    ------
    InconsistentCube
        The cell has neither total nor band.

    Source
    ------
    docs/scoring.md, Intervals: the pooled width holds 95 % at n = 3, where the own one holds 82 %, and tells nothing
    about this group.

    Examples
    --------
    >>> estimate_cell(ReleasedCell("cleo", "peer", "A", 4, 15, None), PooledSd("peer", "A", 0.8, 60), Scale()).error
    0.4
    """
    slack = 0.0 if cell.band is None else 0.5 / cell.n
    value = cell_mean(cell, scale)
    if sd is None:
        return Estimate(value, cell.n, None, None, slack, False)
    return Estimate(value, cell.n, sd.sd / math.sqrt(cell.n), sd.df, slack, sd.df is None)


def average_items(estimates: Sequence[Estimate]) -> Estimate:
    """Average several items of one group with equal weights; the same raters answered them.

    Parameters
    ----------
    estimates : sequence of Estimate
        At least one, released items only; the caller applies the coverage rule.

    Returns
    -------
    Estimate
        Scale points; n is the smallest n; error = mean of the errors, df the smallest.

    Raises
    ------
    BadInput
        No estimates.

    Notes
    -----
    How strongly a rater's answers go together leaves the closing with nobody, so the error is the upper bound for
    answers that go together fully (Minkowski). The interval holds at least its 95 %, usually more.

    Source
    ------
    docs/scoring.md, Roll-up.

    Examples
    --------
    >>> one = Estimate(Fraction(4), 4, 0.4, 60, 0.0, False)
    >>> average_items([one, one]).error
    0.4
    """
    errors = _errors(estimates)
    return Estimate(
        value=exact_mean([estimate.value for estimate in estimates]),
        n=min(estimate.n for estimate in estimates),
        error=None if errors is None else sum(errors) / len(errors),
        df=min((estimate.df for estimate in estimates if estimate.df is not None), default=None),
        slack=sum(estimate.slack for estimate in estimates) / len(estimates),
        is_assumed=any(estimate.is_assumed for estimate in estimates),
    )


def average_groups(estimates: Sequence[Estimate]) -> Estimate:
    """Average several groups with equal weights; their raters are different people.

    Parameters
    ----------
    estimates : sequence of Estimate
        At least one, of released groups only.

    Returns
    -------
    Estimate
        Scale points; n is the sum; error = sqrt(sum error^2) / G with the degrees of freedom of Satterthwaite.

    Raises
    ------
    BadInput
        No estimates.

    Source
    ------
    Satterthwaite (1946), Biometrics Bull. 2:110-114, equation 17 (docs/scoring.md, Others).

    Examples
    --------
    >>> one = Estimate(Fraction(4), 4, 0.4, 60, 0.0, False)
    >>> round(average_groups([one, one]).error, 3), average_groups([one, one]).df
    (0.283, 120.0)
    """
    errors = _errors(estimates)
    return Estimate(
        value=exact_mean([estimate.value for estimate in estimates]),
        n=sum(estimate.n for estimate in estimates),
        error=None if errors is None else math.sqrt(sum(error**2 for error in errors)) / len(errors),
        df=satterthwaite(
            [(error**2, estimate.df) for error, estimate in zip(errors or (), estimates, strict=False)]
        ),
        slack=sum(estimate.slack for estimate in estimates) / len(estimates),
        is_assumed=any(estimate.is_assumed for estimate in estimates),
    )


def satterthwaite(variances: Sequence[tuple[float, float | None]]) -> float | None:
    """Return the degrees of freedom of a sum of independent variances, each with its own (None: infinite).

    Squared scale points in, a count out; None when nothing limits it. n enters through the degrees of freedom.
    Source: Satterthwaite (1946), Biometrics Bull. 2:110-114, equation 17.

    Examples
    --------
    >>> satterthwaite([(0.16, 30), (0.0, None)])
    30.0
    """
    below = sum(variance**2 / df for variance, df in variances if df is not None)
    above = sum(variance for variance, _ in variances) ** 2
    return above / below if below > 0 else None


def mean_of(estimate: Estimate, scale: Scale) -> Mean:
    """Give an estimate its 95 % interval for printing.

    Parameters
    ----------
    estimate : Estimate
        Of a cell or an average.
    scale : Scale
        The interval is clipped to it for display.

    Returns
    -------
    Mean
        value +- (t x error + slack) in scale points; both ends None when the error is undefined. n as estimated over;
        withheld never comes here.

    Source
    ------
    docs/scoring.md, Intervals.

    Examples
    --------
    >>> mean_of(Estimate(Fraction(4), 4, 0.4, None, 0.0, True), Scale()).low > 3.2
    True
    """
    if estimate.error is None:
        return Mean(estimate.n, estimate.value, None, None, estimate.is_assumed)
    reach = t_quantile(0.975, estimate.df) * estimate.error + estimate.slack
    middle = float(estimate.value)
    return Mean(
        n=estimate.n,
        value=estimate.value,
        low=max(middle - reach, float(scale.low)),
        high=min(middle + reach, float(scale.top)),
        is_width_assumed=estimate.is_assumed,
    )


def band_of(cell: ReleasedCell, scale: Scale) -> Band:
    """Give a banded cell the two ends that are printed: [top - 1/n, top], mirrored at the low end.

    Scale points, exact; n counts ratings; the true value is one of the two ends. Source: GATE-6 (docs/scoring.md,
    Release).

    Examples
    --------
    >>> band_of(ReleasedCell("cleo", "peer", "A", 3, None, "high"), Scale()).low
    Fraction(14, 3)
    """
    mid = cell_mean(cell, scale)
    half = Fraction(1, 2 * cell.n)
    return Band(cell.n, mid - half, mid + half)


def _errors(estimates: Sequence[Estimate]) -> list[float] | None:
    if not estimates:
        raise BadInput("nothing to average; a row without a released cell is withheld")
    errors = [estimate.error for estimate in estimates if estimate.error is not None]
    return errors if len(errors) == len(estimates) else None

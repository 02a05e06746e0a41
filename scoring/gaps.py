"""What may be said about the gap between others and the reference: one word key per row of a report."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from scoring.baseline import MIN_EXEMPLARS_FOR_LABELS
from scoring.estimate import Estimate, satterthwaite
from scoring.inference import benjamini_hochberg, t_quantile, two_sided_p
from scoring.values import Reference, Scale

Words = Literal[
    "too_few_answers",
    "no_comparison",
    "target_only",
    "number_only",
    "cannot_tell",
    "about_the_same",
    "no_clear_difference",
    "clearly_higher",
    "clearly_lower",
    "strength",
    "hidden_strength",
    "development_area",
    "blind_spot",
]
MAX_FALSE_DISCOVERIES: Final = 0.10
_CONFIDENCE_SHARE: Final = 0.975


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row before words: others against the reference, and what the person wrote about it."""

    others: Estimate | None  # None: withheld
    reference: Reference
    reference_error: float | None  # standard error of a baseline, None: unknown
    own: Fraction | None

    @property
    def gap(self) -> Fraction | None:
        """Others minus reference in scale points, exact; None when either is missing."""
        if self.others is None or self.reference.value is None:
            return None
        return self.others.value - self.reference.value


@dataclass(frozen=True, slots=True)
class _Test:
    gap: Fraction
    p: float
    reach: float  # half width of the 95 % interval of the gap


def smallest_gap(scale: Scale) -> Fraction:
    """Return the least gap worth a word: an eighth of the width of the scale, 0.5 points from 1 to 5.

    Scale points, exact; nothing missing, no n. Source: docs/scoring.md, Gap words.

    Examples
    --------
    >>> smallest_gap(Scale())
    Fraction(1, 2)
    """
    return Fraction(scale.top - scale.low, 8)


def words_for(comparisons: Sequence[Comparison], scale: Scale) -> list[Words]:
    """Choose the sentence that may be said about each gap of one report.

    Parameters
    ----------
    comparisons : sequence of Comparison
        All rows of one report: items, mental models and accomplishments are one family of tests.
    scale : Scale
        The scale of the cycle.

    Returns
    -------
    list of str
        One key of `Words` per row, in the same order. A row is tested only against a baseline of 8 exemplars or more
        with a measured width; a difference is reliable when it is at least `smallest_gap`, its 95 % interval leaves
        out 0 and its q-value over the tested rows is .10 or less. Withheld rows get "too_few_answers" and are in no
        family. A target, the own answer and the manager's are never tested.

    Source
    ------
    docs/scoring.md, Gap words; Benjamini & Hochberg (1995).

    Examples
    --------
    >>> from scoring.values import Reference
    >>> others = Estimate(Fraction(3), 6, 0.2, 60, 0.0, False)
    >>> eight = Reference("baseline", Fraction(9, 2), 8)
    >>> words_for([Comparison(others, eight, 0.1, Fraction(5)), Comparison(None, eight, 0.1, None)], Scale())
    ['blind_spot', 'too_few_answers']
    """
    tests = [_test(comparison) for comparison in comparisons]
    q_values = iter(benjamini_hochberg([test.p for test in tests if test is not None]))
    return [
        _untested_words(comparison)
        if test is None
        else _tested_words(comparison, test, q_value=next(q_values), least=smallest_gap(scale))
        for comparison, test in zip(comparisons, tests, strict=True)
    ]


def _test(comparison: Comparison) -> _Test | None:
    others, error, gap = comparison.others, comparison.reference_error, comparison.gap
    n_exemplars = comparison.reference.n_exemplars
    if comparison.reference.kind != "baseline" or n_exemplars < MIN_EXEMPLARS_FOR_LABELS:
        return None
    if others is None or gap is None or error is None or others.error is None or others.is_assumed:
        return None
    variance = others.error**2 + error**2
    if variance == 0:
        return None
    df = satterthwaite([(others.error**2, others.df), (error**2, n_exemplars - 1)])
    # A band may stand for a value nearer to the reference, so its slack is taken off before testing.
    distance = max(0.0, float(abs(gap)) - others.slack)
    root = math.sqrt(variance)
    reach = t_quantile(_CONFIDENCE_SHARE, df) * root + others.slack
    return _Test(gap, two_sided_p(distance / root, df), reach)


def _untested_words(comparison: Comparison) -> Words:
    if comparison.others is None:
        return "too_few_answers"
    if comparison.reference.kind == "none":
        return "no_comparison"
    if comparison.reference.kind == "target":
        return "target_only"
    return "number_only" if comparison.reference.n_exemplars < MIN_EXEMPLARS_FOR_LABELS else "cannot_tell"


def _tested_words(comparison: Comparison, test: _Test, *, q_value: float, least: Fraction) -> Words:
    size = abs(test.gap)
    if size >= least and size > test.reach and q_value <= MAX_FALSE_DISCOVERIES:
        return _label(is_higher=test.gap > 0, own=comparison.own, level=comparison.reference.value)
    return "about_the_same" if size + Fraction(test.reach) <= least else "no_clear_difference"


def _label(*, is_higher: bool, own: Fraction | None, level: Fraction | None) -> Words:
    if own is None or level is None:
        return "clearly_higher" if is_higher else "clearly_lower"
    if own >= level:
        return "strength" if is_higher else "blind_spot"
    return "hidden_strength" if is_higher else "development_area"

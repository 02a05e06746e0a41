"""Means on their way to the page: errors, degrees of freedom, intervals."""

import math
from fractions import Fraction

import pytest

from scoring.errors import BadInput
from scoring.estimate import Estimate, average_groups, average_items, band_of, estimate_cell, mean_of
from scoring.values import Band, PooledSd, ReleasedCell, Scale

CELL = ReleasedCell("cleo", "peer", "A", 4, 15, None)
HIGH = ReleasedCell("cleo", "peer", "A", 3, None, "high")
LOW = ReleasedCell("cleo", "peer", "A", 3, None, "low")


def estimate(value: Fraction, error: float | None, df: float | None = 40, n: int = 4) -> Estimate:
    return Estimate(value, n, error, df, 0.0, df is None)


def test_the_interval_uses_the_pooled_width_and_its_degrees_of_freedom() -> None:
    mean = mean_of(estimate_cell(CELL, PooledSd("peer", "A", 0.8, 30), Scale()), Scale())
    assert mean.value == Fraction(15, 4)
    assert mean.low == pytest.approx(3.75 - 2.0422724563 * 0.4)
    assert mean.high == pytest.approx(3.75 + 2.0422724563 * 0.4)
    assert not mean.is_width_assumed


def test_an_assumed_width_is_marked() -> None:
    mean = mean_of(estimate_cell(CELL, PooledSd("peer", "A", 0.8, None), Scale()), Scale())
    assert mean.is_width_assumed
    assert mean.low == pytest.approx(3.75 - 1.959963985 * 0.4)


def test_an_interval_ends_with_the_scale() -> None:
    mean = mean_of(estimate(Fraction(48, 10), 1.0), Scale())
    assert mean.low == pytest.approx(2.779, abs=1e-3)
    assert mean.high == 5.0


def test_without_a_width_the_interval_is_undefined() -> None:
    mean = mean_of(estimate_cell(CELL, None, Scale()), Scale())
    assert (mean.low, mean.high) == (None, None)


def test_a_band_is_estimated_by_its_mid_value_with_slack() -> None:
    high = estimate_cell(HIGH, None, Scale())
    assert (high.value, high.slack) == (Fraction(29, 6), 0.5 / 3)
    assert band_of(HIGH, Scale()) == Band(3, Fraction(14, 3), Fraction(5))
    assert band_of(LOW, Scale()) == Band(3, Fraction(1), Fraction(4, 3))


def test_slack_widens_the_interval_of_an_average() -> None:
    both = average_groups(
        [estimate_cell(cell, PooledSd("peer", "A", 0.4, None), Scale()) for cell in (LOW, CELL)]
    )
    error = math.hypot(0.4 / math.sqrt(3), 0.2) / 2
    assert mean_of(both, Scale()).high == pytest.approx(float(both.value) + 1.959963985 * error + 1 / 12)


def test_items_of_one_group_are_averaged_as_if_they_went_fully_together() -> None:
    average = average_items([estimate(Fraction(3), 0.4, 40, n=5), estimate(Fraction(4), 0.2, 30, n=3)])
    assert (average.value, average.n, average.df) == (Fraction(7, 2), 3, 30)
    assert average.error == pytest.approx(0.3)


def test_groups_are_averaged_as_different_people() -> None:
    average = average_groups([estimate(Fraction(3), 0.4, 40), estimate(Fraction(4), 0.3, 40, n=3)])
    assert (average.value, average.n) == (Fraction(7, 2), 7)
    assert average.error == pytest.approx(0.25)
    assert average.df == pytest.approx(0.25**2 * 40 / (0.16**2 + 0.09**2))


def test_one_undefined_error_makes_the_average_undefined() -> None:
    for average in (average_groups, average_items):
        assert average([estimate(Fraction(3), None), estimate(Fraction(4), 0.3)]).error is None


def test_nothing_is_averaged_to_nothing() -> None:
    for average in (average_groups, average_items):
        with pytest.raises(BadInput):
            average([])

"""Printed numbers: one decimal, half up, exact, alike from both sides."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.values import Band
from scoring.wording import band_text, one_decimal, signed_one_decimal

FRACTIONS = st.fractions(-9, 9, max_denominator=60)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(17, 4), "4.3"),  # a binary float would print 4.2
        (Fraction(9, 20), "0.5"),
        (Fraction(7, 4), "1.8"),
        (Fraction(10, 3), "3.3"),
        (Fraction(0), "0.0"),
        (Fraction(-1, 4), "-0.3"),
        (Fraction(-1, 25), "0.0"),
        (Fraction(5), "5.0"),
    ],
)
def test_a_half_goes_up_in_magnitude(value: Fraction, text: str) -> None:
    assert one_decimal(value) == text


@given(FRACTIONS)
def test_printing_agrees_with_exact_decimal_rounding(value: Fraction) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    assert Decimal(one_decimal(value)) == exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


@given(FRACTIONS)
def test_a_gap_prints_the_same_digits_from_both_sides(value: Fraction) -> None:
    forth, back = signed_one_decimal(value), signed_one_decimal(-value)
    assert forth.lstrip("+-") == back.lstrip("+-")
    assert (forth == back) == (forth == "0.0")


@pytest.mark.parametrize(
    ("n", "high_text", "low_text"),
    [
        (3, "4.7-5.0", "1.0-1.3"),
        (4, "4.8-5.0", "1.0-1.3"),
        (19, "4.9-5.0", "1.0-1.1"),
        (20, "5.0", "1.0-1.1"),
        (21, "5.0", "1.0"),
    ],
)
def test_a_band_prints_both_ends_until_they_print_alike(n: int, high_text: str, low_text: str) -> None:
    assert band_text(Band(n, 5 - Fraction(1, n), Fraction(5))) == high_text
    assert band_text(Band(n, Fraction(1), 1 + Fraction(1, n))) == low_text

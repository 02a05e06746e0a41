"""Where marks stand in a plot."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.values import Scale
from server.plot import Axis, band_lane, empty_lane, point_lane

FIVE = Axis(Scale(1, 5))
MIRRORED = Axis(Scale(1, 5), is_rtl=True)


def share(x: str) -> float:
    return float(x.removesuffix("%"))


def test_the_ends_and_the_middle_of_the_scale_stand_where_they_belong() -> None:
    assert [tick.x for tick in FIVE.ticks()] == ["5.00%", "27.50%", "50.00%", "72.50%", "95.00%"]


def test_a_right_to_left_page_mirrors_the_scale() -> None:
    assert [tick.x for tick in MIRRORED.ticks()] == ["95.00%", "72.50%", "50.00%", "27.50%", "5.00%"]


@given(st.fractions(min_value=-3, max_value=9), st.booleans())
def test_no_mark_leaves_the_drawing(value: Fraction, is_rtl: bool) -> None:
    assert 5 <= share(Axis(Scale(1, 5), is_rtl).at(value)) <= 95


@given(st.fractions(1, 5), st.fractions(1, 5), st.booleans())
def test_a_stretch_always_runs_left_to_right(one: Fraction, other: Fraction, is_rtl: bool) -> None:
    stretch = Axis(Scale(1, 5), is_rtl).between(one, other)
    assert share(stretch.x) <= share(stretch.end)
    assert share(stretch.width) == pytest.approx(share(stretch.end) - share(stretch.x), abs=0.02)


def test_a_value_without_an_interval_is_drawn_as_a_point_alone() -> None:
    lane = point_lane(FIVE, Fraction(7, 2), shape="dot")
    assert (lane.x, lane.interval, lane.reference, lane.reference_kind) == ("61.25%", None, "", "none")


def test_a_band_has_no_point_inside_it() -> None:
    lane = band_lane(FIVE, Fraction(14, 3), Fraction(5), reference=Fraction(4), reference_kind="target")
    assert lane.band is not None
    assert (lane.shape, lane.x, lane.band.end, lane.reference_kind) == ("band", "", "95.00%", "target")


def test_a_withheld_value_leaves_no_mark_at_all() -> None:
    lane = empty_lane()
    assert (lane.shape, lane.x, lane.interval, lane.band, lane.reference) == ("none", "", None, None, "")

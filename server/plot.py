"""Where the marks of a dot-and-interval plot stand, as plain values that a template writes out as SVG.

Positions are shares of the width (`"52.50%"`), so one drawing fits every screen without scaling its text or its dots.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.values import Scale

MARGIN_PERCENT = 5.0  # room for half a dot at both ends
Shape = Literal["ring", "square", "dot", "band", "none"]
ReferenceKind = Literal["baseline", "target", "none"]
Position = float | Fraction | int


@dataclass(frozen=True, slots=True)
class Tick:
    """A point of the scale and where it stands."""

    x: str
    value: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A horizontal line or bar: where it begins, where it ends, and how long it is, left to right."""

    x: str
    end: str
    width: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One source on one line: its mark, its interval, and the mark it is compared with."""

    shape: Shape
    x: str = ""
    interval: Stretch | None = None
    is_width_assumed: bool = False
    band: Stretch | None = None
    reference: str = ""
    reference_kind: ReferenceKind = "none"


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale laid out in reading direction."""

    scale: Scale
    is_rtl: bool = False

    def at(self, value: Position) -> str:
        """Give the place of a value; values outside the scale stand at its end."""
        return _percent(self._share(value))

    def between(self, low: Position, high: Position) -> Stretch:
        """Give the stretch from one value to another."""
        start, end = sorted((self._share(low), self._share(high)))
        return Stretch(_percent(start), _percent(end), _percent(end - start))

    def ticks(self) -> tuple[Tick, ...]:
        """Give every point of the scale."""
        return tuple(Tick(self.at(value), value) for value in range(self.scale.low, self.scale.top + 1))

    def _share(self, value: Position) -> float:
        width = self.scale.top - self.scale.low
        share = min(1.0, max(0.0, (float(value) - self.scale.low) / width))
        inside = MARGIN_PERCENT + (100 - 2 * MARGIN_PERCENT) * share
        return 100 - inside if self.is_rtl else inside


def empty_lane() -> Lane:
    """Draw a source without a number: the scale alone, so that nothing looks like a zero."""
    return Lane("none")


def point_lane(
    axis: Axis,
    value: Position,
    *,
    shape: Shape,
    low: float | None = None,
    high: float | None = None,
    is_width_assumed: bool = False,
    reference: Position | None = None,
    reference_kind: ReferenceKind = "none",
) -> Lane:
    """Draw a value with its interval, where there is one."""
    interval = axis.between(low, high) if low is not None and high is not None else None
    return Lane(
        shape,
        axis.at(value),
        interval,
        is_width_assumed,
        None,
        axis.at(reference) if reference is not None else "",
        reference_kind if reference is not None else "none",
    )


def band_lane(
    axis: Axis,
    low: Position,
    high: Position,
    *,
    reference: Position | None = None,
    reference_kind: ReferenceKind = "none",
) -> Lane:
    """Draw a released range at an end of the scale: a bar, never a point inside it."""
    return Lane(
        "band",
        band=axis.between(low, high),
        reference=axis.at(reference) if reference is not None else "",
        reference_kind=reference_kind if reference is not None else "none",
    )


def _percent(share: float) -> str:
    return f"{share:.2f}%"

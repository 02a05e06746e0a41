"""Invented cycles for properties: any sizes, any answers, forms that are equal within a relationship."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from scoring.cube import build_cube
from scoring.gate import partition
from scoring.release import release
from scoring.values import (
    CONFIDENTIAL,
    ConfidentialGroup,
    CountedSheet,
    Release,
    ReleasePolicy,
    Scale,
)

ITEMS: Final = ("A", "B", "C")
SCALE: Final = Scale()
RATINGS: Final = st.integers(SCALE.low, SCALE.top)
POLICIES: Final = st.builds(
    ReleasePolicy, k=st.integers(3, 6), small_groups=st.sampled_from(["pool", "drop"])
)


@dataclass(frozen=True)
class Answer:
    """One place on one sheet: whose sheet it is among all, and which item."""

    sheet: int
    item: str


@st.composite
def worlds(draw: st.DrawFn, *, max_sheets: int = 7, max_ratees: int = 3) -> list[CountedSheet]:
    """Draw the counted sheets of one cycle."""
    asked = {
        group: draw(st.lists(st.sampled_from(ITEMS), unique=True, min_size=1), label=f"asked of {group}")
        for group in CONFIDENTIAL
    }
    sheets: list[CountedSheet] = []
    for ratee in range(draw(st.integers(1, max_ratees))):
        for group in CONFIDENTIAL:
            for _ in range(draw(st.integers(0, max_sheets))):
                ratings = {item: draw(st.none() | RATINGS) for item in asked[group]}
                sheets.append(CountedSheet(f"ratee{ratee}", group, ratings))
    return sheets


def release_of(sheets: Sequence[CountedSheet], policy: ReleasePolicy) -> Release:
    """Count and release in one go."""
    return release(build_cube(sheets, items=ITEMS, scale=SCALE), policy)


def n_sheets_of(sheets: Sequence[CountedSheet], ratee: str) -> dict[ConfidentialGroup, int]:
    """Count one ratee's sheets per relationship, without the code under test."""
    return {
        group: sum(sheet.ratee == ratee and sheet.relationship == group for sheet in sheets)
        for group in CONFIDENTIAL
    }


def withheld_answers(
    sheets: Sequence[CountedSheet], released: Release, policy: ReleasePolicy
) -> list[Answer]:
    """List every given rating that is inside no released cell."""
    shown = {(cell.ratee, cell.group, cell.item) for cell in released.cells}
    found: list[Answer] = []
    for index, sheet in enumerate(sheets):
        blocks = partition(n_sheets_of(sheets, sheet.ratee), policy)
        group = next((name for name, members in blocks.items() if sheet.relationship in members), None)
        for item, rating in sheet.ratings.items():
            if rating is not None and (sheet.ratee, group, item) not in shown:
                found.append(Answer(index, item))
    return found

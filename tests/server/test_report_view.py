"""What the page says first: only reliable differences are named, and what is missing is said."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import yaml

from scoring.cube import build_cube
from scoring.release import release
from scoring.report import score
from scoring.values import (
    BaselineCell,
    CountedSheet,
    Mean,
    PooledSd,
    Relationship,
    ReleasePolicy,
    Report,
    Scale,
)
from server.usecases.report_page import numbers_view
from server.usecases.report_values import NumbersView
from surveys.instrument_file import instruments_document
from surveys.policy import Policy
from surveys.profile_file import grade
from surveys.queries_cycle_facts import CycleFacts
from tests.server.report_cast import CASES
from tests.surveys import content

START = datetime(2026, 10, 1, tzinfo=UTC)
SCALE = Scale(1, 5)
CONFIDENTIAL = ("p1", "p2", "p3", "p4", "r1", "r2", "r3")
DEMO: dict[str, Any] = yaml.safe_load(CASES.read_text("utf-8"))
N_ASKED: Mapping[Relationship, int] = {"self": 1, "manager": 1, "peer": 4, "direct_report": 3}


@pytest.fixture(scope="module")
def cycle() -> CycleFacts:
    profile, instruments = content.profile(), content.instruments()
    forms = content.forms()
    return CycleFacts(
        id="c" * 32,
        title="Autumn 360",
        kind="feedback360",
        purpose="Development",
        state="released",
        policy=Policy(),
        policy_hash="",
        opens_at=START,
        closes_at=START + timedelta(days=14),
        grace_hours=48,
        released_at=START + timedelta(days=17),
        grade=grade(profile),
        profile=profile,
        overlays={},
        forms={name: forms[name] for name in N_ASKED},
        n_asked=N_ASKED,
        instrument=instruments_document(instruments),
    )


def report(
    cycle: CycleFacts, *, n_exemplars: int, is_measured: bool = True, own: Mapping[str, int] | None = None
) -> Report:
    ratings = DEMO["feedback_cases"]["ratings"]
    sheets = [
        CountedSheet("cleo", ratings[rater]["group"], _numbers(ratings[rater]["scores"]))
        for rater in CONFIDENTIAL
    ]
    items = cycle.items()
    released = release(build_cube(sheets, items=[spec.item for spec in items], scale=SCALE), ReleasePolicy())
    means = DEMO["baseline"]["means"] if n_exemplars >= 5 else {}
    return score(
        "cleo",
        release=released,
        named={"self": own or _numbers(ratings["self"]["scores"])},
        items=items,
        accomplishments=cycle.accomplishments(),
        sds=[PooledSd(one.group, one.item, 0.55, 90 if is_measured else None) for one in released.cells],
        baseline=[
            BaselineCell(item, Fraction(str(mean)), n_exemplars, 0.3 if n_exemplars >= 8 else None)
            for item, mean in means.items()
        ],
        n_exemplars={} if means else {spec.item: n_exemplars for spec in items},
        scale=SCALE,
    )


def _numbers(scores: Mapping[str, int | str]) -> dict[str, int | None]:
    return {item: value if isinstance(value, int) else None for item, value in scores.items()}


def view(cycle: CycleFacts, of: Report) -> NumbersView:
    return numbers_view(of, cycle, cycle.texts("en"), scale=SCALE, is_rtl=False)


def test_at_most_three_are_named_the_largest_first(cycle: CycleFacts) -> None:
    of = report(cycle, n_exemplars=9)

    start = view(cycle, of).start

    gaps = {row.id: row.gap_others_to_reference for row in (*of.items, *of.mental_models)}
    sizes = [abs(gaps[line.id] or Fraction(0)) for line in start.try_]
    assert start.kind == "named"
    assert len(sizes) == 3
    assert sizes == sorted(sizes, reverse=True)
    assert {line.words for line in start.try_} <= {"development_area", "blind_spot", "clearly_lower"}


@pytest.mark.parametrize(("n_exemplars", "is_measured"), [(3, True), (6, True), (9, False)])
def test_nothing_is_named_without_a_test(cycle: CycleFacts, n_exemplars: int, is_measured: bool) -> None:
    start = view(cycle, report(cycle, n_exemplars=n_exemplars, is_measured=is_measured)).start

    assert (start.keep, start.try_) == ((), ())
    assert start.kind == "none_reliable"


def test_raters_who_see_someone_as_they_see_themselves_are_said_to(cycle: CycleFacts) -> None:
    seen = report(cycle, n_exemplars=6, is_measured=False)
    own = {row.id: round(row.others.value) for row in seen.items if isinstance(row.others, Mean)}

    alike = report(cycle, n_exemplars=6, is_measured=False, own=own)

    assert view(cycle, seen).start.kind == "none_reliable"
    assert view(cycle, alike).start.kind == "same_as_self"


def test_a_missing_baseline_says_how_many_exemplars_are_lacking(cycle: CycleFacts) -> None:
    found = view(cycle, report(cycle, n_exemplars=3)).baseline

    assert (found.has_any, found.n_exemplars, found.needed) == (False, 3, 5)


def test_a_missing_manager_is_said_and_not_drawn(cycle: CycleFacts) -> None:
    numbers = view(cycle, report(cycle, n_exemplars=6))

    assert numbers.named == (("self", True), ("manager", False))
    managers = [
        source for line in numbers.mental_models for source in line.sources if source.key == "manager"
    ]
    assert [(source.state, source.value, source.lane.shape) for source in managers] == [
        ("no_answer", "", "none")
    ]


def test_an_accomplishment_is_listed_in_profile_order_with_its_own_lines(cycle: CycleFacts) -> None:
    sections = view(cycle, report(cycle, n_exemplars=6)).sections

    assert [section.id for section in sections] == ["A1", "A2", "A3", "A4", "A5"]
    assert [line.id for line in sections[0].lines] == ["SS01", "SS02", "SS03"]

"""The states of a cycle: what may follow what, and what server time says."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from surveys.lifecycle import (
    BEFORE_CLOSING,
    ENDED,
    MOVES,
    STATES,
    TAKES_ANSWERS,
    ForbiddenMove,
    Shortened,
    State,
    as_state,
    check_extension,
    check_move,
    ends_at,
    is_due_to_close,
    state_at,
)

OPENS = datetime(2026, 11, 1, 8, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=14)
GRACE = 48
SECOND = timedelta(seconds=1)


def test_every_state_belongs_to_one_half_of_the_life() -> None:
    assert set(MOVES) == set(STATES) == BEFORE_CLOSING | ENDED
    assert not BEFORE_CLOSING & ENDED
    assert TAKES_ANSWERS < BEFORE_CLOSING


def test_nothing_that_ended_ever_takes_answers_again() -> None:
    reachable: set[State] = set(ENDED)
    while True:
        more = {new for old in reachable for new in MOVES[old]} - reachable
        if not more:
            break
        reachable |= more
    assert reachable == ENDED


@pytest.mark.parametrize(
    ("old", "new"),
    [("draft", "closing"), ("open", "released"), ("closing", "open"), ("closing", "abandoned"), ("released", "closing")],
)  # fmt: skip
def test_a_forbidden_move_is_refused(old: State, new: State) -> None:
    with pytest.raises(ForbiddenMove, match=f"{old} cannot become {new}"):
        check_move(old, new)


def test_the_straight_way_is_allowed() -> None:
    way: tuple[State, ...] = ("draft", "scheduled", "open", "grace", "closing", "sealed", "released", "done")
    for old, new in itertools.pairwise(way):
        check_move(old, new)


@pytest.mark.parametrize("state", sorted(BEFORE_CLOSING))
def test_a_cycle_may_be_abandoned_until_closing(state: State) -> None:
    check_move(state, "abandoned")


@pytest.mark.parametrize(
    ("now", "state"),
    [(OPENS - SECOND, "scheduled"), (OPENS, "open"), (CLOSES - SECOND, "open"), (CLOSES, "grace")],
)
def test_server_time_says_what_a_cycle_is(now: datetime, state: State) -> None:
    assert state_at(opens_at=OPENS, closes_at=CLOSES, now=now) == state


def test_closing_begins_at_the_end_of_grace_and_never_before() -> None:
    end = ends_at(CLOSES, GRACE)

    def due(state: State, now: datetime, doubt: timedelta = timedelta(0)) -> bool:
        return is_due_to_close(state, closes_at=CLOSES, grace_hours=GRACE, now=now, clock_doubt=doubt)

    assert not due("grace", end - SECOND)
    assert due("grace", end)
    assert due("open", end)  # the server slept through grace
    assert not due("grace", end, timedelta(minutes=5, seconds=1))
    assert due("grace", end, timedelta(minutes=5))
    for state in ENDED | {"draft"}:
        assert not due(as_state(state), end)


def test_a_date_may_move_later_and_never_earlier() -> None:
    now = OPENS + timedelta(days=1)
    check_extension("open", closes_at=CLOSES, new_closes_at=CLOSES + SECOND, now=now)
    for new in (CLOSES, CLOSES - SECOND):
        with pytest.raises(Shortened):
            check_extension("open", closes_at=CLOSES, new_closes_at=new, now=now)
    with pytest.raises(Shortened, match="passed"):
        check_extension(
            "grace", closes_at=CLOSES, new_closes_at=CLOSES + SECOND, now=CLOSES + timedelta(hours=1)
        )
    with pytest.raises(ForbiddenMove):
        check_extension("closing", closes_at=CLOSES, new_closes_at=CLOSES + SECOND, now=now)


def test_a_word_that_is_no_state_is_refused() -> None:
    with pytest.raises(ForbiddenMove, match="no state"):
        as_state("paused")

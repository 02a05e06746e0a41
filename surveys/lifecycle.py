"""The states of a cycle, the moves between them, and what server time says about them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from surveys.errors import SurveysError

State = Literal["draft", "scheduled", "open", "grace", "closing", "sealed", "released", "done", "abandoned"]

STATES: tuple[State, ...] = get_args(State)
BEFORE_CLOSING: frozenset[State] = frozenset({"draft", "scheduled", "open", "grace"})
TAKES_ANSWERS: frozenset[State] = frozenset({"open", "grace"})
# From here on a phone is told `closed`, for any token, for ever.
ENDED: frozenset[State] = frozenset({"closing", "sealed", "released", "done", "abandoned"})
MOVES: Mapping[State, frozenset[State]] = {
    "draft": frozenset({"scheduled", "open", "abandoned"}),
    "scheduled": frozenset({"open", "grace", "closing", "abandoned"}),
    "open": frozenset({"grace", "closing", "abandoned"}),
    "grace": frozenset({"open", "closing", "abandoned"}),  # back to open only by an extension
    "closing": frozenset({"sealed"}),
    "sealed": frozenset({"released"}),
    "released": frozenset({"done"}),
    "done": frozenset(),
    "abandoned": frozenset(),
}
MOST_CLOCK_DOUBT = timedelta(minutes=5)


class ForbiddenMove(SurveysError):
    """A cycle cannot go from the one state to the other."""


class NotDueYet(SurveysError):
    """A cycle was to be closed before the end of grace."""


class Shortened(SurveysError):
    """A cycle may be extended, never shortened: raters were told the date."""


def as_state(word: str) -> State:
    """Read a stored state; raises ForbiddenMove for a word this version does not know."""
    for state in STATES:
        if state == word:
            return state
    raise ForbiddenMove(f"{word!r} is no state of a cycle; update Sightline or restore the database")


def check_move(old: State, new: State) -> None:
    """Raise ForbiddenMove unless a cycle may go from `old` to `new`."""
    if new not in MOVES[old]:
        raise ForbiddenMove(f"a cycle that is {old} cannot become {new}")


def ends_at(closes_at: datetime, grace_hours: int) -> datetime:
    """Give the end of grace: until then any valid token may deliver."""
    return closes_at + timedelta(hours=grace_hours)


def kept_until(closes_at: datetime, grace_hours: int, retention_days: int) -> date:
    """Give the retention date: the first day on which the answers of self and manager exist no longer.

    Counted from the end of grace, which raters were told, so that a closing that came late keeps nothing longer.
    """
    return (ends_at(closes_at, grace_hours) + timedelta(days=retention_days)).date()


def state_at(*, opens_at: datetime, closes_at: datetime, now: datetime) -> State:
    """Say what a launched cycle that has not begun to close is at a moment; the end of grace changes nothing here."""
    if now < opens_at:
        return "scheduled"
    return "open" if now < closes_at else "grace"


def shown_state(word: str, *, opens_at: datetime, closes_at: datetime, now: datetime) -> str:
    """Say by the clock what people see of a cycle: the stored word follows up to a minute later."""
    if word not in ("scheduled", "open", "grace"):
        return word
    return state_at(opens_at=opens_at, closes_at=closes_at, now=now)


def is_due_to_close(
    state: State,
    *,
    closes_at: datetime,
    grace_hours: int,
    now: datetime,
    clock_doubt: timedelta = timedelta(0),
) -> bool:
    """Tell whether closing may begin: never before the end of grace, and never by a clock that is in doubt."""
    if state not in {"scheduled", "open", "grace"}:
        return False
    return clock_doubt <= MOST_CLOCK_DOUBT and now >= ends_at(closes_at, grace_hours)


def check_extension(state: State, *, closes_at: datetime, new_closes_at: datetime, now: datetime) -> None:
    """Raise unless a running cycle may be given this later date."""
    if state not in {"scheduled", "open", "grace"}:
        raise ForbiddenMove(f"a cycle that is {state} has no date to move")
    if new_closes_at <= closes_at:
        raise Shortened("raters were told the date; choose a later one")
    if new_closes_at <= now:
        raise Shortened("the new date has passed already; choose a later one")

"""The first lawful day of a 360, and who holds it up: pure rules on dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Reason = Literal["notice", "clarity", "apart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """From when one person may be rated, for each reason apart; no notice at all is None, the others None for nothing."""

    name: str
    notice_on: date | None
    clarity_on: date | None = None
    apart_on: date | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """One person and one reason that holds the date up; `until` is None where a notice has not even begun."""

    reason: Reason
    name: str
    until: date | None


@dataclass(frozen=True, slots=True)
class LawfulDay:
    """The first lawful day for everyone, None while somebody has no notice; `holds` name who decides it."""

    on: date | None
    holds: tuple[Hold, ...]


def lawful_day(people: Sequence[Waits], *, not_before: date) -> LawfulDay:
    """Find the first day on which everybody may be rated, and who and what decides it.

    `not_before` is the earliest day anything could open. Nobody holds up a day that is as early as that.
    """
    unknown = tuple(Hold("notice", one.name, None) for one in people if one.notice_on is None)
    if unknown:
        return LawfulDay(None, unknown)
    holds = tuple(_holds(people))
    on = max([not_before, *(hold.until for hold in holds if hold.until is not None)])
    deciding = tuple(hold for hold in holds if hold.until == on and on > not_before)
    return LawfulDay(on, deciding)


def _holds(people: Iterable[Waits]) -> Iterable[Hold]:
    for one in people:
        reasons: tuple[tuple[Reason, date | None], ...] = (
            ("notice", one.notice_on),
            ("clarity", one.clarity_on),
            ("apart", one.apart_on),
        )
        yield from (Hold(reason, one.name, until) for reason, until in reasons if until is not None)

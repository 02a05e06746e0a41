"""The two views of a clarity pair, for its two people only: what stands between them, and what to talk about."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.clock import Clock
from server.errors import not_found
from server.usecases.gaps_progress import Answered, answered
from server.usecases.gaps_values import PairPage, PairRow, PairsPage, PairState, You
from server.usecases.gaps_view import GapWords, Sides, gap_lines, open_answers, own_results, read_sides
from server.usecases.retention import is_over
from server.usecases.sheets_found import say_unreadable
from server.words import translate
from surveys.expectations import PRECEDENCE, GapList
from surveys.keeper import Keeper, KeyMissing
from surveys.lifecycle import ends_at
from surveys.queries_cycle_facts import CycleFacts, find_cycle_facts
from surveys.queries_pairs import LOST, PairFacts, Side, find_pair, list_managed_pairs, list_own_pairs
from surveys.sealing import Unreadable

SELF, MANAGER = "self", "manager"
SIDE_OF: Mapping[You, Side] = {"employee": "self", "manager": "manager"}
GONE = ("released", "done")


async def pair_page(
    cycle_id: str, employee: str, viewer: str, *, keeper: Keeper, locale: str, clock: Clock
) -> PairPage:
    """Give one pair to one of its two people: both views once they are open, before that only who has answered.

    Raises Problem 404 for everybody else, KeyMissing when what is stored cannot be opened.
    """
    pair = await find_pair(cycle_id, employee)
    if pair is None or viewer not in (pair.employee, pair.manager):
        raise not_found()
    cycle = await find_cycle_facts(cycle_id)
    if cycle is None:
        raise not_found()
    you: You = "employee" if viewer == pair.employee else "manager"
    has_answered = await answered([pair], keeper=keeper)
    flags = [has_answered.get((pair.cycle, pair.employee, side), False) for side in (SELF, MANAGER)]
    if you == "manager":
        flags.reverse()
    words = _words(cycle, locale)
    state = _state(pair, clock.now())
    document = {} if state in ("over", "lost") else _document(pair, keeper)
    sides = _sides(pair, document, you)
    lines, gaps = gap_lines(words, sides) if sides.employee or sides.manager else ({}, None)
    return PairPage(
        cycle=pair.cycle,
        title=pair.title,
        state=state,
        is_closed=pair.state in GONE,
        you=you,
        employee=pair.employee,
        employee_name=pair.employee_name,
        manager_name=_manager_name(pair, locale),
        is_you_missing=pair.missing_side(clock.now()) == SIDE_OF[you],
        opens_at=pair.opens_at,
        ends_at=ends_at(pair.closes_at, pair.grace_hours),
        has_opened=pair.opens_at <= clock.now(),
        you_answered=flags[0],
        other_answered=flags[1],
        gaps=gaps if state == "open" else None,
        lines=lines,
        answers=open_answers(words, sides),
        own_results=own_results(cycle, sides.employee) if you == "employee" else "",
        kept_until=pair.kept_until,
    )


async def pairs_page(person: str, *, keeper: Keeper, locale: str, clock: Clock) -> PairsPage:
    """List a person's pairs: with the own manager, and with the people managed."""
    own, managed = await list_own_pairs(person), await list_managed_pairs(person)
    has_answered = await answered([*own, *managed], keeper=keeper)
    cycles = {one: await find_cycle_facts(one) for one in {pair.cycle for pair in (*own, *managed)}}

    def row(pair: PairFacts, you: You) -> PairRow:
        return _row(pair, you, cycles[pair.cycle], has_answered, keeper=keeper, locale=locale, clock=clock)

    return PairsPage(
        tuple(row(pair, "employee") for pair in own), tuple(row(pair, "manager") for pair in managed)
    )


def open_gaps(pair: PairFacts, cycle: CycleFacts, *, keeper: Keeper) -> GapList | None:
    """Read the gaps of a pair whose views are open; None before that."""
    if pair.sides != "both":
        return None
    try:
        document = keeper.open_pair(pair.cycle, pair.employee, pair.sealed)
    except Unreadable:
        say_unreadable(pair.cycle)  # the other pairs of the list are still of use
        return None
    return read_sides(cycle, Sides(document[SELF], document[MANAGER]))[1]


def _row(
    pair: PairFacts,
    you: You,
    cycle: CycleFacts | None,
    has_answered: Answered,
    *,
    keeper: Keeper,
    locale: str,
    clock: Clock,
) -> PairRow:
    state = _state(pair, clock.now())
    gaps = None if cycle is None or state == "over" else open_gaps(pair, cycle, keeper=keeper)
    n_of = Counter(row.gap for row in gaps.rows) if gaps else Counter[str]()
    words = None if cycle is None else _words(cycle, locale)
    return PairRow(
        cycle=pair.cycle,
        title=pair.title,
        employee=pair.employee,
        employee_name=pair.employee_name,
        manager_name=_manager_name(pair, locale),
        state=state,
        is_you_missing=pair.missing_side(clock.now()) == SIDE_OF[you],
        is_closed=pair.state in GONE,
        has_opened=pair.opens_at <= clock.now(),
        opens_at=pair.opens_at,
        ends_at=ends_at(pair.closes_at, pair.grace_hours),
        employee_answered=has_answered.get((pair.cycle, pair.employee, SELF), False),
        manager_answered=has_answered.get((pair.cycle, pair.employee, MANAGER), False),
        n_agenda=len(gaps.agenda) if gaps else 0,
        n_parked=len(gaps.parked) if gaps else 0,
        kept_until=pair.kept_until,
        shared=(gaps.shared_expectations, gaps.in_scope) if gaps else (0, 0),
        counts=tuple((words.gap(gap), n_of[gap]) for gap in PRECEDENCE if n_of[gap]) if words else (),
    )


def _words(cycle: CycleFacts, locale: str) -> GapWords:
    picked = translate(locale, "gaps.yes"), translate(locale, "gaps.no")
    return GapWords(cycle, locale, translate(locale, "gaps.skipped"), picked)


def _manager_name(pair: PairFacts, locale: str) -> str:
    """Name the manager; of one who was cancelled only that there was one."""
    return pair.manager_name or translate(locale, "gaps.your_manager")


def _state(pair: PairFacts, now: datetime) -> PairState:
    if pair.state in GONE and is_over(pair.kept_until, now.date()):
        return "over"
    if pair.sides == LOST:
        return "lost"
    if pair.sides == "both":
        return "open"
    if pair.state in GONE:
        return "own"
    return "alone" if pair.missing_side(now) else "waiting"


def _document(pair: PairFacts, keeper: Keeper) -> dict[str, Any]:  # JSON, as the opening wrote it
    try:
        return keeper.open_pair(pair.cycle, pair.employee, pair.sealed) if pair.sides else {}
    except Unreadable as error:
        say_unreadable(pair.cycle)
        raise KeyMissing("the answers of a pair do not open") from error


def _sides(pair: PairFacts, document: dict[str, Any], you: You) -> Sides:
    """Give what the reader may see: both once open; of a pair that never opened only the reader's own side."""
    if not document:
        return Sides(None, None)
    if pair.sides == "both":
        return Sides(document[SELF], document[MANAGER])
    if pair.sides == SELF and you == "employee":
        return Sides(document[SELF], None)
    return Sides(None, document[MANAGER]) if pair.sides == MANAGER and you == "manager" else Sides(None, None)

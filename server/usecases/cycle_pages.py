"""What HR's cycle pages show, gathered into one value each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from scoring.values import CONFIDENTIAL
from server.clock import Clock, today
from server.errors import not_found
from server.usecases.clarity_block import ClarityBlock, clarity_block
from server.usecases.named_progress import named_progress
from server.usecases.pair_rows import PairRow, pair_rows
from server.usecases.preflight import Preflight, preflight
from server.usecases.programme import ProgrammePanel, programme_panel
from server.usecases.promise_preview import PromisePreview, draft_promise
from server.usecases.retention import is_over
from surveys import queries_cycles, queries_pairs, queries_people
from surveys.cycle_values import CycleCard, RateeRow
from surveys.keeper import Keeper
from surveys.lifecycle import as_state, ends_at, is_due_to_close, kept_until, shown_state
from surveys.policy import Policy, from_document
from surveys.queries_people import PersonRow


@dataclass(frozen=True, slots=True)
class CyclePage:
    """One cycle as HR sees it; `check` only in a draft, `closing` (counted, unfinished, empty) only after closing."""

    cycle: CycleCard
    policy: Policy
    ratees: tuple[RateeRow, ...]
    check: Preflight | None
    n_asked: Mapping[str, int]
    closing: tuple[int, int, int] | None
    ends_at: datetime
    is_due: bool
    programme: ProgrammePanel | None
    promise: PromisePreview | None
    pairs: tuple[PairRow, ...]
    clarity: ClarityBlock | None  # only of a closed clarity round
    kept_until: date | None  # the retention date of the answers of self and manager
    is_named_over: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who could be asked, with the relationship that the people file suggests, and the present load."""

    person: PersonRow
    relationship: str
    load: int


@dataclass(frozen=True, slots=True)
class RatersPage:
    """Who is asked about one person, and who else could be."""

    cycle: CycleCard
    ratee: RateeRow
    loads: Mapping[str, int]
    candidates: tuple[Candidate, ...]
    search: str
    has_answered: Mapping[str, bool]  # by assignment, named raters only
    is_alone: bool  # a clarity pair with nobody on one side


async def get_cycle(cycle_id: str) -> CycleCard:
    """Give a cycle; raises the Problem of a missing page."""
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    return cycle


async def cycle_page(
    cycle_id: str, *, viewer: str, locale: str, time_zone: str, keeper: Keeper, clock: Clock
) -> CyclePage:
    """Give one cycle with all that this person of HR may know of it."""
    cycle = _by_the_clock(await get_cycle(cycle_id), clock.now())
    policy = from_document(cycle.policy)
    until = _kept_until(cycle, policy)
    is_named_over = cycle.state in ("released", "done") and is_over(until, today(clock))
    return CyclePage(
        cycle=cycle,
        policy=policy,
        ratees=await queries_cycles.list_ratees(cycle_id),
        check=await preflight(cycle_id, clock=clock) if cycle.state == "draft" else None,
        n_asked=await queries_cycles.n_asked_by_relationship(cycle_id),
        closing=await queries_cycles.find_closing(cycle_id),
        ends_at=ends_at(cycle.closes_at, cycle.grace_hours),
        is_due=is_due_to_close(
            as_state(cycle.state),
            closes_at=cycle.closes_at,
            grace_hours=cycle.grace_hours,
            now=clock.now(),
        ),
        programme=await programme_panel(cycle_id, clock=clock),
        promise=await draft_promise(cycle, locale=locale, time_zone=time_zone)
        if cycle.state == "draft"
        else None,
        pairs=await pair_rows(cycle, keeper=keeper, clock=clock)
        if cycle.kind == "clarity" and not is_named_over
        else (),
        clarity=await clarity_block(cycle_id, viewer) if cycle.kind == "clarity" else None,
        kept_until=until,
        is_named_over=is_named_over,
    )


async def raters_page(
    cycle_id: str, ratee_id: str, search: str, *, keeper: Keeper, clock: Clock
) -> RatersPage:
    """Give one person's raters and whom to add: found people, or the colleagues the people file knows."""
    cycle = _by_the_clock(await get_cycle(cycle_id), clock.now())
    ratees = await queries_cycles.list_ratees(cycle_id)
    ratee = next((one for one in ratees if one.person_id == ratee_id), None)
    if ratee is None:
        raise not_found()
    asked = {rater.person_id for rater in ratee.raters if not rater.is_cancelled}
    if cycle.state not in ("draft", "scheduled", "open") or ratee.is_cancelled:
        people: list[tuple[PersonRow, str]] = []
    elif search.strip():
        people = [(one, "peer") for one in await queries_people.find_people(search, day=today(clock))]
    else:
        people = list(await queries_people.list_colleagues(ratee_id, day=today(clock)))
    people = [(one, kind) for one, kind in people if one.id not in asked and one.id != ratee_id]
    loads = await queries_cycles.loads([*asked, *(one.id for one, _ in people)], cycle_id=cycle_id)
    candidates = tuple(Candidate(one, kind, loads.get(one.id, 0)) for one, kind in people)
    has_answered = await named_progress(cycle, ratee_id, keeper=keeper)
    pair = await queries_pairs.find_pair(cycle_id, ratee_id)
    is_alone = pair is not None and pair.missing_side(clock.now()) is not None
    return RatersPage(cycle, ratee, loads, candidates, search, has_answered, is_alone)


def group_counts(ratee: RateeRow) -> dict[str, int]:
    """Count who is asked per relationship, in a fixed order."""
    asked = [rater.relationship for rater in ratee.raters if not rater.is_cancelled]
    return {name: asked.count(name) for name in ("self", "manager", *CONFIDENTIAL)}


def _kept_until(cycle: CycleCard, policy: Policy) -> date | None:
    """Give the retention date; a rehearsal and an abandoned cycle go as a whole, and sooner."""
    if cycle.is_rehearsal or cycle.state == "abandoned":
        return None
    return kept_until(cycle.closes_at, cycle.grace_hours, policy.retention_days)


def _by_the_clock(cycle: CycleCard, now: datetime) -> CycleCard:
    state = shown_state(cycle.state, opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=now)
    return replace(cycle, state=state)

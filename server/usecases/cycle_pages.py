"""What HR's cycle pages show, gathered into one value each."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scoring.values import CONFIDENTIAL
from server.clock import Clock, today
from server.errors import not_found
from server.usecases.cycles import NOT_A_DRAFT
from server.usecases.named_progress import named_progress
from server.usecases.preflight import Preflight, preflight
from surveys import queries_cycles, queries_people, queries_profiles
from surveys.cycle_values import CycleCard, RateeRow
from surveys.keeper import Keeper
from surveys.lifecycle import as_state, ends_at, is_due_to_close, shown_state
from surveys.notice import DEFAULT_NOTICE_DAYS, first_lawful_date
from surveys.policy import Policy, from_document
from surveys.queries_people import PersonRow
from surveys.queries_profiles import ProfileRow

OPENS_AT = time(8)
DAYS_OPEN = 14


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who can be rated, and the first day that is lawful."""

    person: PersonRow
    first_on: date | None


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The form of a cycle: its profile, who can be rated, and what the fields hold."""

    profile: ProfileRow
    holders: tuple[Holder, ...]
    fields: Mapping[str, str]
    chosen: frozenset[str]


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


async def new_plan_page(profile_version_id: str, *, clock: Clock) -> PlanPage:
    """Give the form of a new cycle: everyone in the role chosen, dates that keep the notice."""
    found = await queries_profiles.find_profile(profile_version_id)
    if found is None:
        raise not_found()
    profile = found[0]
    holders = await _holders(profile, DEFAULT_NOTICE_DAYS, clock)
    lawful = [one.first_on for one in holders if one.first_on is not None]
    opens_on = max([today(clock) + timedelta(days=1), *lawful])
    opens_at = datetime.combine(opens_on, OPENS_AT)
    policy = Policy()
    fields = {
        "opens_at": _wall(opens_at),
        "closes_at": _wall(opens_at + timedelta(days=DAYS_OPEN)),
        "grace_hours": str(policy.grace_hours),
        "notice_days": str(DEFAULT_NOTICE_DAYS),
        "k": str(policy.k),
        "small_groups": policy.small_groups,
    }
    return PlanPage(profile, holders, fields, frozenset(one.person.id for one in holders))


async def edit_plan_page(cycle_id: str, *, time_zone: str, clock: Clock) -> PlanPage:
    """Give the form of a draft as it is. Raises Problem for a cycle that was launched."""
    cycle = await get_cycle(cycle_id)
    if cycle.state != "draft":
        raise NOT_A_DRAFT
    found = await queries_profiles.find_profile(cycle.profile_version_id)
    if found is None:
        raise not_found()
    policy = from_document(cycle.policy)
    zone = ZoneInfo(time_zone)
    fields = {
        "title": cycle.title,
        "purpose": cycle.purpose,
        "opens_at": _wall(cycle.opens_at.astimezone(zone)),
        "closes_at": _wall(cycle.closes_at.astimezone(zone)),
        "grace_hours": str(cycle.grace_hours),
        "notice_days": str(cycle.notice_days),
        "k": str(policy.k),
        "small_groups": policy.small_groups,
        "clarity_reason": cycle.clarity_reason,
        "clarity_held_on": cycle.clarity_held_on.isoformat() if cycle.clarity_held_on else "",
    }
    ratees = await queries_cycles.list_ratees(cycle_id)
    chosen = frozenset(one.person_id for one in ratees)
    holders = await _holders(found[0], cycle.notice_days, clock, also=chosen)
    return PlanPage(found[0], holders, fields, chosen)


async def get_cycle(cycle_id: str) -> CycleCard:
    """Give a cycle; raises the Problem of a missing page."""
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    return cycle


async def cycle_page(cycle_id: str, *, clock: Clock) -> CyclePage:
    """Give one cycle with all that HR may know of it."""
    cycle = _by_the_clock(await get_cycle(cycle_id), clock.now())
    return CyclePage(
        cycle=cycle,
        policy=from_document(cycle.policy),
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
    return RatersPage(cycle, ratee, loads, candidates, search, has_answered)


def group_counts(ratee: RateeRow) -> dict[str, int]:
    """Count who is asked per relationship, in a fixed order."""
    asked = [rater.relationship for rater in ratee.raters if not rater.is_cancelled]
    return {name: asked.count(name) for name in ("self", "manager", *CONFIDENTIAL)}


def _by_the_clock(cycle: CycleCard, now: datetime) -> CycleCard:
    state = shown_state(cycle.state, opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=now)
    return replace(cycle, state=state)


async def _holders(
    profile: ProfileRow, notice_days: int, clock: Clock, *, also: frozenset[str] = frozenset()
) -> tuple[Holder, ...]:
    """Give who holds the role, and people chosen before who hold it no longer: they are never dropped unseen."""
    people = await queries_people.list_role_holders(profile.profile, day=today(clock))
    others = also - {one.id for one in people}
    if others:
        people = (*people, *await queries_people.list_people_by_id(others, day=today(clock)))
    deliveries = await queries_people.list_deliveries(profile.profile, [one.id for one in people])
    return tuple(
        Holder(
            one,
            first_lawful_date(
                deliveries.get(one.id, ()),
                version=profile.version,
                notice_days=notice_days,
                in_role_since=one.in_role_since,
            ),
        )
        for one in people
    )


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")

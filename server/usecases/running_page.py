"""What HR's pages show of a running cycle besides its plan: progress, and who could still be added."""

from dataclasses import dataclass
from datetime import date

from server.clock import Clock, today
from server.errors import not_found
from server.usecases.running_add import ADDABLE
from server.usecases.running_progress import ProgressRow, has_progress, list_progress
from server.usecases.running_refusals import TOO_LATE_TO_ADD
from surveys import queries_cycles, queries_people
from surveys.cycle_values import CycleCard
from surveys.lifecycle import shown_state
from surveys.notice import first_lawful_date, has_notice
from surveys.queries_people import PersonRow


@dataclass(frozen=True, slots=True)
class RunningBox:
    """Progress as far as it may be known, and whether people may still be added."""

    progress: tuple[ProgressRow, ...]
    has_progress: bool
    may_add: bool


@dataclass(frozen=True, slots=True)
class Addable:
    """Somebody with the role who is not rated yet; `is_lawful` tells whether notice is over today."""

    person: PersonRow
    first_on: date | None
    is_lawful: bool


@dataclass(frozen=True, slots=True)
class AddPage:
    """A running cycle and whom to add."""

    cycle: CycleCard
    people: tuple[Addable, ...]


async def running_box(cycle_id: str, state: str) -> RunningBox:
    """Give what a running cycle's page says of its progress."""
    return RunningBox(await list_progress(cycle_id), await has_progress(cycle_id), state in ADDABLE)


async def add_page(cycle_id: str, *, clock: Clock) -> AddPage:
    """Give who holds the role and is not rated in this cycle.

    Raises Problem when there is no such cycle or nobody may be added any more.
    """
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    now = clock.now()
    if shown_state(cycle.state, opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=now) not in ADDABLE:
        raise TOO_LATE_TO_ADD
    day = today(clock)
    rated = {one.person_id for one in await queries_cycles.list_ratees(cycle_id)}
    holders = await queries_people.list_role_holders(cycle.profile, day=day)
    missing = [one for one in holders if one.id not in rated]
    deliveries = await queries_people.list_deliveries(cycle.profile, [one.id for one in missing])
    people: list[Addable] = []
    for one in missing:
        first_on = first_lawful_date(
            deliveries.get(one.id, ()),
            version=cycle.version,
            notice_days=cycle.notice_days,
            in_role_since=one.in_role_since,
        )
        opens_on = max(day, cycle.opens_at.date())
        is_lawful = cycle.kind == "clarity" or has_notice(first_on, opens_on)
        people.append(Addable(one, first_on, is_lawful))
    return AddPage(cycle, tuple(people))

"""The first lawful day of a planned 360, from notice, clarity first, and the distance to other 360s."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.clock import Clock, today
from surveys import queries_cycle_plan, queries_cycles, queries_people
from surveys.cycle_values import CycleCard, OtherCycle, RateeRow
from surveys.launch_checks import APART
from surveys.lawful import LawfulDay, Waits, lawful_day
from surveys.notice import Delivery, first_lawful_date, lawful_line_dates
from surveys.queries_people import PersonRow

OPENS_AT = time(8)
DAYS_OPEN = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A 360 that is to follow: `lasts` from its opening to the end of its grace, `but` is the cycle itself."""

    profile: str
    version: str
    notice_days: int
    lasts: timedelta
    leaves_out: bool = False
    clarity_ends_at: datetime | None = None  # None once the round has closed, or where none is held here
    is_published_now: bool = False  # who has a mail address is given the lines today
    but: str = ""


async def find_lawful_day(people: Sequence[PersonRow], intent: Intent, *, clock: Clock) -> LawfulDay:
    """Find the first lawful day for these people, and who holds it up."""
    ids = [one.id for one in people]
    deliveries = await queries_people.list_deliveries(intent.profile, ids)
    others = await queries_cycles.list_other_cycles(intent.but, ids)
    same_in = await queries_cycle_plan.same_lines(intent.profile, intent.version) if intent.leaves_out else {}
    day = today(clock)
    waits = [
        Waits(
            name=one.name,
            notice_on=_notice_on(one, deliveries.get(one.id, ()), same_in, intent, day),
            clarity_on=_after(intent.clarity_ends_at),
            apart_on=_apart_on(one.id, others, intent.lasts),
        )
        for one in people
    ]
    return lawful_day(waits, not_before=day + timedelta(days=1))


async def lawful_day_of(
    feedback: CycleCard, ratees: Iterable[RateeRow], clarity: CycleCard, *, clock: Clock
) -> LawfulDay:
    """Find the first lawful day of a drafted 360 after its clarity round."""
    ids = [one.person_id for one in ratees if not one.is_cancelled]
    people = await queries_people.list_people_by_id(ids, day=today(clock))
    grace = timedelta(hours=feedback.grace_hours)
    has_closed = clarity.state in queries_cycle_plan.CLOSED
    intent = Intent(
        profile=feedback.profile,
        version=feedback.version,
        notice_days=feedback.notice_days,
        lasts=feedback.closes_at - feedback.opens_at + grace,
        leaves_out=feedback.leaves_out,
        clarity_ends_at=None if has_closed else clarity.closes_at + timedelta(hours=clarity.grace_hours),
        but=feedback.id,
    )
    return await find_lawful_day(people, intent, clock=clock)


def opening_on(day: date, time_zone: str) -> datetime:
    """Give the morning of a day in a time zone that is not the day before for the notice, which counts in UTC."""
    zone = ZoneInfo(time_zone)
    moment = datetime.combine(day, OPENS_AT, zone).astimezone(ZoneInfo("UTC"))
    if moment.date() < day:
        moment = datetime.combine(day + timedelta(days=1), OPENS_AT, zone).astimezone(ZoneInfo("UTC"))
    return moment


def _notice_on(
    person: PersonRow,
    deliveries: tuple[Delivery, ...],
    same_in: dict[str, frozenset[str]],
    intent: Intent,
    day: date,
) -> date | None:
    had = deliveries
    if intent.is_published_now and person.mail and all(one.version != intent.version for one in had):
        had = (*had, Delivery(intent.version, day))
    if not intent.leaves_out:
        return first_lawful_date(
            had,
            version=intent.version,
            notice_days=intent.notice_days,
            in_role_since=person.in_role_since,
        )
    dates = lawful_line_dates(
        had,
        same_in=same_in,
        version=intent.version,
        notice_days=intent.notice_days,
        in_role_since=person.in_role_since,
    )
    # The lines that come later are left out; one line is enough to ask about.
    return min((one for one in dates.values() if one is not None), default=None)


def _after(ends_at: datetime | None) -> date | None:
    return None if ends_at is None else ends_at.date() + timedelta(days=1)


def _apart_on(person_id: str, others: Iterable[OtherCycle], lasts: timedelta) -> date | None:
    days = [
        max(other.ends_at + APART - lasts, other.ends_at).date() + timedelta(days=1)
        for other in others
        if other.ratee_id == person_id
    ]
    return max(days, default=None)

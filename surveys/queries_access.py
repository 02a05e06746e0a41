"""Reads behind sessions and policies."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from surveys.database import write_tx
from surveys.models.cycles import Cycle, Ratee
from surveys.models.people import Grant, Person, Relation, Session

RELEASED_STATES = ("released", "done")
HEAD_START = timedelta(hours=24)  # the ratee sees the report before anyone else


@dataclass(frozen=True, slots=True)
class SessionPerson:
    """A signed-in person with what holds today."""

    id: str
    name: str
    locale: str
    time_zone: str
    roles: frozenset[str]
    is_manager: bool
    used_on: date
    is_shared: bool  # on a phone that others use too
    is_by_card: bool


async def find_session_person(key: str, now: datetime) -> SessionPerson | None:
    """Find the person of a session that has not ended; people who left have none."""
    session = await Session.get_or_none(key=key, expires_at__gt=now).select_related("person")
    if session is None:
        return None
    person = session.person
    if person.left_at is not None and person.left_at <= now:
        return None
    day = now.date()
    holds = Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day))
    # A grant for one unit opens nothing yet: there is no desk that shows a unit alone, and the whole would be too much.
    roles = await Grant.filter(holds, person_id=person.id, unit="").values_list("role", flat=True)
    is_manager = await Relation.filter(holds, other_id=person.id, kind="manager").exists()
    return SessionPerson(
        person.id,
        person.name,
        person.locale,
        person.time_zone,
        frozenset(str(role) for role in roles),
        is_manager,
        session.used_on,
        session.is_shared,
        bool(session.card_id),
    )


@dataclass(frozen=True, slots=True)
class OwnAccess:
    """How somebody comes in: the mail address, and in how many browsers they are signed in now."""

    mail: str
    n_sessions: int


async def load_own_access(person_id: str, now: datetime) -> OwnAccess:
    """Give how a person comes in."""
    person = await Person.get(id=person_id)
    return OwnAccess(person.mail, await Session.filter(person_id=person_id, expires_at__gt=now).count())


async def note_session_use(key: str, *, today: date, used_on: date) -> None:
    """Write the day of use, at most once a day."""
    if used_on == today:
        return

    async def body(tx: BaseDBAsyncClient) -> None:
        await Session.filter(key=key).update(used_on=today)

    await write_tx(body)


async def is_ratee_of_released_cycle(person_id: str, cycle_id: str) -> bool:
    """Tell whether the person has a report in this cycle."""
    return await Ratee.filter(
        person_id=person_id,
        cycle_id=cycle_id,
        is_cancelled=False,
        cycle__kind="feedback360",
        cycle__state__in=RELEASED_STATES,
    ).exists()


async def may_view_report(person_id: str, cycle_id: str, ratee_id: str, now: datetime) -> bool:
    """Tell whether a manager or coach, fixed at launch, may see a ratee's report: from 24 h after release."""
    ratee = await Ratee.get_or_none(
        person_id=ratee_id,
        cycle_id=cycle_id,
        is_cancelled=False,
        cycle__kind="feedback360",
        cycle__state__in=RELEASED_STATES,
    ).select_related("cycle")
    if ratee is None:
        return False
    cycle: Cycle = ratee.cycle
    if cycle.released_at is None or now < cycle.released_at + HEAD_START:
        return False
    viewers = ratee.viewers
    return person_id in viewers.get("manager", []) or person_id in viewers.get("coach", [])

"""HR gives and ends roles in Sightline; both are dated and never deleted."""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Grant, Person
from surveys.queries_people import holds_on, is_here

ROLES = ("hr", "coach")
LAST_HR = Problem(
    409, "last_hr", "Someone must run HR", "Give the role to another person first, then end this one."
)


async def grant_role(person_id: str, role: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Give a role from today on; a role the person already has stays as it is.

    Raises Problem for an unknown person or role.
    """
    if role not in ROLES:
        raise Problem(422, "unknown_role", "This role does not exist", "Choose HR or coach.", "role")
    day = today(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        if await Person.get_or_none(is_here(day), id=person_id) is None:
            raise not_found()
        if not await Grant.filter(holds_on(day), person_id=person_id, role=role).exists():
            await Grant.create(id=new_id(clock), person_id=person_id, role=role, from_on=day)
            await _note(tx, "grant.given", person_id, role, actor=actor, keeper=keeper, clock=clock)

    await write_tx(body)


async def end_grant(person_id: str, grant_id: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """End a role today.

    Raises Problem when it is the last HR role: nobody could give it again.
    """
    day = today(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        grant = await Grant.get_or_none(holds_on(day), id=grant_id, person_id=person_id)
        if grant is None:
            raise not_found()
        others = Grant.filter(holds_on(day), ~Q(id=grant_id), role="hr", unit="", person__left_at=None)
        if grant.role == "hr" and not await others.exists():
            raise LAST_HR
        await Grant.filter(id=grant_id).update(to_on=day)
        await _note(tx, "grant.ended", person_id, grant.role, actor=actor, keeper=keeper, clock=clock)

    await write_tx(body)


async def mail_of(person_id: str) -> str:
    """Give a person's own mail address; empty where there is none."""
    person = await Person.get_or_none(id=person_id)
    return person.mail if person else ""


async def _note(
    tx: BaseDBAsyncClient, action: str, person_id: str, role: str, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    await audit.record(
        tx,
        key=keeper.audit_key(),
        at=clock.now(),
        actor_id=actor,
        action=action,
        object_id=person_id,
        detail=role,
    )

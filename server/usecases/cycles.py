"""HR plans a 360: draft, change, extend; nothing here touches an answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.cycle_form import CyclePlan
from surveys import queries_people, queries_profiles
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from surveys.policy import to_document
from surveys.queries_people import PersonRow

NO_INSTRUMENT = Problem(
    422, "no_instrument", "The question texts are missing", "Import instruments.yaml under Profiles first."
)
NOT_A_DRAFT = Problem(
    409,
    "not_a_draft",
    "This cycle is already launched",
    "What raters were told stays as it is. Plan another cycle, or abandon this one with a reason.",
)


async def create_draft(profile_version_id: str, plan: CyclePlan, *, clock: Clock) -> str:
    """Store a draft with self and managers as raters; give its id.

    Raises Problem when the profile is unknown, nothing was imported to ask with, or a person is unknown.
    """
    instrument_id = await queries_profiles.newest_instrument_id()
    if await ProfileVersion.get_or_none(id=profile_version_id) is None:
        raise not_found()
    if instrument_id is None:
        raise NO_INSTRUMENT
    people = await _chosen(plan, day=today(clock))
    cycle_id = new_id(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.create(
            id=cycle_id,
            kind="feedback360",
            state="draft",
            profile_version_id=profile_version_id,
            instrument_id=instrument_id,
            **_fields(plan),
        )
        await _add_ratees(cycle_id, people, clock)

    await write_tx(body)
    return cycle_id


async def change_draft(cycle_id: str, plan: CyclePlan, *, clock: Clock) -> None:
    """Change a draft; people taken out lose their raters in this cycle, new ones get self and managers."""
    people = await _chosen(plan, day=today(clock))
    wanted = {person.id for person in people}

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        await Cycle.filter(id=cycle_id).update(**_fields(plan))
        had = {str(one) for one in await Ratee.filter(cycle_id=cycle_id).values_list("person_id", flat=True)}
        gone = list(had - wanted)
        await Assignment.filter(cycle_id=cycle_id, ratee_id__in=gone).delete()
        await Ratee.filter(cycle_id=cycle_id, person_id__in=gone).delete()
        await _add_ratees(cycle_id, [person for person in people if person.id not in had], clock)

    await write_tx(body)


async def delete_draft(cycle_id: str) -> None:
    """Throw a draft away; nobody was told anything yet."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        await Assignment.filter(cycle_id=cycle_id).delete()
        await Ratee.filter(cycle_id=cycle_id).delete()
        await Cycle.filter(id=cycle_id).delete()

    await write_tx(body)


async def lock_draft(cycle_id: str) -> None:
    """Hold a draft until the end of this transaction; inside `write_tx` only.

    Raises Problem when it does not exist or is no draft any more.
    """
    cycle = await Cycle.select_for_update().get_or_none(id=cycle_id)
    if cycle is None:
        raise not_found()
    if cycle.state != "draft":
        raise NOT_A_DRAFT


async def _chosen(plan: CyclePlan, *, day: date) -> tuple[PersonRow, ...]:
    people = await queries_people.list_people_by_id(plan.ratee_ids, day=day)
    if len(people) != len(plan.ratee_ids):
        raise Problem(
            422, "unknown_person", "A chosen person does not exist", "Load the page again and choose anew."
        )
    return people


def _fields(plan: CyclePlan) -> dict[str, Any]:  # columns of different types
    return {
        "title": plan.title,
        "purpose": plan.purpose,
        "policy": to_document(plan.policy),
        "opens_at": plan.opens_at,
        "closes_at": plan.closes_at,
        "grace_hours": plan.policy.grace_hours,
        "notice_days": plan.notice_days,
        "clarity_reason": plan.clarity_reason,
        "clarity_held_on": plan.clarity_held_on,
    }


async def _add_ratees(cycle_id: str, people: Iterable[PersonRow], clock: Clock) -> None:
    ratees: list[Ratee] = []
    assignments: list[Assignment] = []
    present = {
        str(one)
        for one in await Person.filter(
            queries_people.is_here(today(clock)),
            id__in=[manager for person in people for manager in person.manager_ids],
        ).values_list("id", flat=True)
    }
    for person in people:
        ratees.append(Ratee(id=new_id(clock), cycle_id=cycle_id, person_id=person.id, viewers={}))
        raters = [(person.id, "self")]
        raters += [(one, "manager") for one in person.manager_ids if one in present and one != person.id]
        assignments += [
            Assignment(
                id=new_id(clock),
                cycle_id=cycle_id,
                rater_id=rater_id,
                ratee_id=person.id,
                relationship=relationship,
                form="",
            )
            for rater_id, relationship in raters
        ]
    await Ratee.bulk_create(ratees)
    await Assignment.bulk_create(assignments)

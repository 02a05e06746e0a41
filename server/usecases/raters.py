"""HR decides who is asked to rate whom, by hand, while the cycle is a draft."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import Relationship
from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.cycles import lock_draft
from surveys import queries_people
from surveys.assignments import Request, faults
from surveys.database import write_tx
from surveys.items import RELATIONSHIPS
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person

UNKNOWN_RATER = Problem(
    422,
    "unknown_person",
    "A chosen person does not exist or has left",
    "Load the page again and choose anew.",
)


async def set_raters(cycle_id: str, ratee_id: str, chosen: Mapping[str, str], *, clock: Clock) -> None:
    """Ask people (rater id -> relationship) to rate one person; whoever is already asked gets the new relationship.

    Raises Problem for a person or relationship that cannot be, and when the cycle is no draft; nothing is stored then.
    """
    await check_chosen(ratee_id, chosen, day=today(clock))

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        if not await Ratee.filter(cycle_id=cycle_id, person_id=ratee_id).exists():
            raise not_found()
        if await Person.filter(queries_people.is_here(today(clock)), id__in=list(chosen)).count() != len(
            chosen
        ):
            raise UNKNOWN_RATER
        await write_raters(cycle_id, [(ratee_id, one, chosen[one]) for one in chosen], clock)

    await write_tx(body)


async def check_chosen(
    ratee_id: str, chosen: Mapping[str, str], *, day: date, viewers: Collection[str] = ()
) -> None:
    """Refuse people who cannot rate somebody as chosen; `viewers` are those who will see the report. Raises Problem."""
    people = await queries_people.list_people_by_id([ratee_id, *chosen], day=day)
    told = {one.id: f"{one.name} ({one.external_id})" for one in people}
    if not {ratee_id, *chosen} <= set(told):
        raise UNKNOWN_RATER
    managers = {told[one.id]: [told.get(above, above) for above in one.manager_ids] for one in people}
    requests = [
        Request(ratee=told[ratee_id], rater=told[one], relationship=as_relationship(kind))
        for one, kind in chosen.items()
    ]
    seeing = {told[ratee_id]: [told[one] for one in viewers if one in told]}
    found = faults(requests, managers=managers, viewers=seeing)
    if found:
        detail = " ".join(f"{fault.message}." for fault in found)
        raise Problem(422, "wrong_relationship", "This relationship does not fit", detail)


def as_relationship(word: str) -> Relationship:
    """Read a relationship; raises Problem for any other word."""
    for relationship in RELATIONSHIPS:
        if relationship == word:
            return relationship
    raise Problem(422, "wrong_relationship", "This relationship does not exist", "Choose one of the list.")


async def write_raters(
    cycle_id: str, wanted: Iterable[tuple[str, str, str]], clock: Clock
) -> tuple[int, int]:
    """Write (ratee, rater, relationship) rows inside a transaction; give how many are new and how many changed."""
    rows = await Assignment.filter(cycle_id=cycle_id)
    # The `_id` attributes are made by Tortoise and unknown to the type checker's model.
    known = {(str(row.ratee_id), str(row.rater_id)): row for row in rows}  # type: ignore[attr-defined]
    new: list[Assignment] = []
    n_changed = 0
    for ratee_id, rater_id, relationship in wanted:
        row = known.get((ratee_id, rater_id))
        if row is None:
            new.append(
                Assignment(
                    id=new_id(clock),
                    cycle_id=cycle_id,
                    rater_id=rater_id,
                    ratee_id=ratee_id,
                    relationship=relationship,
                    form="",
                )
            )
        elif row.relationship != relationship:
            n_changed += 1
            await Assignment.filter(id=row.id).update(relationship=relationship)
    await Assignment.bulk_create(new)
    return len(new), n_changed


async def remove_rater(cycle_id: str, ratee_id: str, assignment_id: str) -> None:
    """Take a rater out of a draft; nobody was told anything yet."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        n_removed = await Assignment.filter(id=assignment_id, cycle_id=cycle_id, ratee_id=ratee_id).delete()
        if not n_removed:
            raise not_found()

    await write_tx(body)

"""HR plans a cycle: draft, change, throw away; nothing here touches an answer."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.cycle_form import CyclePlan
from surveys import queries_cycle_plan, queries_people, queries_profiles
from surveys.canonical import canonical
from surveys.content import to_document as content_document
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.profiles import ProfileVersion
from surveys.models.programmes import Programme
from surveys.policy import to_document

NO_INSTRUMENT = Problem(
    422, "no_instrument", "The question texts are missing", "Import instruments.yaml under Profiles first."
)
NOT_A_DRAFT = Problem(
    409,
    "not_a_draft",
    "This cycle is already launched",
    "What raters were told stays as it is. Plan another cycle, or abandon this one with a reason.",
)


CHANGED_MEANWHILE = Problem(
    409,
    "changed_meanwhile",
    "Somebody changed this draft meanwhile",
    "Nothing was stored. Compare, and save again if your version is to stand.",
)
_COMPARED = (
    "title", "purpose", "policy", "content", "opens_at", "closes_at", "grace_hours", "notice_days",
    "clarity_reason", "clarity_held_on", "leaves_out",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedCycle:
    """A draft about to be stored, with who is asked about whom by itself."""

    id: str
    profile_version_id: str
    instrument_id: str
    plan: CyclePlan
    raters: Mapping[str, tuple[tuple[str, str], ...]]


async def create_draft(profile_version_id: str, plan: CyclePlan, *, clock: Clock) -> str:
    """Store a draft with self and managers as raters; give its id.

    Raises Problem when the profile is unknown, nothing was imported to ask with, or a person is unknown.
    """
    planned = await prepare_draft(profile_version_id, plan, clock=clock)
    await write_tx(lambda tx: store_draft(planned, clock=clock))
    return planned.id


async def prepare_draft(profile_version_id: str, plan: CyclePlan, *, clock: Clock) -> PlannedCycle:
    """Look up everything a new draft needs. Raises Problem as `create_draft` does."""
    instrument_id = await queries_profiles.newest_instrument_id()
    if await ProfileVersion.get_or_none(id=profile_version_id) is None:
        raise not_found()
    if instrument_id is None:
        raise NO_INSTRUMENT
    return PlannedCycle(
        new_id(clock), profile_version_id, instrument_id, plan, await _pairs(plan, clock=clock)
    )


async def store_draft(planned: PlannedCycle, *, clock: Clock) -> None:
    """Write a prepared draft; inside `write_tx` only."""
    await Cycle.create(
        id=planned.id,
        kind=planned.plan.kind,
        state="draft",
        profile_version_id=planned.profile_version_id,
        instrument_id=planned.instrument_id,
        **_fields(planned.plan),
    )
    await _add_ratees(planned.id, planned.raters, clock)


async def change_draft(cycle_id: str, plan: CyclePlan, *, seen: str = "", clock: Clock) -> None:
    """Change a draft; people taken out lose their raters in this cycle, new ones get self and managers.

    `seen` names the draft as HR saw it: who saved another one meanwhile is not overwritten unseen. Raises Problem.
    """
    wanted = await _pairs(plan, clock=clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        if seen and seen != await draft_name(cycle_id):
            raise CHANGED_MEANWHILE
        await Cycle.filter(id=cycle_id).update(**_fields(plan))
        had = {str(one) for one in await Ratee.filter(cycle_id=cycle_id).values_list("person_id", flat=True)}
        gone = list(had - wanted.keys())
        await Assignment.filter(cycle_id=cycle_id, ratee_id__in=gone).delete()
        await Ratee.filter(cycle_id=cycle_id, person_id__in=gone).delete()
        if plan.kind == "clarity":
            # A pair is the person and one manager, so it is simply made anew.
            await Assignment.filter(cycle_id=cycle_id).delete()
            await Ratee.filter(cycle_id=cycle_id).delete()
            had = set()
        await _add_ratees(cycle_id, {one: raters for one, raters in wanted.items() if one not in had}, clock)

    await write_tx(body)


async def draft_name(cycle_id: str) -> str:
    """Name a draft as it is stored, people and managers of pairs included; any change gives another name."""
    cycle = await Cycle.get(id=cycle_id)
    ratees = await Ratee.filter(cycle_id=cycle_id).order_by("person_id").values_list("person_id", flat=True)
    pairs = await queries_cycle_plan.find_pair_managers(cycle_id) if cycle.kind == "clarity" else {}
    said = {name: str(getattr(cycle, name)) for name in _COMPARED}
    document = [said, [str(one) for one in ratees], pairs]
    return hashlib.sha256(canonical(document)).hexdigest()[:32]


async def delete_draft(cycle_id: str) -> None:
    """Throw a draft away; nobody was told anything yet."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        # The other half of a programme stays, as a plan of its own.
        await Programme.filter(Q(clarity_id=cycle_id) | Q(feedback_id=cycle_id)).delete()
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


async def _pairs(plan: CyclePlan, *, clock: Clock) -> dict[str, tuple[tuple[str, str], ...]]:
    """Give for each chosen person who is asked by itself: self, and every manager or the one of the pair."""
    people = await queries_people.list_people_by_id(plan.ratee_ids, day=today(clock))
    if len(people) != len(plan.ratee_ids):
        raise Problem(
            422, "unknown_person", "A chosen person does not exist", "Load the page again and choose anew."
        )
    managers = await queries_cycle_plan.list_managers(plan.ratee_ids, day=today(clock))
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for person in people:
        ids = [one.id for one in managers.get(person.id, ())]
        if plan.kind == "clarity" and ids:
            chosen = plan.managers.get(person.id, "")
            ids = [chosen if chosen in ids else ids[0]]
        found[person.id] = ((person.id, "self"), *((one, "manager") for one in ids))
    return found


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
        "content": {} if plan.content is None else content_document(plan.content),
        "leaves_out": plan.leaves_out,
    }


async def _add_ratees(cycle_id: str, raters: Mapping[str, Iterable[tuple[str, str]]], clock: Clock) -> None:
    await Ratee.bulk_create(
        [Ratee(id=new_id(clock), cycle_id=cycle_id, person_id=one, viewers={}) for one in raters]
    )
    await Assignment.bulk_create(
        [
            Assignment(
                id=new_id(clock),
                cycle_id=cycle_id,
                rater_id=rater_id,
                ratee_id=ratee_id,
                relationship=relationship,
                form="",
            )
            for ratee_id, asked in raters.items()
            for rater_id, relationship in asked
        ]
    )

"""Delete a person: what is theirs goes, what others were told stays as numbers, and nothing points to nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model

from server.clock import Clock, today
from server.errors import Problem, not_found
from server.usecases.cancel import cancel_ratee, cancel_rater
from server.usecases.people import LAST_HR
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cards import Card, IdentityChange
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.mirror import Mirror
from surveys.models.people import Grant, Person, Relation, Session, SignInCode
from surveys.models.profiles import Exemplar, Notice, ProfileVersion
from surveys.models.programmes import Programme
from surveys.models.results import NamedResult, PairView, ResultCell, ResultComment, ResultGroup
from surveys.models.work import MailDay, OutboxMail, ReminderWave
from surveys.queries_people import FORMER, holds_on

# Every column that names a person is in one of the two: a test looks through all tables.
DELETED: tuple[tuple[type[Model], str], ...] = (
    (Relation, "person_id"),
    (Relation, "other_id"),
    (Grant, "person_id"),
    (Session, "person_id"),
    (SignInCode, "person_id"),
    (Notice, "person_id"),
    (Exemplar, "person_id"),
    (Card, "person_id"),
    (IdentityChange, "person_id"),
    (Mirror, "starter_id"),
    (MailDay, "person_id"),
    (OutboxMail, "person_id"),
    (ReminderWave, "person_id"),
    (ResultGroup, "ratee_id"),
    (ResultCell, "ratee_id"),
    (ResultComment, "ratee_id"),
    (NamedResult, "ratee_id"),
    (PairView, "ratee_id"),
)
# These point to the row that stays, which says no more than "a former colleague".
KEPT: tuple[tuple[type[Model], str], ...] = (
    (Cycle, "launched_by_id"),
    (Ratee, "person_id"),
    (Assignment, "rater_id"),
    (Assignment, "ratee_id"),
    (Notice, "recorded_by_id"),
    (ProfileVersion, "published_by_id"),
    (Programme, "planned_by_id"),
)
ABOUT_A_PERSON = ("identity_refused", "card_not_me")
TAKES_NO_CANCEL = ("closing", "sealed")
RUNNING = ("scheduled", "open", "grace")
REASON = "deleted on request"
CLOSING_NOW = Problem(
    409, "closing_now", "A cycle with this person is being closed", "Wait until it is released, then delete."
)
STILL_OPEN = Problem(
    409, "still_open", "This person takes part in running cycles", "Confirm that these parts are cancelled."
)
NOT_CONFIRMED = Problem(
    422,
    "not_confirmed",
    "The number does not match",
    "Type the person's number as it stands above.",
    "confirm",
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part the person has in a cycle that is not over."""

    cycle_id: str
    title: str
    kind: str
    state: str
    is_rated: bool
    other_id: str  # whom they rate; themselves where they are rated
    other: str


@dataclass(frozen=True, slots=True)
class Deletion:
    """What deleting a person would do."""

    id: str
    external_id: str
    name: str
    n_reports: int
    n_notices: int
    n_talks: int  # open pairs of theirs: the manager loses the shared list too
    parts: tuple[Part, ...]
    is_closing: bool
    is_last_hr: bool


def part_words(part: Part) -> str:
    """Give the key of the words for a part: nobody is rated in a clarity round."""
    kind = "_clarity" if part.kind == "clarity" else ""
    return f"delete.is_rated{kind}" if part.is_rated else f"delete.rates{kind}"


async def find_person_id(external_id: str) -> str:
    """Find a person by their number. Raises Problem 404."""
    person = await Person.get_or_none(external_id=external_id)
    if person is None:
        raise Problem(
            404, "not_found", f"There is no person {external_id!r}", "Their number stands on their page."
        )
    return str(person.id)


async def look_at_deletion(person_id: str, *, clock: Clock) -> Deletion:
    """Tell what would go and what stands in the way. Raises Problem 404."""
    person = await Person.get_or_none(id=person_id)
    if person is None:
        raise not_found()
    named = Q(rater_id=person_id) | Q(ratee_id=person_id)
    being_closed = Assignment.filter(named, is_cancelled=False, cycle__state__in=TAKES_NO_CANCEL)
    rated_there = Ratee.filter(person_id=person_id, is_cancelled=False, cycle__state__in=TAKES_NO_CANCEL)
    reported = await Ratee.filter(
        person_id=person_id, is_cancelled=False, cycle__state__in=("released", "done")
    ).count()
    return Deletion(
        id=person_id,
        external_id=person.external_id,
        name=person.name,
        n_reports=reported,
        n_notices=await Notice.filter(person_id=person_id).count(),
        n_talks=await PairView.filter(ratee_id=person_id, sides="both").count(),
        parts=await _parts(person_id),
        is_closing=await being_closed.exists() or await rated_there.exists(),
        is_last_hr=await _is_last_hr(person_id, clock),
    )


async def delete_person(
    person_id: str,
    *,
    confirm: str,
    cancels: bool,
    former: str,
    actor: str,
    keeper: Keeper,
    clock: Clock,
) -> None:
    """Delete a person after their number was typed; `cancels` ends their parts in running cycles first.

    `former` is the name the empty row is given. Raises Problem.
    """
    plan = await look_at_deletion(person_id, clock=clock)
    if confirm.strip() != plan.external_id:
        raise NOT_CONFIRMED
    _check(plan, cancels=cancels)
    await _cancel(plan.parts, person_id, actor=actor, keeper=keeper, clock=clock)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        if any(part.state != "draft" for part in await _parts(person_id)):
            raise STILL_OPEN
        await _forget(person_id, plan.name, former)
        await Person.filter(id=person_id).update(
            external_id=f"{FORMER}{person_id[:12]}",
            name=former,
            mail="",
            locale="en",
            time_zone="UTC",
            role_profile="",
            job_title="",
            unit="",
            in_role_since=None,
            left_at=clock.now(),
        )
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="person.deleted",
            actor_id="" if actor == person_id else actor,
            object_id=person_id,
            detail=f"{plan.n_reports} reports, {len(plan.parts)} parts in open cycles",
        )

    pin = await write_tx(body)
    keeper.note_revoked("person", [person_id])
    keeper.pin_audit(*pin)


def _check(plan: Deletion, *, cancels: bool) -> None:
    if plan.is_last_hr:
        raise LAST_HR
    if plan.is_closing:
        raise CLOSING_NOW
    if not cancels and any(part.state != "draft" for part in plan.parts):
        raise STILL_OPEN


async def _parts(person_id: str) -> tuple[Part, ...]:
    """List what is not over: whom they rate, and where they are rated."""
    states = ("draft", *RUNNING)
    rated: Iterable[Any] = await Ratee.filter(
        person_id=person_id, is_cancelled=False, cycle__state__in=states
    ).select_related("cycle", "person")
    asked: Iterable[Any] = await Assignment.filter(
        rater_id=person_id, is_cancelled=False, cycle__state__in=states
    ).select_related("cycle", "ratee")
    parts = [
        Part(
            row.cycle.id,
            row.cycle.title,
            row.cycle.kind,
            row.cycle.state,
            is_rated=True,
            other_id=person_id,
            other=row.person.name,
        )
        for row in rated
    ]
    rated_in = {part.cycle_id for part in parts}
    parts += [
        Part(
            row.cycle.id,
            row.cycle.title,
            row.cycle.kind,
            row.cycle.state,
            is_rated=False,
            other_id=row.ratee.id,
            other=row.ratee.name,
        )
        for row in asked
        if row.ratee.id != person_id or row.cycle.id not in rated_in
    ]
    return tuple(sorted(parts, key=lambda part: (part.title, part.cycle_id, not part.is_rated, part.other)))


async def _is_last_hr(person_id: str, clock: Clock) -> bool:
    runs_hr = Grant.filter(holds_on(today(clock)), role="hr", unit="")
    if not await runs_hr.filter(person_id=person_id).exists():
        return False
    return not await runs_hr.filter(person__left_at=None).exclude(person_id=person_id).exists()


async def _cancel(parts: Iterable[Part], person_id: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    said: dict[str, Any] = {"actor_id": actor, "reason": REASON, "keeper": keeper, "clock": clock}
    for part in parts:
        if part.state == "draft":
            continue
        if part.is_rated:
            await cancel_ratee(part.cycle_id, person_id, **said)
        else:
            await cancel_rater(part.cycle_id, person_id, part.other_id, **said)


async def _forget(person_id: str, name: str, former: str) -> None:
    """Remove their rows, inside the transaction; drafts lose them as rater and as the one to be rated."""
    drafts = [str(one) for one in await Cycle.filter(state="draft").values_list("id", flat=True)]
    for column in ("rater_id", "ratee_id"):
        await Assignment.filter(cycle_id__in=drafts, **{column: person_id}).delete()
    await Ratee.filter(cycle_id__in=drafts, person_id=person_id).delete()
    # Without results there is no report to open.
    await Ratee.filter(person_id=person_id).update(is_cancelled=True, is_exemplar=False)
    # HR's notices about them carry the name; HR has the fact in the log.
    for mail in await OutboxMail.filter(template__in=ABOUT_A_PERSON):
        if mail.values.get("about") == person_id:
            await mail.delete()
    for model, column in DELETED:
        await model.filter(**{column: person_id}).delete()
    if not await Person.filter(name=name).exclude(id=person_id).exists():
        # A signed comment carries a name alone: where two people share it, it may be the other's.
        await ResultComment.filter(signed_by=name).update(signed_by=former)

"""Ask more people while a cycle runs: further raters, one in place of another, or one more person to be rated."""

from collections.abc import Mapping
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.cancel import cancel_assignments, checked_reason
from server.usecases.launch_parts import pair_viewers, report_viewers
from server.usecases.preflight import check_person
from server.usecases.raters import UNKNOWN_RATER, check_chosen
from server.usecases.running_invite import queue_invitation
from server.usecases.running_progress import fix_unit_of_employees
from server.usecases.running_refusals import (
    ASKED_BEFORE,
    NOT_ASKED,
    PAIR_IS_FIXED,
    RATED_BEFORE,
    TOO_LATE_TO_ADD,
)
from surveys import audit, queries_people, sheet_store
from surveys.cycle_values import CycleCard
from surveys.database import lock_cycles, write_tx
from surveys.forms import from_document
from surveys.keeper import Keeper
from surveys.lifecycle import shown_state
from surveys.models.cycles import Assignment, CycleForm, Ratee
from surveys.models.people import Person
from surveys.models.profiles import Exemplar
from surveys.policy import from_document as policy_from_document
from surveys.queries_cycles import find_cycle, list_ratees
from surveys.queries_people import holds_on
from surveys.sealed_sheet import Place, seal_sheet, sheet_key
from surveys.sealing import auth_of
from surveys.sheet_store import SealedSheet

ADDABLE = ("scheduled", "open")
CAUSED_BY_RATERS = ("cycles_too_near", "rater_left")


async def add_raters(
    cycle_id: str,
    ratee_id: str,
    chosen: Mapping[str, str],
    *,
    actor_id: str,
    keeper: Keeper,
    clock: Clock,
) -> None:
    """Ask further people (rater id -> relationship) about somebody, each with a mail, until the closing time.

    Someone cancelled before may be asked again, under new tokens. Raises Problem; nothing is stored then.
    """
    if not chosen:
        return

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        card = await hold_running(tx, cycle_id, clock)
        refuse_pair(card)
        await ask(tx, card, ratee_id, chosen, keeper=keeper, clock=clock)
        await refuse_raters(card, ratee_id, clock)
        return await note(tx, "rater.added", cycle_id, f"{len(chosen)} asked", actor_id, keeper, clock)

    keeper.pin_audit(*await write_tx(body))


async def replace_rater(
    cycle_id: str,
    ratee_id: str,
    rater_id: str,
    new_rater_id: str,
    *,
    actor_id: str,
    reason: str,
    keeper: Keeper,
    clock: Clock,
) -> None:
    """Cancel a rater and ask another one in the same relationship, in one step.

    The new one starts with an empty sheet and tokens of their own. Raises Problem; nothing is changed then.
    """
    reason = checked_reason(reason)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        card = await hold_running(tx, cycle_id, clock)
        refuse_pair(card)
        rows = await Assignment.filter(
            cycle_id=cycle_id, ratee_id=ratee_id, rater_id=rater_id, is_cancelled=False
        )
        if not rows:
            same = Assignment.filter(cycle_id=cycle_id, rater_id=rater_id, ratee_id=ratee_id)
            raise NOT_ASKED if await same.exists() else not_found()
        await cancel_assignments(tx, cycle_id, rows, keeper)
        await ask(tx, card, ratee_id, {new_rater_id: rows[0].relationship}, keeper=keeper, clock=clock)
        await refuse_raters(card, ratee_id, clock)
        return await note(tx, "rater.replaced", rows[0].id, reason, actor_id, keeper, clock)

    keeper.pin_audit(*await write_tx(body))


async def add_ratee(cycle_id: str, person_id: str, *, actor_id: str, keeper: Keeper, clock: Clock) -> None:
    """Let one more person be rated, by self and managers for a start; viewers are fixed now as at a launch.

    Raises Problem: notice, clarity and the distance to other cycles hold for people added later as for all.
    """

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        card = await hold_running(tx, cycle_id, clock)
        found = await queries_people.list_people_by_id([person_id], day=today(clock))
        if not found or found[0].has_left:
            raise UNKNOWN_RATER
        if await Ratee.filter(cycle_id=cycle_id, person_id=person_id).exists():
            raise RATED_BEFORE
        launched_on = (card.launched_at or clock.now()).date()
        is_exemplar = await Exemplar.filter(
            holds_on(launched_on), person_id=person_id, profile=card.profile
        ).exists()
        await Ratee.create(
            id=new_id(clock), cycle_id=cycle_id, person_id=person_id, viewers={}, is_exemplar=is_exemplar
        )
        chosen = {person_id: "self"} | await _managers(card, found[0].manager_ids, clock)
        await ask(tx, card, person_id, chosen, keeper=keeper, clock=clock)
        await fix_unit_of_employees(cycle_id, person_id)
        await _refuse(card, person_id, clock)
        row = next(one for one in await list_ratees(cycle_id) if one.person_id == person_id)
        policy = policy_from_document(card.policy)
        is_pair = card.kind == "clarity"
        viewers = pair_viewers([row]) if is_pair else await report_viewers([row], policy, clock)
        await Ratee.filter(cycle_id=cycle_id, person_id=person_id).update(viewers=viewers[person_id])
        return await note(tx, "ratee.added", cycle_id, person_id, actor_id, keeper, clock)

    keeper.pin_audit(*await write_tx(body))


async def hold_running(tx: BaseDBAsyncClient, cycle_id: str, clock: Clock) -> CycleCard:
    """Hold a cycle that still takes people, for the rest of the transaction. Raises Problem."""
    await lock_cycles(tx, [cycle_id], is_shared=False)
    card = await find_cycle(cycle_id)
    if card is None:
        raise not_found()
    state = shown_state(card.state, opens_at=card.opens_at, closes_at=card.closes_at, now=clock.now())
    if state not in ADDABLE:
        raise TOO_LATE_TO_ADD
    return card


async def ask(
    tx: BaseDBAsyncClient,
    card: CycleCard,
    ratee_id: str,
    chosen: Mapping[str, str],
    *,
    keeper: Keeper,
    clock: Clock,
) -> None:
    """Ask people (rater id -> relationship) about somebody, each with an empty sheet and a mail. Raises Problem."""
    await _check(card.id, ratee_id, chosen, clock)
    forms = {one.relationship: one for one in await CycleForm.filter(cycle_id=card.id).select_related("form")}
    rows = await Assignment.filter(cycle_id=card.id, ratee_id=ratee_id, rater_id__in=list(chosen))
    # The `_id` attributes are made by Tortoise and unknown to the type checker's model.
    known = {str(row.rater_id): row for row in rows}  # type: ignore[attr-defined]
    if any(not row.is_cancelled for row in rows):
        raise ASKED_BEFORE
    sheets: list[SealedSheet] = []
    for rater_id, relationship in chosen.items():
        form = forms.get(relationship)
        if form is None:
            raise _no_form(relationship)
        row = known.get(rater_id)
        sheets.append(await _assign(card, ratee_id, rater_id, form, row, keeper=keeper, clock=clock))
        minutes = from_document(form.form.document).minutes
        await queue_invitation(
            rater_id, card.id, card.title, minutes, due_at=_invite_at(card, clock), clock=clock
        )
    await sheet_store.write(tx, sheets)


def refuse_pair(card: CycleCard) -> None:
    """Refuse changes that would leave a clarity pair with another manager than the one who reads it. Raises Problem."""
    if card.kind == "clarity":
        raise PAIR_IS_FIXED


async def _assign(
    card: CycleCard,
    ratee_id: str,
    rater_id: str,
    form: CycleForm,
    row: Assignment | None,
    *,
    keeper: Keeper,
    clock: Clock,
) -> SealedSheet:
    """Write one assignment with a sealed empty sheet; who was cancelled before gets a new generation of it."""
    key = keeper.open_cycle(card.id)
    generation = row.generation + 1 if row is not None else 1
    place = Place(card.id, row.id if row is not None else new_id(clock), generation)
    # The `_id` attribute is made by Tortoise and unknown to the type checker's model.
    form_hash = str(form.form_id)  # type: ignore[attr-defined]
    auth = auth_of(key.write_token(place.assignment, generation))
    if row is None or row.relationship != form.relationship:
        # Whoever was cancelled is still counted among those asked, and is not counted twice.
        await CycleForm.filter(id=form.id).update(n_asked=form.n_asked + 1)
        form.n_asked += 1
    if row is None:
        await Assignment.create(
            id=place.assignment,
            cycle_id=card.id,
            rater_id=rater_id,
            ratee_id=ratee_id,
            relationship=form.relationship,
            form=form_hash,
            auth=auth,
        )
    else:
        await Assignment.filter(id=row.id).update(
            relationship=form.relationship,
            form=form_hash,
            generation=generation,
            auth=auth,
            is_cancelled=False,
            is_identity_changed=False,
        )
    return seal_sheet(sheet_key(key, place), card.id, {})


async def _check(cycle_id: str, ratee_id: str, chosen: Mapping[str, str], clock: Clock) -> None:
    ratee = await Ratee.get_or_none(cycle_id=cycle_id, person_id=ratee_id, is_cancelled=False)
    if ratee is None:
        raise not_found()
    here = await Person.filter(queries_people.is_here(today(clock)), id__in=list(chosen)).count()
    if here != len(chosen):
        raise UNKNOWN_RATER
    # Fixed at launch: whoever will see this report may not be among its confidential raters.
    viewers = {one for ids in dict(ratee.viewers).values() for one in ids}
    await check_chosen(ratee_id, chosen, day=today(clock), viewers=viewers)


async def refuse_raters(card: CycleCard, ratee_id: str, clock: Clock) -> None:
    """Refuse raters whom a rule of the launch stands against. Raises Problem."""
    await _refuse(card, ratee_id, clock, only=CAUSED_BY_RATERS)


async def _refuse(card: CycleCard, ratee_id: str, clock: Clock, *, only: tuple[str, ...] = ()) -> None:
    found = await check_person(card, ratee_id, clock=clock)
    codes = sorted({one.code for one in found if one.is_error and (not only or one.code in only)})
    if codes:
        raise Problem(
            422, codes[0], "This person may not be added now", "A rule of the launch stands against it."
        )


async def _managers(card: CycleCard, manager_ids: tuple[str, ...], clock: Clock) -> dict[str, str]:
    here = {
        str(one)
        for one in await Person.filter(
            queries_people.is_here(today(clock)), id__in=list(manager_ids)
        ).values_list("id", flat=True)
    }
    managers = [one for one in manager_ids if one in here]
    # A clarity pair is two people.
    return dict.fromkeys(managers[:1] if card.kind == "clarity" else managers, "manager")


def _invite_at(card: CycleCard, clock: Clock) -> datetime:
    return max(card.opens_at, clock.now())


def _no_form(relationship: str) -> Problem:
    return Problem(
        422,
        "no_form",
        f"Nobody was asked as {relationship} at the launch",
        "The questions of a running cycle stay as they were told; choose another relationship.",
    )


async def note(
    tx: BaseDBAsyncClient,
    action: str,
    object_id: str,
    detail: str,
    actor_id: str,
    keeper: Keeper,
    clock: Clock,
) -> tuple[int, str]:
    """Write one entry of the log."""
    return await audit.record(
        tx,
        key=keeper.audit_key(),
        at=clock.now(),
        action=action,
        actor_id=actor_id,
        object_id=object_id,
        detail=detail[:300],
    )

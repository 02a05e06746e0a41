"""Launch a cycle: everything raters are told is frozen, every sheet exists, and only then the cycle is there."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import Relationship
from server.clock import Clock, new_id
from server.errors import Problem, not_found
from server.usecases.freeze_baseline import Frozen, freeze_baseline
from server.usecases.launch_parts import (
    check_pairs,
    chosen_content,
    fix_viewers,
    forms_to_launch,
)
from server.usecases.running_progress import fix_units
from surveys import audit, sheet_store
from surveys.content import to_document as content_document
from surveys.cycle_values import CycleCard, RateeRow, RaterRow
from surveys.database import lock_cycles, write_tx
from surveys.forms import Form, to_document
from surveys.keeper import Keeper
from surveys.launch_values import Finding
from surveys.lifecycle import state_at
from surveys.models.cycles import Assignment, Cycle, CycleForm, FormDocument, Ratee
from surveys.models.results import BaselineValue
from surveys.models.work import OutboxMail
from surveys.policy import Policy, policy_hash
from surveys.policy import from_document as policy_from_document
from surveys.queries_cycles import find_cycle, list_ratees
from surveys.sealed_sheet import Place, seal_sheet, sheet_key
from surveys.sealing import CycleKey, auth_of
from surveys.sheet_store import SealedSheet

BATCH = 200
NOT_A_DRAFT = Problem(
    409, "not_a_draft", "This cycle is already launched", "Load the page again to see where it stands."
)
CHANGED = Problem(
    409, "changed", "The draft was changed just now", "Load the page again, look it over and launch then."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rater of one ratee, with what their sheet is given at launch."""

    rater: RaterRow
    ratee_id: str
    form: str
    auth: str
    sheet: SealedSheet


@dataclass(frozen=True, slots=True)
class _Plan:
    """Everything a launch writes, computed before its transaction."""

    policy: Policy
    forms: Mapping[Relationship, Form]
    asked: tuple[_Asked, ...]
    viewers: Mapping[str, dict[str, list[str]]]  # by person rated
    baseline: Frozen
    content: Mapping[str, Any]  # what a clarity round asks, as stored


async def launch_cycle(
    cycle_id: str,
    *,
    actor_id: str,
    keeper: Keeper,
    clock: Clock,
    errors: Collection[Finding] = (),
    left_out: Collection[str] = (),
) -> str:
    """Launch a draft that was looked over; give its state.

    `errors` are those of the preflight: with any of them nothing is launched. `left_out` are lines still in notice.
    Raises Problem.
    """
    if errors:
        codes = ", ".join(sorted({finding.code for finding in errors}))
        raise Problem(409, "preflight", "This cycle may not be launched yet", f"Mend first: {codes}.")
    card = await find_cycle(cycle_id)
    if card is None:
        raise not_found()
    if card.state != "draft":
        raise NOT_A_DRAFT
    plan = await _prepare(card, left_out, actor_id, keeper, clock)
    state, pin = await write_tx(
        lambda tx: _launch(tx, cycle_id, plan, actor_id=actor_id, keeper=keeper, clock=clock)
    )
    keeper.pin_audit(*pin)
    return state


async def _prepare(
    card: CycleCard, left_out: Collection[str], actor_id: str, keeper: Keeper, clock: Clock
) -> _Plan:
    ratees = [ratee for ratee in await list_ratees(card.id) if not ratee.is_cancelled]
    content = await chosen_content(card)
    forms = await forms_to_launch(card, content, left_out)
    policy = policy_from_document(card.policy)
    if content is not None:
        check_pairs(ratees)
    # The key is on the disk before anyone can be told a token; a launch that fails later leaves a key without use.
    key = keeper.create_cycle(card.id)
    return _Plan(
        policy,
        forms,
        _asked(ratees, forms, key),
        await fix_viewers(card, ratees, policy, starter_id=actor_id, clock=clock),
        Frozen() if content is not None else await freeze_baseline(card.profile, forms, clock=clock),
        {} if content is None else content_document(content),
    )


async def _launch(
    tx: BaseDBAsyncClient, cycle_id: str, plan: _Plan, *, actor_id: str, keeper: Keeper, clock: Clock
) -> tuple[str, tuple[int, str]]:
    await lock_cycles(tx, [cycle_id], is_shared=False)
    cycle = await Cycle.get(id=cycle_id)
    if cycle.state != "draft":
        raise NOT_A_DRAFT
    await _check_unchanged(cycle_id, plan.asked)
    await _write(tx, cycle_id, plan, clock)
    now, frozen = clock.now(), policy_hash(plan.policy)
    state = state_at(opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=now)
    await Cycle.filter(id=cycle_id).update(
        state=state,
        policy_hash=frozen,
        launched_by_id=actor_id or None,
        launched_at=now,
        content=dict(plan.content),
    )
    await _invite(cycle, max(cycle.opens_at, now), plan, clock)
    await fix_units(tx, cycle_id, clock=clock)
    return state, await audit.record(
        tx,
        key=keeper.audit_key(),
        at=now,
        action="cycle.launched",
        actor_id=actor_id,
        object_id=cycle_id,
        detail=f"policy {frozen[:16]}, {len(plan.asked)} asked, {len(plan.baseline.exemplars)} exemplars read",
    )


def _asked(
    ratees: Iterable[RateeRow], forms: Mapping[Relationship, Form], key: CycleKey
) -> tuple[_Asked, ...]:
    hashes: Mapping[str, str] = {name: form.hash for name, form in forms.items()}
    asked = []
    for ratee in ratees:
        for rater in ratee.raters:
            if rater.is_cancelled:
                continue
            if rater.relationship not in hashes:
                raise Problem(
                    422,
                    "no_lines",
                    f"Nobody has a line for {rater.relationship}",
                    f"Take {rater.name} out, or choose a profile with lines for this relationship.",
                )
            place = Place(key.cycle, rater.assignment_id, 1)
            auth = auth_of(key.write_token(place.assignment, place.generation))
            sheet = seal_sheet(sheet_key(key, place), key.cycle, {})
            asked.append(_Asked(rater, ratee.person_id, hashes[rater.relationship], auth, sheet))
    return tuple(asked)


async def _check_unchanged(cycle_id: str, asked: Iterable[_Asked]) -> None:
    rows = await Assignment.filter(cycle_id=cycle_id, is_cancelled=False).values_list(
        "id", "rater_id", "ratee_id", "relationship"
    )
    planned = {
        (one.rater.assignment_id, one.rater.person_id, one.ratee_id, one.rater.relationship) for one in asked
    }
    found = {(str(one), str(rater), str(ratee), str(name)) for one, rater, ratee, name in rows}
    if found != planned:
        raise CHANGED


async def _write(tx: BaseDBAsyncClient, cycle_id: str, plan: _Plan, clock: Clock) -> None:
    n_asked = Counter(one.rater.relationship for one in plan.asked)
    used = {name: form for name, form in plan.forms.items() if n_asked[name]}
    hashes = [form.hash for form in used.values()]
    known = {str(one) for one in await FormDocument.filter(hash__in=hashes).values_list("hash", flat=True)}
    new = {form.hash: form for form in used.values() if form.hash not in known}
    await FormDocument.bulk_create(
        [FormDocument(hash=one, document=to_document(form)) for one, form in new.items()]
    )
    await CycleForm.bulk_create(
        [
            CycleForm(
                id=new_id(clock),
                cycle_id=cycle_id,
                relationship=name,
                form_id=form.hash,
                n_asked=n_asked[name],
            )
            for name, form in used.items()
        ]
    )
    await sheet_store.prepare(tx, cycle_id)
    await sheet_store.write(tx, [one.sheet for one in plan.asked])
    rows = {row.id: row for row in await Assignment.filter(cycle_id=cycle_id, is_cancelled=False)}
    for one in plan.asked:
        row = rows[one.rater.assignment_id]
        row.form, row.auth, row.generation = one.form, one.auth, 1
    if rows:
        await Assignment.bulk_update(rows.values(), fields=["form", "auth", "generation"], batch_size=BATCH)
    await _write_ratees(cycle_id, plan)
    await _write_baseline(cycle_id, plan.baseline, clock)


async def _write_baseline(cycle_id: str, frozen: Frozen, clock: Clock) -> None:
    await BaselineValue.bulk_create(
        [
            BaselineValue(
                id=new_id(clock),
                cycle_id=cycle_id,
                item=item,
                n_exemplars=n,
                numerator=cell.mean.numerator if (cell := frozen.cells.get(item)) else None,
                denominator=cell.mean.denominator if cell else None,
                sd_hundredths=round(cell.sd * 100) if cell and cell.sd is not None else None,
                is_for_hr=item in frozen.for_hr,
            )
            for item, n in frozen.n_exemplars.items()
        ]
    )


async def _write_ratees(cycle_id: str, plan: _Plan) -> None:
    rows = await Ratee.filter(cycle_id=cycle_id, is_cancelled=False)
    for row in rows:
        person_id = str(row.person_id)  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
        row.viewers = plan.viewers[person_id]
        row.is_exemplar = person_id in plan.baseline.exemplars
    if rows:
        await Ratee.bulk_update(rows, fields=["viewers", "is_exemplar"], batch_size=BATCH)


async def _invite(cycle: Cycle, due_at: datetime, plan: _Plan, clock: Clock) -> None:
    """One mail for each rater, whoever and however many they rate."""
    minutes: dict[str, int] = {}
    for one in plan.asked:
        form = next(form for form in plan.forms.values() if form.hash == one.form)
        minutes[one.rater.person_id] = max(minutes.get(one.rater.person_id, 0), form.minutes)
    await OutboxMail.bulk_create(
        [
            OutboxMail(
                id=new_id(clock),
                person_id=person_id,
                template="invitation",
                values={"title": cycle.title, "minutes": most, "cycle": cycle.id},
                state="queued",
                due_at=due_at,
            )
            for person_id, most in sorted(minutes.items())
        ]
    )

"""Take people out of a running cycle, or end the whole cycle without any result."""

import asyncio
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem, not_found
from server.usecases.closing_backup import forget_in_copies
from surveys import audit, sheet_store
from surveys.database import compact, lock_cycles, write_tx
from surveys.keeper import Keeper
from surveys.lifecycle import BEFORE_CLOSING, State, as_state
from surveys.models.cycles import Assignment, Cycle, Ratee, RevokedAuth
from surveys.models.results import PairView
from surveys.models.work import OutboxMail, ReminderWave
from surveys.sealed_sheet import Place, key_of
from surveys.text import has_bad_character, hidden_character

MOST_REASON = 500
NO_REASON = Problem(
    422, "no_reason", "A reason is missing", "Write one sentence; it stays in the record.", field="reason"
)
HIDDEN = Problem(
    422, "hidden_character", "The reason holds something nobody can see", "Type it again.", field="reason"
)
TOO_LATE = Problem(409, "too_late", "This cycle is closing or closed", "Its raters are fixed now.")
NOT_RUNNING = Problem(409, "not_running", "This cycle is not running", "Change the draft itself.")

CANCELLED_BEFORE = Problem(
    409, "cancelled_before", "This was cancelled before", "Nothing more was done; load the page again."
)


async def cancel_rater(
    cycle_id: str, rater_id: str, ratee_id: str, *, actor_id: str, reason: str, keeper: Keeper, clock: Clock
) -> None:
    """Take one rater of one person out: the sheet goes, unseen, whatever was in it. Raises Problem."""
    reason = checked_reason(reason)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        await _hold(tx, cycle_id)
        rows = await Assignment.filter(
            cycle_id=cycle_id, rater_id=rater_id, ratee_id=ratee_id, is_cancelled=False
        )
        if not rows:
            same = Assignment.filter(cycle_id=cycle_id, rater_id=rater_id, ratee_id=ratee_id)
            raise CANCELLED_BEFORE if await same.exists() else not_found()
        await cancel_assignments(tx, cycle_id, rows, keeper)
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="rater.cancelled",
            actor_id=actor_id,
            object_id=rows[0].id,
            detail=reason[:300],
        )

    keeper.pin_audit(*await write_tx(body))


async def cancel_ratee(
    cycle_id: str, ratee_id: str, *, actor_id: str, reason: str, keeper: Keeper, clock: Clock
) -> None:
    """Take a person out of being rated: all sheets about them go, and there will be no report. Raises Problem."""
    reason = checked_reason(reason)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        await _hold(tx, cycle_id)
        if not await Ratee.filter(cycle_id=cycle_id, person_id=ratee_id, is_cancelled=False).exists():
            same = Ratee.filter(cycle_id=cycle_id, person_id=ratee_id)
            raise CANCELLED_BEFORE if await same.exists() else not_found()
        rows = await Assignment.filter(cycle_id=cycle_id, ratee_id=ratee_id, is_cancelled=False)
        await cancel_assignments(tx, cycle_id, rows, keeper)
        await Ratee.filter(cycle_id=cycle_id, person_id=ratee_id).update(is_cancelled=True)
        await PairView.filter(cycle_id=cycle_id, ratee_id=ratee_id).delete()
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="ratee.cancelled",
            actor_id=actor_id,
            object_id=cycle_id,
            detail=reason[:300],
        )

    keeper.pin_audit(*await write_tx(body))


async def abandon_cycle(
    cycle_id: str,
    *,
    actor_id: str,
    reason: str,
    keeper: Keeper,
    clock: Clock,
    backups_dir: Path | None = None,
) -> None:
    """End a cycle before its closing: sheets and key are destroyed, nothing is released, phones hear `closed`.

    Copies in `backups_dir` forget it too. It needs no key, so it also ends a cycle whose key is lost.

    A second call finishes what a crash left. Raises Problem.
    """
    reason = checked_reason(reason)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str] | None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        state = await _state(cycle_id)
        if state == "abandoned":
            return None
        if state not in BEFORE_CLOSING:
            raise TOO_LATE
        await sheet_store.destroy(tx, cycle_id)
        await Assignment.filter(cycle_id=cycle_id).delete()
        await PairView.filter(cycle_id=cycle_id).delete()
        await RevokedAuth.filter(cycle_id=cycle_id).delete()
        await ReminderWave.filter(cycle_id=cycle_id).delete()
        await Cycle.filter(id=cycle_id).update(state="abandoned", end_reason=reason)
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="cycle.abandoned",
            actor_id=actor_id,
            object_id=cycle_id,
            detail=reason[:300],
        )

    pin = await write_tx(body)
    keeper.bury(cycle_id, "abandoned")
    keeper.destroy_cycle(cycle_id)
    keeper.destroy_results(cycle_id)
    if pin is not None:
        keeper.pin_audit(*pin)
    await compact()
    if backups_dir is not None:
        await asyncio.to_thread(forget_in_copies, backups_dir, cycle_id)


async def cancel_assignments(
    tx: BaseDBAsyncClient, cycle_id: str, rows: list[Assignment], keeper: Keeper
) -> None:
    """Destroy the sheets of some raters, unseen, and revoke their tokens; inside the caller's transaction."""
    key = keeper.open_cycle(cycle_id)
    sheet_ids = [key_of(key, Place(cycle_id, row.id, row.generation))[1] for row in rows]
    await sheet_store.remove(tx, cycle_id, sheet_ids)
    await RevokedAuth.bulk_create([RevokedAuth(auth=row.auth, cycle_id=cycle_id) for row in rows])
    keeper.note_revoked("assignment", [f"{row.id} {row.auth}" for row in rows])
    await Assignment.filter(id__in=[row.id for row in rows]).update(is_cancelled=True, auth="")
    await _take_out_of_pairs(cycle_id, rows)
    # An invitation that has not gone out yet would call for nothing.
    raters = {str(row.rater_id) for row in rows}  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
    busy = await Assignment.filter(rater_id__in=list(raters), is_cancelled=False).values_list(
        "rater_id", flat=True
    )
    idle = raters - {str(one) for one in busy}
    if idle:
        await OutboxMail.filter(person_id__in=list(idle), template="invitation").delete()


async def _take_out_of_pairs(cycle_id: str, rows: list[Assignment]) -> None:
    """Let nobody read a clarity pair as the manager it no longer has."""
    if not await Cycle.filter(id=cycle_id, kind="clarity").exists():
        return
    # The `_id` attributes are made by Tortoise and unknown to the type checker's model.
    gone = {str(row.ratee_id) for row in rows if row.relationship == "manager"}  # type: ignore[attr-defined]
    for ratee in await Ratee.filter(cycle_id=cycle_id, person_id__in=list(gone)):
        await Ratee.filter(id=ratee.id).update(viewers={**dict(ratee.viewers), "manager": []})


async def _hold(tx: BaseDBAsyncClient, cycle_id: str) -> None:
    await lock_cycles(tx, [cycle_id], is_shared=False)
    state = await _state(cycle_id)
    if state == "draft":
        raise NOT_RUNNING
    if state not in BEFORE_CLOSING:
        raise TOO_LATE


async def _state(cycle_id: str) -> State:
    cycle = await Cycle.get_or_none(id=cycle_id)
    if cycle is None:
        raise not_found()
    return as_state(cycle.state)


def checked_reason(reason: str) -> str:
    """Give a reason as it is stored. Raises Problem for an empty one, or one with something nobody can see."""
    text = reason.strip()[:MOST_REASON]
    if not text:
        raise NO_REASON
    if has_bad_character(text) or hidden_character(text):
        raise HIDDEN
    return text

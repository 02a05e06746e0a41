"""Closing a cycle: freeze, open once, gate, store, read back, destroy; a crash anywhere goes on where it stopped."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.aggregate import pooled_sds
from scoring.cube import build_cube
from scoring.release import release as gate
from scoring.release import release_comments
from server.clock import Clock, new_id
from server.errors import Problem, not_found
from server.usecases.closing_backup import copy_results, forget_in_copies
from server.usecases.closing_pairs import PairResults, close_pairs
from server.usecases.closing_rows import Results, store_results
from server.usecases.pairs import open_ready_pairs
from server.usecases.tally import FATES, Asked, Tally, tally
from surveys import audit, sheet_store
from surveys.database import compact, lock_cycles, reader, sqlite_file, write_tx
from surveys.items import RELATIONSHIPS
from surveys.keeper import CycleIsClosed, Keeper
from surveys.lifecycle import as_state, check_move, ends_at, is_due_to_close
from surveys.models.cycles import Assignment, Cycle, Ratee, RevokedAuth
from surveys.models.people import Person
from surveys.models.work import OutboxMail, ReminderWave
from surveys.policy import release_policy
from surveys.queries_cycle_facts import CycleFacts, find_cycle_facts
from surveys.queries_results import load_closing, load_comments_of_cycle, load_pair_marks, load_release
from surveys.results_hash import results_hash

NO_DOUBT = timedelta()


class ClosingHalted(Problem):
    """Some sheets cannot be opened; nothing was released and nothing destroyed."""


async def close_cycle(
    cycle_id: str,
    *,
    keeper: Keeper,
    clock: Clock,
    backups_dir: Path,
    clock_doubt: timedelta = NO_DOUBT,
    unreadable_reason: str = "",
) -> str:
    """Close a cycle that is due, or go on with a closing that stopped; give the state it reached.

    Raises Problem 404 for an unknown cycle, 409 when it is not due, ClosingHalted while sheets cannot be opened and
    no reason was given. Calling it again is harmless: there is one close per cycle, ever.
    """
    state = await _begin(cycle_id, keeper, clock, clock_doubt)
    if state == "closing":
        await open_ready_pairs([cycle_id], keeper=keeper, clock=clock)
        await _release(cycle_id, keeper, clock, unreadable_reason)
        state = "sealed"
    if state == "sealed":
        await _read_back(cycle_id)
        await _back_up(cycle_id, backups_dir)
        state = await _destroy(cycle_id, keeper, clock, backups_dir)
    return state


async def _begin(cycle_id: str, keeper: Keeper, clock: Clock, clock_doubt: timedelta) -> str:
    async def body(tx: BaseDBAsyncClient) -> str:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        cycle = await Cycle.get_or_none(id=cycle_id)
        if cycle is None:
            raise not_found()
        state = as_state(cycle.state)
        if state in {"closing", "sealed", "released", "done"}:
            return state
        if keeper.is_closed(cycle_id):
            raise CycleIsClosed(
                f"cycle {cycle_id} was closed before this database was restored; nothing is opened again"
            )
        now = clock.now()
        if not is_due_to_close(
            state, closes_at=cycle.closes_at, grace_hours=cycle.grace_hours, now=now, clock_doubt=clock_doubt
        ):
            until = ends_at(cycle.closes_at, cycle.grace_hours).strftime("%Y-%m-%d %H:%M UTC")
            raise Problem(
                409,
                "not_due",
                "This cycle is not due to close",
                f"It closes by itself after {until}, the end of grace.",
            )
        check_move(state, "closing")
        await Cycle.filter(id=cycle_id).update(state="closing")
        return "closing"

    return await write_tx(body)


async def _release(cycle_id: str, keeper: Keeper, clock: Clock, unreadable_reason: str) -> None:
    """Open, gate, and store in one transaction. Syncs answer `closed` by now, so what is opened cannot change."""
    facts = await find_cycle_facts(cycle_id)
    if facts is None:
        raise not_found()
    key = keeper.open_cycle(cycle_id)
    # In a thread: phones of other cycles are answered meanwhile.
    opened = await asyncio.to_thread(
        tally, await _rows(cycle_id), await list_asked(cycle_id), facts.forms, key
    )
    pairs = await close_pairs(facts, opened.counted, keeper=keeper)
    n_rows = await sheet_store.count(reader(), cycle_id)
    if sum(opened.counts.values()) != n_rows:
        raise ClosingHalted(
            500, "counts", "The sheets do not add up", "Nothing was released. Restore and try again."
        )
    # Two sheets went into each opened view and were deleted: they count as what became of the view.
    counts = dict(opened.counts)
    counts["counted"] += 2 * pairs.n_opened
    counts["unreadable"] += 2 * pairs.n_unreadable
    if counts["unreadable"] and not unreadable_reason:
        raise ClosingHalted(
            409,
            "unreadable",
            f"{counts['unreadable']} sheets cannot be opened",
            "Give back the folder keys/, or confirm with a reason that they are lost.",
        )
    results = await asyncio.to_thread(_results, replace(opened, counts=counts), pairs, facts)
    names = await _names({comment.signed_by for comment in results.comments if comment.signed_by})

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        if (await Cycle.get(id=cycle_id)).state != "closing":
            return  # another worker was first; its results stand
        await store_results(
            cycle_id, results, facts, key=key, keeper=keeper, names=names, closed_on=clock.now().date()
        )
        await Cycle.filter(id=cycle_id).update(state="sealed")
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="cycle.closed",
            object_id=cycle_id,
            detail=f"unreadable confirmed: {unreadable_reason}"[:300] if unreadable_reason else "",
        )

    await write_tx(body)


def _results(opened: Tally, pairs: PairResults, facts: CycleFacts) -> Results:
    policy = release_policy(facts.policy)
    cube = build_cube(opened.sheets, items=[spec.item for spec in facts.items()], scale=facts.scale())
    released = gate(cube, policy)
    comments = release_comments(opened.comments, opened.n_asked_sheets, policy)
    return Results(opened, released, comments, pooled_sds(cube, released, scale=facts.scale()), pairs)


async def _rows(cycle_id: str) -> list[tuple[str, bytes]]:
    return [row async for row in sheet_store.each(reader(), cycle_id)]


async def list_asked(cycle_id: str) -> list[Asked]:
    """List the assignments of a cycle that still stand."""
    rows = await Assignment.filter(cycle_id=cycle_id, is_cancelled=False).values_list(
        "id", "rater_id", "ratee_id", "relationship", "generation"
    )
    known = {name: name for name in RELATIONSHIPS}
    return [
        Asked(str(id_), str(rater), str(ratee), known[relationship], int(generation))
        for id_, rater, ratee, relationship, generation in rows
    ]


async def _names(ids: set[str]) -> Mapping[str, str]:
    rows = await Person.filter(id__in=list(ids)).values_list("id", "name")
    return {str(id_): str(name) for id_, name in rows}


async def _read_back(cycle_id: str) -> None:
    """Compare what a second connection reads with the hash of what was to be stored."""
    facts = await find_cycle_facts(cycle_id)
    record = await load_closing(cycle_id)
    if facts is None or record is None:
        raise ClosingHalted(
            500, "read_back", "The results are not there", "Nothing was destroyed. Look at the disk."
        )
    ratees = [str(one) for one in await Ratee.filter(cycle_id=cycle_id).values_list("person_id", flat=True)]
    counts: dict[str, int] = {fate: getattr(record, f"n_{fate}") for fate in FATES}
    found = results_hash(
        await load_release(facts, ratees),
        await load_comments_of_cycle(cycle_id),
        counts,
        await load_pair_marks(cycle_id),
    )
    if found != record.results_hash:
        raise ClosingHalted(
            500,
            "read_back",
            "The stored results differ from what was computed",
            "Nothing was destroyed. Look at the disk.",
        )


async def _back_up(cycle_id: str, backups_dir: Path) -> None:
    path = sqlite_file()
    if path is not None:
        await asyncio.to_thread(copy_results, path, backups_dir / f"close-{cycle_id}.db")


async def _destroy(cycle_id: str, keeper: Keeper, clock: Clock, backups_dir: Path) -> str:
    """Set the tombstone, remove sheets and assignments from all files, destroy the key, then release."""
    record = await load_closing(cycle_id)
    keeper.bury(cycle_id, record.results_hash if record else "")

    async def forget(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        await sheet_store.destroy(tx, cycle_id)
        await Assignment.filter(cycle_id=cycle_id).delete()
        await RevokedAuth.filter(cycle_id=cycle_id).delete()
        await ReminderWave.filter(cycle_id=cycle_id).delete()

    await write_tx(forget)
    await asyncio.to_thread(forget_in_copies, backups_dir, cycle_id)
    if not await compact():
        return "sealed"  # a reader held the log; the next run tries again
    keeper.destroy_cycle(cycle_id)

    async def publish(tx: BaseDBAsyncClient) -> tuple[int, str] | None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        cycle = await Cycle.get(id=cycle_id)
        if cycle.state != "sealed":
            return None
        now = clock.now()
        await Cycle.filter(id=cycle_id).update(state="released", released_at=now)
        # Each clarity pair was told when it opened; it has no report.
        ratees = await Ratee.filter(
            cycle_id=cycle_id, is_cancelled=False, cycle__kind="feedback360"
        ).values_list("person_id", flat=True)
        await OutboxMail.bulk_create(
            OutboxMail(
                id=new_id(clock),
                person_id=str(ratee),
                template="report_ready",
                values={"title": cycle.title},
                state="queued",
                due_at=now,
            )
            for ratee in ratees
        )
        return await audit.record(
            tx, key=keeper.audit_key(), at=now, action="cycle.released", object_id=cycle_id
        )

    pin = await write_tx(publish)
    if pin is not None:
        keeper.pin_audit(*pin)
    return "released"

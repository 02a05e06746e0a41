"""Opening clarity pairs: when both are final, once, whatever happens at the same moment."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.usecases.inbox import inbox
from server.usecases.pairs import open_ready_pairs
from server.usecases.sync import SyncQueue
from server.usecases.sync_batch import Known, apply_batch
from server.wire import SentSheet
from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.models.cycles import Assignment, Cycle
from surveys.models.results import PairView
from surveys.models.work import OutboxMail
from tests.clarity import EMPLOYEES, draft, finish, other_cells, own_cells
from tests.conftest import Database
from tests.factories import MANAGER, OUTSIDER, RATEE, World, assignment_id, id_of, launched, send


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path, **draft(EMPLOYEES))
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def settle(world: World) -> None:
    """Wait until the queue has opened what became ready: the worker opens before it takes the next batch."""
    unknown = {"cycle": "0" * 32, "write": "0" * 64, "have": {}, "cells": {}}
    await send(world.queue, unknown)
    await send(world.queue, unknown)


async def opened(world: World, employee: str = RATEE) -> dict[str, Any] | None:
    row = await PairView.get_or_none(cycle_id=world.cycle, ratee_id=id_of(employee))
    if row is None:
        return None
    assert row.sides == "both"
    return world.keeper.open_pair(world.cycle, id_of(employee), bytes(row.ciphertext))


async def open_now(world: World) -> int:
    return await open_ready_pairs([world.cycle], keeper=world.keeper, clock=world.clock)


async def test_a_pair_opens_by_itself_when_the_second_side_is_final(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    texts = {"RES.text": "Nobody hurt.", "SS01.e_comment": "Show me once.", "SS01.e_teach_back": "I walk it."}
    await finish(cleo, {**own_cells(), **texts, "SS02.e_support": 1, "SS02.e_chips": ["env_resources"]})
    await settle(world)
    assert await opened(world) is None
    assert not await OutboxMail.filter(template="pair_open").exists()
    await finish(ben)
    await settle(world)
    document = await opened(world)
    assert document is not None
    assert document["forms"] == {"self": cleo.assignments[0]["form"], "manager": ben.assignments[0]["form"]}
    assert document["manager"] == other_cells()
    assert document["pulse"] == {f"G{n}.pulse": 4 for n in range(1, 7)}
    expected = {cell: value for cell, value in own_cells().items() if not cell.endswith(".pulse")}
    assert document["self"] == {
        **expected, **texts, "SS02.e_support": 1, "SS02.e_chips": ["env_resources"],
    }  # fmt: skip
    assert await sheet_store.count(reader(), world.cycle) == 2 * len(EMPLOYEES) - 2


async def test_from_then_on_both_tokens_are_told_opened_and_nothing_more_is_taken(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    await finish(cleo)
    await finish(ben)
    await settle(world)
    before = await opened(world)
    for phone in (cleo, ben):
        token = phone.assignments[0]["read"]
        reply = await phone.put({"@submit": False}, read=token)
        assert reply == {"status": "opened", "want": []}
    assert await opened(world) == before
    assert await sheet_store.count(reader(), world.cycle) == 2 * len(EMPLOYEES) - 2
    dan = await world.phone("dan")
    assert (await dan.put({"SS01.e_clear": 2}))["status"] == "ok"


async def test_a_closed_cycle_says_closed_also_to_an_opened_pair(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    await finish(cleo)
    await finish(ben)
    await settle(world)
    await write_tx(lambda tx: Cycle.filter(id=world.cycle).update(state="closing"))
    assert (await cleo.put({"@submit": False}))["status"] == "closed"


async def test_a_sheet_reopened_before_the_other_is_final_keeps_the_pair_closed(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    await finish(cleo)
    await cleo.put({"@submit": False})
    await finish(ben)
    await settle(world)
    assert await opened(world) is None
    assert await open_now(world) == 0
    assert (await cleo.put({"SS01.e_clear": 2, "@submit": True}))["status"] == "ok"
    await settle(world)
    document = await opened(world)
    assert document is not None
    assert document["self"]["SS01.e_clear"] == 2


async def test_a_sheet_that_still_needs_something_keeps_the_pair_closed(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    await finish(ben)
    for lacking in ({"G3.pulse": None}, {"SS02.e_clear": None}, {"@top3": ["SS01"]}):
        await finish(cleo, {**own_cells(), **lacking})
        await settle(world)
        assert await opened(world) is None


async def test_what_a_line_no_longer_asks_is_not_shown(world: World) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    given = {"SS01.e_support": 1, "SS01.e_chips": ["own_motives"], "SS04.e_teach_back": "Taken back."}
    await cleo.put({**own_cells(), **given})
    cleo.world.clock.move(minutes=1)
    later = {"SS01.e_support": 4, "SS02.e_expected": "unsure", "@top3": ["SS01", "SS02"]}
    await cleo.put({**later, "SS04.e_expected": "full", "SS04.e_comment": "Kept."})
    await cleo.put({"@top3": ["SS01", "SS04"], "@submit": True})
    await finish(ben)
    await settle(world)
    document = await opened(world)
    assert document is not None
    own = document["self"]
    assert own["SS02.e_expected"] == "unsure"
    assert not {"SS02.e_clear", "SS02.e_evidence", "SS02.e_support", "SS01.e_chips"} & own.keys()
    assert own["@top3"] == ["SS01", "SS04"]
    assert own["SS04.e_teach_back"] == "Taken back."
    assert own["SS04.e_comment"] == "Kept."


async def test_two_parallel_finishers_always_open_the_pair(world: World) -> None:
    # A second queue is a second worker: on PostgreSQL the two commit at the same moment.
    async with SyncQueue(keeper=world.keeper, clock=world.clock) as second:
        other = World(world.cycle, world.keeper, world.clock, second)
        for employee in EMPLOYEES:
            own = await world.phone(employee)
            managers = await other.phone(MANAGER, about=employee)
            replies = await asyncio.gather(finish(own), finish(managers))
            assert [reply["status"] for reply in replies] == ["ok", "ok"]
            await asyncio.gather(settle(world), settle(other))
            assert await opened(world, employee) is not None, employee
    assert await sheet_store.count(reader(), world.cycle) == 0
    assert await PairView.all().count() == len(EMPLOYEES)


async def test_all_at_once_each_pair_is_opened_exactly_once(world: World) -> None:
    async with SyncQueue(keeper=world.keeper, clock=world.clock) as second:
        other = World(world.cycle, world.keeper, world.clock, second)
        phones = [await world.phone(employee) for employee in EMPLOYEES]
        phones += [await other.phone(MANAGER, about=employee) for employee in EMPLOYEES]
        await asyncio.gather(*(finish(phone) for phone in phones), *(open_now(world) for _ in range(4)))
        await asyncio.gather(settle(world), settle(other))
    assert await PairView.all().count() == len(EMPLOYEES)
    assert await sheet_store.count(reader(), world.cycle) == 0
    told = await OutboxMail.filter(template="pair_open").values_list("person_id", flat=True)
    expected = [*(id_of(one) for one in EMPLOYEES), *[id_of(MANAGER)] * len(EMPLOYEES)]
    assert sorted(str(one) for one in told) == sorted(expected)


async def test_an_edit_during_the_opening_is_in_the_view_or_was_refused(world: World) -> None:
    async with SyncQueue(keeper=world.keeper, clock=world.clock) as second:
        other = World(world.cycle, world.keeper, world.clock, second)
        for n, employee in enumerate(EMPLOYEES):
            own, managers = await world.phone(employee), await other.phone(MANAGER, about=employee)
            await finish(own)
            edit = asyncio.create_task(own.put({"SS01.e_clear": 1 + n % 3}))
            await finish(managers)
            edited = await edit
            await asyncio.gather(settle(world), settle(other))
            document = await opened(world, employee)
            assert document is not None
            expected = {"ok": 1 + n % 3, "opened": 4}[edited["status"]]
            assert document["self"]["SS01.e_clear"] == expected
    assert await sheet_store.count(reader(), world.cycle) == 0


async def test_a_sync_that_waited_for_a_sheet_being_opened_is_told_opened(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await finish(await world.phone(RATEE))
    await finish_quietly(world)
    cleo = await world.phone(RATEE)
    holds, real = asyncio.Event(), PairView.create

    async def slowly(**values: Any) -> object:
        holds.set()
        await asyncio.sleep(
            0.5
        )  # meanwhile the sync reads that the pair is not open, and waits for its sheet
        return await real(**values)

    monkeypatch.setattr(PairView, "create", slowly)
    opening = asyncio.create_task(open_now(world))
    await holds.wait()
    assert await cleo.put({"SS01.e_clear": 1}) == {"status": "opened", "want": []}
    assert await opening == 1
    assert await sheet_store.count(reader(), world.cycle) == 2 * len(EMPLOYEES) - 2


async def test_a_worker_that_died_after_the_commit_leaves_the_pair_to_the_next_run(world: World) -> None:
    await finish(await world.phone(MANAGER, about=RATEE))
    cleo = await world.phone(RATEE)
    cells = {cell: [cleo.version(value)] for cell, value in {**own_cells(), "@submit": True}.items()}
    sent = SentSheet.model_validate(cleo.sheet(cells))
    applied = await apply_batch([sent], keeper=world.keeper, clock=world.clock, known=Known())
    assert applied.ready == {(world.cycle, id_of(RATEE))}
    assert await opened(world) is None  # nobody was there to open it
    assert await open_now(world) == 1
    assert await open_now(world) == 0
    assert await opened(world) is not None


@pytest.mark.parametrize("step", ["create", "remove"])
async def test_an_opening_that_breaks_off_changes_nothing_and_is_made_up_for(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
    await finish(cleo)

    async def breaks(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patched:
        target, name = {"create": (PairView, "create"), "remove": (sheet_store, "remove")}[step]
        patched.setattr(target, name, breaks)
        assert (await finish(ben))["status"] == "ok"
        await settle(world)
        assert await opened(world) is None
        assert await sheet_store.count(reader(), world.cycle) == 2 * len(EMPLOYEES)
        assert (await ben.put({"SS01.m_told": 1}))["status"] == "ok"
        await settle(world)
    assert await open_now(world) == 1
    document = await opened(world)
    assert document is not None
    assert document["manager"]["SS01.m_told"] == 1


async def test_a_360_is_never_opened(database: Database, tmp_path: Path) -> None:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        world = World(cycle, keeper, clock, queue)
        for name in (RATEE, MANAGER):
            phone = await world.phone(name)
            await phone.put(await phone.answers(4))
        await settle(world)
        assert await open_now(world) == 0
    assert await PairView.all().count() == 0


async def test_a_cancelled_side_is_never_opened(world: World) -> None:
    await finish(await world.phone(RATEE))
    await finish_quietly(world)
    await write_tx(lambda tx: Assignment.filter(id=assignment_id(MANAGER, RATEE)).update(is_cancelled=True))
    assert await open_now(world) == 0


async def finish_quietly(world: World) -> None:
    """Hand in Ben's sheet without anybody opening the pair."""
    ben = await world.phone(MANAGER, about=RATEE)
    cells = {cell: [ben.version(value)] for cell, value in {**other_cells(), "@submit": True}.items()}
    sent = SentSheet.model_validate(ben.sheet(cells))
    await apply_batch([sent], keeper=world.keeper, clock=world.clock, known=Known())


async def test_the_inbox_tells_answered_and_not_what_and_later_lists_the_pair(world: World) -> None:
    async def seen(name: str) -> dict[str, Any]:
        return await inbox(id_of(name), locale="en", clock=world.clock, keeper=world.keeper)

    async def standing(name: str) -> dict[str, Any]:
        (one,) = [row for row in (await seen(name))["assignments"] if row["ratee"]["name"] == "Cleo"]
        found: dict[str, Any] = one["pair"]
        return found

    assert await standing(RATEE) == {"other": "Ben", "other_answered": False}
    assert await standing(MANAGER) == {"other": "Cleo", "other_answered": False}
    await finish(await world.phone(RATEE))
    assert await standing(RATEE) == {"other": "Ben", "other_answered": False}
    assert await standing(MANAGER) == {"other": "Cleo", "other_answered": True}
    assert (await seen(MANAGER))["pairs"] == []
    await finish(await world.phone(MANAGER, about=RATEE))
    await settle(world)
    link = {
        "cycle": world.cycle,
        "title": "Autumn 360",
        "employee": {"id": id_of(RATEE), "name": "Cleo"},
        "manager": {"name": "Ben"},
        "state": "open",
        "url": f"/gaps/{world.cycle}/{id_of(RATEE)}",
    }
    assert (await seen(RATEE))["pairs"] == [{**link, "you": "employee"}]
    assert (await seen(RATEE))["assignments"] == []
    assert (await seen(MANAGER))["pairs"] == [{**link, "you": "manager"}]
    assert len((await seen(MANAGER))["assignments"]) == len(EMPLOYEES) - 1
    assert (await seen(OUTSIDER))["pairs"] == []
    assert (await seen("dan"))["pairs"] == []

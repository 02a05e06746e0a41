"""Sync: nothing lost, nothing doubled, nothing told to anyone without a right to it."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tortoise.exceptions import OperationalError

from server.clock import millis
from server.errors import Problem
from server.usecases import sync as sync_module
from server.usecases.sync import SyncQueue
from server.usecases.sync_merge import Reply
from server.views import problem_response
from server.wire import SentSheet, SyncRequest
from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.models.cycles import Assignment, Cycle, RevokedAuth
from surveys.sealed_sheet import Place, key_of, open_sheet, sheet_key
from surveys.sheet import MOST_VERSIONS, Sheet, to_document
from tests.conftest import Database
from tests.factories import RATEE, RATERS, Phone, World, assignment_id, launched, send


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def stored(world: World, rater: str) -> Sheet:
    key = world.keeper.open_cycle(world.cycle)
    place = Place(world.cycle, assignment_id(rater), 1)
    rows = await sheet_store.read(reader(), [key_of(key, place)])
    return open_sheet(sheet_key(key, place), rows[key_of(key, place)])


def read_token(phone: Phone) -> str:
    token: str = phone.assignments[0]["read"]
    return token


async def test_every_rater_has_a_sealed_sheet_from_the_launch_on(world: World) -> None:
    assert await sheet_store.count(reader(), world.cycle) == await Assignment.all().count() == 11
    sizes = {len(ciphertext) async for _, ciphertext in sheet_store.each(reader(), world.cycle)}
    assert sizes == {8 * 1024}


async def test_a_complete_sheet_is_stored_and_reported_final(world: World) -> None:
    dan = await world.phone("dan")
    reply = await dan.put(await dan.answers(4), read=read_token(dan))
    assert reply == {"status": "ok", "want": [], "cells": {}, "final": True, "needs": []}
    assert len(await stored(world, "dan")) == len(await dan.answers())


async def test_without_the_read_token_nothing_stored_is_told(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put({"OQ1.text": "Only Dan may read this."})
    for read in ({}, {"read": "0" * 64}, {"read": read_token(await world.phone("eve"))}):
        reply = await (await world.phone("dan")).send({}, **read)
        assert reply == {"status": "ok", "want": []}


async def test_another_phone_with_the_read_token_gets_what_it_did_not_name(world: World) -> None:
    first, second = await world.phone("dan"), await world.phone("dan")
    await first.put({"SS01.f_match": 3, "SS02.f_match": 4})
    reply = await second.send({}, read=read_token(second), have={first.load: {"SS01.f_match": 1}})
    assert set(reply["cells"]) == {"SS02.f_match"}
    assert reply["cells"]["SS02.f_match"][0]["v"] == 4
    assert reply["final"] is False
    assert "SS02.f_match" not in reply["needs"]
    assert "SS03.f_match" in reply["needs"]


async def test_a_changed_identity_may_write_and_never_read(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put({"SS01.f_match": 3})
    await write_tx(lambda tx: Assignment.filter(id=assignment_id("dan")).update(is_identity_changed=True))
    later = await world.phone("dan")
    assert "read" not in later.assignments[0]
    reply = await dan.put({"SS02.f_match": 3}, read=read_token(dan))
    assert reply == {"status": "ok", "want": []}
    assert set(await stored(world, "dan")) == {"SS01.f_match", "SS02.f_match"}


async def test_sending_twice_late_and_in_any_order_is_sending_once(world: World) -> None:
    sheets = []
    for name in ("dan", "eve"):
        phone = await world.phone(name)
        first = phone.version(2)
        second = phone.version(5, seen={phone.load: first["n"]})
        sheets.append([phone.sheet({"SS01.f_match": [one]}) for one in (first, second)])
    for one in sheets[0]:
        await send(world.queue, one)
    for order in itertools.permutations([*sheets[1], *sheets[1]]):
        await send(world.queue, *order)
    values = [[one.v for one in (await stored(world, name))["SS01.f_match"]] for name in ("dan", "eve")]
    assert values == [[5], [5]]


async def test_two_devices_offline_on_one_sheet_keep_both_texts(world: World) -> None:
    phone, laptop = await world.phone("dan"), await world.phone("dan")
    await phone.put({"OQ1.text": "from the phone"})
    reply = await laptop.put({"OQ1.text": "from the laptop"}, read=read_token(laptop))
    assert [one["v"] for one in reply["cells"]["OQ1.text"]] == ["from the phone"]
    assert {one.v for one in (await stored(world, "dan"))["OQ1.text"]} == {
        "from the phone",
        "from the laptop",
    }


@pytest.mark.parametrize(
    ("cell", "value", "reason"),
    [
        ("SS01.f_match", "5", "wrong_type"),
        ("SS01.f_match", 4.5, "wrong_type"),
        ("SS01.f_match", True, "wrong_type"),
        ("SS01.f_match", {"a": 1}, "wrong_type"),
        ("SS01.f_match", 0, "out_of_range"),
        ("SS01.f_match", 6, "out_of_range"),
        ("SS01.e_clear", 3, "unknown_cell"),
        ("SS99.f_match", 3, "unknown_cell"),
        ("OQ1.text", "x" * 2001, "too_long"),
        ("OQ1.text", "\U0001f468" * 1001, "too_long"),
        ("OQ1.text", "a\x00b", "bad_text"),
        ("OQ1.text", "a\ud800b", "bad_text"),
        ("@submit", 1, "wrong_type"),
    ],
)
async def test_a_wrong_value_is_refused_with_its_reason_and_the_rest_is_kept(
    world: World, cell: str, value: object, reason: str
) -> None:
    dan = await world.phone("dan")
    reply = await dan.put({cell: value, "SS05.f_match": 4}, have={dan.load: {cell: 1}})
    assert reply["refused"] == [{"cell": cell, "d": dan.load, "n": 1, "reason": reason}]
    assert reply["want"] == []
    assert set(await stored(world, "dan")) == {"SS05.f_match"}


async def test_strange_but_harmless_text_is_stored_as_it_is(world: World) -> None:
    text = (
        "\u202eabc\u202c zero\u200bwidth \U0001f468\u200d\U0001f469\u200d\U0001f467 "
        "'; DROP TABLE sheet; -- {{7*7}}\nnew line\ttab"
    )
    dan = await world.phone("dan")
    assert "refused" not in await dan.put({"OQ1.text": text})
    assert (await stored(world, "dan"))["OQ1.text"][0].v == text


async def test_a_stamp_from_the_future_is_refused_as_clock(world: World) -> None:
    dan = await world.phone("dan")
    hour = 60 * 60 * 1000
    now = millis(world.clock.now())
    reply = await dan.send({"SS01.f_match": [dan.version(4, hlc=now + hour + 1)]})
    assert reply["refused"][0]["reason"] == "clock"
    assert "refused" not in await dan.send({"SS01.f_match": [dan.version(4, hlc=now + hour)]})
    assert "refused" not in await dan.send({"SS02.f_match": [dan.version(4, hlc=1)]})


async def test_a_version_that_says_it_replaces_itself_or_too_many_is_refused(world: World) -> None:
    dan = await world.phone("dan")
    many = {f"{number:016x}": 1 for number in range(65)}
    for changes in ({"n": 7, "seen": {dan.load: 7}}, {"n": 8, "seen": many}):
        reply = await dan.send({"SS01.f_match": [dan.version(4, **changes)]})
        assert [one["reason"] for one in reply["refused"]] == ["bad_version"]
    assert await stored(world, "dan") == {}


async def test_what_is_held_and_missing_here_is_wanted(world: World) -> None:
    dan = await world.phone("dan")
    reply = await dan.send({}, have={dan.load: {"SS01.f_match": 9, "SS02.f_match": 3, "unknown.cell": 4}})
    assert reply["want"] == ["SS01.f_match", "SS02.f_match"]
    await dan.send({"SS01.f_match": [dan.version(4, n=9)]})
    reply = await dan.send({}, have={dan.load: {"SS01.f_match": 9}})
    assert reply["want"] == []


async def test_what_was_replaced_is_not_wanted_again(world: World) -> None:
    dan = await world.phone("dan")
    await dan.send({"SS01.f_match": [dan.version(4, n=9, seen={dan.load: 8})]})
    assert (await dan.send({}, have={dan.load: {"SS01.f_match": 8}}))["want"] == []


def crowd_of(phone: Phone, value: Any, *, first: int = 0) -> list[dict[str, Any]]:
    """As many versions side by side as a cell may have, each of a page load of its own."""
    loads = range(first, first + MOST_VERSIONS)
    return [{**phone.version(value), "d": f"{number:016x}", "n": 1} for number in loads]


async def test_a_full_cell_keeps_what_it_has_refuses_more_and_takes_what_replaces(world: World) -> None:
    dan = await world.phone("dan")
    assert "refused" not in await dan.send({"SS01.f_match": crowd_of(dan, 3)})
    more = crowd_of(dan, 4, first=MOST_VERSIONS)
    reply = await dan.send({"SS01.f_match": more, "SS02.f_match": more[:1]})
    assert reply["want"] == []
    assert {(one["cell"], one["reason"]) for one in reply["refused"]} == {("SS01.f_match", "bad_version")}
    assert {one["d"] for one in reply["refused"]} == {one["d"] for one in more}
    assert {one.v for one in (await stored(world, "dan"))["SS01.f_match"]} == {3}
    assert len((await stored(world, "dan"))["SS01.f_match"]) == MOST_VERSIONS
    last = dan.version(5, seen={f"{number:016x}": 1 for number in range(MOST_VERSIONS)})
    assert "refused" not in await dan.send({"SS01.f_match": [last]})
    assert [one.v for one in (await stored(world, "dan"))["SS01.f_match"]] == [5]


async def test_naming_many_versions_of_a_full_cell_takes_no_long_time(world: World) -> None:
    dan = await world.phone("dan")
    await dan.send({"SS01.f_match": crowd_of(dan, 3)})
    have = {f"{number:016x}": {"SS01.f_match": 2} for number in range(20_000)}
    started = time.process_time()
    assert (await dan.send({}, have=have))["want"] == ["SS01.f_match"]
    assert time.process_time() - started < 1


async def test_a_sheet_that_grows_too_large_keeps_what_it_has(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put({"SS01.f_match": 4})
    wide = {"seen": {f"{number:016x}": 2**53 - 1 for number in range(10**6, 10**6 + MOST_VERSIONS)}}
    crowd = {
        cell: [{**one, **wide} for one in crowd_of(dan, value)]
        for cell, value in (("OQ1.text", "\U0001f468" * 1000), ("SS02.f_match", 3), ("SS03.f_match", 3))
    }
    reply = await dan.send(crowd)
    assert {one["reason"] for one in reply["refused"]} == {"too_long"}
    assert len(reply["refused"]) == 3 * MOST_VERSIONS
    assert set(await stored(world, "dan")) == {"SS01.f_match"}


async def test_the_status_is_decided_in_order(world: World) -> None:
    dan = await world.phone("dan")
    good = dan.sheet({})
    statuses = [
        one["status"]
        for one in (
            await send(
                world.queue,
                good,
                {**good, "cycle": "0" * 32},
                {**good, "write": "0" * 64},
                {**good, "cycle": "0" * 32, "write": "0" * 64},
            )
        )["sheets"]
    ]
    assert statuses == ["ok", "unknown", "unknown", "unknown"]


@pytest.mark.parametrize("state", ["closing", "sealed", "released", "done", "abandoned"])
async def test_after_closing_every_token_hears_the_same_word(world: World, state: str) -> None:
    dan = await world.phone("dan")
    await write_tx(lambda tx: Cycle.all().update(state=state))
    good = dan.sheet({"SS01.f_match": [dan.version(5)]})
    replies = (await send(world.queue, good, {**good, "write": "0" * 64}))["sheets"]
    assert replies == [{"status": "closed", "want": []}] * 2
    assert await stored(world, "dan") == {}


async def test_a_cancelled_rater_hears_revoked_and_writes_nothing(world: World) -> None:
    dan = await world.phone("dan")

    async def cancel(tx: object) -> None:
        row = await Assignment.get(id=assignment_id("dan"))
        await RevokedAuth.create(auth=row.auth, cycle_id=world.cycle)
        await Assignment.filter(id=row.id).update(is_cancelled=True, auth="")

    await write_tx(cancel)
    assert await dan.put({"SS01.f_match": 5}) == {"status": "revoked", "want": []}
    assert await stored(world, "dan") == {}


async def test_before_the_cycle_opens_a_token_opens_nothing(database: Database, tmp_path: Path) -> None:
    cycle, keeper, clock = await launched(tmp_path)
    await write_tx(lambda tx: Cycle.all().update(state="scheduled", opens_at=clock.now().replace(year=2027)))
    write = keeper.open_cycle(cycle).write_token(assignment_id("dan"), 1)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        reply = await send(queue, {"cycle": cycle, "write": write, "have": {}, "cells": {}})
        assert reply["sheets"][0]["status"] == "unknown"
        clock.at = clock.at.replace(year=2028)
        reply = await send(queue, {"cycle": cycle, "write": write, "have": {}, "cells": {}})
        assert reply["sheets"][0]["status"] == "ok"  # by the clock, even before the job has run


async def test_an_old_program_is_told_to_update(world: World) -> None:
    dan = await world.phone("dan")
    sheet = SentSheet.model_validate(dan.sheet({}))
    request = SyncRequest.model_construct(protocol=0, app="old", sheets=[sheet])
    assert (await world.queue.sync(request))["sheets"] == [{"status": "update", "want": []}]


async def test_the_epoch_comes_with_every_reply(world: World) -> None:
    assert await send(world.queue) == {
        "now": millis(world.clock.now()),
        "epoch": "a3f09c1277de0b54",
        "sheets": [],
    }


async def test_many_at_once_share_commits_and_lose_nothing(world: World) -> None:
    phones = [
        await world.phone(name) for name in ("dan", "eve", "finn", "gwen", "hugo", "iris", "jan", "kim")
    ]
    commits = 0
    commit = world.queue.commit

    async def counted(sheets: Sequence[SentSheet]) -> list[Reply]:
        nonlocal commits
        commits += 1
        return await commit(sheets)

    world.queue.commit = counted  # type: ignore[method-assign]  # counts, and does the real work
    replies = await asyncio.gather(
        *(phone.put({f"SS0{number}.f_match": 4}) for phone in phones for number in range(1, 7))
    )
    assert {reply["status"] for reply in replies} == {"ok"}
    assert commits < len(replies) / 4
    for name in ("dan", "kim"):
        assert len(await stored(world, name)) == 6


async def test_two_workers_on_one_sheet_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "BATCH_SHEETS", 2)  # many commits, so that they meet
    async with SyncQueue(keeper=world.keeper, clock=world.clock) as other:
        second = World(world.cycle, world.keeper, world.clock, other)
        phones = [await world.phone("dan") for _ in range(10)]
        phones += [replace(await world.phone("dan"), world=second) for _ in range(10)]
        lines = [f"SS{number:02d}.f_match" for number in range(1, 11)]
        replies = await asyncio.gather(*(phone.put({line: 4}) for phone in phones for line in lines))
    assert {reply["status"] for reply in replies} == {"ok"}
    sheet = await stored(world, "dan")
    loads = sorted(phone.load for phone in phones)
    assert {line: sorted(one.d for one in sheet[line]) for line in lines} == dict.fromkeys(lines, loads)
    assert await sheet_store.count(reader(), world.cycle) == len(RATERS)


async def test_a_damaged_sheet_harms_no_other_and_is_not_acknowledged(world: World) -> None:
    key = world.keeper.open_cycle(world.cycle)
    place = Place(world.cycle, assignment_id("dan"), 1)
    damaged = sheet_store.SealedSheet(*key_of(key, place), "0" * 16, b"damaged" * 100)
    await write_tx(lambda tx: sheet_store.write(tx, [damaged]))
    dan, eve = await world.phone("dan"), await world.phone("eve")
    replies = await asyncio.gather(dan.put({"SS01.f_match": 3}), eve.put({"SS01.f_match": 4}))
    assert replies[0] == {"status": "ok", "want": ["SS01.f_match"]}
    assert replies[1] == {"status": "ok", "want": []}
    assert to_document(await stored(world, "eve"))["SS01.f_match"][0]["v"] == 4


async def test_a_database_that_takes_nothing_is_busy_and_nothing_is_acknowledged(world: World) -> None:
    async def broken(sheets: Sequence[SentSheet]) -> list[Reply]:
        raise OperationalError("disk is full")

    dan = await world.phone("dan")
    commit = world.queue.commit
    world.queue.commit = broken  # type: ignore[method-assign]  # a full disk is not to be had here
    with pytest.raises(Problem, match="busy"):
        await dan.put({"SS01.f_match": 3})
    world.queue.commit = commit  # type: ignore[method-assign]  # and it is back
    assert (await dan.put({"SS01.f_match": 3}))["status"] == "ok"


async def test_a_full_queue_says_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_module, "MOST_WAITING_SHEETS", 3)
    dan = await world.phone("dan")
    with pytest.raises(Problem) as caught:
        await send(world.queue, *[dan.sheet({}) for _ in range(4)])
    assert (caught.value.status, caught.value.code) == (503, "busy")
    reply = problem_response({"type": "http", "path": "/api/v1/sync"}, caught.value)
    assert int(reply.headers["Retry-After"]) > 0


async def test_a_caller_that_leaves_does_not_stop_the_queue(world: World) -> None:
    dan, eve = await world.phone("dan"), await world.phone("eve")
    leaving = asyncio.create_task(dan.put({"SS01.f_match": 3}))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await eve.put({"SS01.f_match": 4}))["status"] == "ok"


async def test_a_stopping_queue_finishes_what_it_took(database: Database, tmp_path: Path) -> None:
    cycle, keeper, clock = await launched(tmp_path)
    queue = SyncQueue(keeper=keeper, clock=clock)
    await queue.start()
    dan = await World(cycle, keeper, clock, queue).phone("dan")
    taken = asyncio.create_task(dan.put({"SS01.f_match": 3}))
    await asyncio.sleep(0)
    await queue.stop()
    assert (await taken)["status"] == "ok"
    with pytest.raises(Problem, match="busy"):
        await dan.put({"SS01.f_match": 3})


async def test_mallory_is_asked_nothing_and_told_nothing(world: World) -> None:
    assert (await world.phone("mallory")).assignments == []
    dan = await world.phone("dan")
    await dan.put({"OQ1.text": "not for Mallory"})
    guesses: list[dict[str, Any]] = [{**dan.sheet({}), "write": f"{number:064x}"} for number in range(20)]
    replies = (await send(world.queue, *guesses))["sheets"]
    assert replies == [{"status": "unknown", "want": []}] * 20


async def test_one_token_opens_one_sheet_only(world: World) -> None:
    dan, eve = await world.phone("dan"), await world.phone("eve")
    mixed = {**dan.sheet({}), "read": read_token(eve)}
    assert (await send(world.queue, mixed))["sheets"] == [{"status": "ok", "want": []}]
    assert dan.assignments[0]["ratee"]["name"] == RATEE.capitalize()

"""A server without the keys of its running cycles: it does not start, and never answers with a trace."""

import logging
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from server.app import check_keys
from server.errors import Problem
from server.usecases.commands import Context, run_command
from server.usecases.inbox import inbox
from server.usecases.sync import SyncQueue
from surveys.database import DatabaseError, write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Cycle
from tests.commands import sightline
from tests.conftest import Database
from tests.factories import World, id_of, launched
from tests.site import running_site, settings_for


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def to_state(state: str) -> None:
    await write_tx(lambda tx: Cycle.all().update(state=state))


@pytest.mark.parametrize("state", ["scheduled", "open", "grace", "closing"])
async def test_the_start_is_refused_without_the_key_of_a_running_cycle(world: World, state: str) -> None:
    await to_state(state)
    await check_keys(world.keeper)
    other = Keeper(world.keeper.folder, secret="x" * 64, random_bytes=world.keeper.random_bytes)
    with pytest.raises(DatabaseError, match=r"keys.* and the secret"):
        await check_keys(other)
    shutil.rmtree(world.keeper.folder)
    with pytest.raises(DatabaseError, match=r"keys.* and the secret"):
        await check_keys(world.keeper)
    await to_state("released")
    await check_keys(world.keeper)


async def test_a_cycle_closed_before_a_restore_stops_no_start_and_asks_nothing(world: World) -> None:
    dan = await world.phone("dan")
    world.keeper.bury(world.cycle, "")
    world.keeper.destroy_cycle(world.cycle)
    await check_keys(world.keeper)
    assert (await world.phone("dan")).assignments == []
    assert await dan.put({"SS01.f_match": 4}) == {"status": "closed", "want": []}


async def test_keys_that_go_while_the_server_runs_are_a_named_problem_and_come_back(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    dan = await world.phone("dan")
    away = world.keeper.folder.rename(tmp_path / "away")
    for keeper in (world.keeper, replace(world.keeper, secret="x" * 64)):
        with pytest.raises(Problem) as caught:
            await inbox(id_of("dan"), locale="en", clock=world.clock, keeper=keeper)
        assert (caught.value.status, caught.value.code) == (503, "keys_missing")
        assert "keys/" in caught.value.detail
    with caplog.at_level(logging.WARNING), pytest.raises(Problem, match="keys_missing"):
        await dan.put({"SS01.f_match": 4})
    assert not any(record.exc_info for record in caplog.records)
    away.rename(world.keeper.folder)
    assert await dan.put({"SS01.f_match": 4}) == {"status": "ok", "want": []}


async def test_the_inbox_says_503_and_when_to_come_back(database: Database, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    await launched(tmp_path / "other")
    async with running_site(database.url, tmp_path) as site, site.as_person(id_of("dan")) as client:
        reply = await client.get("/api/v1/inbox")
        assert (reply.status_code, reply.json()["code"]) == (503, "keys_missing")
        assert int(reply.headers["Retry-After"]) > 0


def test_serve_without_keys_is_one_clear_line(tmp_path: Path) -> None:
    data = tmp_path / "data"
    init = ("init", "--organisation", "Zeilenwerk (fictional)", "--hr-mail", "hr@zeilenwerk.example")
    assert sightline(*init, "--data", str(data)).returncode == 0
    with closing(sqlite3.connect(data / "sightline.db")) as database, database:
        columns = database.execute("PRAGMA table_info(cycle)").fetchall()
        row = {name: "{}" if kind == "JSON" else 1 if "INT" in kind else "" for _, name, kind, *_ in columns}
        row |= {"id": "ab" * 16, "state": "open"}
        database.execute(f"INSERT INTO cycle VALUES ({', '.join('?' * len(row))})", list(row.values()))
    done = sightline("serve", "--data", str(data))
    assert done.returncode != 0
    said = " ".join(done.stderr.split())  # one sentence or two, folded to the width of the screen
    assert said.startswith(
        "sightline: The keys of 1 running cycles cannot be read. Give back the folder keys/"
    )
    assert "secret" in said
    assert "Traceback" not in said


async def test_a_cycle_whose_key_is_lost_can_be_ended_from_the_shell(world: World, tmp_path: Path) -> None:
    shutil.rmtree(world.keeper.folder)
    context = Context(settings_for("sqlite:unused", tmp_path), world.keeper, world.clock)
    said = await run_command("abandon", {"cycle": world.cycle, "reason": "disk lost"}, context)
    assert "is abandoned" in said.get("said", ""), said
    await check_keys(world.keeper)
    assert (await Cycle.get(id=world.cycle)).end_reason == "disk lost"
    unknown = await run_command("abandon", {"cycle": "0" * 32, "reason": "x"}, context)
    assert "there is no cycle" in unknown["error"]

"""N2: kill -9 while phones sync, on both databases; what was acknowledged is there afterwards, once."""

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.kill_closing import kill_closings
from bench.plain_http import PlainHttp
from bench.serving import free_port
from surveys import sheet_store
from surveys.database import is_sqlite, open_database, reader
from surveys.migrate import migrate
from surveys.models.cycles import Assignment
from surveys.sealed_sheet import Place, key_of, open_sheet, sheet_key
from surveys.sheet import Sheet
from tests.factories import SetClock, keeper_in, launched
from tests.postgres import running_postgres

KILLS = {"change": 60, "nightly": 2000}
CLOSINGS = {"change": 12, "nightly": 200}
N_CELLS = 14
START_TIMEOUT_S = 30.0
Acknowledged = dict[
    tuple[str, str, str], int
]  # (assignment, cell, page load) -> highest n that was acknowledged


@dataclass
class Scene:
    """A launched cycle in a database of its own, and what its phones were promised."""

    folder: Path
    url: str
    cycle: str
    tokens: dict[str, str]  # assignment -> write token
    acknowledged: Acknowledged = field(default_factory=dict)
    n_acknowledged: int = 0
    has_acknowledged: asyncio.Event = field(default_factory=asyncio.Event)  # since the last start


@dataclass(frozen=True)
class Outcome:
    """What the kills did."""

    n_kills: int
    n_acknowledged: int
    n_lost: int
    n_doubled: int


async def stage(folder: Path, url: str) -> Scene:
    """Make a database with an open cycle."""
    await migrate(url, backup_dir=folder, now=datetime.now(UTC))
    clock = SetClock(datetime.now(UTC) - timedelta(hours=1))
    async with open_database(url):
        cycle, keeper, _ = await launched(folder, clock, opens_at=clock.now())
        key = keeper.open_cycle(cycle)
        tokens = {row.id: key.write_token(row.id, 1) for row in await Assignment.all()}
    return Scene(folder, url, cycle, tokens)


@contextmanager
def serving(scene: Scene, kind: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start a server process; whoever uses it kills it."""
    port = free_port()
    command = [sys.executable, "-m", "bench.sync_server", kind, str(scene.folder), str(port), scene.url]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=dict(os.environ))
    try:
        yield process, port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait for the first reply, whatever it says."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            async with PlainHttp(port) as http:
                await http.post("/api/v1/sync", b"")
                return
        except (OSError, EOFError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.02)


async def phone(scene: Scene, assignment: str, port: int, load: str) -> None:
    """Edit one sheet as fast as the server answers, until it is gone."""
    n = 0
    async with PlainHttp(port) as http:
        while True:
            n += 1
            cell = f"SS{n % N_CELLS + 1:02d}.f_match"
            last = scene.acknowledged.get((assignment, cell, load))
            version = {
                "v": n % 5 + 1, "hlc": n, "d": load, "n": n, "seen": {load: max(1, n - N_CELLS)} if last else {},
            }  # fmt: skip
            sheet = {
                "cycle": scene.cycle,
                "write": scene.tokens[assignment],
                "have": {},
                "cells": {cell: [version]},
            }
            body = json.dumps({"protocol": 1, "app": "n2", "sheets": [sheet]}).encode()
            try:
                status, reply = await http.post("/api/v1/sync", body)
            except (OSError, EOFError):
                return
            told = json.loads(reply)["sheets"][0] if status == 200 else {}
            if told.get("status") == "ok" and not told["want"] and not told.get("refused"):
                scene.acknowledged[assignment, cell, load] = n
                scene.n_acknowledged += 1
                scene.has_acknowledged.set()


async def one_kill(scene: Scene, kind: str, chance: random.Random) -> None:
    """Let every phone sync, and kill the server in the middle."""
    with serving(scene, kind) as (process, port):
        await wait_until_ready(process, port)
        scene.has_acknowledged.clear()
        loads = {one: f"{chance.getrandbits(64):016x}" for one in scene.tokens}
        phones = [asyncio.create_task(phone(scene, one, port, load)) for one, load in loads.items()]
        await asyncio.wait_for(scene.has_acknowledged.wait(), START_TIMEOUT_S)
        await asyncio.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGKILL)
        await asyncio.gather(*phones)


async def read_all(scene: Scene) -> tuple[dict[str, Sheet], int]:
    """Read every sheet straight from the database, and count its rows."""
    async with open_database(scene.url):
        if is_sqlite(scene.url):
            _, rows = await reader().execute_query("PRAGMA integrity_check")
            if [tuple(row) for row in rows] != [("ok",)]:
                raise RuntimeError("the database is damaged")
        key = keeper_in(scene.folder, SetClock()).open_cycle(scene.cycle)
        places = {one: Place(scene.cycle, one, 1) for one in scene.tokens}
        found = await sheet_store.read(reader(), [key_of(key, place) for place in places.values()])
        sheets = {
            one: open_sheet(sheet_key(key, place), found[key_of(key, place)]) for one, place in places.items()
        }
        return sheets, await sheet_store.count(reader(), scene.cycle)


def compare(scene: Scene, sheets: dict[str, Sheet], n_rows: int) -> tuple[int, int]:
    """Count what was acknowledged and is missing, and what is there more than once."""
    n_lost = 0
    for (assignment, cell, load), n in scene.acknowledged.items():
        stored = [one.n for one in sheets[assignment].get(cell, ()) if one.d == load]
        n_lost += max(stored, default=0) < n
    n_doubled = n_rows - len(scene.tokens)
    for sheet in sheets.values():
        for versions in sheet.values():
            n_doubled += len(versions) - len({one.d for one in versions})
    return n_lost, n_doubled


async def kill_many(
    url: str, folder: Path, kind: str, n_kills: int, *, stop_at_loss: bool = False
) -> Outcome:
    """Kill one server after the other over one database, looking after each kill."""
    scene = await stage(folder, url)
    chance = random.Random(2)
    n_lost = n_doubled = n_done = 0
    for _ in range(n_kills):
        await one_kill(scene, kind, chance)
        n_done += 1
        n_lost, n_doubled = compare(scene, *await read_all(scene))
        if n_lost and stop_at_loss:
            break
    return Outcome(n_done, scene.n_acknowledged, n_lost, n_doubled)


@contextmanager
def both_databases() -> Iterator[list[tuple[str, Path]]]:
    """Give an empty database of each kind, with a folder beside it."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-kill-"))
    try:
        with running_postgres(is_durable=True) as server:
            server.execute("CREATE DATABASE kill")
            for name in ("sqlite", "postgres"):
                (folder / name).mkdir()
            yield [
                (f"sqlite://{folder / 'sqlite' / 'kill.db'}", folder / "sqlite"),
                (server.url("kill"), folder / "postgres"),
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def kill_both(kind: str, n_kills: int, *, stop_at_loss: bool = False) -> Outcome:
    """Kill over SQLite and over PostgreSQL, half of the times each."""
    with both_databases() as databases:
        outcomes = [
            asyncio.run(kill_many(url, folder, kind, n_kills // 2, stop_at_loss=stop_at_loss))
            for url, folder in databases
        ]
    return Outcome(
        sum(one.n_kills for one in outcomes),
        sum(one.n_acknowledged for one in outcomes),
        sum(one.n_lost for one in outcomes),
        sum(one.n_doubled for one in outcomes),
    )


def run(tier: str) -> list[dict[str, Any]]:
    """Kill the real server, then one that replies before it commits: the second run must lose something."""
    ours = kill_both("ours", KILLS[tier])
    early = kill_both("early", KILLS[tier], stop_at_loss=True)
    with both_databases() as databases:
        n_wrong = sum(
            asyncio.run(kill_closings(url, folder, CLOSINGS[tier] // 2)) for url, folder in databases
        )
    return [
        {
            "id": "N2",
            "name": "kill -9 in sync, both databases: acknowledged lost, doubled",
            "value": f"{ours.n_lost}, {ours.n_doubled} of {ours.n_acknowledged} acknowledged in {ours.n_kills} kills",
            "target": "0, 0",
            "bound": f"reply moved before the commit: {early.n_lost} lost after {early.n_kills} kills",
            "reached": ours.n_lost == 0 and ours.n_doubled == 0 and early.n_lost > 0 and n_wrong == 0,
            "note": f"{CLOSINGS[tier]} closings killed besides, {n_wrong} ended wrong; import and migrate not yet",
        }
    ]

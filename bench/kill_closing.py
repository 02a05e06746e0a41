"""Kill -9 in the middle of closings; each must end with one result of all its sheets, and nothing left behind."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.usecases.launch import launch_cycle
from server.usecases.sync import SyncQueue
from surveys import sheet_store
from surveys.database import open_database, reader
from surveys.migrate import migrate
from surveys.models.cycles import Assignment, Cycle
from surveys.models.results import ClosingRecord, ResultComment
from tests.factories import HR, RATERS, SetClock, World, draft_cycle, id_of, keeper_in, store_cast

LONGEST_WAIT_S = 0.25  # about as long as such a closing takes
MOST_RUNS = 20


async def kill_closings(url: str, folder: Path, n_kills: int) -> int:
    """Close cycle after cycle, each killed once at a random moment; give how many ended wrong."""
    chance = random.Random(5)
    await migrate(url, backup_dir=folder, now=datetime.now(UTC))
    n_wrong = 0
    for number in range(n_kills):
        cycle = await _answered(url, folder, number)
        await asyncio.to_thread(_close, folder, url, cycle, chance.uniform(0, LONGEST_WAIT_S))
        for _ in range(MOST_RUNS):
            if await asyncio.to_thread(_close, folder, url, cycle, None) == 0:
                break
        n_wrong += not await _is_right(url, folder, cycle)
    return n_wrong


async def _answered(url: str, folder: Path, number: int) -> str:
    clock = SetClock(datetime.now(UTC) - timedelta(hours=1), n_drawn=number * 1_000_000)
    keeper = keeper_in(folder, clock)
    async with open_database(url):
        if number == 0:
            await store_cast()
        cycle = await draft_cycle(f"cycle{number}", opens_at=clock.now())
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=clock)
        async with SyncQueue(keeper=keeper, clock=clock) as queue:
            world = World(cycle, keeper, clock, queue)
            for rater, _ in RATERS:
                phone = await world.phone(rater)
                await phone.put(await phone.answers(4, text=f"Comment of {rater}."))
    return cycle


def _close(folder: Path, url: str, cycle: str, wait_s: float | None) -> int:
    command = [sys.executable, "-m", "bench.close_once", str(folder), url, cycle]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=dict(os.environ)
    )
    try:
        if process.stdout is not None:
            process.stdout.readline()
        process.wait(timeout=wait_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
    finally:
        if process.stdout is not None:
            process.stdout.close()
    return process.returncode


async def _is_right(url: str, folder: Path, cycle: str) -> bool:
    keeper = keeper_in(folder, SetClock())
    async with open_database(url):
        record = await ClosingRecord.get_or_none(cycle_id=cycle)
        texts = sorted(row.text for row in await ResultComment.filter(cycle_id=cycle))
        named = {"self", "manager"}
        return (
            record is not None
            and record.n_counted == len(RATERS)
            and texts == sorted(f"Comment of {rater}." for rater, kind in RATERS if kind not in named)
            and (await Cycle.get(id=cycle)).state == "released"
            and await sheet_store.count(reader(), cycle) == 0
            and not await Assignment.filter(cycle_id=cycle).exists()
            and keeper.is_closed(cycle)
            and not keeper.has_key(cycle)
        )

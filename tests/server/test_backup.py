"""Backups: made while people answer, tested at once, kept for a while, and never holding what a closing destroyed."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.settings import Settings
from server.usecases.backups import back_up, made_at, nightly_backup, old_backups
from server.usecases.closing import close_cycle
from server.usecases.sync import SyncQueue
from surveys.copies import CopyRefused, check_copy
from surveys.models.cycles import Assignment
from surveys.models.work import OperationNote
from tests.conftest import Database
from tests.factories import CAST, World, launched
from tests.site import settings_for


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    clock.move(hours=1)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return settings_for(database.url, tmp_path)


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as copy:
        return int(copy.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


async def test_a_backup_is_one_whole_file_for_its_owner_without_keys(
    world: World, settings: Settings
) -> None:
    made = await back_up(settings, clock=world.clock)
    assert made.path.parent == settings.backups_dir
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made_at(made.path) == world.clock.now()
    assert check_copy(made.path) == made.facts
    assert count(made.path, "person") == len(CAST)
    assert count(made.path, "sheet") == await Assignment.all().count() > 0
    secrets = [path.read_bytes() for path in settings.keys_dir.iterdir() if path.stat().st_size]
    assert secrets
    assert not any(secret in made.path.read_bytes() for secret in secrets)
    assert sorted(one.name for one in settings.backups_dir.iterdir()) == [made.path.name]


async def test_a_backup_while_phones_sync_is_of_one_moment(world: World, settings: Settings) -> None:
    phone = await world.phone("dan")
    is_over = False

    async def sync() -> int:
        n = 0
        while not is_over:
            assert (await phone.put({"SS01.f_match": n % 5 + 1}))["status"] == "ok"
            n += 1
        return n

    syncing = asyncio.create_task(sync())
    await asyncio.sleep(0.1)
    for number in range(3):
        made = await back_up(settings, clock=world.clock, target=settings.data_dir / f"{number}.db")
        assert made.facts.n_rows > 0
    is_over = True
    assert await syncing > 0


async def test_a_backup_never_replaces_a_file(world: World, settings: Settings) -> None:
    target = settings.data_dir / "mine.db"
    target.write_bytes(b"mine")
    with pytest.raises(CopyRefused, match="replaces nothing"):
        await back_up(settings, clock=world.clock, target=target)
    assert target.read_bytes() == b"mine"


async def test_once_a_night_and_again_after_a_failure(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.at = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
    assert await nightly_backup(settings, clock=world.clock) is not None
    world.clock.move(hours=20)
    assert await nightly_backup(settings, clock=world.clock) is None
    tested = await OperationNote.get(name="restore_test")
    assert tested.is_good
    assert "rows" in tested.detail
    world.clock.move(hours=4)
    settings.backups_dir.rename(settings.data_dir / "gone")
    settings.backups_dir.write_bytes(b"a file where the folder was")
    with pytest.raises(OSError, match="backups"):
        await nightly_backup(settings, clock=world.clock)
    assert not (await OperationNote.get(name="backup")).is_good
    settings.backups_dir.unlink()
    world.clock.move(minutes=15)
    assert await nightly_backup(settings, clock=world.clock) is not None
    assert (await OperationNote.get(name="backup")).is_good


def test_seven_days_and_four_weeks_are_kept() -> None:
    newest = datetime(2026, 11, 22, 2, tzinfo=UTC)
    all_days = [Path(f"backup-{newest - timedelta(days=n):%Y%m%dT%H%M%SZ}.db") for n in range(60)]
    twice = Path("backup-20261122T013000Z.db")
    gone = old_backups([*all_days, twice, Path("close-x.db"), Path("mine.db")])
    kept = [path for path in all_days if path not in gone]
    assert twice in gone
    assert Path("close-x.db") not in gone
    assert Path("mine.db") not in gone
    days_ago = [all_days.index(path) for path in kept]
    assert days_ago == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21], "a Sunday: its week, and the Sundays of three before"


async def test_a_closing_removes_its_rows_from_nightly_backups_too(world: World, settings: Settings) -> None:
    for name in ("dan", "eve", "finn"):
        phone = await world.phone(name)
        await phone.put(await phone.answers())
    made = await back_up(settings, clock=world.clock)
    assert count(made.path, "assignment") > 0
    world.clock.move(days=17)
    state = await close_cycle(
        world.cycle, keeper=world.keeper, clock=world.clock, backups_dir=settings.backups_dir
    )
    assert state == "released"
    assert (count(made.path, "assignment"), count(made.path, "sheet")) == (0, 0)
    assert count(made.path, "person") == len(CAST), "the rest of the backup stays"


async def test_a_copy_written_while_a_cycle_closed_is_cleaned_when_it_is_done(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await back_up(settings, clock=world.clock, target=settings.data_dir / "before.db")
    world.clock.move(days=17)
    await close_cycle(world.cycle, keeper=world.keeper, clock=world.clock, backups_dir=settings.backups_dir)

    async def late(url: str, path: Path, now: datetime) -> object:
        await asyncio.to_thread(shutil.copyfile, whole.path, path)
        return whole.facts

    monkeypatch.setattr("server.usecases.backups._copy", late)
    made = await back_up(settings, clock=world.clock)
    assert (count(made.path, "assignment"), count(made.path, "sheet")) == (0, 0)

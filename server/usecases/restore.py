"""Put a backup in the place of the database: checked first, the old one kept, closed cycles stay closed."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem
from server.settings import CONFIG_NAME, Settings
from server.usecases.backups import STAMP
from server.usecases.redo import Redone, redo_revocations
from server.usecases.restored_pairs import keep_opened
from surveys import audit
from surveys.copies import CopyRefused, copy_sqlite
from surveys.copies_postgres import check_unused, copy_postgres, load_postgres
from surveys.database import is_sqlite, open_database, sqlite_path, write_tx
from surveys.keeper import Keeper
from surveys.migrate import migrate, schema_version
from surveys.restoring import Prepared, prepare

FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: what was kept of the old database, and what the operator must know."""

    n_rows: int
    kept: Path | None
    kept_closed: tuple[str, ...]
    without_key: tuple[str, ...]
    redone: Redone


def copy_config(config: Path, folder: Path) -> None:
    """Take the configuration of the old installation into a new folder. Raises Problem where there is one already."""
    target = folder / CONFIG_NAME
    if target.exists():
        raise Problem(
            409,
            "already_installed",
            f"{folder} has a {CONFIG_NAME} already",
            "Leave --config away, or move it.",
        )
    text = config.read_bytes()
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.write_bytes(text)


async def restore(file: Path, settings: Settings, *, keeper: Keeper, clock: Clock) -> Restored:
    """Restore a backup into the installation of these settings; the caller holds the folder.

    Everything is checked before anything is touched. Raises CopyRefused, Problem.
    """
    if not is_sqlite(settings.database_url):
        await check_unused(settings.database_url)
    for folder in (settings.data_dir, settings.backups_dir):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(FOLDER_MODE)  # a folder that was there, made by hand, may be open to others
    draft = settings.data_dir / ".restoring.db"
    try:
        prepared = await prepare(
            file, draft, epoch=clock.random_bytes(8).hex(), is_closed=keeper.is_closed, now=clock.now()
        )
        if prepared.was_demo != settings.is_demo:
            raise Problem(
                409, "other_kind", "A demo and a real installation are never mixed", "Choose another folder."
            )
        kept = await _swap(prepared, settings, clock)
    finally:
        await asyncio.to_thread(draft.unlink, missing_ok=True)
    await _record(file, settings, prepared.running, keeper, clock)
    async with open_database(settings.database_url):
        redone = await redo_revocations(keeper=keeper, clock=clock)
    without_key = tuple(cycle for cycle in prepared.running if not keeper.can_open(cycle))
    return Restored(prepared.n_rows, kept, prepared.kept_closed, without_key, redone)


async def _swap(prepared: Prepared, settings: Settings, clock: Clock) -> Path | None:
    aside = settings.backups_dir / f"before-restore-{clock.now():{STAMP}}.db"
    if is_sqlite(settings.database_url):
        return await asyncio.to_thread(_swap_files, prepared.path, sqlite_path(settings.database_url), aside)
    kept = None
    if await schema_version(settings.database_url):
        await copy_postgres(settings.database_url, aside, now=clock.now())
        kept = aside
    await migrate(settings.database_url, backup_dir=settings.backups_dir, now=clock.now())
    await load_postgres(prepared.path, settings.database_url)
    return kept


def _swap_files(new: Path, database: Path, aside: Path) -> Path | None:
    kept = _keep(database, aside) if database.exists() else None
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    new.replace(database)
    return kept


def _keep(database: Path, aside: Path) -> Path:
    """Copy the old database; one that is too damaged to be copied is moved as it is, with its log."""
    try:
        copy_sqlite(database, aside)
        # The log goes into the file: what comes next must not meet it.
        with closing(sqlite3.connect(database, isolation_level=None)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (sqlite3.Error, CopyRefused):
        aside.unlink(missing_ok=True)
        for suffix in ("-wal", "-shm", ""):
            part = database.with_name(database.name + suffix)
            if part.exists():
                part.rename(aside.with_name(f"{aside.name}.damaged{suffix}"))
        return aside.with_name(f"{aside.name}.damaged")
    return aside


async def _record(
    file: Path, settings: Settings, running: tuple[str, ...], keeper: Keeper, clock: Clock
) -> None:
    """Go on with the log from the backup's last entry; the end that is lost is named, so that nothing looks cut."""
    lost = keeper.audit_pin()
    named = f"; the log went on to entry {lost[0]} {lost[1][:16]}" if lost else ""

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        n_lost = await keep_opened(tx, running, keeper=keeper, clock=clock)
        lost_pairs = f"; {n_lost} opened pairs lost" if n_lost else ""
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="database.restored",
            detail=f"from {file.name}{lost_pairs}{named}"[:300],
        )

    async with open_database(settings.database_url):
        keeper.pin_audit(*await write_tx(body))

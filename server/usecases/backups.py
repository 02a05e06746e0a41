"""Backups: made while people answer, opened and looked through at once, kept for seven days and four weeks."""

import asyncio
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from server.clock import Clock
from server.settings import Settings
from server.usecases.closing_backup import forget_in_copies
from server.usecases.operation_notes import note
from surveys.copies import CopyFacts, CopyRefused, copy_sqlite
from surveys.copies_postgres import copy_postgres
from surveys.database import is_sqlite, sqlite_path
from surveys.lifecycle import ENDED
from surveys.models.cycles import Cycle
from surveys.models.work import OperationNote

log = logging.getLogger("sightline.backup")
NAME = re.compile(r"backup-(\d{8}T\d{6}Z)\.db")
STAMP = "%Y%m%dT%H%M%SZ"
NIGHT_BEGINS = time(2)  # UTC
DAYS, WEEKS = 7, 4
FOLDER_MODE = 0o700


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished backup that was opened and looked through."""

    path: Path
    n_bytes: int
    facts: CopyFacts


async def back_up(settings: Settings, *, clock: Clock, target: Path | None = None) -> Backup:
    """Copy the database into a file or folder (`backups/` by default) and test the copy; `keys/` is never in it.

    One in `backups/` is noted for the doctor, whoever asked for it.

    Raises CopyRefused, OSError; what was begun is removed.
    """
    now = clock.now()
    path = await asyncio.to_thread(_place, target or settings.backups_dir, now)
    part = path.with_name(f".{path.name}.part")
    try:
        facts = await _copy(settings.database_url, part, now)
        await asyncio.to_thread(part.rename, path)
    finally:
        await asyncio.to_thread(part.unlink, missing_ok=True)
    if path.parent == settings.backups_dir:
        # A closing that ended while the copy was written did not find it.
        for cycle in await Cycle.filter(state__in=list(ENDED)).values_list("id", flat=True):
            await asyncio.to_thread(forget_in_copies, path.parent, str(cycle))
        await note("backup", at=now, is_good=True, detail=path.name)
        tested = f"{facts.n_tables} tables, {facts.n_rows} rows"
        await note("restore_test", at=now, is_good=True, detail=tested)
    size = await asyncio.to_thread(path.stat)
    return Backup(path, size.st_size, facts)


def _place(target: Path, now: datetime) -> Path:
    name = f"backup-{now:{STAMP}}.db"
    is_file = target.suffix == ".db" and not target.is_dir()
    path = target if is_file else target / name
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    if path.exists():
        raise CopyRefused(f"{path} exists already. Name another file; a backup replaces nothing.")
    return path


async def _copy(url: str, path: Path, now: datetime) -> CopyFacts:
    await asyncio.to_thread(path.unlink, missing_ok=True)
    if is_sqlite(url):
        return await asyncio.to_thread(copy_sqlite, sqlite_path(url), path)
    return await copy_postgres(url, path, now=now)


async def nightly_backup(settings: Settings, *, clock: Clock) -> Backup | None:
    """Make tonight's backup unless it is there, note how it went, and let old ones go.

    Raises CopyRefused, OSError after noting them.
    """
    if not await _is_due(clock.now()):
        return None
    try:
        backup = await back_up(settings, clock=clock)
    except (CopyRefused, OSError) as error:
        await note("backup", at=clock.now(), is_good=False, detail=str(error))
        raise
    for path in old_backups(sorted(settings.backups_dir.glob("backup-*.db"))):
        await asyncio.to_thread(path.unlink)
    return backup


async def _is_due(now: datetime) -> bool:
    begun = datetime.combine(now.date(), NIGHT_BEGINS, tzinfo=now.tzinfo)
    if now < begun:
        begun -= timedelta(days=1)
    last = await OperationNote.get_or_none(name="backup")
    return last is None or not last.is_good or last.at < begun


def old_backups(paths: Iterable[Path]) -> list[Path]:
    """Choose the backups that may go: all but the newest of each of 7 days and of each of 4 weeks."""
    found = {moment: path for path in paths if (moment := made_at(path)) is not None}
    kept: set[Path] = set()
    by_day: dict[object, Path] = {}
    by_week: dict[object, Path] = {}
    for moment, path in sorted(found.items(), reverse=True):
        by_day.setdefault(moment.date(), path)
        by_week.setdefault(moment.isocalendar()[:2], path)
    kept.update(list(by_day.values())[:DAYS])
    kept.update(list(by_week.values())[:WEEKS])
    return sorted(path for path in found.values() if path not in kept)


def made_at(path: Path) -> datetime | None:
    """Read the moment out of a backup's name; None for any other file."""
    named = NAME.fullmatch(path.name)
    return datetime.strptime(named.group(1), STAMP).replace(tzinfo=UTC) if named else None

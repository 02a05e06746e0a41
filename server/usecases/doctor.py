"""`sightline doctor` and the health page: one list of checks, the worst first, said in the same words."""

import asyncio
import platform
import shutil
import sqlite3
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from server.clock import Clock
from server.command import own_command
from server.settings import CONFIG_NAME, Settings
from server.usecases import doctor_checks as one
from server.usecases.clock_watch import clock_doubt, is_doubtful
from server.usecases.doctor_checks import Check, State
from server.usecases.readiness import Fetch, check_reachable, fetch_ping
from server.usecases.sheets_found import count_unreadable
from server.words import catalogue, moment_words, translate
from surveys import audit
from surveys.database import is_sqlite, sqlite_path
from surveys.keeper import Keeper
from surveys.queries_health import Noted, damage, load_health

EXIT_CODES = {"ok": 0, "warn": 1, "bad": 2}
WORST_FIRST = ("bad", "warn", "ok")
OTHERS_MAY = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Said:
    """A check in a reader's language."""

    code: str
    state: State
    title: str
    sentence: str
    do: str


async def examine(
    settings: Settings,
    *,
    keeper: Keeper,
    clock: Clock,
    is_serving: bool,
    is_thorough: bool = False,
    fetch: Fetch = fetch_ping,
) -> tuple[Check, ...]:
    """Run every check, the worst first; `is_thorough` also reads the whole database and asks the public address."""
    if is_thorough:
        await check_reachable(settings, clock=clock, fetch=fetch)
    facts, now = await load_health(), clock.now()
    missing = [cycle for cycle in facts.need_key if not keeper.can_open(cycle)]
    starts = starts_of(facts.notes.get("start"))
    doubt = await clock_doubt(clock=clock) if not settings.is_demo else (now - now)
    open_to_others, n_free = await asyncio.to_thread(_look_at_disk, settings)
    has_folder = await asyncio.to_thread(settings.backups_dir.is_dir)
    has_backup = await asyncio.to_thread(_has_backup, settings, facts.notes.get("backup"))
    checks = (
        one.check_folders(open_to_others),
        one.check_disk(n_free),
        one.check_database(facts, await damage() if is_thorough else None),
        one.check_keys(len(facts.need_key), len(missing)),
        one.check_sheets(await count_unreadable(facts.need_key, keeper=keeper)),
        one.check_audit(await audit.find_break(key=keeper.audit_key(), pin=keeper.audit_pin())),
        one.check_clock(doubt, is_doubtful=is_doubtful(doubt)),
        one.check_mail(facts, is_configured=settings.smtp is not None, now=now),
        one.check_https(
            facts.notes.get("reach"), url=settings.public_url, is_local=settings.is_local, now=now
        ),
        one.check_backup(
            facts.notes.get("backup"),
            folder=settings.backups_dir,
            has_folder=has_folder,
            is_there=has_backup,
            now=now,
        ),
        one.check_restore_test(facts.notes.get("restore_test"), is_there=has_backup, now=now),
        one.check_jobs(facts.last_run_at, starts, is_serving=is_serving, now=now),
        one.check_restarts(starts, now=now),
        one.check_parts(platform.python_version(), sqlite3.sqlite_version_info, facts.dialect),
    )
    return tuple(sorted(checks, key=lambda check: WORST_FIRST.index(check.state)))


def worst(checks: Sequence[Check]) -> State:
    """Give the worst state of all."""
    return min((check.state for check in checks), key=WORST_FIRST.index, default="ok")


def say(check: Check, locale: str) -> Said:
    """Say a check in a language."""
    key = f"health.{check.code}.{check.variant}"
    parts = {name: _spoken(value, locale) for name, value in check.parts.items()} | {"command": own_command()}
    do = translate(locale, f"{key}.do", **parts) if f"{key}.do" in catalogue("en") else ""
    return Said(
        check.code,
        check.state,
        translate(locale, f"health.{check.code}"),
        translate(locale, key, **parts),
        do,
    )


def starts_of(noted: Noted | None) -> list[datetime]:
    """Read the last starts of the server."""
    return [datetime.fromisoformat(part) for part in noted.detail.split()] if noted else []


def _spoken(value: object, locale: str) -> object:
    if isinstance(value, datetime):
        return f"{moment_words(value, locale)} UTC"
    return value


def _has_backup(settings: Settings, noted: Noted | None) -> bool:
    """Look for the file that is noted: after a restore elsewhere the note came along, the file did not."""
    return noted is not None and (settings.backups_dir / noted.detail).is_file()


def _look_at_disk(settings: Settings) -> tuple[list[str], int]:
    paths = [settings.data_dir, settings.data_dir / CONFIG_NAME, settings.keys_dir, settings.backups_dir]
    if is_sqlite(settings.database_url):
        paths.append(sqlite_path(settings.database_url))
    paths += sorted(settings.backups_dir.glob("*.db"))
    found = [path.name for path in paths if path.exists() and path.stat().st_mode & OTHERS_MAY]
    return found, shutil.disk_usage(settings.data_dir).free

"""The single checks of the doctor: plain facts in, one finding out. The words are in the catalogues (`health.*`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from surveys.queries_health import HealthFacts, Noted

State = Literal["ok", "warn", "bad"]
MIB = 1024 * 1024
DISK_WARN, DISK_BAD = 1024 * MIB, 200 * MIB
BACKUP_WARN, BACKUP_BAD = timedelta(hours=26), timedelta(hours=72)
TEST_WARN = timedelta(days=8)
MAIL_STUCK = timedelta(hours=1)
REACH_OLD = timedelta(hours=26)
JOB_LATE = timedelta(minutes=5)
MOST_STARTS_A_DAY = 5
# Before it, two connections of different processes could damage a database; here one process holds the folder.
SQLITE_SAFE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: the sentence is `health.<code>.<variant>`, what to do is the same with `.do`."""

    code: str
    state: State
    variant: str
    parts: Mapping[str, object] = field(default_factory=dict)


def check_folders(open_to_others: Sequence[str]) -> Check:
    """Files that others on the machine could read."""
    if open_to_others:
        return Check("folders", "bad", "open", {"names": ", ".join(open_to_others)})
    return Check("folders", "ok", "closed")


def check_disk(n_free: int) -> Check:
    """Space for answers that are about to come."""
    state: State = "bad" if n_free < DISK_BAD else "warn" if n_free < DISK_WARN else "ok"
    return Check("disk", state, "free" if state == "ok" else "little", {"mib": n_free // MIB})


def check_database(facts: HealthFacts, damage: str | None) -> Check:
    """The database is whole, and of the version this program needs. `damage` is None where nobody looked."""
    if facts.version != facts.newest:
        return Check("database", "bad", "version", {"found": facts.version, "needed": facts.newest})
    if damage:
        return Check("database", "bad", "damaged", {"said": damage})
    return Check("database", "ok", "whole" if damage is not None else "fits", {"version": facts.version})


def check_keys(n_needed: int, n_missing: int) -> Check:
    """Every running cycle's key opens with this secret."""
    if n_missing:
        return Check("keys", "bad", "missing", {"n": n_missing})
    return Check("keys", "ok", "there" if n_needed else "none_needed", {"n": n_needed})


def check_sheets(n_unreadable: int) -> Check:
    """Every stored answer of the running cycles opens."""
    return (
        Check("sheets", "bad", "damaged", {"n": n_unreadable})
        if n_unreadable
        else Check("sheets", "ok", "open")
    )


def check_audit(broken_at: int | None) -> Check:
    """Nobody changed, moved or cut the log."""
    return Check("audit", "bad", "broken", {"n": broken_at}) if broken_at else Check("audit", "ok", "whole")


def check_clock(doubt: timedelta, *, is_doubtful: bool) -> Check:
    """The clock agrees with what was written, with the database server and with itself."""
    minutes = int(doubt.total_seconds() // 60)
    return (
        Check("clock", "bad", "doubt", {"minutes": minutes})
        if is_doubtful
        else Check("clock", "ok", "agrees")
    )


def check_mail(facts: HealthFacts, *, is_configured: bool, now: datetime) -> Check:
    """Mails go out."""
    last = facts.notes.get("mail")
    parts = {"queued": facts.n_queued, "failed": facts.n_failed, "said": last.detail if last else ""}
    if not is_configured:
        return Check("mail", "warn", "none", parts)
    if last is not None and not last.is_good:
        return Check("mail", "bad", "refused", parts)
    if facts.n_failed:
        return Check("mail", "warn", "failed", parts)
    if facts.oldest_due_at is not None and now - facts.oldest_due_at > MAIL_STUCK:
        return Check("mail", "warn", "stuck", parts)
    return Check("mail", "ok", "sent", {"at": last.at}) if last else Check("mail", "warn", "untried")


def check_https(last: Noted | None, *, url: str, is_local: bool, now: datetime) -> Check:
    """The public address answers over valid HTTPS."""
    if is_local:
        return Check("https", "warn", "local", {"url": url})
    if last is None or not last.is_good:
        return Check("https", "bad", "unreachable", {"url": url, "said": last.detail if last else "–"})
    if now - last.at > REACH_OLD:
        return Check("https", "warn", "old", {"url": url, "at": last.at})
    return Check("https", "ok", "answers", {"url": url, "at": last.at})


def check_backup(
    last: Noted | None, *, folder: Path, has_folder: bool, is_there: bool, now: datetime
) -> Check:
    """There is a backup of last night."""
    if not has_folder:
        return Check("backup", "bad", "no_folder", {"folder": folder})
    if last is None:
        return Check("backup", "warn", "none")
    if not last.is_good:
        return Check("backup", "bad", "failed", {"at": last.at, "said": last.detail})
    if not is_there:
        return Check("backup", "bad", "gone", {"at": last.at, "name": last.detail, "folder": folder})
    age = now - last.at
    state: State = "bad" if age > BACKUP_BAD else "warn" if age > BACKUP_WARN else "ok"
    return Check("backup", state, "made" if state == "ok" else "old", {"at": last.at, "name": last.detail})


def check_restore_test(last: Noted | None, *, is_there: bool, now: datetime) -> Check:
    """A backup was opened and looked through not long ago."""
    if last is None:
        return Check("restore_test", "warn", "none")
    if not is_there:
        return Check("restore_test", "warn", "gone", {"at": last.at})
    state: State = "warn" if now - last.at > TEST_WARN else "ok"
    return Check(
        "restore_test", state, "done" if state == "ok" else "old", {"at": last.at, "said": last.detail}
    )


def check_jobs(
    last_run_at: Mapping[str, datetime], starts: Sequence[datetime], *, is_serving: bool, now: datetime
) -> Check:
    """The server looks after mails and cycles."""
    if not is_serving:
        return Check("jobs", "warn", "stopped")
    if starts and now - max(starts) < JOB_LATE:
        return Check("jobs", "ok", "begun")
    times = [one for one in last_run_at.values() if one <= now]
    if not times or now - min(times) > JOB_LATE:
        return Check("jobs", "warn", "late")
    return Check("jobs", "ok", "running", {"at": max(times)})


def check_restarts(starts: Sequence[datetime], *, now: datetime) -> Check:
    """The server does not fall over again and again."""
    n = sum(now - one < timedelta(days=1) for one in starts)
    if n > MOST_STARTS_A_DAY:
        return Check("restarts", "warn", "many", {"n": n})
    return Check("restarts", "ok", "few", {"n": n})


def check_parts(python: str, sqlite: tuple[int, ...], dialect: str) -> Check:
    """The parts underneath."""
    parts = {"python": python, "sqlite": ".".join(map(str, sqlite)), "database": dialect}
    variant = "one_process" if dialect == "sqlite" and sqlite < SQLITE_SAFE else "known"
    return Check("parts", "ok", variant, parts)

"""Reads behind the health page and `sightline doctor`: about machines and queues, never about people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from surveys.database import dialect, reader
from surveys.migrate import newest_version
from surveys.models.cycles import Cycle
from surveys.models.work import AuditEntry, JobSlot, OperationNote, OutboxMail

NEEDS_KEY = ("scheduled", "open", "grace", "closing")
JOB_SECONDS = {"outbox": 15, "advance": 60}  # how long a slot of a job is (server.jobs)


@dataclass(frozen=True, slots=True)
class Noted:
    """The newest note of a kind."""

    at: datetime
    is_good: bool
    detail: str


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """What the database says about the running of this installation."""

    dialect: str
    version: int
    newest: int
    notes: Mapping[str, Noted]
    n_queued: int
    n_failed: int
    oldest_due_at: datetime | None
    need_key: tuple[str, ...]
    last_run_at: Mapping[str, datetime]


async def load_health() -> HealthFacts:
    """Load everything the checks look at."""
    oldest = await OutboxMail.filter(state="queued").order_by("due_at").first()
    _, rows = await reader().execute_query('SELECT max("version") AS v FROM "schema_version"')
    return HealthFacts(
        dialect=dialect(),
        version=int(rows[0]["v"]),
        newest=newest_version(),
        notes={row.name: Noted(row.at, row.is_good, row.detail) for row in await OperationNote.all()},
        n_queued=await OutboxMail.filter(state="queued").count(),
        n_failed=await OutboxMail.filter(state="failed").count(),
        oldest_due_at=oldest.due_at if oldest else None,
        need_key=tuple(
            str(one)
            for one in await Cycle.filter(state__in=NEEDS_KEY).order_by("id").values_list("id", flat=True)
        ),
        last_run_at=await last_runs(),
    )


async def find_note(name: str) -> Noted | None:
    """Find the newest note of a kind."""
    row = await OperationNote.get_or_none(name=name)
    return Noted(row.at, row.is_good, row.detail) if row else None


async def last_runs() -> dict[str, datetime]:
    """Tell when each job last began: its claimed slots carry the time."""
    found: dict[str, datetime] = {}
    for name, seconds in JOB_SECONDS.items():
        row = await JobSlot.filter(id__startswith=f"{name}:").order_by("-id").first()
        if row is not None:
            found[name] = datetime.fromtimestamp(int(row.id.split(":")[1]) * seconds, UTC)
    return found


async def last_audit_at() -> datetime | None:
    """Tell when the last entry of the log was written."""
    last = await AuditEntry.all().order_by("-seq").first()
    return last.at if last else None


async def database_now() -> datetime | None:
    """Ask the database server for its time; None on SQLite, which has none of its own."""
    if dialect() != "postgres":
        return None
    _, rows = await reader().execute_query("SELECT clock_timestamp() AS now")
    found: datetime = rows[0]["now"]
    return found


async def damage() -> str:
    """Look through the whole database; give what is wrong with it, or nothing."""
    if dialect() == "postgres":
        return ""  # PostgreSQL checks its own pages; a backup reads every row
    for pragma in ("integrity_check", "foreign_key_check"):
        _, rows = await reader().execute_query(f"PRAGMA {pragma}")
        said = "; ".join(str(next(iter(row))) for row in rows[:3])
        if said not in ("", "ok"):
            return said
    return ""

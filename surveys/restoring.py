"""Making a backup ready to take the place of a database: checked, migrated, closed cycles kept closed, a new epoch."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from surveys.copies import CopyRefused, check_copy, create_file
from surveys.migrate import migrate

# Rows that lead to an answer, with the column that names the cycle.
ANSWER_TABLES = {
    "sheet": "cycle",
    "assignment": "cycle_id",
    "revoked_auth": "cycle_id",
    "reminder_wave": "cycle_id",
}
RUNNING = ("scheduled", "open", "grace", "closing")
WAS_CLOSED = "closed before this backup was restored; its results are in a later backup"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A database file that is ready; which cycles stay closed, and which are running in it."""

    path: Path
    was_demo: bool
    kept_closed: tuple[str, ...]
    running: tuple[str, ...]
    n_rows: int


async def prepare(
    file: Path, draft: Path, *, epoch: str, is_closed: Callable[[str], bool], now: datetime
) -> Prepared:
    """Write a backup to `draft`, at the newest version, with nothing of a closed cycle; the backup stays as it is.

    Raises CopyRefused.
    """
    check_copy(file)
    _copy(file, draft)
    await migrate(f"sqlite:{draft}", backup_dir=draft.parent, now=now)
    with _writing(draft) as database:
        running = _cycles(database, RUNNING)
        kept_closed = [cycle for cycle in running if is_closed(cycle)]
        for cycle in kept_closed:
            _end(database, cycle)
        still = [cycle for cycle in running if cycle not in kept_closed]
        _check_sheets(database, still)
        # Whoever signed out since then must not be signed in again.
        for table in ("session", "sign_in_code"):
            database.execute(f'DELETE FROM "{table}"')
        database.execute('UPDATE "installation" SET "epoch" = ?', [epoch])
        was_demo = bool(database.execute('SELECT "is_demo" FROM "installation"').fetchone()[0])
    facts = check_copy(draft)
    return Prepared(draft, was_demo, tuple(kept_closed), tuple(still), facts.n_rows)


def _copy(file: Path, draft: Path) -> None:
    draft.unlink(missing_ok=True)
    create_file(draft)
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as old,
        closing(sqlite3.connect(draft, isolation_level=None)) as new,
    ):
        old.backup(new)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("PRAGMA secure_delete=ON")
        database.execute("PRAGMA foreign_keys=ON")
        database.execute("BEGIN IMMEDIATE")
        yield database
        database.commit()
        database.execute("VACUUM")


def _cycles(database: sqlite3.Connection, states: tuple[str, ...]) -> list[str]:
    marks = ", ".join("?" * len(states))
    rows = database.execute(f'SELECT "id" FROM "cycle" WHERE "state" IN ({marks}) ORDER BY "id"', states)
    return [str(row[0]) for row in rows]


def _end(database: sqlite3.Connection, cycle: str) -> None:
    """A tombstone stands: what raters were told is over stays over."""
    for table, column in ANSWER_TABLES.items():
        database.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', [cycle])
    database.execute(
        'UPDATE "cycle" SET "state" = ?, "end_reason" = ? WHERE "id" = ?', ["abandoned", WAS_CLOSED, cycle]
    )


def _check_sheets(database: sqlite3.Connection, cycles: list[str]) -> None:
    """A copy made at a close holds nothing of the cycles that were open that day: it cannot bring them back."""
    for cycle in cycles:
        found = database.execute('SELECT count(*) FROM "assignment" WHERE "cycle_id" = ?', [cycle]).fetchone()
        # Not the sheets: those of clarity pairs go when both are opened.
        if found[0] == 0:
            raise CopyRefused(
                f"This copy holds results, and nothing of cycle {cycle} that was open when it was made. "
                "Use a nightly backup (backup-*.db)."
            )

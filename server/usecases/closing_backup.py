"""The copy of the results before anything is destroyed; and no copy keeps who was asked, or a sealed sheet."""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from surveys.restoring import ANSWER_TABLES

log = logging.getLogger("sightline.closing")

MAIL_TABLE = "outbox_mail"  # who was invited and reminded, without the cycle


def copy_results(source: Path, target: Path) -> None:
    """Copy a SQLite database without sheets, assignments and mails of any cycle, also of those still open."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.touch(mode=0o600)
    target.chmod(0o600)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target, isolation_level=None)) as new,
    ):
        old.backup(new)
        _forget(new, None, ANSWER_TABLES)


def forget_in_copies(folder: Path, cycle_id: str, *, tables: Mapping[str, str] = ANSWER_TABLES) -> None:
    """Remove the rows of a closed cycle from every copy in a folder, such as those made before a migration.

    `tables` maps each table to the column that names the cycle.

    A file that cannot be changed stops nothing: the results are worth more; the log names the file.
    """
    for path in sorted(folder.glob("*.db")):
        # A copy made at a close has no use for the rows of any cycle; earlier versions left them in.
        only = None if path.name.startswith("close-") else cycle_id
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as copy:
                _forget(copy, only, tables)
        except sqlite3.Error as error:
            log.error(
                "a backup keeps rows of a closed cycle; remove the file",
                extra={"file": path.name, "kind": type(error).__name__},
            )


def _forget(copy: sqlite3.Connection, cycle_id: str | None, gone: Mapping[str, str]) -> None:
    tables = {str(row[0]) for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    copy.execute("PRAGMA journal_mode=DELETE")  # no log beside the copy keeps what goes
    copy.execute("PRAGMA secure_delete=ON")
    before = copy.total_changes
    for table, column in gone.items():
        if table in tables and cycle_id is None:
            copy.execute(f'DELETE FROM "{table}"')
        elif table in tables:
            copy.execute(f'DELETE FROM "{table}" WHERE "{column}" = ?', [cycle_id])
    if cycle_id is None and MAIL_TABLE in tables:
        copy.execute(f'DELETE FROM "{MAIL_TABLE}"')
    if copy.total_changes != before:
        copy.execute("VACUUM")

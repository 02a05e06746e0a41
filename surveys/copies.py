"""Whole copies of a database as one SQLite file, whatever kind the database is: made, checked, and loaded again.

One format for both: a copy can be opened and tested without a server, rows of a closed cycle can be removed from
it (from a dump they could not), and it is the way from SQLite to PostgreSQL.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from surveys.errors import SurveysError
from surveys.migrate import Contents, newest_version, sqlite_contents, sqlite_tables, sqlite_version

FILE_MODE = 0o600
SQLITE_MAGIC = b"SQLite format 3\0"


class CopyRefused(SurveysError):
    """A copy cannot be used; nothing was changed. The message says why."""


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy holds."""

    version: int
    n_tables: int
    n_rows: int
    contents: Mapping[str, Contents]


def copy_sqlite(source: Path, target: Path) -> CopyFacts:
    """Copy a SQLite database at one moment, while others write; then read the copy back and compare.

    Raises CopyRefused when the copy does not hold what the source held at that moment.
    """
    create_file(target)
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, isolation_level=None)) as old,
        closing(sqlite3.connect(target, isolation_level=None)) as new,
    ):
        old.execute("BEGIN")  # contents and copy see the same moment
        before = {table: sqlite_contents(old, table, None) for table in sqlite_tables(old)}
        old.backup(new)
        old.rollback()
        new.execute("PRAGMA journal_mode=DELETE")  # one file, no log beside it
    return check_same(target, before)


def check_same(path: Path, before: Mapping[str, Contents]) -> CopyFacts:
    """Check a finished copy against what its source held. Raises CopyRefused."""
    facts = check_copy(path)
    if dict(facts.contents) != dict(before):
        changed = sorted(name for name in before if facts.contents.get(name) != before[name])
        raise CopyRefused(f"{path.name} does not read back as it was written ({', '.join(changed)})")
    return facts


def check_copy(path: Path) -> CopyFacts:
    """Open a copy and look through all of it: whole, nothing pointing to nothing, of a version this program knows.

    Raises CopyRefused.
    """
    if not path.is_file():
        raise CopyRefused(f"{path} is no file. Name a backup.")
    with path.open("rb") as file:
        if file.read(len(SQLITE_MAGIC)) != SQLITE_MAGIC:
            raise CopyRefused(f"{path} is no backup of Sightline. Name a file that `sightline backup` made.")
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
            return _look_through(copy, path)
    except sqlite3.DatabaseError as error:
        raise CopyRefused(f"{path} is damaged or cut short ({error}). Use another backup.") from error


def _look_through(copy: sqlite3.Connection, path: Path) -> CopyFacts:
    if (said := copy.execute("PRAGMA integrity_check").fetchone()) != ("ok",):
        raise CopyRefused(f"{path} is damaged ({said[0]}). Use another backup.")
    if broken := copy.execute("PRAGMA foreign_key_check").fetchone():
        raise CopyRefused(f"{path} is damaged: rows of {broken[0]} point to nothing. Use another backup.")
    version = sqlite_version(copy)
    if version == 0:
        raise CopyRefused(f"{path} is no backup of Sightline. Name a file that `sightline backup` made.")
    if version > newest_version():
        raise CopyRefused(
            f"{path} is of a newer version (schema {version}, this program knows {newest_version()}). Update first."
        )
    contents = {table: sqlite_contents(copy, table, None) for table in sqlite_tables(copy)}
    n_rows = sum(one.n_rows for one in contents.values())
    return CopyFacts(version, len(contents), n_rows, contents)


def create_file(target: Path) -> None:
    """Make the file of a copy, readable by its owner only. Raises FileExistsError."""
    target.touch(mode=FILE_MODE, exist_ok=False)
    target.chmod(FILE_MODE)

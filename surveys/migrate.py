"""Bring a database to the newest schema, all or nothing.

Tortoise's own migrations can delete child rows on SQLite (a table rebuild with foreign keys on), so steps are
our own: backup, foreign keys off, one transaction, contents compared, commit.
"""

import asyncio
import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg

from surveys.database import is_sqlite, sqlite_path
from surveys.errors import SurveysError
from surveys.migrations import m0001_tables, m0002_first_organisation
from surveys.migrations.step import Migration

MIGRATIONS: tuple[Migration, ...] = (
    m0001_tables.MIGRATION,
    m0002_first_organisation.MIGRATION,
)
VERSION_TABLE = (
    'CREATE TABLE IF NOT EXISTS "schema_version" '
    '("version" INT NOT NULL PRIMARY KEY, "name" VARCHAR(80) NOT NULL, "applied_at" VARCHAR(40) NOT NULL)'
)


class MigrationRefused(SurveysError):
    """The database was left as it was; the message says why."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a run did; `backup` is None on PostgreSQL, for a new database, and when nothing was due."""

    from_version: int
    to_version: int
    backup: Path | None


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of one table: columns, how many, and a sum over all rows that ignores their order."""

    columns: tuple[str, ...]
    n_rows: int
    digest: str


async def migrate(
    url: str, *, backup_dir: Path, now: datetime, migrations: Sequence[Migration] = MIGRATIONS
) -> MigrationReport:
    """Apply every step that is due; an empty database comes out at the newest version."""
    if is_sqlite(url):
        return await asyncio.to_thread(_migrate_sqlite, sqlite_path(url), backup_dir, now, migrations)
    return await _migrate_postgres(url, now, migrations)


async def schema_version(url: str) -> int:
    """Read the version of a database; 0 when it is empty or not there."""
    if is_sqlite(url):
        path = sqlite_path(url)
        if not path.exists():
            return 0
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return sqlite_version(connection)
    connection = await asyncpg.connect(plain_url(url))
    try:
        return await _postgres_version(connection)
    finally:
        await connection.close()


def newest_version() -> int:
    """Name the version that this program needs."""
    return MIGRATIONS[-1].version


def _due(current: int, tables: set[str], migrations: Sequence[Migration]) -> list[Migration]:
    newest = migrations[-1].version
    if current > newest:
        raise MigrationRefused(
            f"the database is at version {current}, this program knows {newest}. Start the newer program instead."
        )
    if current == 0 and tables - {"schema_version"}:
        raise MigrationRefused(
            "the database holds tables but no schema_version. Name an empty database, or restore a backup."
        )
    return [migration for migration in migrations if migration.version > current]


def _compare(before: dict[str, Contents], after: dict[str, Contents], due: Sequence[Migration]) -> None:
    rewritten = frozenset[str]().union(*(migration.rewrites for migration in due))
    for table, contents in before.items():
        if table not in rewritten and table != "schema_version" and after.get(table) != contents:
            raise MigrationRefused(
                f"table {table} would have lost or changed rows ({contents.n_rows} before). Nothing was done."
            )


# --- SQLite -----------------------------------------------------------------------------------------------


def _migrate_sqlite(
    path: Path, backup_dir: Path, now: datetime, migrations: Sequence[Migration]
) -> MigrationReport:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        path.chmod(0o600)  # before its first row; the files beside it take over the same mode
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA foreign_keys=OFF")
        current = sqlite_version(connection)
        due = _due(current, set(sqlite_tables(connection)), migrations)
        if not due:
            return MigrationReport(current, current, None)
        backup = _backup_sqlite(connection, backup_dir, current, now) if current else None
        connection.execute("BEGIN EXCLUSIVE")
        try:
            _apply_sqlite(connection, due, now)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        return MigrationReport(current, due[-1].version, backup)


def _apply_sqlite(connection: sqlite3.Connection, due: Sequence[Migration], now: datetime) -> None:
    before = {table: sqlite_contents(connection, table, None) for table in sqlite_tables(connection)}
    connection.execute(VERSION_TABLE)
    for migration in due:
        for statement in migration.statements("sqlite"):
            connection.execute(statement)
        row = (migration.version, migration.name, now.isoformat())
        connection.execute('INSERT INTO "schema_version" VALUES (?, ?, ?)', row)
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise MigrationRefused(
            f"{len(broken)} rows would point to nothing (first: {broken[0][0]}). Nothing was done."
        )
    known = set(sqlite_tables(connection))
    after = {
        table: sqlite_contents(connection, table, contents.columns)
        for table, contents in before.items()
        if table in known
    }
    _compare(before, after, due)


def _backup_sqlite(connection: sqlite3.Connection, folder: Path, version: int, now: datetime) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"before-migration-from-{version}-{now:%Y%m%dT%H%M%SZ}.db"
    with closing(sqlite3.connect(path)) as copy:
        connection.backup(copy)
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise MigrationRefused(f"the backup {path.name} does not read back. Nothing was done.")
    path.chmod(0o600)
    return path


def sqlite_tables(connection: sqlite3.Connection) -> list[str]:
    """List our own tables."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return [row[0] for row in found]


def sqlite_version(connection: sqlite3.Connection) -> int:
    """Read the version; 0 where there is none."""
    if "schema_version" not in sqlite_tables(connection):
        return 0
    return int(connection.execute('SELECT COALESCE(MAX("version"), 0) FROM "schema_version"').fetchone()[0])


def sqlite_contents(connection: sqlite3.Connection, table: str, columns: tuple[str, ...] | None) -> Contents:
    """Sum up the rows of a table, or of those of its columns that still exist."""
    present = tuple(row[1] for row in connection.execute(f'PRAGMA table_info("{table}")'))
    kept = present if columns is None else tuple(name for name in columns if name in present)
    n_rows = total = 0
    listed = ", ".join(f'"{name}"' for name in kept)
    for row in connection.execute(f'SELECT {listed} FROM "{table}"'):
        n_rows += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode()).digest())
    return Contents(kept, n_rows, f"{total % 2**256:064x}")


# --- PostgreSQL -------------------------------------------------------------------------------------------


# asyncpg ships no types: a connection is `Any` here.
async def _migrate_postgres(url: str, now: datetime, migrations: Sequence[Migration]) -> MigrationReport:
    connection: Any = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sightline|migrate', 0))")
            current = await _postgres_version(connection)
            due = _due(current, set(await _postgres_tables(connection)), migrations)
            if not due:
                return MigrationReport(current, current, None)
            await _apply_postgres(connection, due, now)
            return MigrationReport(current, due[-1].version, None)
    finally:
        await connection.close()


async def _apply_postgres(connection: Any, due: Sequence[Migration], now: datetime) -> None:
    before = {t: await _postgres_contents(connection, t, None) for t in await _postgres_tables(connection)}
    await connection.execute(VERSION_TABLE)
    for migration in due:
        for statement in migration.statements("postgres"):
            await connection.execute(statement)
        row = (migration.version, migration.name, now.isoformat())
        await connection.execute('INSERT INTO "schema_version" VALUES ($1, $2, $3)', *row)
    known = set(await _postgres_tables(connection))
    after = {
        table: await _postgres_contents(connection, table, contents.columns)
        for table, contents in before.items()
        if table in known
    }
    _compare(before, after, due)


async def _postgres_tables(connection: Any) -> list[str]:
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
    return [row[0] for row in rows]


async def _postgres_version(connection: Any) -> int:
    if "schema_version" not in await _postgres_tables(connection):
        return 0
    return int(await connection.fetchval('SELECT COALESCE(MAX("version"), 0) FROM "schema_version"'))


async def _postgres_contents(connection: Any, table: str, columns: tuple[str, ...] | None) -> Contents:
    rows = await connection.fetch(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
        table,
    )
    present = tuple(row[0] for row in rows)
    kept = present if columns is None else tuple(name for name in columns if name in present)
    listed = ", ".join(f'"{name}"' for name in kept)
    found = await connection.fetchrow(
        "SELECT count(*), coalesce(sum(('x' || substr(md5(one::text), 1, 15))::bit(60)::bigint), 0)::text "
        f'FROM (SELECT {listed} FROM "{table}") AS one'
    )
    return Contents(kept, int(found[0]), str(found[1]))


def plain_url(url: str) -> str:
    """Write a PostgreSQL address as asyncpg reads it."""
    return f"postgresql://{url.partition('://')[2]}"

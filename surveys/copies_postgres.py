"""Between PostgreSQL and a copy: out in one repeatable-read transaction, in again in one transaction, compared."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg

from surveys.copies import CopyFacts, CopyRefused, check_same, create_file
from surveys.migrate import (
    MIGRATIONS,
    Contents,
    migrate,
    plain_url,
    schema_version,
    sqlite_tables,
)
from surveys.sheet_store import CYCLE_ID

BATCH = 500
Row = tuple[Any, ...]  # values of a row, of whatever types its columns have


class DatabaseInUse(CopyRefused):
    """Another program is connected to the database."""


@dataclass(slots=True)
class _Sum:
    """The sum over the rows of a table, whatever their order, in one spelling for both kinds of database."""

    n_rows: int = 0
    total: int = 0

    def add(self, row: Row) -> None:
        self.n_rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(repr(row).encode()).digest())) % 2**256


# asyncpg ships no types: a connection is `Any` here.
async def copy_postgres(url: str, target: Path, *, now: datetime) -> CopyFacts:
    """Copy a PostgreSQL database at one moment, while others write, into one SQLite file; then read it back.

    Raises CopyRefused.
    """
    version = await schema_version(url)
    create_file(target)
    steps = [step for step in MIGRATIONS if step.version <= version]
    await migrate(f"sqlite:{target}", backup_dir=target.parent, now=now, migrations=steps)
    connection: Any = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            with closing(sqlite3.connect(target, isolation_level=None)) as copy:
                copy.execute("PRAGMA journal_mode=DELETE")
                copy.execute("BEGIN")
                before = {table: await _copy_out(connection, copy, table) for table in sqlite_tables(copy)}
                copy.commit()
    finally:
        await connection.close()
    return check_same(target, before)


async def _copy_out(connection: Any, copy: sqlite3.Connection, table: str) -> Contents:
    """Copy one table; rows in the order of their keys, because that of arrival would tell who was first."""
    columns, keys = _columns(copy, table)
    await _kinds(connection, table, columns)
    listed, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
    order = ", ".join(f'"{one}"' for one in keys)
    copy.execute(f'DELETE FROM "{table}"')
    n_rows = total = 0
    async for row in connection.cursor(f'SELECT {listed} FROM "{table}" ORDER BY {order}', prefetch=BATCH):
        values = tuple(_plain_value(value) for value in row)
        copy.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', values)
        n_rows += 1
        total += int.from_bytes(hashlib.sha256(repr(values).encode()).digest())
    return Contents(columns, n_rows, f"{total % 2**256:064x}")


async def load_postgres(copy_path: Path, url: str) -> int:
    """Replace everything in a migrated PostgreSQL database by what a copy holds; give the number of rows.

    Raises DatabaseInUse while others are connected, CopyRefused when what arrived is not what was sent.
    """
    connection: Any = await asyncpg.connect(plain_url(url))
    try:
        async with connection.transaction():
            await _check_alone(connection)
            with closing(sqlite3.connect(f"file:{copy_path}?mode=ro", uri=True)) as copy:
                tables = _parents_first(copy)
                for table in reversed(tables):
                    await _empty(connection, table)
                n_rows = 0
                for table in tables:
                    n_rows += await _copy_in(connection, copy, table)
                return n_rows
    finally:
        await connection.close()


async def check_unused(url: str) -> None:
    """Refuse while another program is connected. Raises DatabaseInUse."""
    connection: Any = await asyncpg.connect(plain_url(url))
    try:
        await _check_alone(connection)
    finally:
        await connection.close()


async def _check_alone(connection: Any) -> None:
    n_others = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    if n_others:
        raise DatabaseInUse(
            f"{n_others} other connections use the database. Stop every server of it first; nothing was changed."
        )


async def _empty(connection: Any, table: str) -> None:
    partitions = await connection.fetch(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass($1)", f'"{table}"'
    )
    for (name,) in partitions:
        await connection.execute(f"DROP TABLE {name}")
    await connection.execute(f'DELETE FROM "{table}"')


async def _copy_in(connection: Any, copy: sqlite3.Connection, table: str) -> int:
    columns, _ = _columns(copy, table)
    kinds = await _kinds(connection, table, columns)
    listed = ", ".join(f'"{one}"' for one in columns)
    if table == "sheet":
        await _make_partitions(connection, copy)
    sent = _Sum()
    found = copy.execute(f'SELECT {listed} FROM "{table}"')
    while rows := found.fetchmany(BATCH):
        records = [tuple(_typed(v, kind) for v, kind in zip(row, kinds, strict=True)) for row in rows]
        for record in records:
            sent.add(_spelled(record, kinds))
        await connection.copy_records_to_table(table, records=records, columns=list(columns))
    arrived = _Sum()
    async for row in connection.cursor(f'SELECT {listed} FROM "{table}"', prefetch=BATCH):
        arrived.add(_spelled(row, kinds))
    if arrived != sent:
        raise CopyRefused(f"table {table} did not arrive as it was sent; nothing was changed")
    return sent.n_rows


async def _make_partitions(connection: Any, copy: sqlite3.Connection) -> None:
    for (cycle,) in copy.execute('SELECT DISTINCT "cycle" FROM "sheet"').fetchall():
        if not CYCLE_ID.fullmatch(cycle):
            raise CopyRefused(f"{cycle!r} is no id of a cycle; the copy is damaged")
        await connection.execute(
            f"CREATE TABLE \"sheet_{cycle}\" PARTITION OF sheet FOR VALUES IN ('{cycle}')"
        )


def _columns(copy: sqlite3.Connection, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = copy.execute(f'PRAGMA table_info("{table}")').fetchall()
    return tuple(row[1] for row in rows), tuple(row[1] for row in rows if row[5])


async def _kinds(connection: Any, table: str, columns: Sequence[str]) -> list[str]:
    rows = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND table_name = $1",
        table,
    )
    known = {str(name): str(kind) for name, kind in rows}
    if set(known) != set(columns):
        odd = sorted(set(known) ^ set(columns))
        raise CopyRefused(f"table {table} has other columns in the two databases ({', '.join(odd)})")
    return [known[name] for name in columns]


def _parents_first(copy: sqlite3.Connection) -> list[str]:
    """Order the tables so that a row's target is there before it."""
    parents: Mapping[str, set[str]] = {
        table: {str(row[2]) for row in copy.execute(f'PRAGMA foreign_key_list("{table}")')} - {table}
        for table in sqlite_tables(copy)
    }
    ordered: list[str] = []
    while len(ordered) < len(parents):
        free = sorted(one for one, needs in parents.items() if one not in ordered and needs <= set(ordered))
        if not free:
            raise CopyRefused("the tables of the copy point to each other in a circle")
        ordered += free
    return ordered


def _plain_value(value: Any) -> Any:
    """Write a value as SQLite keeps it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _typed(value: Any, kind: str) -> Any:
    """Read a value of SQLite as PostgreSQL's column wants it."""
    if value is None:
        return None
    if kind == "timestamp with time zone":
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "boolean":
        return bool(value)
    return value


def _spelled(row: Iterable[Any], kinds: Sequence[str]) -> Row:
    """Spell a row alike before and after: JSON with sorted keys, moments in UTC."""
    return tuple(
        json.dumps(json.loads(value), sort_keys=True)
        if kind == "jsonb" and value is not None
        else _plain_value(value)
        for value, kind in zip(row, kinds, strict=True)
    )

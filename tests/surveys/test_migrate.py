"""Migrations: the path of `init`, and every way in which a step must be refused."""

import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from tortoise.utils import get_schema_sql

from surveys.database import is_sqlite, open_database, sqlite_path, writer
from surveys.migrate import MIGRATIONS, MigrationRefused, migrate, newest_version, schema_version
from surveys.migrations.step import Dialect, Migration

NOW = datetime(2026, 11, 22, 19, 7, tzinfo=UTC)
CONTENT_TABLES = {
    "sheet",
    "assignment",
    "revoked_auth",
    "result_group",
    "result_cell",
    "result_comment",
    "named_result",
}
FORBIDDEN_TYPES = re.compile(r"time|date|inet|cidr|serial|autoincrement|identity|nextval", re.IGNORECASE)


async def run(url: str, *statements: str) -> None:
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def count(url: str, table: str) -> int:
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(f'SELECT count(*) FROM "{table}"'))
    finally:
        await connection.close()


def step(version: int, *statements: str, rewrites: frozenset[str] = frozenset()) -> Migration:
    def written(dialect: Dialect) -> tuple[str, ...]:
        return statements

    return Migration(version, f"step {version}", written, rewrites)


Columns = set[tuple[str, str, str, bool]]


async def columns(url: str) -> Columns:
    """List (table, column, type, may be empty) of a database."""
    if is_sqlite(url):
        with closing(sqlite3.connect(sqlite_path(url))) as connection:
            tables = [r[0] for r in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                (table, row[1], row[2], not row[3])
                for table in tables
                for row in connection.execute(f'PRAGMA table_info("{table}")')
            }
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT table_name, column_name, data_type || coalesce(character_maximum_length::text, ''), "
            "is_nullable = 'YES' FROM information_schema.columns WHERE table_schema = 'public'"
        )
    finally:
        await connection.close()
    return {(row[0], row[1], row[2], row[3]) for row in rows}


async def test_an_empty_database_comes_out_at_the_newest_version(
    empty_database_url: str, tmp_path: Path
) -> None:
    assert await schema_version(empty_database_url) == 0
    report = await migrate(empty_database_url, backup_dir=tmp_path / "backup", now=NOW)
    assert (report.from_version, report.to_version, report.backup) == (0, newest_version(), None)
    assert await schema_version(empty_database_url) == newest_version()


async def test_a_second_run_changes_nothing(empty_database_url: str, tmp_path: Path) -> None:
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    report = await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    assert report.from_version == report.to_version == newest_version()
    assert report.backup is None


async def test_the_migrated_schema_is_the_schema_of_the_models(
    empty_database_url: str, tmp_path: Path
) -> None:
    async with open_database(empty_database_url):
        await writer().execute_script(get_schema_sql(writer(), safe=False))
    of_models = await columns(empty_database_url)
    tables = sorted({table for table, *_ in of_models})
    if is_sqlite(empty_database_url):
        sqlite_path(empty_database_url).unlink()
    else:
        await run(empty_database_url, *(f'DROP TABLE "{table}" CASCADE' for table in tables))
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    migrated = {one for one in await columns(empty_database_url) if one[0] not in {"sheet", "schema_version"}}
    assert migrated == of_models


async def test_what_raters_wrote_has_no_time_address_or_serial_number(database_url: str) -> None:
    found = [one for one in await columns(database_url) if one[0] in CONTENT_TABLES]
    assert {table for table, *_ in found} == CONTENT_TABLES
    assert [one for one in found if FORBIDDEN_TYPES.search(one[2])] == []
    assert [one for one in found if one[1].endswith(("_at", "_on")) or one[1] in {"ip", "seq"}] == []


async def test_a_step_that_loses_rows_is_undone(empty_database_url: str, tmp_path: Path) -> None:
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    await run(empty_database_url, "INSERT INTO job_slot (id) VALUES ('a')")
    lossy = (*MIGRATIONS, step(newest_version() + 1, "DELETE FROM job_slot"))
    with pytest.raises(MigrationRefused, match="job_slot would have lost"):
        await migrate(empty_database_url, backup_dir=tmp_path, now=NOW, migrations=lossy)
    assert await count(empty_database_url, "job_slot") == 1
    assert await schema_version(empty_database_url) == newest_version()


async def test_a_step_that_says_which_table_it_rewrites_may_do_so(
    empty_database_url: str, tmp_path: Path
) -> None:
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    await run(empty_database_url, "INSERT INTO job_slot (id) VALUES ('a')")
    named = step(newest_version() + 1, "DELETE FROM job_slot", rewrites=frozenset({"job_slot"}))
    report = await migrate(empty_database_url, backup_dir=tmp_path, now=NOW, migrations=(*MIGRATIONS, named))
    assert report.to_version == newest_version() + 1
    assert await count(empty_database_url, "job_slot") == 0


async def test_a_failing_step_undoes_the_steps_before_it(empty_database_url: str, tmp_path: Path) -> None:
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    good = step(newest_version() + 1, "ALTER TABLE job_slot ADD COLUMN note VARCHAR(10)")
    bad = step(newest_version() + 2, "ALTER TABLE nowhere ADD COLUMN note VARCHAR(10)")
    with pytest.raises((sqlite3.OperationalError, asyncpg.PostgresError)):
        await migrate(empty_database_url, backup_dir=tmp_path, now=NOW, migrations=(*MIGRATIONS, good, bad))
    assert ("job_slot", "note") not in {one[:2] for one in await columns(empty_database_url)}


async def test_a_database_of_a_newer_program_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)
    await run(empty_database_url, "INSERT INTO schema_version VALUES (99, 'later', 'later')")
    with pytest.raises(MigrationRefused, match="version 99"):
        await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)


async def test_a_database_of_someone_else_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    await run(empty_database_url, "CREATE TABLE theirs (id INT)")
    with pytest.raises(MigrationRefused, match="no schema_version"):
        await migrate(empty_database_url, backup_dir=tmp_path, now=NOW)


async def test_sqlite_is_backed_up_before_a_step_and_the_backup_reads_back(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'one.db'}"
    await migrate(url, backup_dir=tmp_path, now=NOW)
    await run(url, "INSERT INTO job_slot (id) VALUES ('a')")
    added = (*MIGRATIONS, step(newest_version() + 1, "ALTER TABLE job_slot ADD COLUMN note VARCHAR(10)"))
    report = await migrate(url, backup_dir=tmp_path / "backup", now=NOW, migrations=added)
    assert report.backup is not None
    assert await count(f"sqlite://{report.backup}", "job_slot") == 1
    assert report.backup.stat().st_mode & 0o777 == 0o600


def modes_of(folder: Path, names: str) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.glob(names)}


async def test_a_new_sqlite_file_is_for_its_owner_only(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'one.db'}"
    await migrate(url, backup_dir=tmp_path, now=NOW)
    async with open_database(url):
        assert modes_of(tmp_path, "one.db*") == {0o600}


async def test_a_step_that_leaves_rows_pointing_to_nothing_is_undone(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'one.db'}"
    await migrate(url, backup_dir=tmp_path, now=NOW)
    orphan = step(newest_version() + 1, "INSERT INTO revoked_auth (auth, cycle_id) VALUES ('a', 'nowhere')",
                  rewrites=frozenset({"revoked_auth"}))  # fmt: skip
    with pytest.raises(MigrationRefused, match="point to nothing"):
        await migrate(url, backup_dir=tmp_path, now=NOW, migrations=(*MIGRATIONS, orphan))
    assert await count(url, "revoked_auth") == 0


async def test_versions_are_numbered_without_gaps() -> None:
    assert [migration.version for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))

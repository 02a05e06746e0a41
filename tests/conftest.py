"""Both databases for every storage test: SQLite, and a real PostgreSQL started once per run."""

import asyncio
import hashlib
import itertools
import json
import os
import pickle
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from exports import making
from surveys import reading
from surveys.database import is_sqlite, open_database
from surveys.errors import FileRefused
from surveys.migrate import migrate
from surveys.reading_frame import Limits
from tests.postgres import Postgres, running_postgres

SHARED = "sightline_test"
# Much faster than a new database for every test: rows go without a look at who points to them.
EMPTY_ALL_TABLES = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN
        SELECT relname, relispartition FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_version'
    LOOP
        IF one.relispartition THEN EXECUTE format('DROP TABLE %I', one.relname);
        ELSE EXECUTE format('DELETE FROM %I', one.relname); END IF;
    END LOOP;
END $$
"""
# The longest files, longest first: one that begins last would keep one core alone for minutes.
LONGEST = (
    "browser/test_every_page.py",
    "browser/test_clarity_phone.py",
    "browser/test_five_minutes.py",
    "server/test_forms_no_500.py",
    "browser/test_first_organisation.py",
    "browser/test_phone_screen.py",
    "browser/test_phone_sending.py",
    "browser/test_gaps.py",
    "server/test_restore.py",
    "server/test_people_import.py",
    "server/test_demo.py",
    "server/test_kill.py",
    "browser/test_offline_360.py",
    "server/test_closing.py",
    "browser/test_shared_phone.py",
    "browser/test_hr_360.py",
    "browser/test_other_engines.py",
    "test_broken_rules.py",
    "server/test_gaps.py",
    "server/test_profile_sheets.py",
    "server/test_raters_pages.py",
    "browser/test_without_script.py",
    "browser/test_drain.py",
    "browser/test_clarity_launch.py",
    "browser/test_hr_narrow.py",
    "surveys/test_profile_sheet_properties.py",
    "scoring/test_release_properties.py",
    "test_both_databases.py",
    "test_wheel.py",
)
HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")  # noqa: S108 pytest makes folders of its own in it
ROOM_BYTES = 4 * 1024**3
_numbers = itertools.count(1)
_read_in_child = reading._read
_make_in_child = making._make


@dataclass(frozen=True)
class Database:
    """An opened, migrated and empty database."""

    url: str

    @property
    def dialect(self) -> str:
        """Name its kind."""
        return "sqlite" if is_sqlite(self.url) else "postgres"


def pytest_configure() -> None:
    """Let the folders of tests lie in memory where there is room: what is asked of a disk is asked, and waits for none."""
    if may_hold_tests(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def may_hold_tests(folder: Path) -> bool:
    """Tell whether a folder is large enough, and programs may be started from it."""
    if not folder.is_dir():
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM_BYTES and not found.f_flag & os.ST_NOEXEC


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; the order of all others, and inside a file, stays."""
    places = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda one: places.get(one.path, len(places)))


@pytest.fixture(scope="session", autouse=True)
def files_read_before() -> Iterator[None]:
    """Read the same file with the same question in a child once: what it answers depends on nothing else."""
    answers: dict[str, bytes] = {}
    refusals: dict[str, FileRefused] = {}

    async def read(
        module: str, kind: str, data: bytes, filename: str, options: Mapping[str, Any], limits: Limits
    ) -> bytes:
        asked = json.dumps(
            [module, kind, hashlib.sha256(data).hexdigest(), filename, options, repr(limits)], sort_keys=True
        )
        if asked in refusals:
            raise FileRefused(filename, refusals[asked].problems)
        try:
            if asked not in answers:
                answers[asked] = await _read_in_child(module, kind, data, filename, options, limits)
        except FileRefused as refused:
            refusals[asked] = refused
            raise
        return answers[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_read", read)
        yield


@pytest.fixture(scope="session", autouse=True)
def workbooks_made_before() -> Iterator[None]:
    """Make the same workbook in a child once: the same values give the same bytes."""
    made: dict[bytes, bytes] = {}

    async def make(kind: making.Kind, *arguments: Any, **options: Any) -> bytes:
        asked = pickle.dumps((kind, arguments, options, making.LONGEST_S))
        if asked not in made:
            made[asked] = await _make_in_child(kind, *arguments, **options)
        return made[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "_make", make)
        yield


@pytest.fixture
def starts_children_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a child for each file and workbook, whatever was asked before."""
    monkeypatch.setattr(reading, "_read", _read_in_child)
    monkeypatch.setattr(making, "_make", _make_in_child)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Postgres:
    """Migrate one database once; every test leaves it empty."""
    postgres.execute(f"CREATE DATABASE {SHARED}")
    url = postgres.url(SHARED)
    version = asyncio.run(_postgres_version(url))
    assert version.startswith("PostgreSQL"), f"not a PostgreSQL: {version}"
    asyncio.run(
        migrate(url, backup_dir=tmp_path_factory.mktemp("backup"), now=datetime(2026, 11, 1, tzinfo=UTC))
    )
    return postgres


async def _postgres_version(url: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval("select version()"))
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite")
    path = folder / "template.db"
    asyncio.run(migrate(f"sqlite://{path}", backup_dir=folder, now=datetime(2026, 11, 1, tzinfo=UTC)))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"sightline_empty_{next(_numbers)}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Name a migrated, empty database that nobody has opened."""
    if request.param == "sqlite":
        path = tmp_path / "sightline.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite://{path}"
        return
    server: Postgres = request.getfixturevalue("migrated_postgres")
    yield server.url(SHARED)
    server.execute(EMPTY_ALL_TABLES, database=SHARED)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open a migrated, empty database for the test."""
    async with open_database(database_url):
        yield Database(database_url)

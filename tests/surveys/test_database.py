"""Connections and the one way to write."""

import asyncio
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError, OperationalError, TransactionManagementError

from surveys.database import (
    DatabaseError,
    compact,
    drain_writes,
    is_sqlite,
    lock_cycles,
    open_database,
    reader,
    sqlite_path,
    tortoise_config,
    write_tx,
    writer,
)
from surveys.models.work import JobSlot
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
OUR_CODE = ("server", "surveys", "scoring", "exports", "pwa")
BARE_TRANSACTIONS = re.compile(r"\b(_?in_transaction|atomic)\b")
N_CANCELS = 1000


async def add(slot: str) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await JobSlot.create(id=slot, using_db=tx)

    await write_tx(body)


async def test_what_was_written_can_be_read(database: Database) -> None:
    await add("a")
    assert await JobSlot.filter(id="a").exists()


async def test_a_failing_body_leaves_nothing(database: Database) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await JobSlot.create(id="a", using_db=tx)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await write_tx(body)
    assert await JobSlot.all().count() == 0
    await add("b")


async def test_a_broken_statement_leaves_nothing_and_the_connection_goes_on(database: Database) -> None:
    await add("a")
    with pytest.raises(IntegrityError):
        await add("a")
    await add("b")
    assert await JobSlot.all().count() == 2


async def test_a_body_reads_its_own_writes_and_others_do_not_before_the_commit(database: Database) -> None:
    inside, outside = asyncio.Event(), asyncio.Event()
    seen: list[int] = []

    async def body(tx: BaseDBAsyncClient) -> None:
        await JobSlot.create(id="a", using_db=tx)
        seen.append(await JobSlot.all().count())
        inside.set()
        await outside.wait()

    task = asyncio.create_task(write_tx(body))
    await inside.wait()
    assert await JobSlot.all().count() == 0
    outside.set()
    await task
    assert seen == [1]
    assert await JobSlot.all().count() == 1


async def test_a_transaction_inside_a_transaction_is_refused_instead_of_waiting_for_itself(
    database: Database,
) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await add("inner")

    with pytest.raises(DatabaseError, match="inside"):
        await write_tx(body)
    await add("after")


async def test_a_thousand_cancelled_callers_lose_and_leak_nothing(database: Database) -> None:
    async def one(number: int) -> None:
        async with asyncio.timeout(0.0005 * (number % 7)):
            await add(f"slot-{number}")

    results = await asyncio.gather(*(one(number) for number in range(N_CANCELS)), return_exceptions=True)
    assert any(isinstance(result, TimeoutError) for result in results)
    await drain_writes()
    # A caller that gave up before its task began wrote nothing; every begun one is there, each exactly once.
    n_written = await JobSlot.all().count()
    n_finished = sum(result is None for result in results)
    assert n_finished <= n_written <= N_CANCELS
    async with asyncio.timeout(5):
        await asyncio.gather(*(add(f"after-{number}") for number in range(20)))
    assert await JobSlot.filter(id__startswith="after-").count() == 20


async def test_a_begin_that_fails_gives_the_connection_back(database: Database) -> None:
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(sqlite_path(database.url), isolation_level=None)) as other:
            await writer().execute_query("PRAGMA busy_timeout=10")
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                with pytest.raises((sqlite3.OperationalError, OperationalError)):
                    await add("a")
            other.execute("ROLLBACK")
    else:
        for _ in range(7):  # more than the pool holds
            await kill_connections(database.url)
            with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
                await add_on_a_dead_connection()
    async with asyncio.timeout(5):
        await add("b")
    assert await JobSlot.all().count() == 1


async def kill_connections(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()


async def add_on_a_dead_connection() -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await tx.execute_query("SELECT pg_terminate_backend(pg_backend_pid())")

    await write_tx(body)


async def test_the_reader_refuses_to_write(database: Database) -> None:
    with pytest.raises((OperationalError, TransactionManagementError), match=r"read-?only"):
        await reader().execute_query("INSERT INTO job_slot (id) VALUES ('a')")
    assert await JobSlot.all().count() == 0


async def test_a_state_change_waits_for_sheet_writers_of_the_same_cycle_only(database: Database) -> None:
    if database.dialect == "sqlite":  # one writer at a time: the wait is SQLite's own
        await lock_cycles(writer(), ["a"], is_shared=False)
        return
    order: list[str] = []
    held, go = asyncio.Event(), asyncio.Event()

    async def sheets(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, ["a"], is_shared=True)
        held.set()
        await go.wait()
        order.append("sheets")

    async def state(cycle: str, tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle], is_shared=False)
        order.append(f"state {cycle}")

    async def change(cycle: str) -> None:
        await write_tx(lambda tx: state(cycle, tx))

    first = asyncio.create_task(write_tx(sheets))
    await held.wait()
    same = asyncio.create_task(change("a"))
    await change("b")
    await asyncio.sleep(0.05)
    go.set()
    await asyncio.gather(first, same)
    assert order == ["state b", "sheets", "state a"]


async def test_compacting_leaves_no_freed_page_and_an_empty_log(database: Database) -> None:
    await add("canary-that-must-go")
    await write_tx(lambda tx: JobSlot.all().using_db(tx).delete())
    await asyncio.gather(*(JobSlot.all().count() for _ in range(5)))
    assert await compact()
    assert await JobSlot.all().count() == 0
    if is_sqlite(database.url):
        path = sqlite_path(database.url)
        assert path.with_name(path.name + "-wal").stat().st_size == 0
        assert b"canary-that-must-go" not in path.read_bytes()


async def test_compacting_says_no_while_another_reader_is_in_the_middle(
    tmp_path: Path, sqlite_template: Path
) -> None:
    path = tmp_path / "one.db"
    shutil.copyfile(sqlite_template, path)
    async with open_database(f"sqlite://{path}"):
        await add("a")
        await writer().execute_query("PRAGMA busy_timeout=10")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT * FROM job_slot").fetchall()
            assert not await compact()
            other.execute("COMMIT")
        assert await compact()


def test_an_address_of_another_kind_of_database_is_refused() -> None:
    with pytest.raises(DatabaseError, match="sqlite:// or postgresql://"):
        tortoise_config("mysql://somewhere/x")


def test_only_write_tx_begins_a_transaction() -> None:
    """A task cancelled inside Tortoise's own `in_transaction()` would hang the connection for good."""
    offenders = [
        str(path.relative_to(ROOT))
        for room in OUR_CODE
        for path in (ROOT / room).rglob("*.py")
        if BARE_TRANSACTIONS.search(path.read_text(encoding="utf-8"))
    ]
    assert offenders == []

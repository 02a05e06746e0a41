"""Connections to SQLite or PostgreSQL, and `write_tx`, the only way to write."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.models import Model

T = TypeVar("T")
log = logging.getLogger("sightline.database")

MODELS = (
    "surveys.models.people",
    "surveys.models.cards",
    "surveys.models.profiles",
    "surveys.models.cycles",
    "surveys.models.results",
    "surveys.models.work",
    "surveys.models.mirror",
    "surveys.models.programmes",
)
SLOW_TRANSACTION_S = 0.2
# synchronous=FULL: a reply may only follow a durable commit. secure_delete: freed pages hold no answers.
WRITER_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "15000",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
}
PRAGMAS_READ_BACK = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 15000,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}
_is_writing: ContextVar[bool] = ContextVar("sightline_is_writing", default=False)
_running: set[asyncio.Task[Any]] = set()


class DatabaseError(Exception):
    """The database cannot be used as it is; the message says what to do."""


class ReadFromReader:
    """Send reads to the read-only connection, except inside a write transaction, which must see its own writes."""

    def db_for_read(self, model: type[Model]) -> str:
        """Name the connection that answers a query."""
        return "default" if _is_writing.get() else "reader"

    def db_for_write(self, model: type[Model]) -> str:
        """Name the connection that takes a change."""
        return "default"


def is_sqlite(url: str) -> bool:
    """Tell whether a database URL names a SQLite file."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """Give the file of a SQLite URL (`sqlite:///abs/path` or `sqlite:path`)."""
    return Path(url.removeprefix("sqlite://").removeprefix("sqlite:"))


def asyncpg_url(url: str) -> str:
    """Name the driver in a PostgreSQL address, whichever of its usual spellings the operator wrote."""
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgres", "postgresql", "asyncpg"} or not rest:
        raise DatabaseError("the database address must begin with sqlite:// or postgresql://")
    return f"asyncpg://{rest}"


def tortoise_config(url: str) -> dict[str, Any]:
    """Describe both connections and the models to Tortoise."""
    if is_sqlite(url):
        engine = "tortoise.backends.sqlite"
        file_path = str(sqlite_path(url))
        connections: dict[str, Any] = {
            "default": {"engine": engine, "credentials": {"file_path": file_path, **WRITER_PRAGMAS}},
            "reader": {
                "engine": engine,
                "credentials": {"file_path": file_path, **WRITER_PRAGMAS, "query_only": "ON"},
            },
        }
    else:
        connections = {"default": asyncpg_url(url), "reader": asyncpg_url(url)}
    return {
        "connections": connections,
        "apps": {"surveys": {"models": list(MODELS), "default_connection": "default"}},
        "routers": [ReadFromReader],
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[None]:
    """Open both connections for the life of the process and check that the settings took.

    The context is global, because requests, jobs and the commit queue run in tasks of their own.
    """
    # Tortoise keeps statements by connection name; those of another kind of database would not fit this one.
    EXECUTOR_CACHE.clear()
    await Tortoise.init(config=tortoise_config(url), _enable_global_fallback=True)
    try:
        # At once, not at the first query: a thousand first queries would open as many pools.
        for client in (writer(), reader()):
            if isinstance(client, AsyncpgDBClient) and client is not writer():
                client.server_settings["default_transaction_read_only"] = "on"
            await client.create_connection(with_db=True)
        if is_sqlite(url):
            await _check_pragmas()
        yield
    finally:
        await drain_writes()
        await Tortoise.close_connections()


async def _check_pragmas() -> None:
    for pragma, wanted in PRAGMAS_READ_BACK.items():
        _, rows = await writer().execute_query(f"PRAGMA {pragma}")
        found = next(iter(rows[0]))
        if found != wanted:
            raise DatabaseError(
                f"SQLite refused {pragma}={wanted} (it says {found}). Put the data folder on a local disk."
            )


def writer() -> BaseDBAsyncClient:
    """Give the writing connection; inside `write_tx` this is the transaction."""
    return get_connections().get("default")


def reader() -> BaseDBAsyncClient:
    """Give the connection for reads; inside `write_tx` this is the transaction."""
    return get_connections().get("default" if _is_writing.get() else "reader")


def dialect() -> str:
    """Name the kind of database in use: sqlite or postgres."""
    return writer().capabilities.dialect


async def write_tx(body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    """Run `body` in one transaction that begins as a writer, survives the caller's cancellation and always lets go.

    The body runs in a shielded task: a caller that gives up cannot leave a connection in the middle of a
    transaction; the work is then finished and committed. Compute before, write inside.
    """
    if _is_writing.get():
        raise DatabaseError("write_tx inside write_tx would wait for itself; pass the transaction on instead")
    task = asyncio.ensure_future(_run_tx(body))
    _running.add(task)
    task.add_done_callback(_running.discard)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        # Nobody waits any more: without this a failure would pass unseen.
        task.add_done_callback(_log_failure)
        raise


def _log_failure(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error(
            "a transaction failed after its caller left", extra={"kind": type(task.exception()).__name__}
        )


async def _run_tx(body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    _is_writing.set(True)
    client = writer()
    if isinstance(client, SqliteClient):
        return await _run_sqlite(client, body)
    if isinstance(client, AsyncpgDBClient):
        return await _run_postgres(client, body)
    raise DatabaseError(f"{type(client).__name__} is neither SQLite nor PostgreSQL")


async def _run_sqlite(client: SqliteClient, body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    async with client.acquire_connection() as raw:
        tx = SqliteTransactionWrapper(client)
        tx._connection = raw
        token = get_connections().set("default", tx)
        try:
            await raw.execute("BEGIN IMMEDIATE")
            return await _finish(body, tx, commit=raw.commit, rollback=raw.rollback)
        finally:
            get_connections().reset(token)


async def _run_postgres(client: AsyncpgDBClient, body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    if client._pool is None:
        raise DatabaseError("the database is not open")
    # Tortoise's own context loses the connection when BEGIN fails; the pool's gives it back on every path.
    async with client._pool.acquire() as raw:
        transaction = raw.transaction()
        await transaction.start()
        tx = TransactionWrapper(client)
        tx._connection = raw
        token = get_connections().set("default", tx)
        try:
            return await _finish(body, tx, commit=transaction.commit, rollback=transaction.rollback)
        finally:
            get_connections().reset(token)


async def _finish(
    body: Callable[[BaseDBAsyncClient], Awaitable[T]],
    tx: BaseDBAsyncClient,
    *,
    commit: Callable[[], Awaitable[None]],
    rollback: Callable[[], Awaitable[None]],
) -> T:
    started = time.perf_counter()
    try:
        result = await body(tx)
    except BaseException:
        await rollback()
        raise
    await commit()
    seconds = time.perf_counter() - started
    if seconds > SLOW_TRANSACTION_S:
        log.warning("slow transaction", extra={"seconds": round(seconds, 3)})
    return result


async def drain_writes() -> None:
    """Wait for every transaction whose caller has left; the last step before connections close."""
    while _running:
        await asyncio.wait(set(_running))


async def lock_cycles(tx: BaseDBAsyncClient, cycle_ids: Iterable[str], *, is_shared: bool) -> None:
    """Hold cycles for this transaction: shared to write sheets, alone to change the state (SQLite has one writer)."""
    if isinstance(tx, SqliteClient):
        return
    function = "pg_advisory_xact_lock_shared" if is_shared else "pg_advisory_xact_lock"
    for cycle_id in sorted(set(cycle_ids)):
        await tx.execute_query(f"SELECT {function}(hashtextextended($1, 0))", [f"cycle|{cycle_id}"])


async def compact() -> bool:
    """Rewrite a SQLite file without its freed pages and empty its log; False when a reader was in the way.

    On PostgreSQL dead rows of the tables that name raters are vacuumed away; sheets go with their partition.
    """
    client = writer()
    if not isinstance(client, SqliteClient):
        for table in (
            "assignment",
            "revoked_auth",
            "reminder_wave",
            "outbox_mail",
            "pair_view",
            "named_result",
        ):
            await client.execute_query(f"VACUUM {table}")
        return True
    reading = get_connections().get("reader")
    # Holding the reader's lock means that no read statement is open, so the log can be cut to nothing.
    async with reading.acquire_connection(), client.acquire_connection() as raw:
        await raw.execute("VACUUM")
        rows = await raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        return [tuple(row) for row in rows] == [(0, 0, 0)]


def sqlite_file() -> Path | None:
    """Give the file in use, or None on PostgreSQL."""
    client = get_connections().get("reader")
    return Path(client.filename) if isinstance(client, SqliteClient) else None

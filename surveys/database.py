"""Connections to SQLite or PostgreSQL, and `write_tx`, the only way to write."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.models import Model

T = TypeVar("T")
log = logging.getLogger("sightline.database")

MODELS = (
    "surveys.models.people",
    "surveys.models.profiles",
    "surveys.models.cycles",
    "surveys.models.results",
    "surveys.models.work",
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
        connections = {"default": url, "reader": url}
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
    await Tortoise.init(config=tortoise_config(url), _enable_global_fallback=True)
    try:
        if is_sqlite(url):
            await _check_pragmas()
        yield
    finally:
        await Tortoise.close_connections()


async def _check_pragmas() -> None:
    for pragma, wanted in PRAGMAS_READ_BACK.items():
        _, rows = await writer().execute_query(f"PRAGMA {pragma}")
        found = tuple(rows[0])[0]
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
    task = asyncio.ensure_future(_run_tx(body))
    _running.add(task)
    task.add_done_callback(_running.discard)
    return await asyncio.shield(task)


async def _run_tx(body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    _is_writing.set(True)
    client = writer()
    started = time.perf_counter()
    try:
        if isinstance(client, SqliteClient):
            return await _run_sqlite(client, body)
        async with client._in_transaction() as tx:
            return await body(tx)
    finally:
        seconds = time.perf_counter() - started
        if seconds > SLOW_TRANSACTION_S:
            log.warning("slow transaction", extra={"seconds": round(seconds, 3)})


async def _run_sqlite(client: SqliteClient, body: Callable[[BaseDBAsyncClient], Awaitable[T]]) -> T:
    async with client.acquire_connection() as raw:
        tx = SqliteTransactionWrapper(client)
        tx._connection = raw
        token = get_connections().set("default", tx)
        try:
            await raw.execute("BEGIN IMMEDIATE")
            try:
                result = await body(tx)
            except BaseException:
                await raw.rollback()
                raise
            await raw.commit()
            return result
        finally:
            get_connections().reset(token)

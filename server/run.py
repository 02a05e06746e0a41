"""Running an installation: hold its folder, serve it, or run one command in it."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from server.app import check_start, create_app
from server.clock import Clock, SystemClock
from server.process import FolderInUse, ask, hold_folder, listen
from server.settings import Settings
from server.usecases.commands import Context, run_command
from surveys.database import DatabaseError, is_sqlite, open_database
from surveys.keeper import Keeper
from surveys.migrate import newest_version, schema_version

GRACEFUL_STOP_S = 25


@contextmanager
def in_folder(settings: Settings) -> Iterator[None]:
    """Hold the data folder where SQLite needs it: exactly one process."""
    if is_sqlite(settings.database_url):
        with hold_folder(settings.data_dir):
            yield
    else:
        yield


async def check_schema(settings: Settings) -> None:
    """Refuse a database that this program does not fit.

    Raises DatabaseError saying what to run.
    """
    version = await schema_version(settings.database_url)
    if version < newest_version():
        raise DatabaseError(
            f"The database has schema {version}, this program needs {newest_version()}. Run `sightline migrate`."
        )
    if version > newest_version():
        raise DatabaseError(
            f"The database has schema {version}, newer than this program ({newest_version()}). Update the program."
        )


def serve_forever(settings: Settings, *, clock: Clock | None = None) -> None:
    """Serve until a signal; the control socket lets commands in while the folder is held."""
    with in_folder(settings):
        asyncio.run(_serve(settings, clock or SystemClock()))


async def _serve(settings: Settings, clock: Clock) -> None:
    await check_schema(settings)
    app = create_app(settings, clock=clock)
    # Before the server runs: what is wrong then is one line, not a trace of its start.
    async with open_database(settings.database_url):
        await check_start(settings, app.state.keeper)
    context = Context(settings, app.state.keeper, clock)

    async def handle(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await run_command(command, arguments, context)

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,  # no request line may name who answered when
        log_level="warning",
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # the application believes those of trusted_proxies itself
    )
    server = uvicorn.Server(config)
    async with listen(settings.data_dir, handle):
        serving = asyncio.create_task(server.serve())
        while not server.started and not serving.done():  # noqa: ASYNC110 uvicorn offers a flag, no event
            await asyncio.sleep(0.02)
        if server.started:
            sys.stdout.write(
                f"Sightline listens on http://{settings.host}:{settings.port} for {settings.public_url} "
                f"(process {os.getpid()}). Ctrl-C stops it.\n"
            )
            sys.stdout.flush()
        await serving


async def run_or_ask(settings: Settings, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a command here, or through the server that holds the folder."""
    try:
        with in_folder(settings):
            await check_schema(settings)
            clock = SystemClock()
            keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=clock.random_bytes)
            async with open_database(settings.database_url):
                return await run_command(command, arguments, Context(settings, keeper, clock))
    except FolderInUse:
        return await ask(settings.data_dir, command, arguments)

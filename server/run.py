"""Running an installation: hold its folder, serve it, or run one command in it."""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import LifespanType

from server.app import check_start, create_app
from server.clock import Clock, SystemClock
from server.command import own_command
from server.first_app import Switch, create_first_app
from server.process import FolderInUse, Handler, ask, hold_folder, listen
from server.settings import Settings, read_settings
from server.usecases.commands import Context, run_command
from server.usecases.operation_notes import note_start
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
            f"The database has schema {version}, this program needs {newest_version()}. "
            f"Run `{own_command()} migrate`."
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
    app = create_app(settings, clock=clock, show_code=_show_sign_in_code, say=_print)
    # Before the server runs: what is wrong then is one line, not a trace of its start.
    async with open_database(settings.database_url):
        await check_start(settings, app.state.keeper)
        await note_start(at=clock.now())
    async with listen(settings.data_dir, _handler(settings, app.state.keeper, clock)):
        await _run_server(
            app,
            settings,
            lambda: _print(
                f"Sightline listens on http://{settings.host}:{settings.port} for {settings.public_url} "
                f"(process {os.getpid()}). Ctrl-C stops it."
            ),
        )


def serve_first(settings: Settings, *, clock: Clock | None = None) -> None:
    """Serve the first start in an empty folder, and the installation as soon as it exists; until a signal."""
    with hold_folder(settings.data_dir):
        asyncio.run(_serve_first(settings, clock or SystemClock()))


async def _serve_first(settings: Settings, clock: Clock) -> None:
    async with AsyncExitStack() as stack:

        async def become(installed: Settings) -> None:
            # What the environment says holds from now on, as after any start.
            real = read_settings(installed.data_dir)
            app = create_app(real, clock=clock, show_code=_show_sign_in_code, say=_print)
            await stack.enter_async_context(app.router.lifespan_context(app))
            await note_start(at=clock.now())
            await stack.enter_async_context(listen(real.data_dir, _handler(real, app.state.keeper, clock)))
            switch.app = app

        def show_code(code: str) -> None:
            _print(
                f"Open {settings.public_url}/first and type this code: {code}\n"
                "It works once. Whoever types it becomes the first HR person."
            )

        first = create_first_app(
            settings, clock=clock, database_url=settings.database_url, show_code=show_code, become=become
        )
        switch = Switch(first)
        await _run_server(switch, settings, lambda: show_code(first.state.first.draw_code()), lifespan="off")


def _handler(settings: Settings, keeper: Keeper, clock: Clock) -> Handler:
    context = Context(settings, keeper, clock, is_serving=True)

    async def handle(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return await run_command(command, arguments, context)

    return handle


def _show_sign_in_code(mail: str, code: str) -> None:
    _print(f"No mail server is set. Code to sign in as {mail}: {code}")


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class PortInUse(RuntimeError):
    """Something else listens where the server was to listen."""


def _bound(settings: Settings) -> socket.socket:
    """Take the address before anything else is started. Raises PortInUse."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((settings.host, settings.port))
    except OSError as error:
        one.close()
        raise PortInUse(
            f"{settings.host}:{settings.port} cannot be taken ({error.strerror}). Stop what listens there, "
            "or choose another port: SIGHTLINE_PORT, or --port of the demo."
        ) from error
    return one


async def _run_server(
    app: ASGIApp, settings: Settings, started: Callable[[], None], *, lifespan: LifespanType = "auto"
) -> None:
    config = uvicorn.Config(
        app,
        lifespan=lifespan,
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
    serving = asyncio.create_task(server.serve(sockets=[_bound(settings)]))
    while not server.started and not serving.done():  # noqa: ASYNC110 uvicorn offers a flag, no event
        await asyncio.sleep(0.02)
    if server.started:
        started()
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

"""`create_app`: the one composition root."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from exports.errors import MakingFailed
from server.access import GuardedRoute
from server.clock import Clock, SystemClock
from server.errors import KEYS_MISSING, NOT_FOUND, UNEXPECTED, Problem
from server.jobs import run_jobs
from server.mail import Mailer
from server.middleware import TOO_LARGE, OriginCheck, SecurityHeaders, TooLargeInWords
from server.plug import Plug, RefusesPhone
from server.routes import table
from server.routes.tour import end_own
from server.settings import Settings
from server.usecases.sync import SyncQueue
from server.usecases.tour import Beside
from server.views import problem_response
from surveys.database import DatabaseError, open_database
from surveys.keeper import Keeper, KeyMissing
from surveys.models.cycles import Cycle
from surveys.queries_results import load_installation

MAX_BODY_BYTES = 1024 * 1024
BACKGROUND_S = 10
NEEDS_KEY = ("scheduled", "open", "grace", "closing")


class RouteWithoutPolicy(RuntimeError):
    """A route carries no policy; the server does not start."""


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    keeps_database_open: bool = False,
    runs_jobs: bool = True,
    queue: Callable[..., SyncQueue] = SyncQueue,
    show_code: Callable[[str, str], None] = lambda mail, code: None,
    say: Callable[[str], None] = lambda line: None,
) -> Starlette:
    """Wire one server: settings and clock in, an ASGI application out.

    `show_code` tells a sign-in code to whoever is at the terminal, where no mail server is set; `say` tells a line.
    `keeps_database_open` leaves opening and closing the database to the caller (tests and the demo).
    """
    clock = clock or SystemClock()
    keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=clock.random_bytes)

    plug = Plug()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if not keeps_database_open:
                await stack.enter_async_context(open_database(settings.database_url))
                await check_start(settings, keeper)
            app.state.queue = await stack.enter_async_context(queue(keeper=keeper, clock=clock))
            if runs_jobs:
                await stack.enter_async_context(run_jobs(app.state))
            if settings.is_demo:
                stack.push_async_callback(end_own, app.state)
            yield
            await _finish_background(app.state.background)

    app = Starlette(
        routes=check_policies(table.routes(settings)),
        middleware=[
            *([Middleware(RefusesPhone, plug=plug, clock=clock)] if settings.is_demo else []),
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)),
            Middleware(SecurityHeaders),
            Middleware(OriginCheck, public_url=settings.public_url, port=settings.port),
            Middleware(TooLargeInWords),
            Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES),
        ],
        exception_handlers={
            Problem: _on_problem,
            MakingFailed: _on_making_failed,
            KeyMissing: _on_key_missing,
            HTTPException: _on_http,
            Exception: _on_unexpected,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.clock = clock
    app.state.keeper = keeper
    app.state.plug = plug
    app.state.beside = Beside(say)
    app.state.mailer = Mailer(settings.smtp, settings.organisation, settings.public_url, clock=clock)
    app.state.has_clock_doubt = False
    app.state.show_code = show_code
    app.state.background = set[asyncio.Task[None]]()
    return app


async def check_start(settings: Settings, keeper: Keeper) -> None:
    """Refuse to serve an open database that is not this installation's, or whose keys are not there.

    Raises DatabaseError.
    """
    await check_marker(settings)
    await check_keys(keeper)


async def check_keys(keeper: Keeper) -> None:
    """Refuse to serve running cycles whose answers could be neither taken nor opened.

    Raises DatabaseError.
    """
    cycles = await Cycle.filter(state__in=NEEDS_KEY).order_by("id").values_list("id", flat=True)
    missing = [cycle for cycle in cycles if not keeper.can_open(str(cycle))]
    if missing:
        raise DatabaseError(
            f"The keys of {len(missing)} running cycles cannot be read. Give back the folder keys/ and the secret "
            "in sightline.toml it was made with."
        )


async def check_marker(settings: Settings) -> None:
    """Refuse to serve a demo's database as a real one, or the other way round.

    Raises DatabaseError.
    """
    found = await load_installation()
    if found.is_demo != settings.is_demo:
        is_said, is_found = (
            "a demo" if one else "a real installation" for one in (settings.is_demo, found.is_demo)
        )
        raise DatabaseError(
            f"sightline.toml says {is_said}, the database is {is_found}. Give back the right file."
        )


def check_policies(routes: list[BaseRoute]) -> list[BaseRoute]:
    """Refuse to start with a route that nobody thought about.

    Raises RouteWithoutPolicy naming it.
    """
    for route in routes:
        if not isinstance(route, GuardedRoute):
            raise RouteWithoutPolicy(f"{route!r} has no policy. Declare it as GuardedRoute(..., policy=...).")
    return routes


async def _finish_background(tasks: set[asyncio.Task[None]]) -> None:
    """Let mails that are on their way go out before the loop ends; one that hangs is given up."""
    if tasks:
        _, hanging = await asyncio.wait(tasks, timeout=BACKGROUND_S)
        for task in hanging:
            task.cancel()


async def _on_problem(request: Request, error: Exception) -> Response:
    problem = error if isinstance(error, Problem) else UNEXPECTED
    return problem_response(request.scope, problem)


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return problem_response(request.scope, UNEXPECTED)
    if error.status_code == 404:
        return problem_response(request.scope, NOT_FOUND)
    if error.status_code == 405:
        problem = Problem(
            405, "method_not_allowed", "This address takes no such request", "Use the page's own buttons."
        )
    elif error.status_code == 413:
        problem = TOO_LARGE
    else:
        problem = Problem(error.status_code, "bad_request", "This request cannot be read", str(error.detail))
    response = problem_response(request.scope, problem)
    response.headers.update(error.headers or {})
    return response


async def _on_key_missing(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, KEYS_MISSING)


async def _on_making_failed(request: Request, error: Exception) -> Response:
    return problem_response(
        request.scope, Problem(503, "making_failed", "The workbook was not made", str(error))
    )


async def _on_unexpected(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, UNEXPECTED)

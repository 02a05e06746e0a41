"""The small application of the first start, and the switch that puts the real one in its place while it runs."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server.clock import Clock
from server.errors import NOT_FOUND, UNEXPECTED, Problem
from server.middleware import OriginCheck, SecurityHeaders
from server.routes import first
from server.settings import Settings
from server.usecases.first_start import FirstStart
from server.views import problem_response

MAX_BODY_BYTES = 64 * 1024


class Switch:
    """Hands each request to the application that is there now."""

    def __init__(self, app: ASGIApp) -> None:
        """Take the first application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        await self.app(scope, receive, send)


def create_first_app(
    settings: Settings,
    *,
    clock: Clock,
    database_url: str,
    show_code: Callable[[str], None],
    become: Callable[[Settings], Awaitable[None]],
) -> Starlette:
    """Wire the pages of the first start. `settings` are only where it listens; `become` starts the real application."""
    app = Starlette(
        routes=first.routes(),
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)),
            Middleware(SecurityHeaders),
            Middleware(OriginCheck, public_url=settings.public_url, port=settings.port),
            Middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY_BYTES),
        ],
        exception_handlers={Problem: _on_problem, HTTPException: _on_http, Exception: _on_problem},
    )
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.clock = clock
    app.state.database_url = database_url
    app.state.has_clock_doubt = False
    app.state.first = FirstStart(clock)
    app.state.show_code = show_code
    app.state.become = become
    return app


async def _on_problem(request: Request, error: Exception) -> Response:
    return problem_response(request.scope, error if isinstance(error, Problem) else UNEXPECTED)


async def _on_http(request: Request, error: Exception) -> Response:
    is_missing = isinstance(error, HTTPException) and error.status_code == 404
    return problem_response(request.scope, NOT_FOUND if is_missing else UNEXPECTED)

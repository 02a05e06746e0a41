"""The page where a person finds their own settings."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import SIGNED_IN, GuardedRoute, clock_of, principal_of
from server.routes.auth import leave
from server.usecases.mistakes import Mistakes
from server.usecases.own_settings import save_own_settings, sign_out_everywhere
from server.views import locale_of, page, see_other
from server.words import LOCALE_NAMES
from server.zones import list_zones
from surveys.queries_access import load_own_access

LONGEST = 64


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/me", show, policy=SIGNED_IN),
        GuardedRoute("/me", save, policy=SIGNED_IN, methods=["POST"]),
        GuardedRoute("/me/sign-out-everywhere", leave_everywhere, policy=SIGNED_IN, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show language, time zone, and who is signed in where."""
    return await _page(request)


async def save(request: Request) -> Response:
    """Store language and time zone."""
    form = await request.form()
    typed = {name: str(form.get(name, ""))[:LONGEST] for name in ("locale", "time_zone")}
    try:
        await save_own_settings(principal_of(request).id, **typed)
    except Mistakes as mistakes:
        return await _page(request, mistakes=mistakes)
    return see_other("/me?saved=yes")


async def leave_everywhere(request: Request) -> Response:
    """Sign out of all devices and of this browser."""
    await sign_out_everywhere(principal_of(request).id)
    return await leave(request)


async def _page(request: Request, *, mistakes: Mistakes | None = None) -> Response:
    person = principal_of(request)
    values = {
        "access": await load_own_access(person.id, clock_of(request).now()),
        "locale_names": LOCALE_NAMES,
        "zones": list_zones(locale_of(request)),
        "mistakes": mistakes.by_field if mistakes else {},
        "is_saved": request.query_params.get("saved") == "yes",
    }
    return page(request, "me/show.html", values, status=422 if mistakes else 200)

"""The page *what great looks like*: the own role, or the roles of the people one manages."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import SIGNED_IN, GuardedRoute, clock_of, principal_of
from server.usecases.great import check_may_read, great_page
from server.usecases.publish import mark_seen
from server.views import locale_of, page, see_other

PATH = "/what-great-looks-like"
LONGEST_SLUG = 80


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute(PATH, show, policy=SIGNED_IN),
        GuardedRoute(PATH + "/{slug}/{version}/seen", seen, policy=SIGNED_IN, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show a role; opening the page changes nothing."""
    wanted = request.query_params.get("role", "")[:LONGEST_SLUG]
    shown = await great_page(principal_of(request).id, wanted, locale_of(request), clock=clock_of(request))
    return page(request, "great/show.html", {"great": shown})


async def seen(request: Request) -> Response:
    """Record that it was read."""
    person, clock = principal_of(request), clock_of(request)
    profile, version = str(request.path_params["slug"]), str(request.path_params["version"])
    await check_may_read(person.id, profile, version, clock=clock)
    await mark_seen(person.id, profile, version, clock=clock)
    return see_other(f"{PATH}?role={profile}#seen")

"""HR's start page."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.usecases.overview import hr_overview
from server.views import page


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [GuardedRoute("/hr", show, policy=HR)]


async def show(request: Request) -> Response:
    """Show the one next step and the cycles."""
    overview = await hr_overview(clock=clock_of(request))
    return page(request, "hr/home.html", {"overview": overview, "tz": principal_of(request).time_zone})

"""The front door: three chairs in a demo, else the page that fits the person."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PUBLIC, SIGNED_IN, GuardedRoute, clock_of, principal_of
from server.errors import not_found
from server.routes.auth import with_session
from server.usecases.sign_in import sign_in_as
from server.views import page, see_other

# Chair -> (external id of the cast, page that person starts on)
CHAIRS = {"employee": ("E01", "/app/"), "manager": ("M01", "/gaps"), "hr": ("H01", "/hr")}


def routes(*, is_demo: bool) -> list[BaseRoute]:
    """List the routes of this module; the chairs exist in a demo only."""
    common: list[BaseRoute] = [
        GuardedRoute("/", front, policy=PUBLIC),
        GuardedRoute("/start", start, policy=SIGNED_IN),
    ]
    return (
        [*common, GuardedRoute("/demo/{chair}", take_chair, policy=PUBLIC, methods=["POST"])]
        if is_demo
        else common
    )


async def front(request: Request) -> Response:
    """Show the chairs of a demo; elsewhere go to the start page."""
    if request.app.state.settings.is_demo:
        return page(request, "home/chairs.html")
    return see_other("/start")


async def start(request: Request) -> Response:
    """Go to the page that fits: HR's desk, or the phone app."""
    return see_other("/hr" if "hr" in principal_of(request).roles else "/app/")


async def take_chair(request: Request) -> Response:
    """Sign in anew as one of the demo's people."""
    chair = CHAIRS.get(str(request.path_params["chair"]))
    if chair is None:
        raise not_found()
    external_id, url = chair
    secret = await sign_in_as(external_id, clock=clock_of(request))
    return with_session(request, see_other(url), secret)

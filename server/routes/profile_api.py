"""The profile of a role on the phone: read it, and say that it was seen."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import SIGNED_IN, GuardedRoute, clock_of, principal_of
from server.usecases.great import check_may_read, read_profile
from server.usecases.publish import mark_seen
from server.views import json_bytes


def routes() -> list[BaseRoute]:
    """List the routes of this module; whose role it is decides the use case, and nobody else's is a missing page."""
    one = "/api/v1/profiles/{slug}/{version}"
    return [
        GuardedRoute(one + "/seen", seen, policy=SIGNED_IN, methods=["POST"]),
        GuardedRoute(one + "/{locale}.json", show, policy=SIGNED_IN),
    ]


async def show(request: Request) -> Response:
    """Give a profile in one language."""
    person = principal_of(request)
    parts = request.path_params
    document = await read_profile(
        person.id,
        str(parts["slug"]),
        str(parts["version"]),
        str(parts["locale"]),
        is_hr="hr" in person.roles,
        clock=clock_of(request),
    )
    return Response(json_bytes(document), media_type="application/json")


async def seen(request: Request) -> Response:
    """Record that a role holder, or a manager of one, has opened it."""
    person, clock = principal_of(request), clock_of(request)
    profile, version = str(request.path_params["slug"]), str(request.path_params["version"])
    await check_may_read(person.id, profile, version, clock=clock)
    await mark_seen(person.id, profile, version, clock=clock)
    return Response(status_code=204)

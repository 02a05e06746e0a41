"""HR publishes a profile version."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.usecases.publish import publish_profile
from server.views import see_other


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [GuardedRoute("/hr/profiles/{profile}/publish", publish, policy=HR, methods=["POST"])]


async def publish(request: Request) -> Response:
    """Deliver a version by mail; pressed twice, the second time reaches only who is new."""
    profile = str(request.path_params["profile"])
    await publish_profile(
        profile,
        actor=principal_of(request).id,
        is_mail_ready=request.app.state.mailer.is_ready,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    return see_other(f"/hr/profiles/{profile}#publish")

"""HR's page of how the installation is doing, with the same words as `sightline doctor`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.usecases.doctor import examine, say
from server.usecases.people import mail_of
from server.usecases.readiness import check_reachable
from server.usecases.trial_mail import send_trial_mail
from server.views import locale_of, page, see_other


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/health", show, policy=HR),
        GuardedRoute("/health/address", look_again, policy=HR, methods=["POST"]),
        GuardedRoute("/health/mail", send_mail, policy=HR, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show every check, the worst first."""
    return await _page(request, mail_said=None)


async def look_again(request: Request) -> Response:
    """Ask the public address now."""
    await check_reachable(request.app.state.settings, clock=clock_of(request))
    return see_other("/health")


async def send_mail(request: Request) -> Response:
    """Send a test mail to the one who asks, and say what the mail server answered."""
    person = principal_of(request)
    said = await send_trial_mail(
        request.app.state.mailer, name=person.name, mail=await mail_of(person.id), locale=locale_of(request)
    )
    return await _page(request, mail_said=said)


async def _page(request: Request, *, mail_said: str | None) -> Response:
    state = request.app.state
    checks = await examine(state.settings, keeper=state.keeper, clock=clock_of(request), is_serving=True)
    said = [say(check, locale_of(request)) for check in checks]
    values = {
        "to_settle": [one for one in said if one.state != "ok"],
        "well": [one for one in said if one.state == "ok"],
        "n_bad": sum(one.state == "bad" for one in said),
        "n_warn": sum(one.state == "warn" for one in said),
        "mail_said": mail_said,
        "has_mail": state.settings.smtp is not None,
        "is_local": state.settings.is_local,
    }
    return page(request, "health/show.html", values)

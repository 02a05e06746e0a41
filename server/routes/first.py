"""The pages of the first start; they exist only until the installation does."""

import logging
import os

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PUBLIC, GuardedRoute, clock_of, is_secure
from server.errors import not_found
from server.routes import assets
from server.routes.auth import with_session
from server.usecases.first_start import FIELDS, FirstStart, read_answers, try_mail, without_mail
from server.usecases.install import install
from server.usecases.mistakes import Mistake, Mistakes
from server.usecases.readiness import check_reachable
from server.usecases.sign_in import sign_in_as
from server.views import locale_of, page, see_other
from server.words import LOCALE_NAMES
from server.zones import is_zone, list_zones, zone_of_machine
from surveys.people import FIRST_PERSON

log = logging.getLogger("sightline.first")
COOKIE = "first"
COOKIE_LIFE_S = 3600


def routes() -> list[BaseRoute]:
    """List the routes of the first start."""
    return [
        GuardedRoute("/", to_first, policy=PUBLIC),
        GuardedRoute("/first", show_code, policy=PUBLIC),
        GuardedRoute("/first", type_code, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/first/questions", show_questions, policy=PUBLIC),
        GuardedRoute("/first/questions", answer, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/ping", ping, policy=PUBLIC),
        *(one for one in assets.routes() if isinstance(one, GuardedRoute) and one.path.startswith("/static")),
    ]


async def ping(request: Request) -> Response:
    """Say that Sightline answers here."""
    return Response(status_code=204)


async def to_first(request: Request) -> Response:
    """Go where the first start begins."""
    return see_other("/first")


async def show_code(request: Request) -> Response:
    """Ask for the code of the terminal."""
    if _is_known(request):
        return see_other("/first/questions")
    return page(request, "first/code.html", {"problem": ""})


async def type_code(request: Request) -> Response:
    """Let the browser with the right code in; after five wrong ones the terminal shows another."""
    form = await request.form()
    first = _first(request)
    secret = first.try_code(str(form.get("code", "")))
    if secret is None:
        problem = "wrong"
        if first.is_used_up:
            request.app.state.show_code(first.draw_code())
            problem = "used_up"
        return page(request, "first/code.html", {"problem": problem}, status=422)
    response = see_other("/first/questions")
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_LIFE_S,
        secure=is_secure(request.scope),
        httponly=True,
        samesite="strict",
    )
    return response


async def show_questions(request: Request) -> Response:
    """Show the six questions."""
    if not _is_known(request):
        return see_other("/first")
    fields = {
        "public_url": request.app.state.settings.public_url,
        "language": locale_of(request),
        "time_zone": "",
    }
    return _questions(request, fields, {}, mail_said="")


async def answer(request: Request) -> Response:
    """Make the installation of the answers, once the test mail went out, and sign the first person in."""
    if not _is_known(request):
        raise not_found()
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in FIELDS}
    first, state = _first(request), request.app.state
    # The password is typed once: shown again it would stand in the page.
    first.password = typed["smtp_password"] or first.password
    typed["smtp_password"] = first.password if typed["smtp_host"].strip() else ""
    try:
        plan = read_answers(
            typed, data_dir=state.settings.data_dir, port=state.settings.port, database_url=state.database_url
        )
    except Mistakes as mistakes:
        return _questions(request, typed, mistakes.by_field, mail_said="")
    if form.get("without_mail") == "yes":
        plan = without_mail(plan)
    elif said := await try_mail(plan, clock=clock_of(request)):
        return _questions(request, typed, {"smtp_host": Mistake("first.m_refused")}, mail_said=said)
    settings = await install(plan, clock=clock_of(request))
    await state.become(settings)
    secret = await sign_in_as(FIRST_PERSON, clock=clock_of(request))
    problem = await check_reachable(settings, clock=clock_of(request))
    response = with_session(request, see_other("/health" if problem else "/hr"), secret)
    response.delete_cookie(COOKIE, secure=is_secure(request.scope), httponly=True, samesite="strict")
    return response


def _questions(
    request: Request, fields: dict[str, str], mistakes: dict[str, Mistake], *, mail_said: str
) -> Response:
    zone = fields["time_zone"] if is_zone(fields["time_zone"]) else zone_of_machine(os.environ.get("TZ", ""))
    values = {
        "fields": {**dict.fromkeys(FIELDS, ""), **fields, "smtp_password": "", "time_zone": zone},
        "zones": list_zones(locale_of(request)),
        "has_password": bool(_first(request).password),
        "mistakes": mistakes,
        "mail_said": mail_said,
        "locale_names": LOCALE_NAMES,
    }
    return page(request, "first/questions.html", values, status=422 if mistakes else 200)


def _first(request: Request) -> FirstStart:
    first: FirstStart = request.app.state.first
    return first


def _is_known(request: Request) -> bool:
    return _first(request).knows(request.cookies.get(COOKIE, ""))

"""HR's pages of role profiles: the list, one profile with its grade, checks, notice and exemplars, and its preview."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.clock import today
from server.errors import not_found
from server.routes import profile_files
from server.routes.form_fields import id_field
from server.usecases.mistakes import Mistakes
from server.usecases.notices import end_exemplar, mark_exemplar, record_notice
from server.usecases.profiles_checks import record_check
from server.usecases.profiles_preview import preview_of, said_in
from server.usecases.publish_page import publish_panel
from server.views import locale_of, page, see_other
from server.words import translate
from surveys import queries_people, queries_profiles
from surveys.profile_file import from_document, grade_steps
from surveys.queries_profile_versions import find_instruments, find_version

STORED = ("profile", "overlay", "instrument", "same")


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/profiles/{profile}"
    return [
        GuardedRoute("/hr/profiles", show_list, policy=HR),
        *profile_files.routes(),  # before the address of one profile, which takes any word
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one + "/preview", show_preview, policy=HR),
        GuardedRoute(one + "/checks/{step}", add_check, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/notices", add_notice, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/exemplars", add_exemplar, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/exemplars/{exemplar}/end", stop_exemplar, policy=HR, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Show every profile version, and which question texts are here."""
    stored = request.query_params.get("stored", "")
    values = {
        "profiles": await queries_profiles.list_profiles(),
        "instruments": await queries_profiles.list_instruments(),
        "stored": stored if stored in STORED else "",
        "name": request.query_params.get("name", "")[:200],
    }
    return page(request, "profiles/list.html", values)


async def show(request: Request) -> Response:
    """Show one profile."""
    return await _show(request, {}, {})


async def show_preview(request: Request) -> Response:
    """Show a profile as a participant meets it, with an invented person."""
    found = await find_version(str(request.path_params["profile"]))
    if found is None:
        raise not_found()
    instruments = await find_instruments()
    wanted = request.query_params.get("in", "")
    locale = locale_of(request)
    preview = None
    if instruments is not None:
        person = translate(locale, "profiles.preview_person")
        preview = preview_of(found, instruments, wanted or locale, person=person)
    values = {"preview": preview, "version": found, "title": said_in(found, locale)["profile.title"]}
    return page(request, "profiles/preview.html", values)


async def add_check(request: Request) -> Response:
    """Record a check of the profile as its next version."""
    form = await request.form()
    typed = {name: str(value) for name, value in form.items()}
    try:
        stored = await record_check(
            str(request.path_params["profile"]),
            str(request.path_params["step"]),
            typed,
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as found:
        return await _show(request, found.by_field, typed)
    return see_other(f"/hr/profiles/{stored.version_id}?{urlencode({'checked': stored.name})}#grade")


async def add_notice(request: Request) -> Response:
    """Record the day a profile was handed over."""
    form = await request.form(max_fields=20_000)
    profile = str(request.path_params["profile"])
    is_all = form.get("who") == "all"
    try:
        n_new = await record_notice(
            profile,
            None if is_all else [id_field(one) for one in form.getlist("people")],
            str(form.get("delivered_on", "")),
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as found:
        return await _show(request, found.by_field, {name: str(value) for name, value in form.items()})
    return see_other(f"/hr/profiles/{profile}?recorded={n_new}#notice")


async def add_exemplar(request: Request) -> Response:
    """Mark a top performer."""
    form = await request.form()
    profile = str(request.path_params["profile"])
    try:
        await mark_exemplar(
            profile,
            id_field(form.get("person", "")),
            str(form.get("reason", "")),
            str(form.get("measures", "")),
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as found:
        return await _show(request, found.by_field, {name: str(value) for name, value in form.items()})
    return see_other(f"/hr/profiles/{profile}#exemplars")


async def stop_exemplar(request: Request) -> Response:
    """Let someone be an exemplar no longer."""
    profile = str(request.path_params["profile"])
    await end_exemplar(
        profile,
        str(request.path_params["exemplar"]),
        actor=principal_of(request).id,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    return see_other(f"/hr/profiles/{profile}#exemplars")


async def _show(request: Request, mistakes: object, typed: object) -> Response:
    found = await queries_profiles.find_profile(str(request.path_params["profile"]))
    if found is None:
        raise not_found()
    row, document = found
    day = today(clock_of(request))
    holders = await queries_people.list_role_holders(row.profile, day=day)
    deliveries = await queries_people.list_deliveries(row.profile, [one.id for one in holders])
    recorded = request.query_params.get("recorded", "")
    stored = await find_version(row.id)
    if stored is None:
        raise not_found()
    kind = request.query_params.get("stored", "")
    values = {
        "row": row,
        "document": from_document(document),
        "texts": said_in(stored, locale_of(request)),
        "steps": grade_steps(stored.profile),
        "stored": kind if kind in STORED else "",
        "name": request.query_params.get("name", "")[:200],
        "checked": request.query_params.get("checked", "")[:200],
        "holders": holders,
        "had_on": {
            person: min(one.delivered_on for one in found if one.version == row.version)
            for person, found in deliveries.items()
            if any(one.version == row.version for one in found)
        },
        "exemplars": await queries_profiles.list_exemplars(row.profile),
        "today": day,
        "panel": await publish_panel(
            row.id, is_mail_ready=request.app.state.mailer.is_ready, clock=clock_of(request)
        ),
        "mistakes": mistakes,
        "typed": typed,
        "recorded": recorded if recorded.isdecimal() and len(recorded) < 7 else "",
    }
    return page(request, "profiles/show.html", values, status=422 if mistakes else 200)

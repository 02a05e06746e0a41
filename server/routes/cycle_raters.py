"""HR's pages of a draft's raters: by hand for one person, or one list for all."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes.cycle_view import show_raters_of
from server.routes.form_fields import id_field
from server.routes.people import spreadsheet
from server.routes.running import words_of
from server.routes.upload_form import MAX_UPLOAD_BYTES, read_file
from server.usecases import running_add
from server.usecases.cycle_pages import get_cycle
from server.usecases.raters import remove_rater, set_raters
from server.usecases.raters_import import LOADS_UNSEEN, import_raters, look_again, look_over_raters
from server.usecases.templates import raters_template_file
from server.usecases.uploads import drop_upload
from server.views import locale_of, page, see_other
from surveys.errors import FileRefused, ReadingFailed
from surveys.errors import Problem as Fault

SAYS_WHO = ("wrong_relationship", "unknown_person")  # these name the people they are about


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    files = one + "/raters"
    raters = one + "/ratees/{person}"
    return [
        GuardedRoute(files + ".xlsx", template, policy=HR),
        GuardedRoute(files + "/import", show_import, policy=HR),
        GuardedRoute(
            files + "/import", look_over, policy=HR, methods=["POST"], max_body_size=MAX_UPLOAD_BYTES
        ),
        GuardedRoute(files + "/import/commit", commit, policy=HR, methods=["POST"]),
        GuardedRoute(files + "/import/discard", discard, policy=HR, methods=["POST"]),
        GuardedRoute(raters, show_raters, policy=HR),
        GuardedRoute(raters, add_raters, policy=HR, methods=["POST"]),
        GuardedRoute(raters + "/raters/{assignment}/remove", drop_rater, policy=HR, methods=["POST"]),
    ]


async def template(request: Request) -> Response:
    """Give the list as it stands, to be filled in."""
    cycle = await get_cycle(str(request.path_params["cycle"]))
    data = await raters_template_file(cycle.id, locale=locale_of(request), clock=clock_of(request))
    return spreadsheet(data, "sightline-raters.xlsx")


async def show_import(request: Request) -> Response:
    """Show where to choose a list."""
    return await _import_page(request, (), "")


async def look_over(request: Request) -> Response:
    """Show what a list would change, or everything that is wrong with it; nothing is stored."""
    upload = await read_file(request)
    if upload is None:
        return await _import_page(request, (), "-")
    try:
        dry = await look_over_raters(
            str(request.path_params["cycle"]),
            upload,
            actor=principal_of(request).id,
            folder=request.app.state.settings.data_dir / "uploads",
            clock=clock_of(request),
        )
    except FileRefused as refused:
        return await _import_page(request, refused.problems, upload.filename)
    except ReadingFailed as failed:
        return await _import_page(request, (Fault(None, "", str(failed)),), upload.filename)
    return page(request, "cycles/raters_dry_run.html", {"dry": dry, "cycle": dry.cycle, "is_unseen": False})


async def commit(request: Request) -> Response:
    """Store exactly what was approved."""
    form = await request.form()
    cycle = str(request.path_params["cycle"])
    token, actor = str(form.get("token", "")), principal_of(request).id
    folder = request.app.state.settings.data_dir / "uploads"
    try:
        await import_raters(
            cycle,
            token,
            str(form.get("approval", "")),
            actor=actor,
            folder=folder,
            clock=clock_of(request),
            has_approved_loads=form.get("loads") == "approved",
        )
    except Problem as problem:
        if problem.code != LOADS_UNSEEN.code:
            raise
        dry = await look_again(cycle, token, actor=actor, folder=folder, clock=clock_of(request))
        values = {"dry": dry, "cycle": dry.cycle, "is_unseen": True}
        return page(request, "cycles/raters_dry_run.html", values, status=422)
    return see_other(f"/hr/cycles/{cycle}")


async def discard(request: Request) -> Response:
    """Throw the list away."""
    form = await request.form()
    folder = request.app.state.settings.data_dir / "uploads"
    drop_upload(str(form.get("token", "")), folder=folder, owner=principal_of(request).id)
    return see_other(f"/hr/cycles/{request.path_params['cycle']}")


async def show_raters(request: Request) -> Response:
    """Show who is asked about one person."""
    return await show_raters_of(request)


async def add_raters(request: Request) -> Response:
    """Ask the ticked people, each with the chosen relationship; what does not fit is said on the page."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    chosen = {id_field(one): str(form.get(f"as_{one}", "")) for one in form.getlist("rater")}
    try:
        if (await get_cycle(cycle)).state == "draft":
            await set_raters(cycle, person, chosen, clock=clock_of(request))
        else:
            await running_add.add_raters(
                cycle,
                person,
                chosen,
                actor_id=principal_of(request).id,
                keeper=request.app.state.keeper,
                clock=clock_of(request),
            )
    except Problem as problem:
        if problem.code in SAYS_WHO and problem.status == 422:
            return await show_raters_of(request, problem=problem, status=problem.status)
        return await show_raters_of(request, note=words_of(problem), status=problem.status)
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def drop_rater(request: Request) -> Response:
    """Take someone out of a draft."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    await remove_rater(cycle, person, str(request.path_params["assignment"]))
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def _import_page(request: Request, problems: tuple[Fault, ...], filename: str) -> Response:
    cycle = await get_cycle(str(request.path_params["cycle"]))
    values = {"cycle": cycle, "problems": problems, "filename": filename}
    return page(request, "cycles/raters_import.html", values, status=422 if filename else 200)

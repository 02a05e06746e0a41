"""HR's pages of people: the list, one person, roles in Sightline, and the import with its dry run."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.clock import today
from server.errors import Problem, not_found
from server.routes.upload_form import MAX_UPLOAD_BYTES, read_file
from server.usecases.people import end_grant, grant_role
from server.usecases.people_import import import_people, look_over_people
from server.usecases.templates import people_template_file
from server.usecases.uploads import drop_upload
from server.views import locale_of, page, see_other
from surveys import queries_people
from surveys.errors import FileRefused, ReadingFailed
from surveys.errors import Problem as Fault

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/people/{person}"
    return [
        GuardedRoute("/hr/people", show_list, policy=HR),
        GuardedRoute("/hr/people/template.xlsx", template, policy=HR),
        GuardedRoute("/hr/people/import", show_import, policy=HR),
        GuardedRoute(
            "/hr/people/import", look_over, policy=HR, methods=["POST"], max_body_size=MAX_UPLOAD_BYTES
        ),
        GuardedRoute("/hr/people/import/commit", commit, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/people/import/discard", discard, policy=HR, methods=["POST"]),
        GuardedRoute(one, show_person, policy=HR),
        GuardedRoute(one + "/grants", add_grant, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/grants/{grant}/end", stop_grant, policy=HR, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Show one page of people."""
    search = request.query_params.get("q", "")[:200]
    number = request.query_params.get("page", "1")
    found = await queries_people.list_people(
        search,
        number=int(number) if number.isdecimal() and len(number) < 7 else 1,
        day=today(clock_of(request)),
    )
    stored = {name: request.query_params.get(name, "") for name in ("new", "changed")}
    values = {
        "found": found,
        "search": search,
        "stored": stored if all(n.isdecimal() and len(n) < 7 for n in stored.values()) else None,
    }
    return page(request, "people/list.html", values)


async def template(request: Request) -> Response:
    """Give the empty spreadsheet with its explanations."""
    data = await people_template_file(locale=locale_of(request))
    return spreadsheet(data, "sightline-people.xlsx")


def spreadsheet(data: bytes, filename: str) -> Response:
    """Give a workbook to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(data, media_type=XLSX, headers=headers)


async def show_import(request: Request) -> Response:
    """Show where to choose a file."""
    return page(request, "people/import.html", {"problems": (), "filename": ""})


async def look_over(request: Request) -> Response:
    """Show what a file would change, or everything that is wrong with it; nothing is stored."""
    upload = await read_file(request)
    if upload is None:
        return page(request, "people/import.html", {"problems": (), "filename": "-"}, status=422)
    try:
        dry = await look_over_people(
            upload,
            actor=principal_of(request).id,
            folder=request.app.state.settings.data_dir / "uploads",
            clock=clock_of(request),
        )
    except FileRefused as refused:
        values = {"problems": refused.problems, "filename": upload.filename}
        return page(request, "people/import.html", values, status=422)
    except ReadingFailed as failed:
        values = {"problems": (Fault(None, "", str(failed)),), "filename": upload.filename}
        return page(request, "people/import.html", values, status=422)
    return page(request, "people/dry_run.html", {"dry": dry})


async def commit(request: Request) -> Response:
    """Store exactly what was approved."""
    form = await request.form()
    diff = await import_people(
        str(form.get("token", "")),
        str(form.get("approval", "")),
        actor=principal_of(request).id,
        folder=request.app.state.settings.data_dir / "uploads",
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    return see_other(f"/hr/people?new={len(diff.new)}&changed={diff.n_changed}")


async def discard(request: Request) -> Response:
    """Throw the file away."""
    form = await request.form()
    folder = request.app.state.settings.data_dir / "uploads"
    drop_upload(str(form.get("token", "")), folder=folder, owner=principal_of(request).id)
    return see_other("/hr/people/import")


async def show_person(request: Request) -> Response:
    """Show a person with relations and roles."""
    return await _person(request, None)


async def add_grant(request: Request) -> Response:
    """Give a role from today on."""
    person = str(request.path_params["person"])
    form = await request.form()
    await grant_role(
        person,
        str(form.get("role", "")),
        actor=principal_of(request).id,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    return see_other(f"/hr/people/{person}")


async def stop_grant(request: Request) -> Response:
    """End a role today, or say on the page why not."""
    person = str(request.path_params["person"])
    try:
        await end_grant(
            person,
            str(request.path_params["grant"]),
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        if problem.status != 409:
            raise
        return await _person(request, problem)
    return see_other(f"/hr/people/{person}")


async def _person(request: Request, problem: Problem | None) -> Response:
    day = today(clock_of(request))
    card = await queries_people.find_person_card(str(request.path_params["person"]), day=day)
    if card is None:
        raise not_found()
    values = {"card": card, "today": day, "problem": problem}
    return page(request, "people/show.html", values, status=problem.status if problem else 200)

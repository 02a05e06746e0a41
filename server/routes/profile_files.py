"""HR's pages of profile files: the import with its dry run, the template, a version as a spreadsheet."""

from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from exports.file_names import content_disposition
from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import not_found
from server.routes.people import XLSX
from server.routes.upload_form import MAX_UPLOAD_BYTES, read_file
from server.usecases.profiles_book import profile_file, profile_template_file
from server.usecases.profiles_dry_run import import_looked_over, look_over_content
from server.usecases.uploads import drop_upload
from server.views import locale_of, page, see_other
from surveys.errors import FileRefused, ReadingFailed
from surveys.errors import Problem as Fault


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/hr/profiles/template.xlsx", template, policy=HR),
        GuardedRoute("/hr/profiles/import", show_import, policy=HR),
        GuardedRoute(
            "/hr/profiles/import", look_over, policy=HR, methods=["POST"], max_body_size=MAX_UPLOAD_BYTES
        ),
        GuardedRoute("/hr/profiles/import/commit", commit, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/profiles/import/discard", discard, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/profiles/{profile}/profile.xlsx", download, policy=HR),
    ]


async def template(request: Request) -> Response:
    """Give the empty workbook with a worked example."""
    return _workbook(await profile_template_file(locale=locale_of(request)), "profile.xlsx")


async def download(request: Request) -> Response:
    """Give a stored version as a workbook that can be edited and imported again."""
    found = await profile_file(str(request.path_params["profile"]), locale=locale_of(request))
    if found is None:
        raise not_found()
    name, data = found
    return _workbook(data, name)


async def show_import(request: Request) -> Response:
    """Show where to choose a file."""
    return page(request, "profiles/import.html", {"problems": (), "filename": ""})


async def look_over(request: Request) -> Response:
    """Show what a file would become, or everything that is wrong with it; nothing is stored."""
    upload = await read_file(request)
    if upload is None:
        return page(request, "profiles/import.html", {"problems": (), "filename": "-"}, status=422)
    try:
        dry = await look_over_content(
            upload, actor=principal_of(request).id, folder=_folder(request), clock=clock_of(request)
        )
    except FileRefused as refused:
        return _refused(request, refused.problems, upload.filename)
    except ReadingFailed as failed:
        return _refused(request, (Fault(None, "", str(failed)),), upload.filename)
    return page(request, "profiles/dry_run.html", {"dry": dry})


async def commit(request: Request) -> Response:
    """Store exactly what was seen."""
    form = await request.form()
    stored = await import_looked_over(
        str(form.get("token", "")),
        str(form.get("approval", "")),
        str(form.get("version", "")),
        actor=principal_of(request).id,
        folder=_folder(request),
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    said = urlencode({"stored": stored.kind, "name": stored.name})
    return see_other(
        f"/hr/profiles/{stored.version_id}?{said}" if stored.version_id else f"/hr/profiles?{said}"
    )


async def discard(request: Request) -> Response:
    """Throw the file away."""
    form = await request.form()
    drop_upload(str(form.get("token", "")), folder=_folder(request), owner=principal_of(request).id)
    return see_other("/hr/profiles/import")


def _refused(request: Request, problems: tuple[Fault, ...], filename: str) -> Response:
    values = {"problems": problems, "filename": filename}
    return page(request, "profiles/import.html", values, status=422)


def _workbook(data: bytes, name: str) -> Response:
    return Response(data, media_type=XLSX, headers={"Content-Disposition": content_disposition(name)})


def _folder(request: Request) -> Path:
    data_dir: Path = request.app.state.settings.data_dir
    return data_dir / "uploads"

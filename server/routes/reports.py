"""Report pages and workbooks."""

from collections.abc import Sequence

from babel.lists import format_list
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from exports.file_names import content_disposition
from server.access import HR, RATEE, REPORT_VIEWER, SIGNED_IN, GuardedRoute, clock_of, principal_of, shut_of
from server.usecases.report_values import ReportPage
from server.usecases.reports import list_reports, ratee_report, share_comments, viewer_report
from server.usecases.workbook_facts import Reader, Workbook
from server.usecases.workbooks import cycle_workbook, own_workbook, viewed_workbook
from server.views import isolated, locale_of, page, see_other
from server.words import translate
from surveys.keeper import Keeper
from surveys.queries_shut import list_shut_cycles

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes() -> list[BaseRoute]:
    """List the routes of reports and workbooks."""
    return [
        GuardedRoute("/reports", _list, policy=SIGNED_IN, methods=["GET"], name="reports"),
        GuardedRoute("/reports/{cycle}", _own, policy=RATEE, methods=["GET"], name="own_report"),
        GuardedRoute(
            "/reports/{cycle}/sharing", _share, policy=RATEE, methods=["POST"], name="share_comments"
        ),
        GuardedRoute(
            "/reports/{cycle}/workbook", _own_workbook, policy=RATEE, methods=["GET"], name="own_workbook"
        ),
        GuardedRoute(
            "/reports/{cycle}/people/{ratee}",
            _viewed,
            policy=REPORT_VIEWER,
            methods=["GET"],
            name="viewed_report",
        ),
        GuardedRoute(
            "/reports/{cycle}/people/{ratee}/workbook",
            _viewed_workbook,
            policy=REPORT_VIEWER,
            methods=["GET"],
            name="viewed_workbook",
        ),
        GuardedRoute(
            "/hr/cycles/{cycle}/workbook", _cycle_workbook, policy=HR, methods=["GET"], name="cycle_workbook"
        ),
    ]


async def _list(request: Request) -> Response:
    found = await list_reports(principal_of(request).id, clock=clock_of(request))
    shut = await shut_of(principal_of(request))
    hidden = await list_shut_cycles(shut, [one.cycle for one in (*found.own, *found.others)])
    values = {
        "own": [one for one in found.own if one.cycle not in hidden],
        "others": [one for one in found.others if one.cycle not in hidden],
        "shut": shut.reason if hidden else "",
        "iso": isolated(locale_of(request)),
    }
    return page(request, "report/list.html", values)


async def _own(request: Request) -> Response:
    cycle = request.path_params["cycle"]
    report = await ratee_report(
        cycle,
        principal_of(request).id,
        keeper=_keeper(request),
        locale=locale_of(request),
        clock=clock_of(request),
    )
    return _report_page(request, report, f"/reports/{cycle}")


async def _viewed(request: Request) -> Response:
    cycle, ratee = request.path_params["cycle"], request.path_params["ratee"]
    report = await viewer_report(
        cycle,
        ratee,
        principal_of(request).id,
        keeper=_keeper(request),
        locale=locale_of(request),
        clock=clock_of(request),
    )
    return _report_page(request, report, f"/reports/{cycle}/people/{ratee}")


async def _share(request: Request) -> Response:
    cycle = request.path_params["cycle"]
    form = await request.form()
    await share_comments(
        cycle,
        principal_of(request).id,
        is_shared=form.get("comments") == "on",
        keeper=_keeper(request),
        clock=clock_of(request),
    )
    return see_other(f"/reports/{cycle}#sharing")


async def _own_workbook(request: Request) -> Response:
    book = await own_workbook(
        request.path_params["cycle"],
        principal_of(request).id,
        keeper=_keeper(request),
        reader=_reader(request),
        clock=clock_of(request),
    )
    return download(book)


async def _viewed_workbook(request: Request) -> Response:
    book = await viewed_workbook(
        request.path_params["cycle"],
        request.path_params["ratee"],
        principal_of(request).id,
        keeper=_keeper(request),
        reader=_reader(request),
        clock=clock_of(request),
    )
    return download(book)


async def _cycle_workbook(request: Request) -> Response:
    book = await cycle_workbook(
        request.path_params["cycle"],
        principal_of(request).id,
        reader=_reader(request),
        keeper=_keeper(request),
        clock=clock_of(request),
    )
    return download(book)


def _reader(request: Request) -> Reader:
    return Reader(locale_of(request), principal_of(request).time_zone)


def _keeper(request: Request) -> Keeper:
    keeper: Keeper = request.app.state.keeper
    return keeper


def download(book: Workbook) -> Response:
    """Answer with a workbook to be saved under its name."""
    headers = {"content-disposition": content_disposition(book.file_name)}
    return Response(book.data, media_type=XLSX, headers=headers)


def _report_page(request: Request, report: ReportPage, here: str) -> Response:
    locale = locale_of(request)
    iso = isolated(locale)

    def names(groups: tuple[str, ...]) -> str:
        return _joined([translate(locale, f"report.group.{group}") for group in groups], locale)

    def joined(people: tuple[str, ...]) -> str:
        return _joined([iso(person) for person in people], locale)

    values = {"report": report, "here": here, "iso": iso, "names": names, "joined": joined}
    return page(request, "report/show.html", values)


def _joined(parts: Sequence[str], locale: str) -> str:
    return format_list(parts, locale=locale)

"""The living promise of a draft, and the confirmations of a planned 360."""

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes.cycle_view import show_cycle
from server.usecases.cycles import NOT_A_DRAFT
from server.usecases.mistakes import Mistakes
from server.usecases.programme import confirm_programme
from server.usecases.promise_preview import Typed, keep_promise, preview_promise
from server.views import page, see_other


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    return [
        GuardedRoute(one + "/promise", show, policy=HR),
        GuardedRoute(one + "/promise", keep, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/programme", confirm, policy=HR, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show the sentences as they would be with these numbers; nothing is stored."""
    preview = await preview_promise(
        str(request.path_params["cycle"]),
        _typed(request.query_params),
        time_zone=principal_of(request).time_zone,
        now=clock_of(request).now(),
    )
    values = {"promise": preview, "tz": principal_of(request).time_zone}
    return page(request, "cycles/_promise_lines.html", values)


async def keep(request: Request) -> Response:
    """Store the numbers and dates, or show the cycle again with the mistakes; a launched promise stays."""
    cycle = str(request.path_params["cycle"])
    typed = _typed(await request.form())
    time_zone, now = principal_of(request).time_zone, clock_of(request).now()
    try:
        await keep_promise(cycle, typed, time_zone=time_zone, now=now)
    except Mistakes:
        preview = await preview_promise(cycle, typed, time_zone=time_zone, now=now)
        return await show_cycle(request, promise=preview, status=422)
    except Problem as problem:
        if problem != NOT_A_DRAFT:
            raise
        return await show_cycle(request, note="cycles.refused_launched", status=problem.status)
    return see_other(f"/hr/cycles/{cycle}#promise")


async def confirm(request: Request) -> Response:
    """Keep which warnings of the planned 360 HR confirms."""
    cycle = str(request.path_params["cycle"])
    form = await request.form()
    try:
        await confirm_programme(cycle, [str(one) for one in form.getlist("confirm")])
    except Problem as problem:
        if problem.code != NOT_A_DRAFT.code:
            raise
        return await show_cycle(request, note="cycles.refused_launched", status=problem.status)
    return see_other(f"/hr/cycles/{cycle}#check")


def _typed(given: FormData | QueryParams) -> Typed:
    fields = {name: str(value)[:200] for name, value in given.items()}
    return Typed(fields, [str(one) for one in given.getlist("viewers")])

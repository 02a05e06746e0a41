"""HR's pages of a cycle that runs: one more person, one rater in place of another, an invitation once more."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from exports.file_names import content_disposition, safe_file_name
from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes.cycle_view import Refusal, show_cycle, show_raters_of
from server.routes.form_fields import id_field
from server.routes.people import XLSX
from server.usecases.pair_manager import replace_manager
from server.usecases.running_add import add_ratee, replace_rater
from server.usecases.running_invite import invitations_file, resend_invitation
from server.usecases.running_page import add_page
from server.views import locale_of, page, see_other

# What stands in the way, by the code of the problem; a code without words of its own is a rule of the launch.
REFUSED = {
    "too_late_to_add": "running.refused_late",
    "asked_before": "running.refused_asked",
    "rated_before": "running.refused_rated",
    "unknown_person": "running.refused_unknown",
    "wrong_relationship": "running.refused_relationship",
    "no_form": "running.refused_form",
    "no_mail": "running.refused_mail",
    "pair_is_fixed": "running.refused_pair",
    "pair_is_open": "running.refused_pair_open",
    "cycles_too_near": "running.refused_near",
    "cycles_overlap": "running.refused_overlap",
    "notice_missing": "running.refused_notice",
    "notice_running": "running.refused_notice",
    "clarity_missing": "running.refused_clarity",
    "not_a_draft": "cycles.refused_launched",
    "cancelled_before": "cycles.refused_cancelled",
    "no_reason": "cycles.refused_reason",
    "hidden_character": "cycles.refused_hidden",
}


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    person = one + "/ratees/{person}"
    return [
        GuardedRoute(one + "/add", show_add, policy=HR),
        GuardedRoute(one + "/add", add, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/invitations.xlsx", invitations, policy=HR),
        GuardedRoute(person + "/replace-rater", swap_rater, policy=HR, methods=["POST"]),
        GuardedRoute(person + "/manager", swap_manager, policy=HR, methods=["POST"]),
        GuardedRoute(person + "/resend", resend, policy=HR, methods=["POST"]),
    ]


def words_of(problem: Problem) -> str:
    """Give the words for a problem of a running cycle; raises the problem where another page says it better."""
    if problem.status not in (409, 422):
        raise problem
    return REFUSED.get(problem.code, "running.refused_rule")


async def show_add(request: Request) -> Response:
    """Show who holds the role and is not rated yet."""
    return await _add_page(request)


async def add(request: Request) -> Response:
    """Let one more person be rated, or say which rule stands against it."""
    cycle = str(request.path_params["cycle"])
    form = await request.form()
    person = id_field(form.get("person", ""))
    try:
        await add_ratee(
            cycle,
            person,
            actor_id=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        if problem.code == "too_late_to_add":
            raise
        return await _add_page(request, note=words_of(problem), status=problem.status)
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def invitations(request: Request) -> Response:
    """Give all invitations as a spreadsheet for mail merge."""
    settings = request.app.state.settings
    title, data = await invitations_file(
        str(request.path_params["cycle"]),
        locale=locale_of(request),
        organisation=settings.organisation,
        url=settings.public_url,
        clock=clock_of(request),
    )
    headers = {"content-disposition": content_disposition(safe_file_name(f"invitations {title}"))}
    return Response(data, media_type=XLSX, headers=headers)


async def swap_rater(request: Request) -> Response:
    """Cancel a rater and ask another one in the same relationship."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    rater = id_field(form.get("rater", ""))
    try:
        await replace_rater(
            cycle,
            person,
            rater,
            id_field(form.get("by", "")),
            actor_id=principal_of(request).id,
            reason=str(form.get("reason", "")),
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        refusal = Refusal("replace", words_of(problem), rater)
        return await show_raters_of(request, refusal=refusal, status=problem.status)
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def swap_manager(request: Request) -> Response:
    """Ask another manager in a clarity pair that is not open yet."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    try:
        await replace_manager(
            cycle,
            person,
            id_field(form.get("by", "")),
            actor_id=principal_of(request).id,
            reason=str(form.get("reason", "")),
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return await show_cycle(request, note=words_of(problem), status=problem.status)
    return see_other(f"/hr/cycles/{cycle}#pairs")


async def resend(request: Request) -> Response:
    """Mail a rater the address once more; the page says the same whether or not they have answered."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    try:
        await resend_invitation(
            cycle,
            person,
            id_field(form.get("rater", "")),
            actor_id=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return await show_raters_of(request, note=words_of(problem), status=problem.status)
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}?sent=yes")


async def _add_page(request: Request, *, note: str = "", status: int = 200) -> Response:
    shown = await add_page(str(request.path_params["cycle"]), clock=clock_of(request))
    return page(request, "cycles/add_person.html", {"shown": shown, "note": note}, status=status)

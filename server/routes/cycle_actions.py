"""What HR may do with a cycle: launch it, give it a later date, run a closing that is due."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes import running
from server.routes.cycle_view import Extension, Refusal, show_cycle, show_raters_of
from server.routes.form_fields import id_field
from server.usecases.abandon_look import look_over_abandonment
from server.usecases.advance import close_due_cycle
from server.usecases.cancel import abandon_cycle, cancel_ratee, cancel_rater
from server.usecases.cycle_form import local_moment
from server.usecases.extend import TOO_FAR, extend_cycle, look_over_extension
from server.usecases.launch import launch_cycle
from server.usecases.mistakes import Mistakes
from server.usecases.preflight import preflight
from server.views import see_other

REFUSED = {
    "no_reason": "cycles.refused_reason",
    "hidden_character": "cycles.refused_hidden",
    "too_late": "cycles.refused_late",
    "cancelled_before": "cycles.refused_cancelled",
}


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    return [
        GuardedRoute(one + "/launch", launch, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/extend", extend, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/close", close, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/abandon", abandon, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/ratees/{person}/cancel-rater", stop_rater, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/ratees/{person}/cancel", stop_ratee, policy=HR, methods=["POST"]),
        *running.routes(),
    ]


async def launch(request: Request) -> Response:
    """Launch a draft whose errors are settled and whose warnings are confirmed by name."""
    cycle = str(request.path_params["cycle"])
    form = await request.form()
    check = await preflight(cycle, clock=clock_of(request))
    if not check.is_clear([str(one) for one in form.getlist("confirm")]):
        return await show_cycle(request, note="cycles.refused_launch", status=422)
    await launch_cycle(
        cycle,
        actor_id=principal_of(request).id,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
        errors=check.errors,
        left_out=check.left_out,
    )
    return see_other(f"/hr/cycles/{cycle}")


async def extend(request: Request) -> Response:
    """Give a running cycle a later closing time once it was seen in words and confirmed, or say why not."""
    cycle = str(request.path_params["cycle"])
    form = await request.form()
    typed = str(form.get("closes_at", "")).strip()
    try:
        closes_at = local_moment(typed, principal_of(request).time_zone)
        if form.get("confirmed") != typed:
            ends_at = await look_over_extension(cycle, closes_at, clock=clock_of(request))
            return await show_cycle(request, extension=Extension(typed, closes_at, ends_at))
        await extend_cycle(
            cycle,
            closes_at,
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes:
        return await show_cycle(request, note="cycles.refused_extend", status=422)
    except Problem as problem:
        far = problem.code == TOO_FAR.code
        return await _refused(request, problem, "cycles.refused_far" if far else "cycles.refused_extend")
    return see_other(f"/hr/cycles/{cycle}")


async def close(request: Request) -> Response:
    """Run a closing that is due; refuse any other in plain words."""
    cycle = str(request.path_params["cycle"])
    try:
        await close_due_cycle(
            cycle,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
            backups_dir=request.app.state.settings.backups_dir,
        )
    except Problem as problem:
        return await _refused(request, problem, "cycles.refused_close")
    return see_other(f"/hr/cycles/{cycle}")


async def abandon(request: Request) -> Response:
    """End a cycle that was launched by mistake, once what is destroyed was seen in words and confirmed."""
    cycle = str(request.path_params["cycle"])
    form = await request.form()
    reason = str(form.get("reason", ""))
    try:
        if form.get("confirmed") != "yes":
            return await show_cycle(request, abandonment=await look_over_abandonment(cycle, reason))
        await abandon_cycle(
            cycle,
            actor_id=principal_of(request).id,
            reason=reason,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
            backups_dir=request.app.state.settings.backups_dir,
        )
    except Problem as problem:
        return await _refused(request, problem, REFUSED.get(problem.code, ""), reason=reason)
    return see_other(f"/hr/cycles/{cycle}")


async def stop_rater(request: Request) -> Response:
    """Take one rater of one person out of a running cycle."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    try:
        await cancel_rater(
            cycle,
            id_field(form.get("rater", "")),
            person,
            actor_id=principal_of(request).id,
            reason=str(form.get("reason", "")),
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return await _refused_person(request, problem, "rater")
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def stop_ratee(request: Request) -> Response:
    """Take a person out of being rated in a running cycle."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    try:
        await cancel_ratee(
            cycle,
            person,
            actor_id=principal_of(request).id,
            reason=str(form.get("reason", "")),
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return await _refused_person(request, problem, "ratee")
    return see_other(f"/hr/cycles/{cycle}")


async def _refused(request: Request, problem: Problem, note: str, *, reason: str = "") -> Response:
    """Say on the cycle's page why nothing happened; what has no words there is a problem page."""
    if not note or problem.status not in (409, 422):
        raise problem
    return await show_cycle(request, note=note, status=problem.status, reason=reason)


async def _refused_person(request: Request, problem: Problem, form: str) -> Response:
    """Say beside the form that was sent why nothing happened."""
    note = REFUSED.get(problem.code, "")
    if not note:
        raise problem
    typed = await request.form()
    refusal = Refusal(form, note, id_field(typed.get("rater", "")))
    return await show_raters_of(request, refusal=refusal, status=problem.status)

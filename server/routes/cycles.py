"""HR's pages of 360 cycles: the list, the plan, one cycle."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes import cycle_actions, cycle_raters
from server.routes.cycle_view import show_cycle
from server.routes.form_fields import id_field
from server.usecases.cycle_form import FIELDS, CyclePlan, read_cycle_form
from server.usecases.cycle_pages import (
    PlanPage,
    edit_plan_page,
    new_plan_page,
)
from server.usecases.cycles import NOT_A_DRAFT, change_draft, create_draft, delete_draft
from server.usecases.mistakes import Mistakes
from server.views import page, see_other
from surveys import queries_cycles, queries_profiles
from surveys.notice import allows_feedback360

MOST_FIELDS = 20_000  # one for each person that can be rated


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    return [
        GuardedRoute("/hr/cycles", show_list, policy=HR),
        GuardedRoute("/hr/cycles/new", show_new, policy=HR),
        GuardedRoute("/hr/cycles/new", create, policy=HR, methods=["POST"]),
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one + "/edit", show_edit, policy=HR),
        GuardedRoute(one + "/edit", change, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/delete", delete, policy=HR, methods=["POST"]),
        *cycle_raters.routes(),
        *cycle_actions.routes(),
    ]


async def show_list(request: Request) -> Response:
    """Show every cycle."""
    cycles = await queries_cycles.list_cycles(clock_of(request).now())
    return page(request, "cycles/list.html", {"cycles": cycles, "tz": principal_of(request).time_zone})


async def show_new(request: Request) -> Response:
    """Show the roles to choose from, or the form once one is chosen."""
    profile = request.query_params.get("profile", "")
    if profile:
        plan = await new_plan_page(id_field(profile), clock=clock_of(request))
        return _form(request, plan, "/hr/cycles/new")
    profiles = [one for one in await queries_profiles.list_profiles() if allows_feedback360(one.grade)]
    if len(profiles) == 1:
        return see_other(f"/hr/cycles/new?profile={profiles[0].id}")
    listed = await queries_profiles.list_profiles()
    return page(request, "cycles/choose.html", {"profiles": listed})


async def create(request: Request) -> Response:
    """Store a draft, or show the form again with its mistakes."""
    form = await request.form(max_fields=MOST_FIELDS)
    profile = id_field(form.get("profile", ""))
    try:
        plan = await _read(request)
    except Mistakes as found:
        shown = await new_plan_page(profile, clock=clock_of(request))
        return await _form_again(request, shown, "/hr/cycles/new", found)
    cycle_id = await create_draft(profile, plan, clock=clock_of(request))
    return see_other(f"/hr/cycles/{cycle_id}")


async def show(request: Request) -> Response:
    """Show one cycle."""
    return await show_cycle(request)


async def show_edit(request: Request) -> Response:
    """Show the form of a draft; a launched cycle is shown instead, with why it stays."""
    cycle = str(request.path_params["cycle"])
    try:
        plan = await _draft(request)
    except Problem as problem:
        return await _launched(request, problem)
    return _form(request, plan, f"/hr/cycles/{cycle}/edit")


async def change(request: Request) -> Response:
    """Change a draft, or show the form again with its mistakes."""
    cycle = str(request.path_params["cycle"])
    try:
        shown = await _draft(request)
        try:
            await change_draft(cycle, await _read(request), clock=clock_of(request))
        except Mistakes as found:
            return await _form_again(request, shown, f"/hr/cycles/{cycle}/edit", found)
    except Problem as problem:
        return await _launched(request, problem)
    return see_other(f"/hr/cycles/{cycle}")


async def delete(request: Request) -> Response:
    """Throw a draft away."""
    await delete_draft(str(request.path_params["cycle"]))
    return see_other("/hr/cycles")


async def _draft(request: Request) -> PlanPage:
    return await edit_plan_page(
        str(request.path_params["cycle"]),
        time_zone=principal_of(request).time_zone,
        clock=clock_of(request),
    )


async def _launched(request: Request, problem: Problem) -> Response:
    """Say on the page of a launched cycle that it stays; any other problem has a page of its own."""
    if problem != NOT_A_DRAFT:
        raise problem
    return await show_cycle(request, note="cycles.refused_launched", status=problem.status)


async def _read(request: Request) -> CyclePlan:
    form = await request.form(max_fields=MOST_FIELDS)
    fields = {name: str(value) for name, value in form.items()}
    ratees = [id_field(one) for one in form.getlist("ratees")]
    return read_cycle_form(
        fields, ratees, time_zone=principal_of(request).time_zone, now=clock_of(request).now()
    )


async def _form_again(request: Request, plan: PlanPage, action: str, found: Mistakes) -> Response:
    form = await request.form(max_fields=MOST_FIELDS)
    typed = PlanPage(
        plan.profile,
        plan.holders,
        {**dict.fromkeys(FIELDS, ""), **{name: str(value) for name, value in form.items()}},
        frozenset(str(one) for one in form.getlist("ratees")),
    )
    return _form(request, typed, action, found)


def _form(request: Request, plan: PlanPage, action: str, found: Mistakes | None = None) -> Response:
    values = {
        "plan": plan,
        "action": action,
        "mistakes": found.by_field if found else {},
        "tz": principal_of(request).time_zone,
    }
    return page(request, "cycles/form.html", values, status=422 if found else 200)

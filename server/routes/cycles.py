"""HR's pages of 360 cycles before launch: plan, choose raters, look over."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.usecases.cycle_form import CyclePlan, read_cycle_form
from server.usecases.cycle_pages import (
    PlanPage,
    cycle_page,
    edit_plan_page,
    group_counts,
    new_plan_page,
    raters_page,
)
from server.usecases.cycles import change_draft, create_draft, delete_draft
from server.usecases.mistakes import Mistakes
from server.usecases.raters import remove_rater, set_raters
from server.views import page, see_other
from surveys import queries_cycles, queries_profiles
from surveys.items import RELATIONSHIPS
from surveys.notice import allows_feedback360


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    raters = one + "/ratees/{person}"
    return [
        GuardedRoute("/hr/cycles", show_list, policy=HR),
        GuardedRoute("/hr/cycles/new", show_new, policy=HR),
        GuardedRoute("/hr/cycles/new", create, policy=HR, methods=["POST"]),
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one + "/edit", show_edit, policy=HR),
        GuardedRoute(one + "/edit", change, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/delete", delete, policy=HR, methods=["POST"]),
        GuardedRoute(raters, show_raters, policy=HR),
        GuardedRoute(raters, add_raters, policy=HR, methods=["POST"]),
        GuardedRoute(raters + "/raters/{assignment}/remove", drop_rater, policy=HR, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Show every cycle."""
    cycles = await queries_cycles.list_cycles()
    return page(request, "cycles/list.html", {"cycles": cycles, "tz": principal_of(request).time_zone})


async def show_new(request: Request) -> Response:
    """Show the roles to choose from, or the form once one is chosen."""
    profile = request.query_params.get("profile", "")
    if profile:
        plan = await new_plan_page(profile, clock=clock_of(request))
        return _form(request, plan, "/hr/cycles/new")
    profiles = [one for one in await queries_profiles.list_profiles() if allows_feedback360(one.grade)]
    if len(profiles) == 1:
        return see_other(f"/hr/cycles/new?profile={profiles[0].id}")
    listed = await queries_profiles.list_profiles()
    return page(request, "cycles/choose.html", {"profiles": listed})


async def create(request: Request) -> Response:
    """Store a draft, or show the form again with its mistakes."""
    form = await request.form()
    profile = str(form.get("profile", ""))
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


async def show_cycle(request: Request, *, note: str = "", status: int = 200) -> Response:
    """Show one cycle, with what was just refused above it."""
    shown = await cycle_page(str(request.path_params["cycle"]), clock=clock_of(request))
    template = "cycles/draft.html" if shown.check is not None else "cycles/show.html"
    values = {
        "shown": shown,
        "cycle": shown.cycle,
        "tz": principal_of(request).time_zone,
        "counts": {ratee.person_id: group_counts(ratee) for ratee in shown.ratees},
        "relationships": RELATIONSHIPS,
        "note": note,
    }
    return page(request, template, values, status=status)


async def show_edit(request: Request) -> Response:
    """Show the form of a draft."""
    cycle = str(request.path_params["cycle"])
    plan = await edit_plan_page(cycle, time_zone=principal_of(request).time_zone, clock=clock_of(request))
    return _form(request, plan, f"/hr/cycles/{cycle}/edit")


async def change(request: Request) -> Response:
    """Change a draft, or show the form again with its mistakes."""
    cycle = str(request.path_params["cycle"])
    try:
        plan = await _read(request)
    except Mistakes as found:
        shown = await edit_plan_page(
            cycle, time_zone=principal_of(request).time_zone, clock=clock_of(request)
        )
        return await _form_again(request, shown, f"/hr/cycles/{cycle}/edit", found)
    await change_draft(cycle, plan, clock=clock_of(request))
    return see_other(f"/hr/cycles/{cycle}")


async def delete(request: Request) -> Response:
    """Throw a draft away."""
    await delete_draft(str(request.path_params["cycle"]))
    return see_other("/hr/cycles")


async def show_raters(request: Request) -> Response:
    """Show who is asked about one person."""
    shown = await raters_page(
        str(request.path_params["cycle"]),
        str(request.path_params["person"]),
        request.query_params.get("q", "")[:200],
        clock=clock_of(request),
    )
    return page(request, "cycles/raters.html", {"shown": shown, "relationships": RELATIONSHIPS[1:]})


async def add_raters(request: Request) -> Response:
    """Ask the ticked people, each with the chosen relationship."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    form = await request.form()
    chosen = {str(one): str(form.get(f"as_{one}", "")) for one in form.getlist("rater")}
    await set_raters(cycle, person, chosen, clock=clock_of(request))
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def drop_rater(request: Request) -> Response:
    """Take someone out of a draft."""
    cycle, person = str(request.path_params["cycle"]), str(request.path_params["person"])
    await remove_rater(cycle, person, str(request.path_params["assignment"]))
    return see_other(f"/hr/cycles/{cycle}/ratees/{person}")


async def _read(request: Request) -> CyclePlan:
    form = await request.form()
    fields = {name: str(value) for name, value in form.items()}
    ratees = [str(one) for one in form.getlist("ratees")]
    return read_cycle_form(
        fields, ratees, time_zone=principal_of(request).time_zone, now=clock_of(request).now()
    )


async def _form_again(request: Request, plan: PlanPage, action: str, found: Mistakes) -> Response:
    form = await request.form()
    typed = PlanPage(
        plan.profile,
        plan.holders,
        {name: str(value) for name, value in form.items()},
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

"""HR's pages of cycles: the list, the plan, one cycle."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes import cycle_actions, cycle_promise, cycle_raters
from server.routes.cycle_view import show_cycle
from server.routes.form_fields import id_field
from server.usecases.clarity_lines import minutes_of
from server.usecases.cycle_form import FIELDS, CyclePlan, read_clarity_form, read_cycle_form
from server.usecases.cycle_plan import (
    PlanPage,
    differences,
    edit_plan_page,
    new_clarity_page,
    new_plan_page,
    typed_again,
)
from server.usecases.cycles import CHANGED_MEANWHILE, NOT_A_DRAFT, change_draft, create_draft, delete_draft
from server.usecases.launch import launch_cycle
from server.usecases.mistakes import Mistakes
from server.usecases.preflight import preflight
from server.usecases.programme import FollowUp, plan_with_360
from server.usecases.publish import publish_profile
from server.views import locale_of, page, see_other
from server.words import translate
from surveys import queries_cycles, queries_profiles
from surveys.notice import allows_feedback360

KINDS = ("clarity", "feedback360")
MOST_ITEMS = 500
MOST_FIELDS = 20_000  # one for each person that can be rated


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/cycles/{cycle}"
    return [
        GuardedRoute("/hr/cycles", show_list, policy=HR),
        GuardedRoute("/hr/cycles/new", show_new, policy=HR),
        GuardedRoute("/hr/cycles/new", create, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/cycles/minutes", show_minutes, policy=HR),
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one + "/edit", show_edit, policy=HR),
        GuardedRoute(one + "/edit", change, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/delete", delete, policy=HR, methods=["POST"]),
        *cycle_promise.routes(),
        *cycle_raters.routes(),
        *cycle_actions.routes(),
    ]


async def show_list(request: Request) -> Response:
    """Show every cycle."""
    cycles = await queries_cycles.list_cycles(clock_of(request).now())
    return page(request, "cycles/list.html", {"cycles": cycles, "tz": principal_of(request).time_zone})


async def show_new(request: Request) -> Response:
    """Show what can be held and for which role, or the form once both are chosen."""
    profile, kind = request.query_params.get("profile", ""), request.query_params.get("kind", "")
    if profile and kind in KINDS:
        return _form(request, await _new_page(request, kind, id_field(profile)), "/hr/cycles/new")
    profiles = await queries_profiles.list_profiles()
    chosen = next((one.id for one in profiles if one.id == profile), "")
    # Which version is no question for somebody new here: the newest, or the one HR came from.
    rated = [one for one in profiles if allows_feedback360(one.grade)]
    values = {
        "profiles": queries_profiles.newest_of_each(profiles, also=chosen),
        "rated": queries_profiles.newest_of_each(rated, also=chosen),
        "chosen": chosen,
    }
    return page(request, "cycles/choose.html", values)


async def create(request: Request) -> Response:
    """Store a draft, and launch it where HR asked for that and nothing stands in the way; or show the mistakes."""
    form = await request.form(max_fields=MOST_FIELDS)
    profile = id_field(form.get("profile", ""))
    kind = "clarity" if form.get("kind") == "clarity" else "feedback360"
    shown = await _new_page(request, kind, profile)
    try:
        plan = await _read(request, shown)
    except Mistakes as found:
        return await _form_again(request, shown, "/hr/cycles/new", found)
    cycle_id = await _store(request, profile, plan)
    if form.get("do") == "launch":
        return await _launch(request, cycle_id)
    return see_other(f"/hr/cycles/{cycle_id}")


async def _store(request: Request, profile: str, plan: CyclePlan) -> str:
    form = await request.form(max_fields=MOST_FIELDS)
    clock, person = clock_of(request), principal_of(request)
    if plan.kind != "clarity" or form.get("follow") != "yes":
        return await create_draft(profile, plan, clock=clock)
    role = str(form.get("role", ""))[:120]
    locale = locale_of(request)
    title = translate(locale, "cycles.default_title", role=role)
    if form.get("publish") == "yes":
        await publish_profile(
            profile,
            actor=person.id,
            is_mail_ready=request.app.state.mailer.is_ready,
            keeper=request.app.state.keeper,
            clock=clock,
        )
    follow = FollowUp(
        title, translate(locale, "cycles.default_purpose"), form.get("in_notice") == "leave_out"
    )
    return await plan_with_360(
        profile, plan, follow, actor=person.id, time_zone=person.time_zone, clock=clock
    )


async def _launch(request: Request, cycle_id: str) -> Response:
    """Launch at once what has neither errors nor warnings; else the draft's page says what is left."""
    check = await preflight(cycle_id, clock=clock_of(request))
    if not check.is_clear(()):
        return see_other(f"/hr/cycles/{cycle_id}#check")
    await launch_cycle(
        cycle_id,
        actor_id=principal_of(request).id,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
        errors=check.errors,
        left_out=check.left_out,
    )
    return see_other(f"/hr/cycles/{cycle_id}")


async def show_minutes(request: Request) -> Response:
    """Say how long the ticked lines take; a part of the form, and a page of its own without htmx."""
    asked = request.query_params
    minutes = await minutes_of(
        id_field(asked.get("profile", "")),
        [id_field(one) for one in asked.getlist("items")][:MOST_ITEMS],
        asks_level=asked.get("asks_level") == "yes",
        asks_pulse=asked.get("asks_pulse") == "yes",
    )
    return page(request, "cycles/_minutes.html", {"minutes": minutes})


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
    """Change a draft, or show the form again with its mistakes, or with what somebody else stored meanwhile."""
    cycle = str(request.path_params["cycle"])
    form = await request.form(max_fields=MOST_FIELDS)
    try:
        shown = await _draft(request)
    except Problem as problem:
        return await _launched(request, problem)
    try:
        plan = await _read(request, shown)
        await change_draft(cycle, plan, seen=str(form.get("seen", "")), clock=clock_of(request))
    except Mistakes as found:
        return await _form_again(request, shown, f"/hr/cycles/{cycle}/edit", found)
    except Problem as problem:
        if problem == CHANGED_MEANWHILE:
            return await _form_again(request, shown, f"/hr/cycles/{cycle}/edit", None)
        return await _launched(request, problem)
    return see_other(f"/hr/cycles/{cycle}")


async def delete(request: Request) -> Response:
    """Throw a draft away."""
    await delete_draft(str(request.path_params["cycle"]))
    return see_other("/hr/cycles")


async def _draft(request: Request) -> PlanPage:
    return await edit_plan_page(
        str(request.path_params["cycle"]),
        locale=locale_of(request),
        time_zone=principal_of(request).time_zone,
        clock=clock_of(request),
    )


async def _new_page(request: Request, kind: str, profile: str) -> PlanPage:
    if kind != "clarity":
        return await new_plan_page(profile, clock=clock_of(request))
    return await new_clarity_page(
        profile,
        unit=request.query_params.get("unit", "")[:120],
        locale=locale_of(request),
        is_mail_ready=request.app.state.mailer.is_ready,
        clock=clock_of(request),
    )


async def _launched(request: Request, problem: Problem) -> Response:
    """Say on the page of a launched cycle that it stays; any other problem has a page of its own."""
    if problem != NOT_A_DRAFT:
        raise problem
    return await show_cycle(request, note="cycles.refused_launched", status=problem.status)


async def _read(request: Request, shown: PlanPage) -> CyclePlan:
    form = await request.form(max_fields=MOST_FIELDS)
    fields = {name: str(value) for name, value in form.items()}
    ratees = [id_field(one) for one in form.getlist("ratees")]
    time_zone, now = principal_of(request).time_zone, clock_of(request).now()
    if shown.lines is None:
        return read_cycle_form(fields, ratees, time_zone=time_zone, now=now)
    items = [str(one) for one in form.getlist("items")]
    return read_clarity_form(
        fields, ratees, items, known_items=shown.lines.items, time_zone=time_zone, now=now
    )


async def _form_again(request: Request, shown: PlanPage, action: str, found: Mistakes | None) -> Response:
    """Show what was typed with its mistakes; without any, somebody else changed the draft meanwhile."""
    form = await request.form(max_fields=MOST_FIELDS)
    fields = {name: str(value) for name, value in form.items()}
    people = [str(one) for one in form.getlist("ratees")]
    items = [str(one) for one in form.getlist("items")]
    typed = typed_again(shown, fields, people, items, FIELDS)
    if found is None:
        return _form(request, typed, action, theirs=differences(shown, typed), status=409)
    return _form(request, typed, action, found, status=422)


def _form(
    request: Request,
    plan: PlanPage,
    action: str,
    found: Mistakes | None = None,
    *,
    theirs: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    values = {
        "plan": plan,
        "action": action,
        "mistakes": found.by_field if found else {},
        "theirs": theirs,
        "tz": principal_of(request).time_zone,
    }
    template = "cycles/clarity_form.html" if plan.kind == "clarity" else "cycles/form.html"
    return page(request, template, values, status=status)

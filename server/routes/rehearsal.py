"""HR's rehearsals: start one, move its clock, look at what comes out, delete it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from scoring.values import Relationship
from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.routes.form_fields import id_field
from server.usecases import rehearsal
from server.usecases.mirror_page import start_page
from server.usecases.rehearsal_end import delete_rehearsal
from server.views import locale_of, page, see_other
from surveys import queries_people

PARTS: tuple[Relationship, ...] = (*rehearsal.PLAYED, "self")


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/rehearsals/{cycle}"
    return [
        GuardedRoute("/hr/rehearsals", show_list, policy=HR),
        GuardedRoute("/hr/rehearsals", start, policy=HR, methods=["POST"]),
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one + "/clock", move, policy=HR, methods=["POST"]),
        GuardedRoute(one + "/end", end, policy=HR, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Show the form that starts a rehearsal, and those that are there."""
    return await _start_page(request, {}, None)


async def start(request: Request) -> Response:
    """Start a rehearsal, or show the form again with what is missing."""
    form = await request.form()
    typed = {name: str(value)[:64] for name, value in form.items()}
    if "look" in typed:
        return await _start_page(request, typed, None)
    state = request.app.state
    try:
        cycle_id = await rehearsal.start_rehearsal(
            "clarity" if typed.get("kind") == "clarity" else "feedback360",
            id_field(typed.get("profile", "")),
            _colleagues(typed),
            actor_id=principal_of(request).id,
            locale=locale_of(request),
            keeper=state.keeper,
            clock=clock_of(request),
            backups_dir=state.settings.backups_dir,
        )
    except Problem as problem:
        if problem.status != 422:
            raise
        return await _start_page(request, typed, problem)
    return see_other(f"/hr/rehearsals/{cycle_id}")


async def show(request: Request) -> Response:
    """Show where a rehearsal stands and the one thing to do next."""
    found = await rehearsal.find_rehearsal(request.path_params["cycle"])
    values = {
        "one": found,
        "may_look": found.shows_to(principal_of(request).id, clock_of(request).now()),
    }
    return page(request, "rehearsal/show.html", values)


async def move(request: Request) -> Response:
    """Move the clock of a rehearsal."""
    form = await request.form()
    cycle_id = request.path_params["cycle"]
    state = request.app.state
    await rehearsal.move_clock(
        cycle_id,
        "end" if form.get("step") == "end" else "day",
        is_demo=False,
        keeper=state.keeper,
        clock=clock_of(request),
        backups_dir=state.settings.backups_dir,
    )
    return see_other(f"/hr/rehearsals/{cycle_id}")


async def end(request: Request) -> Response:
    """Delete a rehearsal now."""
    state = request.app.state
    await delete_rehearsal(
        request.path_params["cycle"], keeper=state.keeper, backups_dir=state.settings.backups_dir
    )
    return see_other("/hr/rehearsals")


def _colleagues(typed: Mapping[str, str]) -> dict[str, Relationship]:
    """Read `plays-PERSON=PART`; an empty part is someone who takes no part."""
    known = {part: part for part in PARTS}
    return {
        id_field(name.removeprefix("plays-")): known[value]
        for name, value in typed.items()
        if name.startswith("plays-") and value in known
    }


async def _start_page(request: Request, typed: Mapping[str, str], problem: Problem | None) -> Response:
    clock = clock_of(request)
    day = clock.now().date()
    search = typed.get("search", "")
    found = await queries_people.list_people(search, day=day)
    chosen = await queries_people.list_people_by_id(_colleagues(typed), day=day)
    people = {one.id: one for one in (*chosen, *found.rows) if not one.has_left}
    roles = await start_page(principal_of(request).id, locale=locale_of(request), clock=clock)
    values = {
        "roles": roles.roles,
        "rehearsals": await rehearsal.list_rehearsals(),
        "people": list(people.values()),
        "n_people": found.n_people,
        "search": search,
        "typed": typed,
        "problem": problem,
        "parts": PARTS,
        "most": rehearsal.MOST_COLLEAGUES,
    }
    return page(request, "rehearsal/start.html", values, status=problem.status if problem else 200)

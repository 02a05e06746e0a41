"""The first five minutes of a demo, one step a page; each opens what it shows in a tab of its own."""

from collections.abc import Awaitable, Callable

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR as HR_POLICY
from server.access import PUBLIC, GuardedRoute, clock_of
from server.command import own_command
from server.errors import Problem, not_found
from server.routes.auth import with_session
from server.usecases import tour
from server.usecases.rehearsal import move_clock
from server.usecases.sign_in import sign_in_as
from server.views import page, see_other

# Step -> (who takes the chair, where that person begins)
BEGINS: dict[str, tuple[str, Callable[[], Awaitable[str]]]] = {
    "card": (tour.EMPLOYEE, tour.where_card_turns),
    "opener": (tour.MANAGER, tour.where_opener_is),
    "workbook": (tour.HR, tour.where_hr_closes),
}


def routes(*, is_demo: bool) -> list[BaseRoute]:
    """List the routes of this module; they exist in a demo only."""
    if not is_demo:
        return []
    return [
        GuardedRoute("/tour/{step}", show, policy=PUBLIC),
        GuardedRoute("/tour/plug", pull, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/tour/own", start_own, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/tour/{step}", begin, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/hr/cycles/{cycle}/clock", move, policy=HR_POLICY, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show one step: what to do, what to look at, and the way on."""
    return await _step_page(request, str(request.path_params["step"]), None)


async def begin(request: Request) -> Response:
    """Take the chair of a step where it begins."""
    found = BEGINS.get(str(request.path_params["step"]))
    if found is None:
        raise not_found()
    external_id, where = found
    secret = await sign_in_as(external_id, clock=clock_of(request))
    return with_session(request, see_other(await where()), secret)


async def pull(request: Request) -> Response:
    """Refuse the employee's phone for a minute."""
    await tour.pull_plug(await tour.find_employee(), plug=request.app.state.plug, clock=clock_of(request))
    return see_other("/tour/plug")


async def start_own(request: Request) -> Response:
    """Begin an empty installation beside the demo, once."""
    state = request.app.state
    beside: tour.Beside = state.beside
    async with beside.lock:
        if beside.running is None:
            try:
                beside.own = await tour.start_own(state.settings.data_dir, beside.say)
            except Problem as problem:
                return await _step_page(request, "own", problem)
    return see_other("/tour/own")


async def move(request: Request) -> Response:
    """Move the clock of one of the demo's cycles."""
    form = await request.form()
    cycle_id = str(request.path_params["cycle"])
    state = request.app.state
    await move_clock(
        cycle_id,
        "end" if form.get("step") == "end" else "day",
        is_demo=True,
        keeper=state.keeper,
        clock=clock_of(request),
        backups_dir=state.settings.backups_dir,
    )
    return see_other(f"/hr/cycles/{cycle_id}")


async def end_own(state: State) -> None:
    """End what was begun beside the demo, with the demo."""
    if state.beside.own is not None:
        await tour.stop_own(state.beside.own)


async def _step_page(request: Request, step: str, problem: Problem | None) -> Response:
    if step not in tour.STEPS:
        raise not_found()
    number = [*tour.STEPS].index(step)
    state = request.app.state
    left_s = (
        state.plug.seconds_left(await tour.find_employee(), now=clock_of(request).now())
        if step == "plug"
        else 0
    )
    values = {
        "step": step,
        "number": number + 1,
        "n_steps": len(tour.STEPS),
        "before": tour.STEPS[number - 1] if number else "",
        "after": tour.STEPS[number + 1] if number + 1 < len(tour.STEPS) else "",
        "left_s": left_s,
        "own": state.beside.running,
        "command": own_command(),
        "problem": problem,
    }
    return page(request, "tour/step.html", values, status=problem.status if problem else 200)

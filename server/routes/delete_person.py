"""HR's page that deletes a person: first what would go, then the person's number typed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.errors import Problem
from server.usecases.delete_person import delete_person, look_at_deletion, part_words
from server.views import locale_of, page, see_other
from server.words import translate

SHOWN_AGAIN = (409, 422)


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/people/{person}/delete"
    return [
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one, delete, policy=HR, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show what would go, what stays, and what stands in the way."""
    return await _page(request, None, typed="")


async def delete(request: Request) -> Response:
    """Delete the person whose number was typed."""
    form = await request.form()
    typed = str(form.get("confirm", ""))
    try:
        await delete_person(
            str(request.path_params["person"]),
            confirm=typed,
            cancels=form.get("cancels") == "yes",
            former=translate(locale_of(request), "delete.former"),
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        if problem.status not in SHOWN_AGAIN:
            raise
        return await _page(request, problem, typed=typed[:120])
    return see_other("/hr/people")


async def _page(request: Request, problem: Problem | None, *, typed: str) -> Response:
    plan = await look_at_deletion(str(request.path_params["person"]), clock=clock_of(request))
    values = {"plan": plan, "problem": problem, "typed": typed, "part_words": part_words}
    return page(request, "delete/person.html", values, status=problem.status if problem else 200)

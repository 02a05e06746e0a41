"""HR's pages of people: the list, one person, roles in Sightline."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.clock import today
from server.errors import not_found
from server.usecases.people import end_grant, grant_role
from server.views import page, see_other
from surveys import queries_people


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/hr/people", show_list, policy=HR),
        GuardedRoute("/hr/people/{person}", show_person, policy=HR),
        GuardedRoute("/hr/people/{person}/grants", add_grant, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/people/{person}/grants/{grant}/end", stop_grant, policy=HR, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Show one page of people."""
    search = request.query_params.get("q", "")[:200]
    number = request.query_params.get("page", "1")
    found = await queries_people.list_people(
        search,
        number=int(number) if number.isdecimal() and len(number) < 7 else 1,
        day=today(clock_of(request)),
    )
    return page(request, "people/list.html", {"found": found, "search": search})


async def show_person(request: Request) -> Response:
    """Show a person with relations and roles."""
    card = await queries_people.find_person_card(
        str(request.path_params["person"]), day=today(clock_of(request))
    )
    if card is None:
        raise not_found()
    return page(request, "people/show.html", {"card": card, "today": today(clock_of(request))})


async def add_grant(request: Request) -> Response:
    """Give a role from today on."""
    person = str(request.path_params["person"])
    form = await request.form()
    await grant_role(
        person,
        str(form.get("role", "")),
        actor=principal_of(request).id,
        clock=clock_of(request),
    )
    return see_other(f"/hr/people/{person}")


async def stop_grant(request: Request) -> Response:
    """End a role today."""
    person = str(request.path_params["person"])
    await end_grant(
        person, str(request.path_params["grant"]), actor=principal_of(request).id, clock=clock_of(request)
    )
    return see_other(f"/hr/people/{person}")

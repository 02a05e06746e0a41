"""HR's page of printed cards: who gets one, the print itself, and identities that wait."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import HR, GuardedRoute, clock_of, principal_of
from server.clock import new_id, today
from server.errors import Problem
from server.qr import qr_svg
from server.routes.form_fields import id_field
from server.routes.people import spreadsheet
from server.usecases.binding import confirm_change, withdraw_change
from server.usecases.cards import end_card, first_valid_until, make_cards
from server.usecases.cards_file import card_address, cards_file
from server.usecases.mistakes import Mistake, Mistakes
from server.views import RTL, locale_of, page, see_other
from server.words import pick_locale, translate
from surveys.queries_cards import list_card_people, list_disputed, list_waiting
from surveys.queries_shut import list_unconfirmed

CARDS_A_PAGE = 8
MOST_FIELDS = 3000


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/hr/cards", show, policy=HR),
        GuardedRoute("/hr/cards", make, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/cards/{card}/end", end, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/identities/{change}/confirm", confirm, policy=HR, methods=["POST"]),
        GuardedRoute("/hr/identities/{change}/withdraw", withdraw, policy=HR, methods=["POST"]),
    ]


async def show(request: Request) -> Response:
    """Show who has no mail and how their cards stand, and what waits."""
    return await _choose(request)


async def make(request: Request) -> Response:
    """Make the cards and answer with the print itself: their codes are shown this once."""
    form = await request.form(max_fields=MOST_FIELDS)
    app = request.app.state
    try:
        printed = await make_cards(
            [id_field(one) for one in form.getlist("person")],
            valid_until=str(form.get("valid_until", "")),
            batch=id_field(form.get("batch", "")),
            actor=principal_of(request).id,
            keeper=app.keeper,
            clock=clock_of(request),
        )
    except Mistakes as mistakes:
        return await _choose(request, mistakes.by_field, typed=str(form.get("valid_until", "")))
    except Problem as problem:
        if problem.status != 409:
            raise
        return await _choose(request, problem=problem)
    if form.get("as") == "xlsx":
        data = await cards_file(printed, public_url=app.settings.public_url, locale=locale_of(request))
        return spreadsheet(data, "sightline-cards.xlsx")
    cards = [
        {
            "card": one,
            "locale": pick_locale(one.locale),
            "dir": "rtl" if pick_locale(one.locale) in RTL else "ltr",
            "qr": qr_svg(card_address(app.settings.public_url, one.code)),
        }
        for one in printed
    ]
    sheets = [cards[start : start + CARDS_A_PAGE] for start in range(0, len(cards), CARDS_A_PAGE)]
    values = {"sheets": sheets, "n": len(cards), "url": f"{app.settings.public_url}/c", "say": translate}
    return page(request, "cards/print.html", values)


async def end(request: Request) -> Response:
    """End a card that is lost, and sign its phone out."""
    await end_card(
        str(request.path_params["card"]),
        actor=principal_of(request).id,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    return see_other("/hr/cards")


async def confirm(request: Request) -> Response:
    """Let a change take effect on the word of a second person, or say why not."""
    return await _settle(request, confirm_change)


async def withdraw(request: Request) -> Response:
    """Take a change back."""
    return await _settle(request, withdraw_change)


async def _settle(request: Request, settle: Callable[..., Awaitable[None]]) -> Response:
    try:
        await settle(
            str(request.path_params["change"]),
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        if problem.status != 409:
            raise
        return await _choose(request, problem=problem)
    return see_other("/hr/cards")


async def _choose(
    request: Request,
    mistakes: dict[str, Mistake] | None = None,
    *,
    problem: Problem | None = None,
    typed: str | None = None,
) -> Response:
    clock, asked = clock_of(request), request.query_params
    day = today(clock)
    cycle, search, is_all = id_field(asked.get("cycle", "")), asked.get("q", "")[:200], "all" in asked
    values = {
        "people": await list_card_people(day=day, cycle=cycle, search=search, is_all=is_all),
        "waiting": await list_waiting(clock.now()),
        "unconfirmed": await list_unconfirmed(),
        "disputed": await list_disputed(day=day),
        "mistakes": mistakes or {},
        "problem": problem,
        "valid_until": typed if typed is not None else first_valid_until(day),
        "batch": new_id(clock),
        "cycle": cycle,
        "search": search,
        "is_all": is_all,
        "me": principal_of(request).id,
        "tz": principal_of(request).time_zone,
    }
    status = problem.status if problem else 422 if mistakes else 200
    return page(request, "cards/choose.html", values, status=status)

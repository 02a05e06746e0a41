"""The talk pages of clarity pairs, and the same for the phone: for the two people of a pair only."""

from babel.lists import format_list
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PAIR, SIGNED_IN, GuardedRoute, clock_of, principal_of, shut_of
from server.errors import not_found
from server.routes.reports import download
from server.usecases.clarity_books import pair_workbook
from server.usecases.gaps import pair_page, pairs_page
from server.usecases.gaps_document import pair_document
from server.usecases.gaps_values import MINUTES, GapText, PairPage
from server.usecases.workbook_facts import Reader
from server.views import isolated, json_bytes, locale_of, page
from server.words import LOCALES
from surveys.queries_shut import list_shut_cycles

AGREED = ("strength", "aligned")


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/gaps", _list, policy=SIGNED_IN, methods=["GET"], name="pairs"),
        GuardedRoute("/gaps/{cycle}/{employee}", _show, policy=PAIR, methods=["GET"], name="pair"),
        GuardedRoute(
            "/gaps/{cycle}/{employee}/workbook",
            _workbook,
            policy=PAIR,
            methods=["GET"],
            name="pair_workbook",
        ),
        GuardedRoute(
            "/api/v1/pairs/{cycle}/{employee}/{locale}.json",
            _document,
            policy=PAIR,
            methods=["GET"],
            name="pair_document",
        ),
    ]


async def _list(request: Request) -> Response:
    person = principal_of(request)
    locale = locale_of(request)
    found = await pairs_page(
        person.id, keeper=request.app.state.keeper, locale=locale, clock=clock_of(request)
    )
    shut = await shut_of(person)
    hidden = await list_shut_cycles(shut, [one.cycle for one in (*found.own, *found.managed)])
    return page(
        request,
        "gaps/list.html",
        {
            "own": [one for one in found.own if one.cycle not in hidden],
            "managed": [one for one in found.managed if one.cycle not in hidden],
            "shut": shut.reason if hidden else "",
            "iso": isolated(locale),
            "tz": person.time_zone,
        },
    )


async def _show(request: Request) -> Response:
    locale = locale_of(request)
    pair = await _pair(request, locale)

    def named(gaps: tuple[GapText, ...]) -> str:
        return format_list([gap.name.text for gap in gaps], locale=locale)

    values = {
        "pair": pair,
        "minutes": MINUTES,
        "shared": pair.of_class(*AGREED),
        "left_out": pair.of_class("out_of_scope"),
        "iso": isolated(locale),
        "other": isolated(locale)(pair.other_name),
        "named": named,
        "tz": principal_of(request).time_zone,
    }
    return page(request, f"gaps/{pair.state}.html", values)


async def _workbook(request: Request) -> Response:
    person = principal_of(request)
    book = await pair_workbook(
        str(request.path_params["cycle"]),
        str(request.path_params["employee"]),
        person.id,
        keeper=request.app.state.keeper,
        reader=Reader(locale_of(request), person.time_zone),
        clock=clock_of(request),
    )
    return download(book)


async def _document(request: Request) -> Response:
    locale = str(request.path_params["locale"])
    if locale not in LOCALES:
        raise not_found()
    pair = await _pair(request, locale)
    if pair.state == "over":
        raise not_found()  # the word on which a phone drops its copy
    document = pair_document(pair, locale)
    return Response(json_bytes(document), media_type="application/json")


async def _pair(request: Request, locale: str) -> PairPage:
    return await pair_page(
        str(request.path_params["cycle"]),
        str(request.path_params["employee"]),
        principal_of(request).id,
        keeper=request.app.state.keeper,
        locale=locale,
        clock=clock_of(request),
    )

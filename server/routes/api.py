"""The phone's calls: ping, inbox, forms, sync."""

import gzip
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PUBLIC, SIGNED_IN, GuardedRoute, clock_of, principal_of
from server.errors import not_found
from server.usecases.inbox import find_cards, find_form
from server.usecases.session_inbox import session_inbox, starting_inbox
from server.views import json_bytes
from server.wire import read_request
from server.words import pick_locale

IMMUTABLE = "public, max-age=31536000, immutable"


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/api/v1/ping", ping, policy=PUBLIC),
        GuardedRoute("/api/v1/inbox", show_inbox, policy=SIGNED_IN),
        GuardedRoute("/api/v1/forms/{hash}/{locale}.json", show_form, policy=PUBLIC),
        GuardedRoute("/api/v1/forms/{hash}/{locale}/cards.json", show_cards, policy=PUBLIC),
        GuardedRoute("/api/v1/sync", sync, policy=PUBLIC, methods=["POST"]),
    ]


async def ping(request: Request) -> Response:
    """Say that it is really us."""
    return Response(status_code=204)


async def show_inbox(request: Request) -> Response:
    """List what a person is asked, with the tokens to answer it; at a first start with the forms."""
    person = principal_of(request)
    is_demo = request.app.state.settings.is_demo
    # As on a demo's pages, the visitor's language wins over that of the person whose chair it is.
    own = request.headers.get("accept-language", "") if is_demo else person.locale
    locale = pick_locale(request.query_params.get("locale", own))
    write = starting_inbox if request.query_params.get("start") == "1" else session_inbox
    document = await write(person, locale=locale, clock=clock_of(request), keeper=request.app.state.keeper)
    if is_demo:
        document["person"]["locale"] = locale
    return _packed(request, document, {"Vary": "Accept-Encoding, Accept-Language, Cookie"})


async def show_form(request: Request) -> Response:
    """Give a form in one language; its address never changes its content."""
    return _immutable(request, await find_form(*_asked_for(request)))


async def show_cards(request: Request) -> Response:
    """Give the cards of a form in one language, as unchanging as the form."""
    return _immutable(request, await find_cards(*_asked_for(request)))


def _asked_for(request: Request) -> tuple[str, str]:
    return str(request.path_params["hash"]), str(request.path_params["locale"])


def _immutable(request: Request, document: dict[str, Any] | None) -> Response:
    if document is None:
        raise not_found()
    return _packed(request, document, {"Cache-Control": IMMUTABLE, "Vary": "Accept-Encoding"})


def _packed(request: Request, document: dict[str, Any], headers: dict[str, str]) -> Response:
    # Packing tells nothing of the tokens beside: no part of a reply is chosen by who asks (docs/decisions/0011).
    body = json_bytes(document)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers = gzip.compress(body, 9, mtime=0), {**headers, "Content-Encoding": "gzip"}
    return Response(body, media_type="application/json", headers=headers)


async def sync(request: Request) -> Response:
    """Take answers by possession; reads no cookie and notes no address."""
    envelope = read_request(await request.body(), request.headers)
    reply = await request.app.state.queue.sync(envelope)
    return Response(json_bytes(reply), media_type="application/json")

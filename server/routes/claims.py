"""The phone's calls around a printed card, and a person's word against a changed identity."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PUBLIC, SIGNED_IN, GuardedRoute, clock_of, cookie_name, is_secure, principal_of
from server.clock import millis
from server.errors import Problem
from server.routes.auth import flag_of, json_body, string_of, with_session
from server.usecases.binding import object_to_changes
from server.usecases.claim import CARD_WRONG, claim_card, dispute_card, look_at_card
from server.usecases.sign_in import sign_out
from server.views import json_bytes, problem_response

ASKER_COOKIE = "card"
ASKER_LIFE_S = 600


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/api/v1/card", look, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/claim", claim, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/claim/objection", dispute, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/identity/objection", refuse, policy=SIGNED_IN, methods=["POST"]),
    ]


async def look(request: Request) -> Response:
    """Say whose card it is, and whether it can be used."""
    body, asker = await json_body(request), _asker(request)
    try:
        seen = await look_at_card(string_of(body, "code"), asker, clock=clock_of(request))
    except Problem as problem:
        return _wrong(request, problem, asker)
    document: dict[str, object] = {"state": seen.state, "name": seen.name, "locale": seen.locale}
    if seen.used_on is not None:
        document["used_on"] = seen.used_on.isoformat()
        document["pin"] = seen.has_pin
    if seen.from_at is not None:
        document["from"] = millis(seen.from_at)
    return Response(json_bytes(document), media_type="application/json")


async def claim(request: Request) -> Response:
    """Sign this phone in by a card, a used one by its number too; a session it had before ends."""
    body, asker = await json_body(request), _asker(request)
    try:
        claimed = await claim_card(
            string_of(body, "code"),
            asker,
            is_shared=flag_of(body, "shared"),
            pin=string_of(body, "pin") if "pin" in body else "",
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return _wrong(request, problem, asker)
    await sign_out(request.cookies.get(cookie_name(is_https=is_secure(request.scope)), ""))
    who = claimed.holder
    document = {"person": {"id": who.id, "name": who.name, "locale": who.locale}, "key": claimed.phone_key}
    response = Response(json_bytes(document), media_type="application/json")
    return with_session(request, response, claimed.secret, is_lasting=not claimed.phone_key)


async def dispute(request: Request) -> Response:
    """Sign the phone out that used this card, and tell HR."""
    body, asker = await json_body(request), _asker(request)
    try:
        await dispute_card(
            string_of(body, "code"),
            asker,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Problem as problem:
        return _wrong(request, problem, asker)
    return Response(status_code=204)


async def refuse(request: Request) -> Response:
    """Take back what waits for the signed-in person, on their own word."""
    await object_to_changes(
        principal_of(request).id, keeper=request.app.state.keeper, clock=clock_of(request)
    )
    return Response(status_code=204)


def _asker(request: Request) -> str:
    return request.cookies.get(ASKER_COOKIE, "")[:64] or clock_of(request).random_bytes(16).hex()


def _wrong(request: Request, problem: Problem, asker: str) -> Response:
    response = problem_response(request.scope, problem)
    if problem == CARD_WRONG:
        # Only somebody who mistyped gets a cookie: it counts the tries of this browser.
        response.set_cookie(
            ASKER_COOKIE,
            asker,
            max_age=ASKER_LIFE_S,
            secure=is_secure(request.scope),
            httponly=True,
            samesite="lax",
        )
    return response

"""Signing in and out, on pages and for the phone app."""

import asyncio
import logging

from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import (
    PUBLIC,
    SIGNED_IN,
    SIGNED_OUT_COOKIE,
    GuardedRoute,
    clock_of,
    cookie_name,
    find_principal,
    is_secure,
)
from server.errors import Problem
from server.letter import Letter
from server.mail import MailFailed
from server.usecases.sign_in import ask_for_code, phone_key, redeem_code, sign_out
from server.usecases.trial_mail import send_at_once
from server.views import json_bytes, page, see_other

log = logging.getLogger("sightline.mail")
ASKER_COOKIE = "ask"
ASKER_LIFE_S = 600
SESSION_COOKIE_LIFE_S = 14 * 24 * 3600
# For the phone app: somebody signed out on a page; the other way round it is SIGNED_OUT_COOKIE.
LEFT_COOKIE = "left"


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/sign-in", show, policy=PUBLIC),
        GuardedRoute("/sign-in", ask, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/sign-in/code", show_code, policy=PUBLIC),
        GuardedRoute("/sign-in/code", redeem, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/sign-out", leave, policy=SIGNED_IN, methods=["POST"]),
        GuardedRoute("/api/v1/session/code", api_ask, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/session", api_redeem, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/api/v1/session", api_leave, policy=PUBLIC, methods=["DELETE"]),
    ]


async def show(request: Request) -> Response:
    """Show the form that asks for a mail address."""
    if await find_principal(request) is not None:
        return see_other("/start")
    return page(request, "auth/sign_in.html", {"problem": None})


async def ask(request: Request) -> Response:
    """Send a code and go on to the page where it is typed."""
    form = await request.form()
    try:
        return await _send_code(request, str(form.get("mail", "")), see_other("/sign-in/code"))
    except Problem as problem:
        return page(request, "auth/sign_in.html", {"problem": problem}, status=problem.status)


async def show_code(request: Request) -> Response:
    """Show the form for the code."""
    return page(request, "auth/code.html", {"problem": None})


async def redeem(request: Request) -> Response:
    """Sign in, or show the form again with what is wrong; a session the browser had before ends."""
    form = await request.form()
    try:
        secret, _ = await redeem_code(
            request.cookies.get(ASKER_COOKIE, ""), str(form.get("code", "")), clock=clock_of(request)
        )
    except Problem as problem:
        return page(request, "auth/code.html", {"problem": problem}, status=problem.status)
    await sign_out(_secret(request))
    return with_session(request, see_other("/start"), secret)


async def leave(request: Request) -> Response:
    """End the session; the phone app in this browser finds the cookie and shows nothing of the person any more."""
    response = see_other("/sign-in")
    response.set_cookie(
        LEFT_COOKIE,
        "1",
        max_age=SESSION_COOKIE_LIFE_S,
        path="/app/",
        secure=is_secure(request.scope),
        samesite="lax",
    )
    return await _end(request, response)


async def api_ask(request: Request) -> Response:
    """Send a code; the reply is the same for known and unknown addresses."""
    mail = string_of(await json_body(request), "mail")
    return await _send_code(request, mail, Response(status_code=204))


async def api_redeem(request: Request) -> Response:
    """Sign the phone app in; a phone that others use too gets the key for what it keeps.

    A session the phone had before ends: the sign-out may not have been said.
    """
    body = await json_body(request)
    is_shared = flag_of(body, "shared")
    secret, person = await redeem_code(
        request.cookies.get(ASKER_COOKIE, ""),
        string_of(body, "code"),
        clock=clock_of(request),
        is_shared=is_shared,
    )
    await sign_out(_secret(request))
    if not is_shared:
        return with_session(request, Response(status_code=204), secret)
    document = {
        "person": {"id": person.id, "name": person.name, "locale": person.locale},
        "key": await phone_key(person.id, keeper=request.app.state.keeper),
    }
    response = Response(json_bytes(document), media_type="application/json")
    return with_session(request, response, secret, is_lasting=False)


async def api_leave(request: Request) -> Response:
    """End the phone app's session, also one that counts as signed out already; without one there is nothing to end."""
    return await _end(request, Response(status_code=204))


def with_session(request: Request, response: Response, secret: str, *, is_lasting: bool = True) -> Response:
    """Hand the session secret to the browser and let go of what was there before; not `is_lasting` on a shared phone."""
    is_https = is_secure(request.scope)
    response.set_cookie(
        cookie_name(is_https=is_https),
        secret,
        max_age=SESSION_COOKIE_LIFE_S if is_lasting else None,
        secure=is_https,
        httponly=True,
        samesite="lax",
    )
    response.delete_cookie(ASKER_COOKIE, secure=is_https, httponly=True, samesite="lax")
    response.delete_cookie(LEFT_COOKIE, path="/app/", secure=is_https, samesite="lax")
    response.delete_cookie(SIGNED_OUT_COOKIE, secure=is_https, samesite="lax")
    return response


async def _send_code(request: Request, mail: str, response: Response) -> Response:
    asked = await ask_for_code(mail, clock=clock_of(request))
    if asked.letter is not None:
        # Sent beside the request: the reply takes the same time whether or not the address is known.
        task = asyncio.create_task(_deliver(request.app.state, asked.letter))
        request.app.state.background.add(task)
        task.add_done_callback(request.app.state.background.discard)
    response.set_cookie(
        ASKER_COOKIE,
        asked.asker,
        max_age=ASKER_LIFE_S,
        secure=is_secure(request.scope),
        httponly=True,
        samesite="lax",
    )
    return response


async def _deliver(state: State, letter: Letter) -> None:
    if not state.mailer.is_ready:
        # Without a mail server the one in front of the terminal hands the code on.
        state.show_code(letter.to_mail, letter.parts["code"])
        return
    try:
        await send_at_once(state.mailer, letter)
    except MailFailed as error:
        log.warning("sign-in code not sent: %s", error)


def _secret(request: Request) -> str:
    return request.cookies.get(cookie_name(is_https=is_secure(request.scope)), "")


async def _end(request: Request, response: Response) -> Response:
    is_https = is_secure(request.scope)
    await sign_out(_secret(request))
    response.delete_cookie(cookie_name(is_https=is_https), secure=is_https, httponly=True, samesite="lax")
    response.delete_cookie(SIGNED_OUT_COOKIE, secure=is_https, samesite="lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def json_body(request: Request) -> dict[str, object]:
    """Read a body of a few fields. Raises Problem."""
    try:
        body = await request.json()
    except (ValueError, RecursionError) as error:
        raise Problem(400, "not_json", "This is not JSON", "Send an object with a few fields.") from error
    if not isinstance(body, dict):
        raise Problem(422, "bad_field", "This is not what was expected", "Send an object.")
    return body


def string_of(body: dict[str, object], field: str) -> str:
    """Give a short text of a body. Raises Problem naming the field."""
    value = body.get(field)
    if not isinstance(value, str) or len(value) > 320 or not value.isprintable():
        raise Problem(422, "bad_field", "This is not what was expected", f"Send {field} as a text.", field)
    return value


def flag_of(body: dict[str, object], field: str) -> bool:
    """Give a yes or no of a body; missing is no. Raises Problem naming the field."""
    value = body.get(field, False)
    if not isinstance(value, bool):
        raise Problem(
            422, "bad_field", "This is not what was expected", f"Send {field} as true or false.", field
        )
    return value

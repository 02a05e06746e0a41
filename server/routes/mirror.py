"""The mirror: two phones, five lines, one agreed sentence; works as plain forms."""

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import (
    MIRROR,
    MIRROR_COOKIE,
    PUBLIC,
    SIGNED_IN,
    GuardedRoute,
    clock_of,
    find_principal,
    principal_of,
)
from server.errors import Problem, not_found
from server.routes.form_fields import id_field
from server.usecases import mirror, mirror_page
from server.usecases.mirror_page import MirrorPage
from server.views import locale_of, page, see_other
from surveys import queries_mirror
from surveys.keeper import Keeper
from surveys.queries_mirror import MirrorRow, Side

COOKIE_LIFE_S = 90 * 24 * 3600


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/mirror/{mirror}"
    return [
        GuardedRoute("/mirror", show_start, policy=SIGNED_IN),
        GuardedRoute("/mirror", start, policy=SIGNED_IN, methods=["POST"]),
        GuardedRoute("/m", show_code, policy=PUBLIC),
        GuardedRoute("/m", join, policy=PUBLIC, methods=["POST"]),
        GuardedRoute("/m/{code}", show_join, policy=PUBLIC),
        GuardedRoute(one, show, policy=MIRROR),
        GuardedRoute(one + "/lines/{item}", answer, policy=MIRROR, methods=["POST"]),
        GuardedRoute(one + "/sentence", propose, policy=MIRROR, methods=["POST"]),
        GuardedRoute(one + "/agreement", agree, policy=MIRROR, methods=["POST"]),
        GuardedRoute(one + "/keep", keep, policy=MIRROR, methods=["POST"]),
        GuardedRoute(one + "/end", end, policy=MIRROR, methods=["POST"]),
    ]


async def show_start(request: Request) -> Response:
    """Show what a mirror is, the roles to choose from, and the own mirrors."""
    return await _start_page(request)


async def start(request: Request) -> Response:
    """Start a mirror."""
    form = await request.form()
    side: Side = "self" if form.get("side") == "self" else "manager"
    try:
        found = await mirror.start_mirror(
            principal_of(request).id,
            id_field(form.get("profile", "")),
            side,
            keeper=_keeper(request),
            clock=clock_of(request),
        )
    except Problem as problem:
        return await _start_page(request, problem)
    return see_other(f"/mirror/{found}")


async def show_code(request: Request) -> Response:
    """Show the form where the code is typed."""
    return page(request, "mirror/code.html", {"problem": None, "code": ""})


async def show_join(request: Request) -> Response:
    """Show whose mirror it is; nothing changes before the button."""
    code = request.path_params["code"]
    try:
        row = await mirror.find_waiting(code, clock=clock_of(request))
    except Problem as problem:
        return page(request, "mirror/code.html", {"problem": problem, "code": ""}, status=problem.status)
    return _join_page(request, row, code, None, "")


async def join(request: Request) -> Response:
    """Let the second phone in and give it its secret."""
    form = await request.form()
    code, name = str(form.get("code", ""))[:32], str(form.get("name", ""))[:200]
    try:
        row = await mirror.find_waiting(code, clock=clock_of(request))
    except Problem as problem:
        return page(request, "mirror/code.html", {"problem": problem, "code": code}, status=problem.status)
    try:
        found, secret = await mirror.join_mirror(code, name, clock=clock_of(request))
    except Problem as problem:
        return _join_page(request, row, code, problem, name)
    response = see_other(f"/mirror/{found}")
    response.set_cookie(
        MIRROR_COOKIE,
        secret,
        max_age=COOKIE_LIFE_S,
        path=f"/mirror/{found}",
        secure=request.app.state.settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


async def show(request: Request) -> Response:
    """Show where this side of the mirror stands."""
    row, side = await _where(request)
    return _mirror_page(request, await _build(request, row, side), None)


async def answer(request: Request) -> Response:
    """Keep the answers to a line and turn its card."""
    row, side = await _where(request)
    item = request.path_params["item"]
    form = await request.form()
    given = {name: str(value)[:40] for name, value in form.items()}
    try:
        await mirror.answer_line(row, side, item, given, keeper=_keeper(request))
    except Problem as problem:
        if problem.status != 422:
            raise
        return _mirror_page(request, await _build(request, row, side), problem, given)
    return see_other(f"/mirror/{row.id}?turned={item}#card")


async def propose(request: Request) -> Response:
    """Propose the one sentence."""
    row, side = await _where(request)
    form = await request.form()
    sentence = str(form.get("sentence", ""))
    try:
        await mirror.propose_sentence(row, side, sentence, keeper=_keeper(request))
    except Problem as problem:
        if problem.status != 422:
            raise
        given = {"sentence": sentence[:1000]}
        return _mirror_page(request, await _build(request, row, side), problem, given)
    return see_other(f"/mirror/{row.id}#sentence")


async def agree(request: Request) -> Response:
    """Agree to the sentence as it was shown."""
    row, side = await _where(request)
    form = await request.form()
    await mirror.agree(row, side, str(form.get("sentence", "")), keeper=_keeper(request))
    return see_other(f"/mirror/{row.id}#sentence")


async def keep(request: Request) -> Response:
    """Ask to keep the mirror."""
    row, side = await _where(request)
    await mirror.keep_mirror(row, side, clock=clock_of(request))
    return see_other(f"/mirror/{row.id}#keep")


async def end(request: Request) -> Response:
    """End the mirror for both."""
    row, side = await _where(request)
    await mirror.end_mirror(row.id, keeper=_keeper(request))
    return see_other("/mirror" if side == row.starter_side else "/m")


async def _where(request: Request) -> tuple[MirrorRow, Side]:
    row = await queries_mirror.find_mirror(request.path_params["mirror"], clock_of(request).now())
    if row is None:
        raise not_found()
    principal = await find_principal(request)
    is_starter = principal is not None and principal.id == row.starter_id
    return row, row.starter_side if is_starter else row.joiner_side


async def _build(request: Request, row: MirrorRow, side: Side) -> MirrorPage:
    return mirror_page.build(
        row,
        side,
        turned=request.query_params.get("turned", ""),
        locale=locale_of(request),
        keeper=_keeper(request),
        public_url=request.app.state.settings.public_url,
    )


def _mirror_page(
    request: Request, found: MirrorPage, problem: Problem | None, given: dict[str, str] | None = None
) -> Response:
    values = {
        "mirror": found,
        "problem": problem,
        "given": given or {},
        "qr": segno.make(found.join_url, error="m").svg_inline(scale=6, border=2, omitsize=True)
        if found.stage == "join"
        else "",
    }
    return page(request, "mirror/show.html", values, status=problem.status if problem else 200)


def _join_page(request: Request, row: MirrorRow, code: str, problem: Problem | None, name: str) -> Response:
    values = {"row": row, "code": mirror.read_code(code), "problem": problem, "name": name}
    return page(request, "mirror/join.html", values, status=problem.status if problem else 200)


async def _start_page(request: Request, problem: Problem | None = None) -> Response:
    found = await mirror_page.start_page(
        principal_of(request).id, locale=locale_of(request), clock=clock_of(request)
    )
    status = problem.status if problem else 200
    return page(request, "mirror/start.html", {"start": found, "problem": problem}, status=status)


def _keeper(request: Request) -> Keeper:
    keeper: Keeper = request.app.state.keeper
    return keeper

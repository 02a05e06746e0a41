"""The sheets of a person as plain pages, for browsers the phone app is too new for; they need no script."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from server.access import PUBLIC, SIGNED_IN, GuardedRoute, clock_of, find_principal, principal_of
from server.errors import Problem, not_found
from server.routes.plain_fields import carried, carry
from server.routes.plain_view import PageAsked, deadlines, page_values, practice_values, send_values
from server.usecases.plain import (
    OVER,
    Desk,
    Do,
    Kept,
    Task,
    cards_of,
    find_task,
    keep_page,
    left_open,
    list_tasks,
    new_page,
)
from server.usecases.plain_steps import steps_of
from server.usecases.plain_typed import clean_text
from server.views import locale_of, page, see_other
from surveys.form_cells import CellSpec

ONE = "/plain/{assignment}"
RECEIPT = re.compile(r"[0-9A-F]{4}-[0-9]{1,16}")
NUMBER = re.compile(r"[1-9][0-9]?")
ENDED = ("received", "declined")
DOES: Mapping[str, Do] = {
    "submit": "submit", "reopen": "reopen", "decline": "decline", "undecline": "undecline",
}  # fmt: skip


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    return [
        GuardedRoute("/plain", show_list, policy=SIGNED_IN, methods=["GET"], name="plain"),
        GuardedRoute(ONE, show_start, policy=SIGNED_IN, methods=["GET"]),
        GuardedRoute(ONE + "/{page}", show_page, policy=SIGNED_IN, methods=["GET"]),
        # By possession, as a phone syncs: what was typed is stored also when the session has ended meanwhile.
        GuardedRoute(ONE + "/{page}", keep, policy=PUBLIC, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """List what the person is asked, and what lies open."""
    person = principal_of(request)
    tasks, inbox = await list_tasks(person, _desk(request), locale=locale_of(request))
    receipt = request.query_params.get("sent", "")
    values = {
        "tasks": tasks,
        "pairs": inbox["pairs"],
        "reports": inbox["reports"],
        "until": deadlines(tasks),
        "tz": person.time_zone,
        "receipt": receipt if RECEIPT.fullmatch(receipt) else "",
    }
    return page(request, "plain/list.html", values)


async def show_start(request: Request) -> Response:
    """Show the promise before the first answer; of what was sent in or declined the way back."""
    task = await _task(request)
    template = "plain/done.html" if task.state in ENDED else "plain/start.html"
    drawn = new_page(task.sheet, _only(task, "@submit", "@decline"), clock_of(request))
    submit = task.sheet.get("@submit", ())
    values = {
        "task": task,
        "until": deadlines([task])[task.row["id"]],
        "tz": principal_of(request).time_zone,
        "carried": carry(task.tokens, drawn),
        "told": task.row["promise"]["hash"],
        "receipt": f"{submit[-1].d[:4]}-{submit[-1].n}".upper() if submit else "",
        "practice": practice_values(task.form),
    }
    return page(request, template, values)


async def show_page(request: Request) -> Response:
    """Show one page of the form, the last look, or the way to decline; the promise comes first."""
    task = await _task(request)
    query = request.query_params
    if query.get("told") != task.row["promise"]["hash"] or task.state in (*ENDED, "late"):
        return see_other(f"/plain/{task.row['id']}")
    asked = PageAsked(
        name=str(request.path_params["page"]), is_saved="saved" in query, is_missing_marked="missing" in query
    )
    return await _draw(request, task, asked)


async def keep(request: Request) -> Response:
    """Store what a page was filled with, and go on to the next; what cannot be stored is shown beside its field."""
    posted = await request.form()
    tokens, drawn = carried(_text(posted, "page"))
    do, reason = _do(posted), _reason(posted)
    if do == "decline" and not reason:
        return await _again(request, posted, Kept(status="ok", refused={"@decline": "empty"}))
    try:
        kept = await keep_page(tokens, drawn, _lists(posted), do=do, reason=reason, desk=_desk(request))
    except Problem as problem:
        if problem.status != 503:
            raise
        return await _again(request, posted, Kept(status="busy"))
    if kept.status in OVER:
        return _over(request, kept.status, posted, status=409)
    item, is_turned = left_open(kept.form, kept.sheet, tuple(drawn.fields))
    is_own_line = bool(item) and kept.form["relationship"] == "self"
    if kept.refused or (is_own_line and is_turned and not tokens.read):
        return await _again(request, posted, kept)
    is_staying = is_own_line and (is_turned or _is_begun(kept, item))
    is_lacking = bool(tokens.read and kept.needed)
    return see_other(
        _next(request, posted, kept, is_staying=is_staying, is_turned=is_turned, is_lacking=is_lacking)
    )


async def _again(request: Request, posted: FormData, kept: Kept) -> Response:
    """Show a page again: with what was typed and what is wrong, or with the card of somebody who may not read."""
    request.state.principal = person = await find_principal(request)
    assignment = str(request.path_params["assignment"])
    task = await find_task(person, assignment, _desk(request), locale=locale_of(request)) if person else None
    if task is None:
        return _over(request, kept.status, posted, status=422)
    asked = PageAsked(
        name=str(request.path_params["page"]),
        posted=_lists(posted),
        problems=kept.refused,
        is_busy=kept.status == "busy",
        sheet=None if task.may_read else kept.sheet,
        is_saved=kept.status == "ok" and not kept.refused,
    )
    return await _draw(request, task, asked)


async def _draw(request: Request, task: Task, asked: PageAsked) -> Response:
    steps = steps_of(task.form)
    sheet = task.sheet if asked.sheet is None else {}
    values: dict[str, object]
    if asked.name == "send":
        template, specs = "plain/send.html", _only(task, "@submit")
        values = send_values(task) | {"until": deadlines([task])[task.row["id"]]}
    elif asked.name == "decline" and task.row["kind"] != "clarity":
        template, specs = "plain/decline.html", _only(task, "@decline")
        values = {"given": {name: texts[0] for name, texts in asked.posted.items() if texts}}
    elif NUMBER.fullmatch(asked.name) and int(asked.name) <= len(steps):
        template = "plain/page.html"
        values, specs = page_values(task, await cards_of(task, locale_of(request)), asked)
    else:
        raise not_found()
    values |= {
        "task": task,
        "asked": asked,
        "n_pages": len(steps),
        "carried": carry(task.tokens, new_page(sheet, specs, clock_of(request))),
        "told": task.row["promise"]["hash"],
        "tz": principal_of(request).time_zone,
    }
    return page(request, template, values, status=503 if asked.is_busy else 422 if asked.problems else 200)


def _next(
    request: Request, posted: FormData, kept: Kept, *, is_staying: bool, is_turned: bool, is_lacking: bool
) -> str:
    """Say where to go on: the turned card, the same place, the next page, or the list."""
    do, told = _text(posted, "do"), _text(posted, "told")[:64]
    base = f"/plain/{request.path_params['assignment']}"
    here = str(request.path_params["page"])
    if do == "submit":
        # Another device took an answer back meanwhile: it is not finished, and the page says what is missing.
        return (
            f"{base}/send?{urlencode({'told': told})}"
            if is_lacking
            else f"/plain?{urlencode({'sent': kept.receipt})}"
        )
    if do in ("reopen", "undecline", "decline"):
        return "/plain" if do == "decline" else base
    if do.startswith("stay-"):
        return f"{base}/{here}?{urlencode({'told': told, 'saved': 1})}#{urlencode({'': do[5:45]})[1:]}"
    if is_staying:
        more = {"saved": 1} if is_turned else {"missing": 1}
        return f"{base}/{here}?{urlencode({'told': told, **more})}"
    n_pages = len(steps_of(kept.form))
    following = int(here) + 1 if NUMBER.fullmatch(here) else n_pages + 1
    name = str(following) if following <= n_pages else "send"
    return f"{base}/{name}?{urlencode({'told': told, 'saved': 1})}"


def _is_begun(kept: Kept, item: str) -> bool:
    return any(cell.startswith(f"{item}.") and value is not None for cell, value in kept.values.items())


def _over(request: Request, word: str, posted: FormData, *, status: int) -> Response:
    own = {"page", "told", "do", "reason"}
    lost = [
        text for name, texts in _lists(posted).items() if name not in own for text in texts if " " in text
    ]
    return page(request, "plain/over.html", {"word": word, "lost": lost}, status=status)


async def _task(request: Request) -> Task:
    assignment = str(request.path_params["assignment"])
    person = principal_of(request)
    task = await find_task(person, assignment, _desk(request), locale=locale_of(request))
    if task is None:
        raise not_found()
    return task


def _desk(request: Request) -> Desk:
    state = request.app.state
    return Desk(state.queue, state.keeper, clock_of(request))


def _only(task: Task, *cells: str) -> dict[str, CellSpec]:
    return {cell: task.asked.specs[cell] for cell in cells}


def _do(posted: FormData) -> Do:
    return DOES.get(_text(posted, "do"), "save")


def _reason(posted: FormData) -> str:
    """Give the reason for declining in words: one of those offered, or the own."""
    chosen = _text(posted, "reason")
    return clean_text(_text(posted, "words") if chosen in ("", "other") else chosen).strip()


def _lists(posted: FormData) -> dict[str, list[str]]:
    return {name: [one for one in posted.getlist(name) if isinstance(one, str)] for name in posted}


def _text(posted: FormData, name: str) -> str:
    value = posted.get(name, "")
    return value if isinstance(value, str) else ""

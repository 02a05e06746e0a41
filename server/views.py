"""Pages and problems as bytes: Jinja templates with the reader's language and direction."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from server.errors import SIGN_IN_FIRST, Problem
from server.file_words import say_problem
from server.words import LOCALES, catalogue, day_words, moment_words, pick_locale, translate

HERE = Path(__file__).parent
STATIC_DIR = HERE / "static"
RTL = frozenset({"ar"})
# The desks of HR and of the first start are written in these; every other page in all languages.
DESK_LOCALES = ("en", "ar")
DESKS = ("/hr", "/health", "/first")
ISOLATE, POP = "\u2068", "\u2069"
RETRY_AFTER_S = "5"  # phones add their own jitter


@cache
def environment() -> Environment:
    """Build the template environment once; text is escaped, a missing name is an error."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["moment"] = _moment
    env.filters["day"] = _day
    return env


def _moment(value: datetime, locale: str, time_zone: str = "UTC") -> str:
    return moment_words(value, locale, time_zone)


def _day(value: Any, locale: str) -> str:
    return day_words(value, locale)


def locale_of(request: Request) -> str:
    """Choose the page language: the signed-in person's, else what the browser asks for."""
    principal = getattr(request.state, "principal", None)
    wanted = request.query_params.get("lang", "")
    if wanted in LOCALES:
        return wanted
    # A demo's visitor takes the chair of someone who may speak another language: there the browser's wins.
    if principal is not None and not request.app.state.settings.is_demo:
        return pick_locale(principal.locale)
    return pick_locale(request.headers.get("accept-language", "en"))


def page(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> Response:
    """Render a template with `t` (translate), `locale`, `dir`, `principal` and the demo banner at hand."""
    wanted = locale_of(request)
    locale = _page_locale(request, wanted)
    text = (
        environment()
        .get_template(template)
        .render(
            t=lambda key, **parts: translate(locale, key, **parts),
            locale=locale,
            wanted_locale=wanted,
            wanted_words=lambda key: translate(wanted, key),
            problem_said=lambda message: say_problem(locale, message),
            dir="rtl" if locale in RTL else "ltr",
            principal=getattr(request.state, "principal", None),
            is_demo=request.app.state.settings.is_demo,
            organisation=request.app.state.settings.organisation,
            path=request.url.path,
            has_clock_doubt=request.app.state.has_clock_doubt,
            **(values or {}),
        )
    )
    return HTMLResponse(text, status_code=status)


def _page_locale(request: Request, wanted: str) -> str:
    """Choose one language for a whole page: a desk that lacks the reader's is in English, and says so."""
    is_desk = request.url.path.startswith(DESKS)
    return "en" if is_desk and wanted not in DESK_LOCALES else wanted


def isolated(locale: str) -> Callable[[object], str]:
    """Give the function that keeps a number or a name in its own direction on a right-to-left page."""
    if locale not in RTL:
        return str
    return lambda value: f"{ISOLATE}{value}{POP}"


def see_other(url: str) -> Response:
    """Answer a form with the page to look at next."""
    return RedirectResponse(url, status_code=303)


def problem_response(scope: Scope, problem: Problem) -> Response:
    """Turn a problem into problem+json under /api/, else into a page; sign-in is offered instead of a dead end."""
    if scope["path"].startswith("/api/"):
        headers = {"Retry-After": RETRY_AFTER_S} if problem.status == 503 else None
        return JSONResponse(
            problem.as_document(), problem.status, headers, media_type="application/problem+json"
        )
    if problem == SIGN_IN_FIRST and "app" in scope:
        return see_other("/sign-in")
    wanted = pick_locale(Headers(scope=scope).get("accept-language", "en"))
    said = problem_words(problem, wanted)
    locale = "en" if said is problem else wanted
    text = (
        environment()
        .get_template("problem.html")
        .render(
            problem=said,
            locale=locale,
            wanted_locale=wanted,
            in_english=translate(wanted, "layout.in_english"),
            dir="rtl" if locale in RTL else "ltr",
        )
    )
    return HTMLResponse(text, status_code=problem.status)


def problem_words(problem: Problem, locale: str) -> Problem:
    """Say a problem in a language where the catalogue has it (`error.<code>.title`), else as it is."""
    words = catalogue(locale)
    title = words.get(f"error.{problem.code}.title")
    if title is None:
        return problem
    return Problem(
        problem.status, problem.code, title, words.get(f"error.{problem.code}.detail", ""), problem.field
    )


def json_bytes(document: Any) -> bytes:
    """Write a JSON reply without spaces."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

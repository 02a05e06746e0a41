"""HR's pages of the letters: their words in each language, when they go out, the logo; and the logo itself."""

import hashlib

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from server.access import HR, PUBLIC, GuardedRoute, clock_of, principal_of
from server.letter import Wording
from server.routes.upload_form import MAX_UPLOAD_BYTES, read_file
from server.usecases.digest_hours import MailHours
from server.usecases.letters import (
    FIELDS,
    TEMPLATES,
    letter_page,
    letters_page,
    load_logo,
    save_hours,
    save_letter,
    save_logo,
)
from server.usecases.mistakes import Mistake, Mistakes
from server.views import RTL, STATIC_DIR, page, see_other
from server.words import LOCALES

MOST_CHARACTERS = 2000


def routes() -> list[BaseRoute]:
    """List the routes of this module."""
    one = "/hr/letters/{template}/{locale}"
    return [
        GuardedRoute("/logo", show_logo, policy=PUBLIC),
        GuardedRoute("/hr/letters", show_all, policy=HR),
        GuardedRoute("/hr/letters/hours", set_hours, policy=HR, methods=["POST"]),
        GuardedRoute(
            "/hr/letters/logo", set_logo, policy=HR, methods=["POST"], max_body_size=MAX_UPLOAD_BYTES
        ),
        GuardedRoute("/hr/letters/logo/remove", remove_logo, policy=HR, methods=["POST"]),
        GuardedRoute(one, show, policy=HR),
        GuardedRoute(one, save, policy=HR, methods=["POST"]),
    ]


async def show_logo(request: Request) -> Response:
    """Give the organisation's logo, or Sightline's own mark."""
    logo = await load_logo()
    if not logo:
        return FileResponse(STATIC_DIR / "icon.svg", headers={"Cache-Control": "no-cache"})
    etag = f'"{hashlib.sha256(logo).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(logo, media_type="image/png", headers=headers)


async def show_all(request: Request) -> Response:
    """Show the letters, the hours and the logo."""
    return await _all_page(request)


async def set_hours(request: Request) -> Response:
    """Set when mail may go out."""
    form = await request.form()
    hours = MailHours(
        _number(form.get("from_hour")),
        _number(form.get("until_hour")),
        tuple(_number(one) for one in form.getlist("days")),
    )
    try:
        await save_hours(
            hours,
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as mistakes:
        return await _all_page(request, hours=hours, mistakes=mistakes)
    return see_other("/hr/letters#hours")


async def set_logo(request: Request) -> Response:
    """Store a logo that is a small PNG."""
    upload = await read_file(request)
    try:
        if upload is None or not upload.data:
            raise Mistakes({"file": Mistake("profiles.mistake_file")})
        await save_logo(
            upload.data,
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as mistakes:
        return await _all_page(request, mistakes=mistakes)
    return see_other("/hr/letters#logo")


async def remove_logo(request: Request) -> Response:
    """Go back to Sightline's own mark."""
    await save_logo(
        b"", actor=principal_of(request).id, keeper=request.app.state.keeper, clock=clock_of(request)
    )
    return see_other("/hr/letters#logo")


async def show(request: Request) -> Response:
    """Show one letter in one language."""
    return await _letter_page(request)


async def save(request: Request) -> Response:
    """Store the words of one letter, or show how they would read."""
    form = await request.form()
    texts = {name: _text(form.get(name)) for name in FIELDS}
    wording = Wording(**texts)
    if form.get("do") == "preview":
        return await _letter_page(request, typed=wording)
    template, locale = str(request.path_params["template"]), str(request.path_params["locale"])
    try:
        await save_letter(
            template,
            locale,
            wording,
            actor=principal_of(request).id,
            keeper=request.app.state.keeper,
            clock=clock_of(request),
        )
    except Mistakes as mistakes:
        return await _letter_page(request, typed=wording, mistakes=mistakes)
    return see_other(f"/hr/letters/{template}/{locale}?saved=yes")


async def _all_page(
    request: Request, *, hours: MailHours | None = None, mistakes: Mistakes | None = None
) -> Response:
    shown = await letters_page()
    values = {
        "shown": shown,
        "hours": hours or shown.hours,
        "templates": TEMPLATES,
        "locales": LOCALES,
        "mistakes": mistakes.by_field if mistakes else {},
    }
    return page(request, "letters/list.html", values, status=422 if mistakes else 200)


async def _letter_page(
    request: Request, *, typed: Wording | None = None, mistakes: Mistakes | None = None
) -> Response:
    settings = request.app.state.settings
    shown = await letter_page(
        str(request.path_params["template"]),
        str(request.path_params["locale"]),
        organisation=settings.organisation,
        url=settings.public_url,
        typed=typed,
    )
    values = {
        "shown": shown,
        "templates": TEMPLATES,
        "locales": LOCALES,
        "letter_dir": "rtl" if shown.locale in RTL else "ltr",
        "mistakes": mistakes.by_field if mistakes else {},
        "is_saved": request.query_params.get("saved") == "yes",
        "has_logo": bool(await load_logo()),
    }
    return page(request, "letters/show.html", values, status=422 if mistakes else 200)


def _text(value: object) -> str:
    # Browsers send line ends of their own; a text far too long is cut where it is still found to be too long.
    return str(value or "").replace("\r\n", "\n").strip()[:MOST_CHARACTERS]


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else -1

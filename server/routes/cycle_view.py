"""The pages of one cycle with its raters, also shown again when something was refused there."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from server.access import clock_of, principal_of
from server.errors import Problem
from server.usecases.abandon_look import Abandonment
from server.usecases.cycle_pages import cycle_page, group_counts, raters_page
from server.usecases.programme import SETTLED_BY_TIME
from server.usecases.promise_preview import PromisePreview
from server.usecases.running_page import running_box
from server.views import locale_of, page
from server.words import moment_words
from surveys.items import RELATIONSHIPS


@dataclass(frozen=True, slots=True)
class Extension:
    """A later closing that waits for a second look: as typed, as moments."""

    typed: str
    closes_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which form of the page was refused (`rater`, `ratee`), the words for it, and who was chosen there."""

    form: str
    note: str
    rater: str


async def show_cycle(
    request: Request,
    *,
    note: str = "",
    status: int = 200,
    extension: Extension | None = None,
    abandonment: Abandonment | None = None,
    reason: str = "",
    promise: PromisePreview | None = None,
) -> Response:
    """Show one cycle: `note` above it, an extension or an end to confirm, a refused `reason`, or a promise to correct."""
    shown = await cycle_page(
        str(request.path_params["cycle"]),
        viewer=principal_of(request).id,
        locale=locale_of(request),
        time_zone=principal_of(request).time_zone,
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    template = "cycles/draft.html" if shown.check is not None else "cycles/show.html"
    values = {
        "shown": shown,
        "cycle": shown.cycle,
        "tz": principal_of(request).time_zone,
        "counts": {ratee.person_id: group_counts(ratee) for ratee in shown.ratees},
        "relationships": RELATIONSHIPS,
        "promise": promise or shown.promise,
        "settled_by_time": SETTLED_BY_TIME,
        "note": note,
        "running": await running_box(shown.cycle.id, shown.cycle.state),
        "has_mail_server": request.app.state.mailer.is_ready,
        "extension": extension,
        "abandonment": abandonment,
        "reason": reason,
        "in_words": _in_words(request, extension.closes_at) if extension else "",
    }
    return page(request, template, values, status=status)


async def show_raters_of(
    request: Request,
    *,
    problem: Problem | None = None,
    refusal: Refusal | None = None,
    note: str = "",
    status: int = 200,
) -> Response:
    """Show who is asked about one person, with what was refused there."""
    shown = await raters_page(
        str(request.path_params["cycle"]),
        str(request.path_params["person"]),
        request.query_params.get("q", "")[:200],
        keeper=request.app.state.keeper,
        clock=clock_of(request),
    )
    values = {
        "shown": shown,
        "relationships": RELATIONSHIPS[1:],
        "problem": problem,
        "refusal": refusal,
        "note": note,
    }
    values["is_sent"] = request.query_params.get("sent") == "yes"
    values["has_mail_server"] = request.app.state.mailer.is_ready
    return page(request, "cycles/raters.html", values, status=status)


def _in_words(request: Request, moment: datetime) -> str:
    """Write a moment with its weekday and month in full, so that a wrong month is seen."""
    locale = locale_of(request)
    day = "EEEE, d MMMM y" if locale == "en" else "full"  # English as Europe writes it
    return moment_words(moment, locale, principal_of(request).time_zone, day=day)

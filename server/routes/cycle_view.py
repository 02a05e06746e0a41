"""The page of one cycle, also shown again when something was refused there."""

from starlette.requests import Request
from starlette.responses import Response

from server.access import clock_of, principal_of
from server.usecases.cycle_pages import cycle_page, group_counts
from server.views import page
from surveys.items import RELATIONSHIPS


async def show_cycle(request: Request, *, note: str = "", status: int = 200) -> Response:
    """Show one cycle, with the words of `note` above it."""
    shown = await cycle_page(str(request.path_params["cycle"]), clock=clock_of(request))
    template = "cycles/draft.html" if shown.check is not None else "cycles/show.html"
    values = {
        "shown": shown,
        "cycle": shown.cycle,
        "tz": principal_of(request).time_zone,
        "counts": {ratee.person_id: group_counts(ratee) for ratee in shown.ratees},
        "relationships": RELATIONSHIPS,
        "note": note,
    }
    return page(request, template, values, status=status)

"""Reads of which reports someone may open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from surveys.database import dialect, reader
from surveys.models.cycles import Ratee
from surveys.queries_access import HEAD_START, RELEASED_STATES

MOST_REPORTS = 200


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A report that someone may open."""

    cycle: str
    cycle_title: str
    released_at: datetime
    ratee: str
    ratee_name: str


async def list_own_reports(person_id: str) -> tuple[ReportLink, ...]:
    """List the reports about a person, newest first."""
    rows = (
        await Ratee.filter(
            person_id=person_id,
            is_cancelled=False,
            cycle__kind="feedback360",
            cycle__state__in=RELEASED_STATES,
            cycle__released_at__isnull=False,
        )
        .select_related("cycle", "person")
        .order_by("-cycle__released_at")
        .limit(MOST_REPORTS)
    )
    return tuple(link for row in rows if (link := _link(row)) is not None)


async def list_viewable_reports(person_id: str, now: datetime) -> tuple[ReportLink, ...]:
    """List the reports a manager or coach may open now, newest first; a coach only sees what was shared."""
    rows = (
        await Ratee.filter(id__in=await _viewable_ids(person_id), cycle__released_at__lte=now - HEAD_START)
        .select_related("cycle", "person")
        .order_by("-cycle__released_at", "person__name")
        .limit(MOST_REPORTS)
    )
    return tuple(
        link
        for row in rows
        if person_id in row.viewers.get("manager", []) or row.has_shared_comments
        if _is_open_to_others(row, now)
        if (link := _link(row)) is not None
    )


_VIEWABLE = {
    "sqlite": (
        "SELECT r.id AS id FROM ratee r JOIN cycle c ON c.id = r.cycle_id"
        " WHERE r.is_cancelled = 0 AND c.kind = 'feedback360' AND c.state IN ('released', 'done')"
        " AND EXISTS (SELECT 1 FROM json_each(r.viewers, ?) seen WHERE seen.value = ?) ORDER BY c.released_at DESC LIMIT 2000"
    ),
    "postgres": (
        "SELECT r.id AS id FROM ratee r JOIN cycle c ON c.id = r.cycle_id"
        " WHERE NOT r.is_cancelled AND c.kind = 'feedback360' AND c.state IN ('released', 'done')"
        " AND jsonb_exists(r.viewers -> $1, $2) ORDER BY c.released_at DESC LIMIT 2000"
    ),
}


async def _viewable_ids(person_id: str) -> list[str]:
    name = dialect()
    found: list[str] = []
    for role in ("manager", "coach"):
        path = f"$.{role}" if name == "sqlite" else role
        _, rows = await reader().execute_query(_VIEWABLE[name], [path, person_id])
        found += [str(row["id"]) for row in rows]
    return found


def _is_open_to_others(row: Ratee, now: datetime) -> bool:
    released_at, hours = row.cycle.released_at, row.cycle.policy["ratee_first_hours"]
    return released_at is not None and now >= released_at + timedelta(hours=hours)


def _link(row: Ratee) -> ReportLink | None:
    cycle = row.cycle
    if cycle.released_at is None:
        return None
    return ReportLink(cycle.id, cycle.title, cycle.released_at, row.person.id, row.person.name)

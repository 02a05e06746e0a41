"""Reads of what the retention date ends: named answers of closed cycles that were promised to be gone by now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from surveys.lifecycle import State, kept_until
from surveys.models.cycles import Cycle
from surveys.models.results import NamedResult, PairView
from surveys.policy import from_document

# Abandoned: a cycle that was closed before an older backup was restored.
OVER: tuple[State, ...] = ("released", "done", "abandoned")


@dataclass(frozen=True, slots=True)
class OverCycle:
    """A cycle whose retention date has come, with that date."""

    id: str
    kept_until: date


async def list_over(today: date, *, has_key: Callable[[str], bool]) -> tuple[OverCycle, ...]:
    """List the cycles whose retention date has come and of which something is left: rows, or the key to them.

    Rehearsals have an end of their own.
    """
    with_rows = {
        str(one)
        for model in (NamedResult, PairView)
        for one in await model.all().distinct().values_list("cycle_id", flat=True)
    }
    rows = await Cycle.filter(state__in=OVER, is_rehearsal=False).order_by("id")
    found = (
        OverCycle(
            row.id, kept_until(row.closes_at, row.grace_hours, from_document(row.policy).retention_days)
        )
        for row in rows
        if row.id in with_rows or has_key(row.id)
    )
    return tuple(one for one in found if one.kept_until <= today)

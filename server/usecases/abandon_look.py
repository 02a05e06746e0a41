"""What abandoning a cycle would destroy, told before it is done."""

from dataclasses import dataclass

from server.errors import not_found
from server.usecases.cancel import TOO_LATE, checked_reason
from surveys import queries_cycles
from surveys.lifecycle import BEFORE_CLOSING, as_state


@dataclass(frozen=True, slots=True)
class Abandonment:
    """An end that waits for a second look: the reason as it is stored, and whom it concerns."""

    reason: str
    n_asked: int
    n_opened: int  # clarity pairs that already see their list


async def look_over_abandonment(cycle_id: str, reason: str) -> Abandonment:
    """Check a reason and count whom the end concerns, without ending anything. Raises Problem."""
    reason = checked_reason(reason)
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    if as_state(cycle.state) not in BEFORE_CLOSING:
        raise TOO_LATE
    return Abandonment(
        reason, await queries_cycles.n_people_asked(cycle_id), await queries_cycles.n_opened_pairs(cycle_id)
    )

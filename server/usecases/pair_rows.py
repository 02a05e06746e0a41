"""What HR sees of clarity pairs: who has answered and whether both views are open, never what was said."""

from dataclasses import dataclass

from server.usecases.gaps_progress import answered
from surveys import queries_pairs
from surveys.cycle_values import CycleCard
from surveys.keeper import Keeper


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair by name; an open pair has answered on both sides."""

    employee_id: str
    employee: str
    manager: str
    has_employee_answered: bool
    has_manager_answered: bool
    is_open: bool


async def pair_rows(cycle: CycleCard, *, keeper: Keeper) -> tuple[PairRow, ...]:
    """List the pairs of a launched clarity round; named sheets, so that both were told HR sees this."""
    pairs = await queries_pairs.list_cycle_pairs(cycle.id)
    has_answered = await answered(pairs, keeper=keeper)
    rows = []
    for pair in pairs:
        is_open = pair.sides == "both"
        employee, manager = (
            is_open or pair.sides == side or has_answered.get((pair.cycle, pair.employee, side), False)
            for side in ("self", "manager")
        )
        rows.append(PairRow(pair.employee, pair.employee_name, pair.manager_name, employee, manager, is_open))
    return tuple(rows)

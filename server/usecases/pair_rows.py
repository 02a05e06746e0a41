"""What HR sees of clarity pairs: who has answered and whether both views are open, never what was said."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.clock import Clock, today
from server.usecases.gaps_progress import answered
from server.usecases.running_add import ADDABLE
from surveys import queries_pairs, queries_people
from surveys.cycle_values import CycleCard
from surveys.keeper import Keeper
from surveys.queries_pairs import PairFacts, Side


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair by name; an open pair has answered on both sides."""

    employee_id: str
    employee: str
    manager: str
    has_employee_answered: bool
    has_manager_answered: bool
    is_open: bool
    is_lost: bool
    missing: Side | None  # the side on which nobody stands any more
    others: tuple[tuple[str, str], ...] = ()  # managers of the people file (id, name) who could take over


async def pair_rows(cycle: CycleCard, *, keeper: Keeper, clock: Clock) -> tuple[PairRow, ...]:
    """List the pairs of a launched clarity round; named sheets, so that both were told HR sees this."""
    pairs = await queries_pairs.list_cycle_pairs(cycle.id)
    has_answered = await answered(pairs, keeper=keeper)
    others = await _others(cycle, pairs, clock)
    rows = []
    for pair in pairs:
        is_open = pair.sides == "both"
        employee, manager = (
            is_open or pair.sides == side or has_answered.get((pair.cycle, pair.employee, side), False)
            for side in ("self", "manager")
        )
        rows.append(
            PairRow(
                pair.employee,
                pair.employee_name,
                pair.manager_name,
                employee,
                manager,
                is_open,
                pair.sides == queries_pairs.LOST,
                pair.missing_side(clock.now()),
                others.get(pair.employee, ()),
            )
        )
    return tuple(rows)


async def _others(
    cycle: CycleCard, pairs: Sequence[PairFacts], clock: Clock
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Give who else manages each employee of a pair that is not open, while managers may still change."""
    waiting = {pair.employee: pair.manager for pair in pairs if not pair.sides}
    if cycle.state not in ADDABLE or not waiting:
        return {}
    day = today(clock)
    people = await queries_people.list_people_by_id(list(waiting), day=day)
    ids = {one for person in people for one in person.manager_ids}
    managers = await queries_people.list_people_by_id(list(ids), day=day)
    names = {one.id: one.name for one in managers if not one.has_left}
    return {
        person.id: tuple(
            (one, names[one]) for one in person.manager_ids if one in names and one != waiting[person.id]
        )
        for person in people
    }

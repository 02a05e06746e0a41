"""What HR sees first: one clear next step, and the cycles."""

from dataclasses import dataclass
from typing import Literal

from server.clock import Clock, today
from surveys import queries_cycles, queries_people, queries_profiles
from surveys.queries_cards import CardRow, Waiting, list_disputed, list_waiting
from surveys.queries_cycles import CycleRow

NextStep = Literal["people", "instruments", "profile", "cycle", "draft", "running", "again"]


@dataclass(frozen=True, slots=True)
class Overview:
    """The next step, the cycle it is about, and the newest cycles."""

    next_step: NextStep
    cycle: CycleRow | None
    n_people: int
    n_profiles: int
    cycles: tuple[CycleRow, ...]
    disputed: tuple[CardRow, ...]  # somebody else used their card
    waiting: tuple[Waiting, ...]  # changed ways to sign in


async def hr_overview(*, clock: Clock) -> Overview:
    """Find out what HR should do next; the first person is HR, so people are missing until there are two."""
    n_people = await queries_people.n_people()
    profiles = await queries_profiles.list_profiles()
    instrument_id = await queries_profiles.newest_instrument_id()
    cycles = await queries_cycles.list_cycles(clock.now())
    step, cycle = _next_step(n_people, bool(profiles), instrument_id is not None, cycles)
    return Overview(
        step,
        cycle,
        n_people,
        len(profiles),
        cycles,
        await list_disputed(day=today(clock)),
        await list_waiting(clock.now()),
    )


def _next_step(
    n_people: int, has_profile: bool, has_instrument: bool, cycles: tuple[CycleRow, ...]
) -> tuple[NextStep, CycleRow | None]:
    if n_people < 2:
        return "people", None
    if not has_instrument:
        return "instruments", None
    if not has_profile:
        return "profile", None
    for step, states in (("draft", ("draft",)), ("running", queries_cycles.RUNNING)):
        found = next((one for one in cycles if one.state in states), None)
        if found is not None:
            return ("draft" if step == "draft" else "running"), found
    return ("again" if cycles else "cycle"), None

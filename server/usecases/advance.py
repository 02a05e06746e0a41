"""What time does to cycles: open, grace, closing; and the same by name from the shell."""

import logging
from datetime import timedelta
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem, not_found
from server.usecases.closing import NO_DOUBT, close_cycle
from surveys.database import lock_cycles, write_tx
from surveys.errors import SurveysError
from surveys.keeper import Keeper
from surveys.lifecycle import as_state, is_due_to_close, state_at
from surveys.models.cycles import Cycle

log = logging.getLogger("sightline.cycles")
RUNNING = ("scheduled", "open", "grace")
ON_THE_WAY = ("closing", "sealed")


async def advance_cycles(
    *, keeper: Keeper, clock: Clock, backups_dir: Path, clock_doubt: timedelta = NO_DOUBT
) -> int:
    """Bring every cycle to where server time says it is; give how many were released.

    While the clock is in doubt no closing begins.
    """
    n_released = 0
    for cycle in await Cycle.filter(state__in=[*RUNNING, *ON_THE_WAY]).order_by("closes_at", "id"):
        is_due = is_due_to_close(
            as_state(cycle.state),
            closes_at=cycle.closes_at,
            grace_hours=cycle.grace_hours,
            now=clock.now(),
            clock_doubt=clock_doubt,
        )
        if not is_due and cycle.state in RUNNING:
            await _move(cycle.id, clock)
            continue
        try:
            state = await close_cycle(
                cycle.id, keeper=keeper, clock=clock, backups_dir=backups_dir, clock_doubt=clock_doubt
            )
        except (Problem, SurveysError) as error:
            # One cycle that cannot close must not keep the others open; the next run tries again.
            log.error("cycle not closed: %s", error, extra={"cycle": cycle.id})
            continue
        n_released += state == "released"
    return n_released


async def _move(cycle_id: str, clock: Clock) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        cycle = await Cycle.get(id=cycle_id)
        if cycle.state not in RUNNING:
            return
        state = state_at(opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=clock.now())
        if state != cycle.state:
            await Cycle.filter(id=cycle_id).update(state=state)

    await write_tx(body)


async def close_due_cycle(cycle_id: str, *, keeper: Keeper, clock: Clock, backups_dir: Path) -> str:
    """Run the closing of one cycle that is due; say where it got to.

    Raises Problem when there is no such cycle or it is not due.
    """
    if await Cycle.get_or_none(id=cycle_id) is None:
        raise not_found()
    state = await close_cycle(cycle_id, keeper=keeper, clock=clock, backups_dir=backups_dir)
    return f"cycle {cycle_id} is {state}"

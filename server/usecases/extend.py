"""HR gives a running cycle a later date: once, and never an earlier one."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem, not_found
from surveys import audit
from surveys.database import lock_cycles, write_tx
from surveys.keeper import Keeper
from surveys.lifecycle import ForbiddenMove, Shortened, as_state, check_extension, state_at
from surveys.models.cycles import Cycle

EXTENDED_BEFORE = Problem(
    409,
    "extended_before",
    "This cycle was extended before",
    "A cycle is extended once; what raters were told holds.",
)


async def extend_cycle(
    cycle_id: str, closes_at: datetime, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    """Move the closing time of a running cycle to a later one.

    Raises Problem for an earlier time, a second extension, or a cycle that is not running.
    """

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        cycle = await Cycle.get_or_none(id=cycle_id)
        if cycle is None:
            raise not_found()
        if cycle.is_extended:
            raise EXTENDED_BEFORE
        try:
            check_extension(
                as_state(cycle.state), closes_at=cycle.closes_at, new_closes_at=closes_at, now=clock.now()
            )
        except (ForbiddenMove, Shortened) as error:
            raise Problem(409, "not_extended", "Not extended", str(error), "closes_at") from error
        state = state_at(opens_at=cycle.opens_at, closes_at=closes_at, now=clock.now())
        await Cycle.filter(id=cycle_id).update(closes_at=closes_at, is_extended=True, state=state)
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            actor_id=actor,
            action="cycle.extended",
            object_id=cycle_id,
            detail=closes_at.isoformat(),
        )

    await write_tx(body)

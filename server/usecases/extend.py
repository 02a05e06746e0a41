"""HR gives a running cycle a later date: once, by 60 days at most, and never an earlier one."""

from datetime import datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem, not_found
from surveys import audit
from surveys.database import lock_cycles, write_tx
from surveys.keeper import Keeper
from surveys.lifecycle import ForbiddenMove, Shortened, as_state, check_extension, ends_at, state_at
from surveys.models.cycles import Cycle

MOST_EXTENSION_DAYS = 60
EXTENDED_BEFORE = Problem(
    409,
    "extended_before",
    "This cycle was extended before",
    "A cycle is extended once; what raters were told holds.",
)
TOO_FAR = Problem(
    422,
    "extended_too_far",
    "This date is too far away",
    f"A cycle is extended by {MOST_EXTENSION_DAYS} days at most; plan another one instead.",
    "closes_at",
)


async def look_over_extension(cycle_id: str, closes_at: datetime, *, clock: Clock) -> datetime:
    """Check a new closing time without storing it; give the end of grace it would have. Raises Problem."""
    cycle = await Cycle.get_or_none(id=cycle_id)
    if cycle is None:
        raise not_found()
    _check(cycle, closes_at, now=clock.now())
    return ends_at(closes_at, cycle.grace_hours)


async def extend_cycle(
    cycle_id: str, closes_at: datetime, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    """Move the closing time of a running cycle to a later one.

    Raises Problem for an earlier time, one too far away, a second extension, or a cycle that is not running.
    """

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        cycle = await Cycle.get_or_none(id=cycle_id)
        if cycle is None:
            raise not_found()
        _check(cycle, closes_at, now=clock.now())
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


def _check(cycle: Cycle, closes_at: datetime, *, now: datetime) -> None:
    if cycle.is_extended:
        raise EXTENDED_BEFORE
    try:
        check_extension(as_state(cycle.state), closes_at=cycle.closes_at, new_closes_at=closes_at, now=now)
    except (ForbiddenMove, Shortened) as error:
        raise Problem(409, "not_extended", "Not extended", str(error), "closes_at") from error
    if closes_at > cycle.closes_at + timedelta(days=MOST_EXTENSION_DAYS):
        raise TOO_FAR

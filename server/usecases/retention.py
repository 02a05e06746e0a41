"""The retention date: the answers of self and manager go, first the rows, then the key that opens every copy of them."""

import logging
from datetime import date

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, today
from surveys import audit
from surveys.database import compact, lock_cycles, write_tx
from surveys.keeper import Keeper
from surveys.models.results import NamedResult, PairView
from surveys.models.work import AuditEntry
from surveys.queries_retention import OverCycle, list_over

log = logging.getLogger("sightline.retention")
ACTION = "retention.ended"


def is_over(kept_until: date | None, day: date) -> bool:
    """Tell whether named answers are gone on this day, whether or not the job has run; None has no such date."""
    return kept_until is not None and day >= kept_until


async def end_retention(*, keeper: Keeper, clock: Clock) -> tuple[str, ...]:
    """Destroy the named answers of every cycle whose retention date has come; give those cycles.

    A second call finishes what a crash left, and ends again what an older backup brought back.
    """
    over = await list_over(today(clock), has_key=keeper.has_results)
    for cycle in over:
        await _end(cycle, keeper, clock)
    return tuple(cycle.id for cycle in over)


async def _end(cycle: OverCycle, keeper: Keeper, clock: Clock) -> None:
    async def body(tx: BaseDBAsyncClient) -> tuple[int, str] | None:
        await lock_cycles(tx, [cycle.id], is_shared=False)
        n_gone = await NamedResult.filter(cycle_id=cycle.id).delete()
        n_gone += await PairView.filter(cycle_id=cycle.id).delete()
        if not n_gone and await AuditEntry.exists(action=ACTION, object_id=cycle.id):
            return None  # written before a crash that left the key
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action=ACTION,
            object_id=cycle.id,
            detail=f"named answers kept until {cycle.kept_until}",
        )

    pin = await write_tx(body)
    if pin is not None:
        keeper.pin_audit(*pin)
    if not await compact():
        # The freed pages hold ciphertext only, and its key goes now.
        log.warning("the file was not compacted; a reader was in the way", extra={"cycle": cycle.id})
    keeper.destroy_results(cycle.id)
    keeper.advance_ratchet()

"""After a restore: a clarity pair that was opened since the backup asks nothing again, and shows nothing."""

from collections.abc import Collection

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from surveys import sheet_store
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Ratee
from surveys.models.results import PairView
from surveys.queries_pairs import LOST
from surveys.sealed_sheet import Place, key_of


async def keep_opened(tx: BaseDBAsyncClient, cycles: Collection[str], *, keeper: Keeper, clock: Clock) -> int:
    """Shut every marked pair that the backup does not know as opened, inside the transaction; give how many.

    Its two people have read each other: whoever could answer again would answer knowing the other side.
    """
    n_lost = 0
    for cycle in sorted(cycles):
        known = set(await PairView.filter(cycle_id=cycle).values_list("ratee_id", flat=True))
        ratees = Ratee.filter(cycle_id=cycle, cycle__kind="clarity", is_cancelled=False)
        for employee in await ratees.values_list("person_id", flat=True):
            if employee in known or not keeper.was_opened(cycle, str(employee)):
                continue
            await PairView.create(
                id=new_id(clock), cycle_id=cycle, ratee_id=str(employee), sides=LOST, ciphertext=b""
            )
            await _remove_sheets(tx, cycle, str(employee), keeper)
            n_lost += 1
    return n_lost


async def _remove_sheets(tx: BaseDBAsyncClient, cycle: str, employee: str, keeper: Keeper) -> None:
    if not keeper.has_key(cycle) or not keeper.can_open(cycle):
        return  # nothing opens them either
    key = keeper.open_cycle(cycle)
    rows = await Assignment.filter(cycle_id=cycle, ratee_id=employee, is_cancelled=False)
    ids = [key_of(key, Place(cycle, row.id, row.generation))[1] for row in rows]
    await sheet_store.remove(tx, cycle, ids)

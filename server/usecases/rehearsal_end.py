"""Delete a rehearsal: its answers, results and invented person; phones that come back hear `closed`."""

import asyncio
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from server.errors import not_found
from server.usecases.closing_backup import forget_in_copies
from surveys import sheet_store
from surveys.database import compact, lock_cycles, write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle, CycleForm, Progress, Ratee, RevokedAuth
from surveys.models.people import Person
from surveys.models.results import (
    BaselineValue,
    ClosingRecord,
    NamedResult,
    PairView,
    ResultCell,
    ResultComment,
    ResultGroup,
)
from surveys.models.work import ReminderWave

OF_A_CYCLE: tuple[type[Model], ...] = (
    Assignment,
    BaselineValue,
    ClosingRecord,
    CycleForm,
    NamedResult,
    PairView,
    Progress,
    Ratee,
    ReminderWave,
    ResultCell,
    ResultComment,
    ResultGroup,
    RevokedAuth,
)


async def delete_rehearsal(cycle_id: str, *, keeper: Keeper, backups_dir: Path) -> None:
    """Delete everything of a rehearsal but an empty row, for which phones are told `closed`; in copies too.

    A second call finishes what a crash left. Raises Problem 404 for any other cycle.
    """

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=False)
        if not await Cycle.exists(id=cycle_id, is_rehearsal=True):
            raise not_found()
        ratees = [
            str(one) for one in await Ratee.filter(cycle_id=cycle_id).values_list("person_id", flat=True)
        ]
        await sheet_store.destroy(tx, cycle_id)
        for model in OF_A_CYCLE:
            await model.filter(cycle_id=cycle_id).delete()
        await Person.filter(id__in=ratees, is_invented=True).delete()
        await Cycle.filter(id=cycle_id).update(
            state="abandoned", title="", purpose="", content={}, launched_by_id=None
        )

    await write_tx(body)
    keeper.bury(cycle_id, "rehearsal")
    keeper.destroy_cycle(cycle_id)
    keeper.destroy_results(cycle_id)
    await asyncio.to_thread((backups_dir / f"close-{cycle_id}.db").unlink, missing_ok=True)
    tables = {"sheet": "cycle", **{str(model._meta.db_table): "cycle_id" for model in OF_A_CYCLE}}
    await asyncio.to_thread(forget_in_copies, backups_dir, cycle_id, tables=tables)
    await compact()

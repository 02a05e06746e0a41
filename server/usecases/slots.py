"""Claiming a scheduled run, so that of many workers one does it."""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from surveys.database import write_tx
from surveys.models.work import JobSlot


async def claim_slot(name: str, slot: int) -> bool:
    """Claim one run; False when another worker has it. Older slots of the job go away."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await JobSlot.create(id=f"{name}:{slot:020d}")
        await JobSlot.filter(id__startswith=f"{name}:", id__lt=f"{name}:{slot:020d}").delete()

    try:
        await write_tx(body)
    except IntegrityError:
        return False
    return True

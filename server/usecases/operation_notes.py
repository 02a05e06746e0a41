"""Notes of the server about its own running: when it last did something, and whether that went well."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.database import write_tx
from surveys.models.work import OperationNote

MOST_DETAIL = 300


async def note(name: str, *, at: datetime, is_good: bool, detail: str = "") -> None:
    """Keep the newest note of a kind."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await OperationNote.update_or_create(
            name=name, defaults={"at": at, "is_good": is_good, "detail": detail[:MOST_DETAIL]}
        )

    await write_tx(body)

"""Notes of the server about its own running: when it last did something, and whether that went well."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.database import write_tx
from surveys.models.work import OperationNote

MOST_DETAIL = 300
MOST_STARTS = 10  # as many as a note holds


async def note(name: str, *, at: datetime, is_good: bool, detail: str = "") -> None:
    """Keep the newest note of a kind."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await OperationNote.update_or_create(
            name=name, defaults={"at": at, "is_good": is_good, "detail": detail[:MOST_DETAIL]}
        )

    await write_tx(body)


async def note_start(*, at: datetime) -> None:
    """Note a start of the server beside the last ones."""
    last = await OperationNote.get_or_none(name="start")
    starts = [*(last.detail.split() if last else ()), at.isoformat(timespec="seconds")]
    await note("start", at=at, is_good=True, detail=" ".join(starts[-MOST_STARTS:]))

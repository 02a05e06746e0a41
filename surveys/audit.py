"""The log of who did and saw what: each entry's HMAC covers the one before it. It holds no answer events."""

import hashlib
import hmac
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.database import lock_cycles
from surveys.models.work import AuditEntry

FIRST = "0" * 64
_LOCK = "audit"


async def record(
    tx: BaseDBAsyncClient,
    *,
    key: bytes,
    at: datetime,
    action: str,
    actor_id: str = "",
    object_id: str = "",
    detail: str = "",
) -> tuple[int, str]:
    """Add an entry inside the transaction of what it tells about; gives its number and HMAC."""
    await lock_cycles(tx, [_LOCK], is_shared=False)
    last = await AuditEntry.all().using_db(tx).order_by("-seq").first()
    seq = last.seq + 1 if last else 1
    mac = _mac(key, last.mac if last else FIRST, (str(seq), _moment(at), actor_id, action, object_id, detail))
    await AuditEntry.create(
        seq=seq,
        at=at,
        actor_id=actor_id,
        action=action,
        object_id=object_id,
        detail=detail,
        mac=mac,
        using_db=tx,
    )
    return seq, mac


async def find_break(*, key: bytes, pin: tuple[int, str] | None = None) -> int | None:
    """Give the number of the first entry that was changed, moved, added or removed; None when all is well.

    `pin` is the end of the chain as it was noted outside the database: without it a cut tail cannot be seen.
    """
    before = FIRST
    expected = 1
    pinned = pin
    for entry in await AuditEntry.all().order_by("seq"):
        told = (
            str(entry.seq),
            _moment(entry.at),
            entry.actor_id,
            entry.action,
            entry.object_id,
            entry.detail,
        )
        if entry.seq != expected or not hmac.compare_digest(entry.mac, _mac(key, before, told)):
            return expected
        if pinned is not None and entry.seq == pinned[0]:
            if entry.mac != pinned[1]:
                return expected
            pinned = None
        before = entry.mac
        expected += 1
    return expected if pinned is not None else None


def _moment(at: datetime) -> str:
    return str(round(at.timestamp() * 1_000_000))


def _mac(key: bytes, before: str, told: tuple[str, ...]) -> str:
    parts = [part.encode("utf-8") for part in (before, *told)]
    message = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hmac.new(key, message, hashlib.sha256).hexdigest()

"""The audit log: any edit, deletion, insertion, reordering and cut tail is found."""

from datetime import UTC, datetime

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from surveys import audit
from surveys.database import write_tx
from surveys.models.work import AuditEntry
from tests.conftest import Database

KEY = b"k" * 32
AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


async def write(n: int = 5) -> tuple[int, str]:
    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        pin = (0, "")
        for number in range(n):
            pin = await audit.record(
                tx, key=KEY, at=AT, action="report.seen", actor_id="ada", object_id=f"o{number}", detail="x"
            )
        return pin

    return await write_tx(body)


async def test_an_untouched_log_holds(database: Database) -> None:
    assert await audit.find_break(key=KEY) is None
    pin = await write()
    assert await audit.find_break(key=KEY, pin=pin) is None
    assert await audit.find_break(key=b"x" * 32) == 1


@pytest.mark.parametrize("field", ["actor_id", "action", "object_id", "detail", "mac"])
async def test_an_edit_is_found(database: Database, field: str) -> None:
    pin = await write()
    await write_tx(lambda tx: AuditEntry.filter(seq=3).update(**{field: "other"}))
    assert await audit.find_break(key=KEY, pin=pin) == 3


async def test_a_changed_time_is_found(database: Database) -> None:
    await write()
    await write_tx(lambda tx: AuditEntry.filter(seq=2).update(at=AT.replace(microsecond=123457)))
    assert await audit.find_break(key=KEY) == 2


async def test_a_deleted_entry_is_found(database: Database) -> None:
    await write()
    await write_tx(lambda tx: AuditEntry.filter(seq=2).delete())
    assert await audit.find_break(key=KEY) == 2


async def test_swapped_entries_are_found(database: Database) -> None:
    await write()

    async def swap(tx: BaseDBAsyncClient) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            await tx.execute_query(f"UPDATE audit_entry SET seq = {new} WHERE seq = {old}")

    await write_tx(swap)
    assert await audit.find_break(key=KEY) == 2


async def test_a_cut_tail_is_found_by_the_note_outside(database: Database) -> None:
    pin = await write()
    await write_tx(lambda tx: AuditEntry.filter(seq__gte=4).delete())
    assert await audit.find_break(key=KEY) is None
    assert await audit.find_break(key=KEY, pin=pin) == 4


async def test_a_log_that_went_on_after_the_note_holds(database: Database) -> None:
    pin = await write()
    await write(2)
    assert await audit.find_break(key=KEY, pin=pin) is None

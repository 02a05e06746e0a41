"""The table of sealed sheets, on both databases."""

import asyncio
from functools import partial

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.sheet_store import BATCH, SealedSheet, UnknownCycle
from tests.conftest import Database
from tests.factories import id_of

CYCLE, OTHER = id_of("autumn"), id_of("spring")


def sheet(number: int, content: bytes = b"sealed", cycle: str = CYCLE) -> SealedSheet:
    return SealedSheet(cycle, f"{number:064x}", "0" * 16, content)


@pytest.fixture
async def prepared(database: Database) -> Database:
    async def body(tx: BaseDBAsyncClient) -> None:
        for cycle in (CYCLE, OTHER):
            await sheet_store.prepare(tx, cycle)

    await write_tx(body)
    return database


async def test_sheets_are_written_replaced_and_read_in_bulk(prepared: Database) -> None:
    n = BATCH + 7
    await write_tx(lambda tx: sheet_store.write(tx, [sheet(number) for number in range(n)]))
    await write_tx(lambda tx: sheet_store.write(tx, [sheet(number, b"new") for number in range(0, n, 2)]))
    found = await sheet_store.read(reader(), [(CYCLE, f"{number:064x}") for number in range(n + 5)])
    assert len(found) == n
    assert {key[1]: value for key, value in found.items()} == {
        f"{number:064x}": b"new" if number % 2 == 0 else b"sealed" for number in range(n)
    }
    assert [one async for one, _ in sheet_store.each(reader(), CYCLE)] == [
        f"{number:064x}" for number in range(n)
    ]
    assert await sheet_store.count(reader(), CYCLE) == n


async def test_the_sheets_of_one_cycle_go_and_those_of_others_stay(prepared: Database) -> None:
    await write_tx(lambda tx: sheet_store.write(tx, [sheet(1), sheet(1, cycle=OTHER)]))
    for _ in range(2):
        await write_tx(lambda tx: sheet_store.destroy(tx, CYCLE))
    assert await sheet_store.count(reader(), CYCLE) == 0
    assert await sheet_store.count(reader(), OTHER) == 1


async def test_some_sheets_go_and_the_rest_stays(prepared: Database) -> None:
    await write_tx(lambda tx: sheet_store.write(tx, [sheet(number) for number in range(5)]))
    await write_tx(lambda tx: sheet_store.remove(tx, CYCLE, [f"{number:064x}" for number in (1, 3, 99)]))
    assert [int(one, 16) async for one, _ in sheet_store.each(reader(), CYCLE)] == [0, 2, 4]


async def test_two_writers_of_one_sheet_wait_for_each_other(prepared: Database) -> None:
    await write_tx(lambda tx: sheet_store.write(tx, [sheet(1, b"0")]))
    key = (CYCLE, f"{1:064x}")

    async def add_one() -> None:
        async def body(tx: BaseDBAsyncClient) -> None:
            found = await sheet_store.read(tx, [key], is_to_change=True)
            await asyncio.sleep(0)
            await sheet_store.write(tx, [sheet(1, str(int(found[key]) + 1).encode())])

        await write_tx(body)

    await asyncio.gather(*(add_one() for _ in range(20)))
    assert (await sheet_store.read(reader(), [key]))[key] == b"20"


async def test_a_name_that_is_no_cycle_never_reaches_a_statement(prepared: Database) -> None:
    name = "x\"'; DROP TABLE sheet; --"
    if prepared.dialect == "sqlite":  # there the name is a bound value
        await write_tx(lambda tx: sheet_store.destroy(tx, name))
    else:
        for act in (sheet_store.prepare, sheet_store.destroy):
            with pytest.raises(UnknownCycle):
                await write_tx(partial(act, cycle=name))
    assert await sheet_store.count(reader(), CYCLE) == 0

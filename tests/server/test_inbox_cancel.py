"""Taking people out of a running cycle, and ending one without a result."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.errors import Problem
from server.usecases.cancel import abandon_cycle, cancel_ratee, cancel_rater
from server.usecases.sync import SyncQueue
from surveys import audit, sheet_store
from surveys.database import reader, write_tx
from surveys.keeper import CycleIsClosed, KeyMissing
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.factories import HR, RATEE, RATERS, World, id_of, launched


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def cancel_dan(world: World, reason: str = "on leave") -> None:
    await cancel_rater(
        world.cycle,
        id_of("dan"),
        id_of(RATEE),
        actor_id=id_of(HR),
        reason=reason,
        keeper=world.keeper,
        clock=world.clock,
    )


async def test_a_cancelled_rater_loses_the_sheet_and_hears_revoked(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put({"SS01.f_match": 4})
    await cancel_dan(world)
    assert await sheet_store.count(reader(), world.cycle) == len(RATERS) - 1
    assert await dan.put({"SS02.f_match": 4}) == {"status": "revoked", "want": []}
    assert (await world.phone("dan")).assignments == []
    assert not await OutboxMail.filter(person_id=id_of("dan")).exists()
    assert await audit.find_break(key=world.keeper.audit_key(), pin=world.keeper.audit_pin()) is None


async def test_cancelling_twice_is_told_as_such(world: World) -> None:
    await cancel_dan(world)
    with pytest.raises(Problem, match="cancelled_before"):
        await cancel_dan(world)


async def test_a_reason_is_required(world: World) -> None:
    with pytest.raises(Problem, match="no_reason"):
        await cancel_dan(world, "  ")
    assert not await Assignment.filter(is_cancelled=True).exists()


async def test_a_cancelled_ratee_loses_every_sheet(world: World) -> None:
    dan = await world.phone("dan")
    await cancel_ratee(
        world.cycle, id_of(RATEE), actor_id=id_of(HR), reason="left", keeper=world.keeper, clock=world.clock
    )
    assert await sheet_store.count(reader(), world.cycle) == 0
    assert (await Ratee.get(cycle_id=world.cycle)).is_cancelled
    assert (await dan.put({"SS01.f_match": 4}))["status"] == "revoked"


async def test_nobody_is_cancelled_once_closing_has_begun(world: World) -> None:
    await write_tx(lambda tx: Cycle.all().update(state="closing"))
    with pytest.raises(Problem, match="too_late"):
        await cancel_dan(world)
    with pytest.raises(Problem, match="too_late"):
        await abandon_cycle(world.cycle, actor_id="", reason="no", keeper=world.keeper, clock=world.clock)


async def test_an_abandoned_cycle_leaves_no_sheet_no_key_and_no_way_back(world: World) -> None:
    dan = await world.phone("dan")
    for _ in range(2):  # the second call is harmless
        await abandon_cycle(
            world.cycle, actor_id=id_of(HR), reason="wrong people", keeper=world.keeper, clock=world.clock
        )
    assert (await Cycle.get(id=world.cycle)).end_reason == "wrong people"
    assert await sheet_store.count(reader(), world.cycle) == 0
    assert await Assignment.all().count() == 0
    assert await dan.put({"SS01.f_match": 4}) == {"status": "closed", "want": []}
    with pytest.raises(CycleIsClosed):
        world.keeper.create_cycle(world.cycle)
    with pytest.raises(KeyMissing):
        world.keeper.reopen_to_close(world.cycle)

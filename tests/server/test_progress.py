"""Progress of confidential sheets: in four steps, once a day, of groups fixed at launch, and never of a person."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.usecases.cancel import cancel_rater
from server.usecases.inbox import inbox
from server.usecases.launch import launch_cycle
from server.usecases.running_add import add_raters
from server.usecases.running_progress import count_progress, list_progress
from server.usecases.sync import SyncQueue
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Progress
from surveys.models.people import Person
from surveys.progress import LEAST_SHOWN, LEAST_UNIT, n_by_unit, shown_units, step_of
from tests.conftest import Database
from tests.factories import (
    HR,
    OUTSIDER,
    RATEE,
    SetClock,
    World,
    draft_cycle,
    id_of,
    keeper_in,
    launched,
    store_cast,
)

FEW = (
    (RATEE, "self"),
    ("ben", "manager"),
    ("dan", "peer"),
    ("eve", "peer"),
    ("finn", "peer"),
    ("gwen", "peer"),
)
CONFIDENTIAL_RATERS = ("dan", "eve", "finn", "gwen", "hugo", "iris", "jan", "kim")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def finish(world: World, *names: str) -> None:
    for name in names:
        phone = await world.phone(name)
        assert (await phone.put(await phone.answers()))["status"] == "ok"


async def steps(world: World) -> dict[str, int]:
    await count_progress(keeper=world.keeper, clock=world.clock)
    return {row.unit: row.step for row in await list_progress(world.cycle)}


async def test_progress_moves_in_steps_and_once_a_day(world: World) -> None:
    """Nine confidential sheets: three are a third, five more than a half, seven over three quarters."""
    assert await list_progress(world.cycle) == ()
    assert await steps(world) == {"": 0}
    await finish(world, "dan", "eve", "finn")
    assert await steps(world) == {"": 0}, "nothing moves before the next day"
    world.clock.move(days=1)
    assert await steps(world) == {"": 25}
    await finish(world, "gwen", "hugo")
    world.clock.move(days=1)
    assert await steps(world) == {"": 50}
    await finish(world, "iris", "jan")
    world.clock.move(days=1)
    assert await steps(world) == {"": 75}


async def test_self_and_manager_do_not_move_it(world: World) -> None:
    await finish(world, RATEE, "ben")
    assert await steps(world) == {"": 0}


async def test_cancelling_a_rater_moves_nothing_whether_or_not_they_answered(world: World) -> None:
    await finish(world, "dan", "eve", "finn")
    assert await steps(world) == {"": 25}
    for name in ("dan", "eve", "finn", "jan"):
        await cancel_rater(
            world.cycle,
            id_of(name),
            id_of(RATEE),
            actor_id=id_of(HR),
            reason="x",
            keeper=world.keeper,
            clock=world.clock,
        )
        world.clock.move(days=1)
        assert await steps(world) == {"": 25}


async def test_a_cancelled_rater_is_still_counted_among_those_asked(world: World) -> None:
    """Two of nine are under a quarter, also when two others were cancelled and seven are left."""
    for name in ("jan", "kim"):
        await cancel_rater(
            world.cycle,
            id_of(name),
            id_of(RATEE),
            actor_id=id_of(HR),
            reason="x",
            keeper=world.keeper,
            clock=world.clock,
        )
    await finish(world, "dan", "eve")
    assert await steps(world) == {"": 0}


async def test_an_added_raters_answer_counts_towards_progress(world: World) -> None:
    chosen = {id_of(OUTSIDER): "peer"}
    await add_raters(
        world.cycle, id_of(RATEE), chosen, actor_id=id_of(HR), keeper=world.keeper, clock=world.clock
    )
    await finish(world, "dan", "eve", OUTSIDER)
    assert await steps(world) == {"": 25}


async def test_of_fewer_than_five_raters_nothing_is_shown(database: Database, tmp_path: Path) -> None:
    cycle, keeper, clock = await launched(tmp_path, raters={RATEE: FEW})
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        world = World(cycle, keeper, clock, queue)
        await finish(world, "dan", "eve", "finn", "gwen")
        assert await steps(world) == {}
    assert not await Progress.exists()


async def test_the_inbox_tells_a_ratee_nothing_about_confidential_raters(world: World) -> None:
    before = await inbox(id_of(RATEE), locale="en", clock=world.clock, keeper=world.keeper)
    await finish(world, *CONFIDENTIAL_RATERS)
    assert await inbox(id_of(RATEE), locale="en", clock=world.clock, keeper=world.keeper) == before


async def test_a_large_unit_is_fixed_at_launch_and_a_move_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    clock = SetClock()
    keeper = keeper_in(tmp_path, clock)
    staff = [f"worker {number}" for number in range(26)]
    await store_cast(staff)
    plant = staff[:20]
    await write_tx(lambda tx: Person.filter(id__in=[id_of(one) for one in plant]).update(unit="Plant"))
    await write_tx(lambda tx: Person.filter(id__in=[id_of(one) for one in staff[20:]]).update(unit="Lab"))
    raters = [(RATEE, "self"), *((one, "peer") for one in staff)]
    cycle = await draft_cycle(raters={RATEE: raters})
    from_launch = await launch(cycle, keeper, clock)
    assert from_launch == {"", "Plant"}
    await write_tx(lambda tx: Person.filter(id=id_of(plant[0])).update(unit="Lab"))
    assert await Assignment.filter(unit="Plant").count() == LEAST_UNIT
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        world = World(cycle, keeper, clock, queue)
        await finish(world, *plant[:10])
        assert await steps(world) == {"": 25, "Plant": 50}


async def launch(cycle: str, keeper: Keeper, clock: SetClock) -> set[str]:
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=clock)
    return {row.unit for row in await Progress.filter(cycle_id=cycle)}


PEOPLE = st.integers(0, 80).map(str)
UNITS = st.dictionaries(st.sampled_from(["", "A", "B", "C"]), st.sets(PEOPLE, max_size=60), max_size=4)


@given(UNITS)
def test_no_unit_is_small_and_nobody_is_left_over_in_a_small_rest(raters: dict[str, set[str]]) -> None:
    shown = shown_units(raters)
    everyone = {one for people in raters.values() for one in people}
    inside = {one for unit in shown for one in raters[unit]}
    assert all(unit and len(raters[unit]) >= LEAST_UNIT for unit in shown)
    assert not shown or len(everyone - inside) == 0 or len(everyone - inside) >= LEAST_SHOWN


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_step_never_says_more_than_was_reached(n_final: int, n_asked: int) -> None:
    step = step_of(min(n_final, n_asked), n_asked)
    assert step in (0, 25, 50, 75)
    assert step == 0 or 100 * min(n_final, n_asked) >= step * n_asked


def test_the_whole_cycle_counts_every_sheet_once() -> None:
    assert n_by_unit([("", True), ("A", True), ("A", False)]) == {"": (2, 3), "A": (1, 2)}

"""Somebody added to a clarity round while it runs becomes a pair of two, as those of the launch, or is not added."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.errors import Problem
from server.usecases.pairs import open_ready_pairs
from server.usecases.running_add import add_ratee
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person, Relation
from surveys.models.results import PairView
from tests.clarity import finish
from tests.conftest import Database
from tests.factories import HR, MANAGER, ROLE, World, id_of
from tests.server.test_pair_canary import round_of_two

NEW, SECOND = "dan", "eve"


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    async with round_of_two(database.url, tmp_path) as (_, one):
        yield one


async def hire(*managers: str) -> None:
    """Let Dan hold the role, with these managers, the longest first."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(NEW)).update(role_profile=ROLE)
        for month, manager in enumerate(managers, 1):
            await Relation.create(
                id=id_of(f"{manager} manages"),
                person_id=id_of(NEW),
                kind="manager",
                other_id=id_of(manager),
                from_on=date(2026, month, 1),
            )

    await write_tx(body)


async def join(world: World) -> None:
    await add_ratee(world.cycle, id_of(NEW), actor_id=id_of(HR), keeper=world.keeper, clock=world.clock)


async def test_an_added_person_and_one_manager_are_asked_and_their_pair_opens(world: World) -> None:
    await hire(MANAGER, SECOND)
    await join(world)
    asked = await Assignment.filter(ratee_id=id_of(NEW)).values_list("rater_id", "relationship")
    assert sorted(asked) == sorted([(id_of(NEW), "self"), (id_of(MANAGER), "manager")])
    viewers = (await Ratee.get(person_id=id_of(NEW))).viewers
    assert viewers == {"manager": [id_of(MANAGER)], "coach": [], "hr": []}, "nobody else reads a pair"
    await finish(await world.phone(NEW))
    await finish(await world.phone(MANAGER, about=NEW))
    await open_ready_pairs([world.cycle], keeper=world.keeper, clock=world.clock)
    assert await PairView.filter(ratee_id=id_of(NEW)).count() == 1


async def test_nobody_without_a_manager_is_added_to_a_clarity_round(world: World) -> None:
    await hire()
    with pytest.raises(Problem) as refused:
        await join(world)
    assert refused.value.status == 422
    assert not await Ratee.filter(person_id=id_of(NEW)).exists()
    assert not await Assignment.filter(ratee_id=id_of(NEW)).exists()

"""One damaged sheet costs one answer: pages, the inbox and jobs go on, and the doctor says that it is there."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.doctor import examine
from server.usecases.pairs import open_ready_pairs
from server.usecases.reminders import has_open_sheet
from server.usecases.sheets_found import say_unreadable
from surveys import sheet_store
from surveys.database import write_tx
from surveys.models.cycles import Assignment
from surveys.models.results import PairView
from surveys.sealed_sheet import Place, key_of
from surveys.sheet_store import SealedSheet
from tests.clarity import finish
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, World, id_of
from tests.server.test_pair_canary import round_of_two
from tests.site import Site

Scene = tuple[Site, World]


@pytest.fixture
async def scene(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    say_unreadable.cache_clear()
    async with round_of_two(database.url, tmp_path) as (site, world):
        yield site, world


async def damage_own_sheet(world: World) -> None:
    row = await Assignment.get(cycle_id=world.cycle, relationship="self")
    cycle, sheet_id = key_of(world.keeper.open_cycle(world.cycle), Place(world.cycle, row.id, row.generation))

    async def body(tx: BaseDBAsyncClient) -> None:
        stored = await sheet_store.read(tx, [(cycle, sheet_id)])
        damaged = bytes(len(stored[cycle, sheet_id]))
        await sheet_store.write(tx, [SealedSheet(cycle, sheet_id, "0" * 16, damaged)])

    await write_tx(body)


async def statuses(site: Site, world: World, person: str, *paths: str) -> list[int]:
    async with site.as_person(id_of(person)) as client:
        return [(await client.get(path)).status_code for path in paths]


async def found_by_doctor(site: Site, world: World) -> tuple[str, object]:
    checks = await examine(site.settings, keeper=world.keeper, clock=site.clock, is_serving=True)
    check = next(one for one in checks if one.code == "sheets")
    return check.state, check.parts.get("n")


async def test_a_damaged_sheet_is_not_yet_answered_everywhere(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    site, world = scene
    await finish(await world.phone(RATEE))
    assert await found_by_doctor(site, world) == ("ok", None)
    await damage_own_sheet(world)
    caplog.clear()
    pair = f"/gaps/{world.cycle}/{id_of(RATEE)}"
    for person in (RATEE, MANAGER):
        assert await statuses(site, world, person, "/api/v1/inbox", "/gaps", pair) == [200, 200, 200]
    hr_pages = (f"/hr/cycles/{world.cycle}", f"/hr/cycles/{world.cycle}/ratees/{id_of(RATEE)}", "/health")
    assert await statuses(site, world, HR, *hr_pages) == [200, 200, 200]
    async with site.as_person(id_of(MANAGER)) as client:
        assert (await client.get("/api/v1/inbox")).json()["assignments"][0]["pair"]["other_answered"] is False
    assert await has_open_sheet(id_of(RATEE), keeper=world.keeper)
    said = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert [one.name for one in said] == ["sightline.sheets"], "said once, not at every page"
    assert await found_by_doctor(site, world) == ("bad", 1)


async def test_a_damaged_opened_pair_leaves_the_list_of_the_team_readable(scene: Scene) -> None:
    site, world = scene
    await finish(await world.phone(RATEE))
    await finish(await world.phone(MANAGER, about=RATEE))
    await open_ready_pairs([world.cycle], keeper=world.keeper, clock=site.clock)
    await write_tx(lambda tx: PairView.filter(cycle_id=world.cycle).update(ciphertext=bytes(200)))
    assert await statuses(site, world, MANAGER, "/gaps", "/api/v1/inbox") == [200, 200]
    assert await statuses(site, world, RATEE, f"/gaps/{world.cycle}/{id_of(RATEE)}") == [503]
    assert await found_by_doctor(site, world) == ("bad", 1)

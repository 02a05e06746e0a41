"""A clarity pair one side of which is gone says so to whoever is left, and tells HR the one thing that mends it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.cancel import cancel_rater
from server.words import catalogue
from surveys.database import write_tx
from surveys.models.people import Person, Relation
from tests.clarity import finish
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, World, id_of
from tests.server.test_pair_canary import own_canaries, round_of_two
from tests.server.test_pair_manager import NEW, Scene, add_manager, open_pairs, read, take_over
from tests.site import Site

WORDS = catalogue("en")
ALONE = WORDS["gaps.alone_title"]
AT_HR = WORDS["cycles.pair_alone"]
OFFER = f"/ratees/{id_of(RATEE)}/manager"


@pytest.fixture
async def scene(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with round_of_two(database.url, tmp_path) as (site, world):
        yield site, world


async def cancel(world: World, rater: str) -> None:
    await cancel_rater(
        world.cycle,
        id_of(rater),
        id_of(RATEE),
        actor_id=id_of(HR),
        reason="Left the team",
        keeper=world.keeper,
        clock=world.clock,
    )


async def leave(site: Site, person: str) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(person)).update(left_at=site.clock.now())

    await write_tx(body)


async def of_hr(site: Site, world: World, more: str = "") -> str:
    return (await read(site, HR, f"/hr/cycles/{world.cycle}{more}")).text


async def of_pair(site: Site, world: World, person: str) -> tuple[str, str]:
    """Read the list and the page of the pair as one of its two people."""
    shown = await read(site, person, f"/gaps/{world.cycle}/{id_of(RATEE)}")
    return (await read(site, person, "/gaps")).text, shown.text


async def test_a_pair_of_two_is_alone_on_no_page(scene: Scene) -> None:
    site, world = scene
    pages = [await of_hr(site, world), await of_hr(site, world, f"/ratees/{id_of(RATEE)}")]
    for person in (RATEE, MANAGER):
        pages += await of_pair(site, world, person)
    assert not [text for text in pages if ALONE in text or AT_HR in text or "pairs_alone" in text]


@pytest.mark.parametrize("is_cancelled", [True, False], ids=["cancelled", "left"])
async def test_without_a_manager_both_hr_and_the_employee_hear_it_until_another_takes_over(
    scene: Scene, is_cancelled: bool
) -> None:
    site, world = scene
    await add_manager(site)
    await finish(await world.phone(RATEE), own_canaries())
    await (cancel(world, MANAGER) if is_cancelled else leave(site, MANAGER))
    shown = await of_hr(site, world)
    assert WORDS["cycles.pairs_alone_one"] in shown
    assert AT_HR in shown
    assert "<details open>" in shown
    assert OFFER in shown
    assert AT_HR in await of_hr(site, world, f"/ratees/{id_of(RATEE)}")
    own_list, own_page = await of_pair(site, world, RATEE)
    assert ALONE in own_list
    assert ALONE in own_page
    assert WORDS["gaps.alone_yours_kept"] in own_page
    document = (await read(site, RATEE, f"/api/v1/pairs/{world.cycle}/{id_of(RATEE)}/en.json")).json()
    assert (document["state"], "rows" in document) == ("waiting", False)
    await take_over(world)
    assert AT_HR not in await of_hr(site, world)
    assert ALONE not in "".join(await of_pair(site, world, RATEE))
    assert await open_pairs(world) == 0


async def test_a_manager_who_was_cancelled_has_no_empty_name(scene: Scene) -> None:
    site, world = scene
    await cancel(world, MANAGER)
    own_list, own_page = await of_pair(site, world, RATEE)
    assert "with Your manager" in own_list
    assert "You and Your manager" in own_page
    (asked,) = (await read(site, RATEE, "/api/v1/inbox")).json()["assignments"]
    assert asked["pair"]["other"] == "Your manager"
    assert "Your manager\u2069 answers" in asked["why"]
    await take_over(world, MANAGER)
    assert "You and Ben" in (await of_pair(site, world, RATEE))[1], "HR may take it back"


async def test_without_another_manager_hr_is_sent_to_the_people_file(scene: Scene) -> None:
    site, world = scene
    await write_tx(lambda tx: Relation.all().delete())
    await cancel(world, MANAGER)
    shown = await of_hr(site, world)
    assert WORDS["cycles.pair_find_manager"] in shown
    assert f'href="/hr/people/{id_of(RATEE)}"' in shown
    assert OFFER not in shown


@pytest.mark.parametrize("is_cancelled", [True, False], ids=["cancelled", "left"])
async def test_without_an_employee_the_manager_hears_it_and_hr_takes_the_pair_out(
    scene: Scene, is_cancelled: bool
) -> None:
    site, world = scene
    await add_manager(site)
    await (cancel(world, RATEE) if is_cancelled else leave(site, RATEE))
    shown = await of_hr(site, world)
    assert AT_HR in shown
    assert f"/ratees/{id_of(RATEE)}#cancel" in shown
    assert OFFER not in shown, "another manager would mend nothing"
    their_list, their_page = await of_pair(site, world, MANAGER)
    assert ALONE in their_list
    assert WORDS["gaps.alone_manager"].format(other="Cleo") in their_page
    if is_cancelled:
        own_list, own_page = await of_pair(site, world, RATEE)
        assert WORDS["gaps.alone_you"] in own_list
        assert WORDS["gaps.alone_you_why"] in own_page
    assert (await read(site, NEW, f"/gaps/{world.cycle}/{id_of(RATEE)}")).status_code == 404

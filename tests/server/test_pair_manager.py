"""A clarity pair has one manager: HR may name another until both views open, and the former one reads nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.errors import Problem
from server.usecases.cancel import cancel_rater
from server.usecases.launch import launch_cycle
from server.usecases.pair_manager import replace_manager
from server.usecases.pairs import open_ready_pairs
from server.usecases.running_add import add_raters, replace_rater
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person, Relation
from surveys.models.results import PairView
from surveys.models.work import AuditEntry, OutboxMail
from surveys.queries_pairs import is_in_pair
from tests.clarity import draft, finish
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, World, draft_cycle, id_of, store_cast
from tests.server.test_pair_canary import OTHER, OWN, other_canaries, own_canaries, round_of_two
from tests.site import START, Site, running_site

NEW = "dan"
Scene = tuple[Site, World]


@pytest.fixture
async def scene(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with round_of_two(database.url, tmp_path) as (site, world):
        await add_manager(site)
        yield site, world


async def add_manager(site: Site) -> None:
    """Let Dan manage Cleo too."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Relation.create(
            id=id_of("dan manages cleo"),
            person_id=id_of(RATEE),
            other_id=id_of(NEW),
            kind="manager",
            from_on=site.clock.now().date(),
        )

    await write_tx(body)


async def take_over(world: World, by: str = NEW) -> None:
    await replace_manager(
        world.cycle,
        id_of(RATEE),
        id_of(by),
        actor_id=id_of(HR),
        reason="Ben moved",
        keeper=world.keeper,
        clock=world.clock,
    )


async def cancel_ben(world: World) -> None:
    await cancel_rater(
        world.cycle,
        id_of(MANAGER),
        id_of(RATEE),
        actor_id=id_of(HR),
        reason="Ben moved",
        keeper=world.keeper,
        clock=world.clock,
    )


async def open_pairs(world: World) -> int:
    return await open_ready_pairs([world.cycle], keeper=world.keeper, clock=world.clock)


async def read(site: Site, person: str, path: str) -> httpx2.Response:
    async with site.as_person(id_of(person)) as client:
        return await client.get(path)


def addresses(world: World) -> tuple[str, ...]:
    pair = f"{world.cycle}/{id_of(RATEE)}"
    return f"/gaps/{pair}", f"/api/v1/pairs/{pair}/en.json", f"/gaps/{pair}/workbook"


async def assert_reads_nothing(site: Site, world: World, person: str) -> None:
    for path in addresses(world):
        assert (await read(site, person, path)).status_code == 404, path
    assert world.cycle not in (await read(site, person, "/gaps")).text
    inbox = (await read(site, person, "/api/v1/inbox")).json()
    assert (inbox["pairs"], inbox["assignments"]) == ([], [])
    assert not await is_in_pair(id_of(person), world.cycle, id_of(RATEE))


async def test_another_manager_takes_over_and_the_former_one_reads_nothing(scene: Scene) -> None:
    site, world = scene
    ben = await world.phone(MANAGER, about=RATEE)
    await finish(ben, {**other_canaries(), "OQ3.text": "canary-of-the-former"})
    async with site.as_person(id_of(HR)) as client:
        shown = await client.get(f"/hr/cycles/{world.cycle}")
        assert f"/ratees/{id_of(RATEE)}/manager" in shown.text
        reply = await client.post(
            f"/hr/cycles/{world.cycle}/ratees/{id_of(RATEE)}/manager",
            data={"by": id_of(NEW), "reason": "Ben moved"},
        )
        assert reply.status_code == 303
    assert (await ben.put({"@submit": True}))["status"] == "revoked"
    await assert_reads_nothing(site, world, MANAGER)
    cleo, dan = await world.phone(RATEE), await world.phone(NEW, about=RATEE)
    assert cleo.assignments[0]["pair"]["other"] == "Dan"
    assert any("Dan" in line for line in cleo.assignments[0]["promise"]["lines"])
    assert not any("Ben" in line for line in cleo.assignments[0]["promise"]["lines"])
    await finish(cleo, own_canaries())
    assert await open_pairs(world) == 0, "the new manager has not answered"
    await finish(dan, other_canaries())
    await open_pairs(world)
    assert await PairView.filter(ratee_id=id_of(RATEE)).count() == 1
    await assert_reads_nothing(site, world, MANAGER)
    for person in (RATEE, NEW):
        document = await read(site, person, addresses(world)[1])
        assert (document.status_code, document.json()["state"]) == (200, "open")
        assert OWN in document.text
        assert OTHER in document.text
        assert "canary-of-the-former" not in document.text


async def test_a_change_of_manager_is_written_down_and_both_people_are_told(scene: Scene) -> None:
    _, world = scene
    await write_tx(lambda tx: OutboxMail.all().delete())
    await take_over(world)
    mails = {(row.person_id, row.template) for row in await OutboxMail.all()}
    assert mails == {(id_of(NEW), "invitation"), (id_of(RATEE), "pair_manager")}
    entry = await AuditEntry.get(action="pair.manager_replaced")
    assert entry.detail == "Ben moved"
    with pytest.raises(Problem) as refused:
        await take_over(world)
    assert refused.value.code == "asked_before"
    assert (await Ratee.get(cycle_id=world.cycle)).viewers["manager"] == [id_of(NEW)]


async def test_after_both_views_opened_no_other_manager_takes_over(scene: Scene) -> None:
    site, world = scene
    await finish(await world.phone(RATEE), own_canaries())
    await finish(await world.phone(MANAGER, about=RATEE), other_canaries())
    await open_pairs(world)
    with pytest.raises(Problem) as refused:
        await take_over(world)
    assert (refused.value.status, refused.value.code) == (409, "pair_is_open")
    assert f"/ratees/{id_of(RATEE)}/manager" not in (await read(site, HR, f"/hr/cycles/{world.cycle}")).text
    await assert_reads_nothing(site, world, NEW)


async def test_nobody_is_added_to_a_pair_or_swapped_as_in_a_360(scene: Scene) -> None:
    site, world = scene
    who = {"actor_id": id_of(HR), "keeper": world.keeper, "clock": world.clock}
    with pytest.raises(Problem) as refused:
        await add_raters(world.cycle, id_of(RATEE), {id_of(NEW): "manager"}, **who)  # type: ignore[arg-type]
    assert (refused.value.status, refused.value.code) == (409, "pair_is_fixed")
    with pytest.raises(Problem) as refused:
        await replace_rater(
            world.cycle, id_of(RATEE), id_of(MANAGER), id_of(NEW), reason="moved", **who  # type: ignore[arg-type]
        )  # fmt: skip
    assert refused.value.code == "pair_is_fixed"
    async with site.as_person(id_of(HR)) as client:
        reply = await client.post(
            f"/hr/cycles/{world.cycle}/ratees/{id_of(RATEE)}",
            data={"rater": id_of(NEW), f"as_{id_of(NEW)}": "manager"},
        )
    assert reply.status_code == 409
    assert "a clarity pair is two people" in reply.text
    assert await Assignment.filter(cycle_id=world.cycle, is_cancelled=False).count() == 2


async def test_a_pair_with_a_second_manager_in_the_database_never_opens(scene: Scene) -> None:
    _, world = scene
    cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)

    async def body(tx: BaseDBAsyncClient) -> None:
        row = await Assignment.get(cycle_id=world.cycle, relationship="manager")
        await Assignment.create(
            id="f" * 32,
            cycle_id=world.cycle,
            rater_id=id_of(NEW),
            ratee_id=id_of(RATEE),
            relationship="manager",
            form=row.form,
            auth="e" * 64,
        )

    await write_tx(body)
    await finish(cleo, own_canaries())
    await finish(ben, other_canaries())
    await open_pairs(world)
    assert not await PairView.exists()


async def test_a_pair_whose_reader_is_not_its_manager_never_opens(scene: Scene) -> None:
    _, world = scene
    await write_tx(
        lambda tx: Ratee.filter(cycle_id=world.cycle).update(
            viewers={"manager": [id_of(NEW)], "coach": [], "hr": []}
        )
    )
    await finish(await world.phone(RATEE), own_canaries())
    await finish(await world.phone(MANAGER, about=RATEE), other_canaries())
    await open_pairs(world)
    assert not await PairView.exists()


async def test_a_cancelled_manager_reads_nothing_even_if_still_named_as_reader(scene: Scene) -> None:
    site, world = scene
    await finish(await world.phone(RATEE), own_canaries())
    await finish(await world.phone(MANAGER, about=RATEE), other_canaries())
    await open_pairs(world)
    await cancel_ben(world)
    await assert_reads_nothing(site, world, MANAGER)
    await write_tx(
        lambda tx: Ratee.filter(cycle_id=world.cycle).update(
            viewers={"manager": [id_of(MANAGER)], "coach": [], "hr": []}
        )
    )
    await assert_reads_nothing(site, world, MANAGER)
    assert (await read(site, RATEE, addresses(world)[0])).status_code == 200


async def test_a_pair_whose_manager_was_cancelled_gets_another(scene: Scene) -> None:
    site, world = scene
    await cancel_ben(world)
    assert (await Ratee.get(cycle_id=world.cycle)).viewers["manager"] == []
    await take_over(world)
    await finish(await world.phone(RATEE), own_canaries())
    await finish(await world.phone(NEW, about=RATEE), other_canaries())
    await open_pairs(world)
    await assert_reads_nothing(site, world, MANAGER)
    assert OWN in (await read(site, NEW, addresses(world)[1])).text


async def test_a_launch_notes_the_unit_of_each_employee(database: Database, tmp_path: Path) -> None:
    await store_cast()
    await write_tx(lambda tx: Person.filter(id=id_of(RATEE)).update(unit="North"))
    async with running_site(database.url, tmp_path) as site:
        cycle = await draft_cycle(**draft(), opens_at=START)
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=site.app.state.keeper, clock=site.clock)
    assert (await Assignment.get(cycle_id=cycle, relationship="self")).unit == "North"

"""A pair opened after the backup that is restored: neither side answers again knowing the other, and both are told."""

from pathlib import Path

from server.usecases.backups import back_up
from server.usecases.closing import close_cycle
from server.usecases.launch import launch_cycle
from server.usecases.pairs import open_ready_pairs
from server.usecases.restore import restore
from server.usecases.sheets_found import count_unreadable
from surveys.database import open_database, write_tx
from surveys.models.people import Relation
from surveys.models.results import ClosingRecord, PairView
from tests.clarity import draft, finish
from tests.factories import HR, MANAGER, PEERS, RATEE, World, draft_cycle, id_of, store_cast
from tests.server.test_pair_canary import own_canaries
from tests.site import START, running_site, settings_for

OTHER = PEERS[0]


async def test_a_pair_opened_since_the_backup_stays_shut_after_a_restore(
    database_url: str, tmp_path: Path
) -> None:
    settings = settings_for(database_url, tmp_path)
    async with open_database(database_url), running_site(database_url, tmp_path) as site:
        await store_cast()
        await write_tx(
            lambda tx: Relation.create(
                id=id_of("ben manages another"),
                person_id=id_of(OTHER),
                other_id=id_of(MANAGER),
                kind="manager",
                from_on="2026-01-01",
            )
        )
        cycle = await draft_cycle(**draft((RATEE, OTHER)), opens_at=START)
        keeper = site.app.state.keeper
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
        world = World(cycle, keeper, site.clock, site.app.state.queue)
        cleo, ben = await world.phone(RATEE), await world.phone(MANAGER, about=RATEE)
        await finish(cleo, own_canaries())
        made = await back_up(settings, clock=site.clock, target=tmp_path / "copies" / "backup.db")
        await finish(ben)
        await open_ready_pairs([cycle], keeper=keeper, clock=site.clock)
        assert (await PairView.get(cycle_id=cycle)).sides == "both"
    await restore(made.path, settings, keeper=keeper, clock=site.clock)
    async with open_database(database_url), running_site(database_url, tmp_path) as site:
        world = World(cycle, keeper, site.clock, site.app.state.queue)
        assert [(one.ratee_id, one.sides) for one in await PairView.all()] == [(id_of(RATEE), "lost")]
        for phone in (cleo, ben):
            phone.world = world
            assert (await phone.put({"@submit": True}))["status"] == "opened"
        for person in (RATEE, MANAGER):
            async with site.as_person(id_of(person)) as client:
                inbox = (await client.get("/api/v1/inbox")).json()
                assert "Cleo" not in [one["ratee"]["name"] for one in inbox["assignments"]]
                assert inbox["pairs"] == []
                shown = await client.get(f"/gaps/{cycle}/{id_of(RATEE)}")
                assert shown.status_code == 200
                assert "opened before a restore" in shown.text
                assert "opened before a restore" in (await client.get("/gaps")).text
                document = await client.get(f"/api/v1/pairs/{cycle}/{id_of(RATEE)}/en.json")
                assert document.json()["state"] == "lost"
                assert "rows" not in document.json()
                assert (await client.get(f"/gaps/{cycle}/{id_of(RATEE)}/workbook")).status_code == 409
        async with site.as_person(id_of(HR)) as client:
            assert "opened before a restore" in (await client.get(f"/hr/cycles/{cycle}")).text
        assert await count_unreadable([cycle], keeper=keeper) == 0
        await finish(await world.phone(OTHER))
        await finish(await world.phone(MANAGER, about=OTHER))
        await open_ready_pairs([cycle], keeper=keeper, clock=site.clock)
        assert {one.sides for one in await PairView.all()} == {"lost", "both"}, "other pairs go on"
        site.clock.move(days=40)
        state = await close_cycle(cycle, keeper=keeper, clock=site.clock, backups_dir=settings.backups_dir)
        assert state == "released"
        record = await ClosingRecord.get(cycle_id=cycle)
        assert (record.n_counted, record.n_unreadable) == (2, 0)
        assert not keeper.was_opened(cycle, id_of(RATEE)), "the mark goes with the key"

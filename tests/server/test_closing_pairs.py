"""Closing a clarity round: what stays for the two people of a pair, what HR gets, and that nothing else is left."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from server.usecases import closing as closing_module
from server.usecases.abandon_look import look_over_abandonment
from server.usecases.cancel import abandon_cycle, cancel_ratee
from server.usecases.closing import ClosingHalted, close_cycle
from server.usecases.delete_person import look_at_deletion, part_words
from server.usecases.inbox import inbox
from server.usecases.sync import SyncQueue
from server.usecases.sync_batch import Known, apply_batch
from server.wire import SentSheet
from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.keeper import CycleIsClosed, KeyMissing
from surveys.models.cycles import Assignment, Cycle
from surveys.models.results import ClosingRecord, NamedResult, PairView, ResultCell, ResultComment
from surveys.models.work import OutboxMail
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.queries_reports import list_own_reports, list_viewable_reports
from surveys.queries_results import is_as_closed, load_closing
from tests.clarity import EMPLOYEES, draft, finish, other_cells, own_cells
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, Phone, World, id_of, launched

FINISHED = EMPLOYEES[:6]  # both sides hand in
ONE_SIDED = {"iris": "self", "jan": "manager"}  # only this side hands in
UNFINISHED = "kim"  # both began
# Lou's pair stays empty.


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path, **draft(EMPLOYEES))
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def managers_phones(world: World) -> dict[str, Phone]:
    """Read Ben's inbox once: a page load for each person he manages."""
    phone = await world.phone(MANAGER)
    return {
        one["ratee"]["name"].lower(): Phone(world, f"{n:016x}", [one])
        for n, one in enumerate(phone.assignments, 1)
    }


async def answer_all(world: World) -> None:
    managers = await managers_phones(world)
    for employee in FINISHED:
        await finish(await world.phone(employee), own_cells(SS01_e_comment=f"Comment of {employee}."))
        await finish(managers[employee])
    await finish(await world.phone("iris"))
    await finish(managers["jan"])
    await (await world.phone("jan")).put({"SS01.e_clear": 1})
    for phone in (await world.phone(UNFINISHED), managers[UNFINISHED]):
        await phone.put({"OQ3.text": "Begun."})


async def close(world: World, **changes: Any) -> str:
    world.clock.move(days=14, hours=48)
    backups = world.keeper.folder.parent / "backups"
    return await close_cycle(
        world.cycle, keeper=world.keeper, clock=world.clock, backups_dir=backups, **changes
    )


async def view(world: World, employee: str) -> tuple[str, dict[str, Any]]:
    row = await PairView.get(cycle_id=world.cycle, ratee_id=id_of(employee))
    return row.sides, world.keeper.open_pair(world.cycle, id_of(employee), bytes(row.ciphertext))


async def test_the_five_counts_include_the_two_sheets_of_each_opened_pair(world: World) -> None:
    await answer_all(world)
    assert await close(world) == "released"
    record = await ClosingRecord.get(cycle_id=world.cycle)
    counts = (record.n_counted, record.n_unfinished, record.n_empty, record.n_orphans, record.n_unreadable)
    assert counts == (6 * 2 + 2, 3, 3, 0, 0)
    assert sum(counts) == 2 * len(EMPLOYEES)


async def test_both_views_stay_readable_for_the_pair_and_one_side_keeps_only_its_own(world: World) -> None:
    await answer_all(world)
    await close(world)
    sides, document = await view(world, RATEE)
    assert sides == "both"
    assert document["self"]["SS01.e_comment"] == "Comment of cleo."
    assert document["manager"] == other_cells()
    assert document["pulse"] == {}
    for employee, side in ONE_SIDED.items():
        sides, document = await view(world, employee)
        assert sides == side
        assert {"self", "manager"} & document.keys() == {side}
        assert document["pulse"] == {}
    assert await PairView.filter(cycle_id=world.cycle).count() == len(FINISHED) + len(ONE_SIDED)
    for model in (Assignment, NamedResult, ResultCell, ResultComment):
        assert not await model.all().count()
    assert await sheet_store.count(reader(), world.cycle) == 0
    with pytest.raises(CycleIsClosed):
        world.keeper.open_cycle(world.cycle)


async def test_hr_gets_counts_and_pulse_of_five_people_or_more_and_nobody_a_report(world: World) -> None:
    await answer_all(world)
    await close(world)
    record = await ClosingRecord.get(cycle_id=world.cycle)
    clarity = record.parameters["clarity"]
    (group,) = clarity["groups"]
    assert (group["n_pairs"], group["counts"]["aligned"]) == (6, 18)
    (pulse,) = clarity["pulse"]
    assert pulse["n_people"] == 7  # Iris handed in, though her pair never opened
    assert pulse["items"]["G1"]["n"] == 7
    for name in (HR, MANAGER, RATEE):
        assert await list_own_reports(id_of(name)) == ()
        assert await list_viewable_reports(id_of(name), world.clock.now()) == ()
    assert not await OutboxMail.filter(template="report_ready").exists()


async def test_four_pairs_are_withheld(world: World) -> None:
    managers = await managers_phones(world)
    for employee in EMPLOYEES[:4]:
        await finish(await world.phone(employee))
        await finish(managers[employee])
    await close(world)
    clarity = (await ClosingRecord.get(cycle_id=world.cycle)).parameters["clarity"]
    assert clarity["groups"] == []
    assert clarity["pulse"] == []


async def test_the_closing_opens_what_nobody_had_opened_yet(world: World) -> None:
    for name, cells in ((RATEE, own_cells()), (MANAGER, other_cells())):
        phone = await world.phone(name, about=RATEE)
        versions = {cell: [phone.version(value)] for cell, value in {**cells, "@submit": True}.items()}
        sent = SentSheet.model_validate(phone.sheet(versions))
        await apply_batch([sent], keeper=world.keeper, clock=world.clock, known=Known())
    assert not await PairView.all().exists()
    await close(world)
    assert (await view(world, RATEE))[0] == "both"
    assert (await ClosingRecord.get(cycle_id=world.cycle)).n_counted == 2


async def test_the_hash_covers_the_views(world: World) -> None:
    await answer_all(world)
    await close(world)
    facts, record = await find_cycle_facts(world.cycle), await load_closing(world.cycle)
    assert facts is not None
    assert record is not None
    assert await is_as_closed(facts, record)
    row = await PairView.get(cycle_id=world.cycle, ratee_id=id_of(RATEE))
    await write_tx(lambda tx: PairView.filter(id=row.id).update(ciphertext=bytes(row.ciphertext)[:-1] + b"x"))
    assert not await is_as_closed(facts, record)


@pytest.mark.parametrize("step", ["_release", "_read_back", "_back_up", "_destroy"])
async def test_a_crash_at_any_step_goes_on_with_the_same_views(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await answer_all(world)

    async def breaks(*_: object) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(closing_module, step, breaks)
        with pytest.raises(OSError, match="killed"):
            await close(world)
    before = {row.ratee_id: row.sides for row in await PairView.all()}
    assert await close(world) == "released"
    after = {row.ratee_id: row.sides for row in await PairView.all()}
    assert before.items() <= after.items()
    assert len(after) == len(FINISHED) + len(ONE_SIDED)
    assert (await ClosingRecord.get(cycle_id=world.cycle)).n_counted == 14


async def test_a_view_that_does_not_open_halts_the_closing_until_it_is_confirmed(world: World) -> None:
    await answer_all(world)
    row = await PairView.get(cycle_id=world.cycle, ratee_id=id_of(RATEE))
    await write_tx(lambda tx: PairView.filter(id=row.id).update(ciphertext=b"0" * 64))
    with pytest.raises(ClosingHalted, match="unreadable"):
        await close(world)
    assert await close(world, unreadable_reason="The disk was damaged.") == "released"
    record = await ClosingRecord.get(cycle_id=world.cycle)
    assert (record.n_counted, record.n_unreadable) == (12, 2)


async def test_a_person_cancelled_before_closing_leaves_no_view(world: World) -> None:
    await answer_all(world)
    await cancel_ratee(
        world.cycle, id_of(RATEE), actor_id=id_of(HR), reason="Left.", keeper=world.keeper, clock=world.clock
    )
    assert not await PairView.filter(ratee_id=id_of(RATEE)).exists()
    await close(world)
    record = await ClosingRecord.get(cycle_id=world.cycle)
    assert (record.n_counted, record.n_unfinished, record.n_empty) == (12, 3, 3)


async def test_deleting_somebody_names_the_talk_whose_other_side_loses_the_list(world: World) -> None:
    await answer_all(world)
    plan = await look_at_deletion(id_of(RATEE), clock=world.clock)
    assert plan.n_talks == 1
    assert [part_words(part) for part in plan.parts if part.is_rated] == ["delete.is_rated_clarity"]
    managed = await look_at_deletion(id_of(MANAGER), clock=world.clock)
    assert managed.n_talks == 0
    assert {part_words(part) for part in managed.parts} == {"delete.rates_clarity"}


async def test_an_abandoned_round_leaves_neither_views_nor_their_key(world: World) -> None:
    await answer_all(world)
    row = await PairView.get(cycle_id=world.cycle, ratee_id=id_of(RATEE))
    told = await look_over_abandonment(world.cycle, " By mistake. ")
    assert (told.reason, told.n_opened) == ("By mistake.", len(FINISHED))
    assert told.n_asked == len(set(await Assignment.all().values_list("rater_id", flat=True)))
    await abandon_cycle(
        world.cycle, actor_id=id_of(HR), reason="By mistake.", keeper=world.keeper, clock=world.clock
    )
    assert not await PairView.all().exists()
    assert (await Cycle.get(id=world.cycle)).state == "abandoned"
    with pytest.raises(KeyMissing):
        world.keeper.open_pair(world.cycle, id_of(RATEE), bytes(row.ciphertext))


async def test_after_closing_the_pair_finds_its_views_and_the_one_side_its_own(world: World) -> None:
    await answer_all(world)
    await close(world)

    async def links(name: str) -> list[tuple[str, str]]:
        document = await inbox(id_of(name), locale="en", clock=world.clock, keeper=world.keeper)
        assert document["assignments"] == []
        return [(link["employee"]["name"], link["state"]) for link in document["pairs"]]

    assert await links(RATEE) == [("Cleo", "open")]
    assert await links("iris") == [("Iris", "own")]
    assert await links("jan") == []  # only the manager handed in
    assert await links("lou") == []
    managed = [*((name.capitalize(), "open") for name in sorted(FINISHED)), ("Jan", "own")]
    assert sorted(await links(MANAGER)) == sorted(managed)

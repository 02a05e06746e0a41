"""People asked later, in place of others, or once more: while a cycle runs, without telling who has answered."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.errors import Problem
from server.usecases.cancel import abandon_cycle, cancel_rater
from server.usecases.closing import close_cycle
from server.usecases.running_add import add_ratee, add_raters, replace_rater
from server.usecases.running_invite import invitations_file, resend_invitation
from server.usecases.sync import SyncQueue
from surveys import audit, sheet_store
from surveys.database import reader, write_tx
from surveys.models.cycles import Assignment, Cycle, CycleForm, Ratee
from surveys.models.people import Person, Relation
from surveys.models.profiles import Notice
from surveys.models.results import ClosingRecord
from surveys.models.work import MailDay, OutboxMail
from tests.conftest import Database
from tests.exports.reading import table_of
from tests.factories import HR, MANAGER, NOW, OUTSIDER, RATEE, RATERS, ROLE, World, id_of, launched

PEERS_ONLY = tuple(one for one in RATERS if one[0] != "iris")
NEW = "iris"


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path, raters={RATEE: PEERS_ONLY})
    await write_tx(lambda tx: OutboxMail.all().delete())
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def add(world: World, *names: str, relationship: str = "peer", ratee: str = RATEE) -> None:
    chosen = {id_of(name): relationship for name in names}
    await add_raters(
        world.cycle, id_of(ratee), chosen, actor_id=id_of(HR), keeper=world.keeper, clock=world.clock
    )


async def replace_dan(world: World, by: str = NEW) -> None:
    await replace_rater(
        world.cycle,
        id_of(RATEE),
        id_of("dan"),
        id_of(by),
        actor_id=id_of(HR),
        reason="on leave",
        keeper=world.keeper,
        clock=world.clock,
    )


async def cancel_dan(world: World) -> None:
    await cancel_rater(
        world.cycle,
        id_of("dan"),
        id_of(RATEE),
        actor_id=id_of(HR),
        reason="on leave",
        keeper=world.keeper,
        clock=world.clock,
    )


async def n_asked() -> dict[str, int]:
    rows = await CycleForm.all().values_list("relationship", "n_asked")
    return {str(name): int(n) for name, n in rows}


async def close(world: World, folder: Path) -> ClosingRecord:
    world.clock.move(days=30)
    await close_cycle(world.cycle, keeper=world.keeper, clock=world.clock, backups_dir=folder)
    return await ClosingRecord.get(cycle_id=world.cycle)


async def test_an_added_raters_answers_count(world: World, tmp_path: Path) -> None:
    before = await n_asked()
    await add(world, NEW)
    iris = await world.phone(NEW)
    assert (await iris.put(await iris.answers()))["status"] == "ok"
    dan = await world.phone("dan")
    await dan.put(await dan.answers())
    record = await close(world, tmp_path)
    assert (record.n_counted, record.n_unfinished, record.n_empty) == (2, 0, len(PEERS_ONLY) - 1)
    assert await n_asked() == before | {"peer": before["peer"] + 1}


async def test_an_added_rater_is_invited_once_and_the_log_says_so(world: World) -> None:
    await add(world, NEW)
    mail = await OutboxMail.get()
    assert (mail.person_id, mail.template, mail.values["cycle"]) == (id_of(NEW), "invitation", world.cycle)
    assert await audit.find_break(key=world.keeper.audit_key(), pin=world.keeper.audit_pin()) is None


async def test_a_replaced_rater_loses_the_sheet_and_the_new_one_starts_empty(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put(await dan.answers())
    old = dan.assignments[0]["write"]
    await replace_dan(world)
    assert (await dan.put({"SS01.f_match": 4}))["status"] == "revoked"
    iris = await world.phone(NEW)
    one = iris.assignments[0]
    assert one["relationship"] == "peer"
    assert one["write"] != old
    reply = await iris.send({}, read=one["read"])
    assert (reply["status"], reply.get("cells")) == ("ok", {})
    assert await sheet_store.count(reader(), world.cycle) == len(PEERS_ONLY)


async def test_a_replacement_that_may_not_be_leaves_the_old_rater_as_they_were(world: World) -> None:
    dan = await world.phone("dan")
    for wrong in (MANAGER, RATEE, "eve", "nobody at all", HR):
        with pytest.raises(Problem):
            await replace_dan(world, by=wrong)
    assert (await dan.put({"SS01.f_match": 4}))["status"] == "ok"
    assert await n_asked() == {"self": 1, "manager": 1, "peer": 5, "direct_report": 3}


async def test_a_rater_asked_again_after_a_cancel_gets_new_tokens_and_is_counted_once(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put(await dan.answers())
    before = await n_asked()
    await cancel_dan(world)
    assert await n_asked() == before, "a cancelled rater is still counted among those asked"
    await add(world, "dan")
    assert (await dan.put({"SS01.f_match": 4}))["status"] == "revoked"
    again = await world.phone("dan")
    reply = await again.send({}, read=again.assignments[0]["read"])
    assert reply.get("cells") == {}, "what was cancelled is gone for good"
    assert await n_asked() == before


@pytest.mark.parametrize("viewer", [HR])
async def test_who_will_see_the_report_is_never_added_as_a_confidential_rater(
    world: World, viewer: str
) -> None:
    with pytest.raises(Problem, match="wrong_relationship"):
        await add(world, viewer)
    assert not await Assignment.filter(rater_id=id_of(viewer)).exists()


async def test_a_viewer_fixed_at_launch_stays_one_after_leaving_the_role(world: World) -> None:
    """Ben no longer manages Cleo, but he was named as a viewer: he cannot rate her in confidence now."""
    await write_tx(lambda tx: Relation.all().delete())
    await write_tx(lambda tx: Assignment.filter(rater_id=id_of(MANAGER)).delete())
    with pytest.raises(Problem, match="wrong_relationship"):
        await add(world, MANAGER)


async def test_case_77_questions_that_nobody_was_asked_at_launch_are_not_made_up(world: World) -> None:
    with pytest.raises(Problem, match="no_form"):
        await add(world, OUTSIDER, relationship="external")


async def test_who_is_asked_already_or_has_left_is_not_added(world: World) -> None:
    with pytest.raises(Problem, match="asked_before"):
        await add(world, "dan")
    await write_tx(lambda tx: Person.filter(id=id_of(NEW)).update(left_at=NOW - timedelta(days=2)))
    with pytest.raises(Problem, match="unknown_person"):
        await add(world, NEW)


async def test_case_77_people_are_added_until_the_closing_time_and_not_after(world: World) -> None:
    world.clock.move(days=13, hours=23)
    await add(world, NEW)
    world.clock.move(hours=1)
    with pytest.raises(Problem, match="too_late_to_add"):
        await add(world, OUTSIDER)
    with pytest.raises(Problem, match="too_late_to_add"):
        await replace_dan(world, OUTSIDER)
    with pytest.raises(Problem, match="too_late_to_add"):
        await join(world)


async def join(world: World, name: str = "dan") -> None:
    await add_ratee(world.cycle, id_of(name), actor_id=id_of(HR), keeper=world.keeper, clock=world.clock)


async def give_notice(name: str, days_ago: int = 40) -> None:
    await write_tx(
        lambda tx: Notice.create(
            id=id_of(f"notice {name}"),
            person_id=id_of(name),
            profile=ROLE,
            version="1.0.0",
            way="paper",
            delivered_on=NOW.date() - timedelta(days=days_ago),
            recorded_by_id=id_of(HR),
        )
    )


async def ready(name: str = "dan") -> None:
    """Let somebody be ratable: clarity held, a manager."""
    await write_tx(
        lambda tx: Cycle.all().update(
            clarity_reason="Ben, one talk with each person", clarity_held_on=date(2026, 11, 1)
        )
    )
    await write_tx(
        lambda tx: Relation.create(
            id=id_of(f"ben manages {name}"),
            person_id=id_of(name),
            kind="manager",
            other_id=id_of(MANAGER),
            from_on=date(2026, 1, 1),
        )
    )


async def test_an_added_ratee_is_rated_and_counted(world: World, tmp_path: Path) -> None:
    await ready()
    await give_notice("dan")
    await join(world)
    await add(world, "eve", ratee="dan")
    row = await Ratee.get(person_id=id_of("dan"))
    assert row.viewers == {"manager": [id_of(MANAGER)], "coach": [], "hr": [id_of(HR)]}
    ben = await world.phone(MANAGER)
    about = next(one for one in ben.assignments if one["ratee"]["name"] == "Dan")
    ben.assignments = [about]
    assert (await ben.put(await ben.answers()))["status"] == "ok"
    record = await close(world, tmp_path)
    assert (record.n_counted, record.n_empty) == (1, len(PEERS_ONLY) + 2)
    assert record.n_orphans == 0


@pytest.mark.parametrize(("days_ago", "code"), [(None, "notice_missing"), (10, "notice_running")])
async def test_an_added_ratee_needs_notice_like_everyone(
    world: World, days_ago: int | None, code: str
) -> None:
    await ready()
    if days_ago is not None:
        await give_notice("dan", days_ago)
    with pytest.raises(Problem, match=code):
        await join(world)
    assert not await Ratee.filter(person_id=id_of("dan")).exists()
    assert await Assignment.filter(ratee_id=id_of("dan")).count() == 0


async def test_an_added_ratee_needs_clarity_first(world: World) -> None:
    await give_notice("dan")
    with pytest.raises(Problem, match="clarity"):
        await join(world)


async def test_nobody_is_rated_twice_in_a_cycle(world: World) -> None:
    with pytest.raises(Problem, match="rated_before"):
        await join(world, RATEE)


async def test_a_link_is_mailed_again_whether_or_not_they_answered(world: World) -> None:
    dan = await world.phone("dan")
    await dan.put(await dan.answers())
    await write_tx(lambda tx: MailDay.create(person_id=id_of("dan"), sent_on=world.clock.now().date()))
    seen = []
    for name in ("dan", "eve"):
        for _ in range(2):
            await resend_invitation(
                world.cycle,
                id_of(RATEE),
                id_of(name),
                actor_id=id_of(HR),
                keeper=world.keeper,
                clock=world.clock,
            )
        row = await OutboxMail.get(person_id=id_of(name))
        seen.append((row.template, row.state, row.due_at, dict(row.values)))
    assert seen[0] == seen[1], "the queue looks the same for who has answered and who has not"
    assert not await MailDay.exists(), "it goes out today also after the daily mail"


async def test_a_link_is_not_mailed_to_somebody_who_is_not_asked(world: World) -> None:
    await cancel_dan(world)
    for name in ("dan", OUTSIDER):
        with pytest.raises(Problem, match="not_found"):
            await resend_invitation(
                world.cycle, id_of(RATEE), id_of(name), actor_id="", keeper=world.keeper, clock=world.clock
            )


async def test_the_file_of_invitations_names_everyone_asked_and_holds_no_token(world: World) -> None:
    await write_tx(lambda tx: Person.filter(id=id_of("eve")).update(locale="ar", name="=cmd()"))
    await cancel_dan(world)
    dan = await world.phone(MANAGER)
    title, data = await invitations_file(
        world.cycle, locale="en", organisation="Testwerk", url="https://s.example", clock=world.clock
    )
    assert title == "Autumn 360"
    rows = table_of(data, "invitations")
    assert len(rows) == len(PEERS_ONLY) - 1
    assert {row["link"] for row in rows} == {"https://s.example/app/"}
    by_name = {str(row["name"]): str(row["text"]) for row in rows}
    assert "Dan" not in by_name
    assert "Ada asks for your view in “Autumn 360”, as a manager." in by_name["Ben"]
    assert "مرحباً" in by_name["=cmd()"]
    for one in dan.assignments:
        for token in (one["write"], one["read"], one["id"]):
            assert token not in str(rows)


async def test_a_cycle_that_is_over_has_no_invitations(world: World) -> None:
    await abandon_cycle(world.cycle, actor_id="", reason="x", keeper=world.keeper, clock=world.clock)
    with pytest.raises(Problem, match="not_found"):
        await invitations_file(world.cycle, locale="en", organisation="T", url="x", clock=world.clock)

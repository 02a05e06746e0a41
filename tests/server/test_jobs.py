"""Time moves cycles and mails forward, each run once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.demo.phone import Phone
from server.jobs import slot_of
from server.usecases import reminders
from server.usecases.outbox import send_due
from server.usecases.reminders import end_old_waves, start_due_waves
from server.usecases.sign_in import sign_in_as
from server.usecases.slots import claim_slot
from surveys.database import write_tx
from surveys.models.cycles import Cycle
from surveys.models.work import JobSlot, OutboxMail, ReminderWave
from surveys.policy import Policy, to_document
from tests.conftest import Database
from tests.factories import SetClock
from tests.firm import Firm, new_firm
from tests.post import Post, mail_server


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def firm(tmp_path: Path, empty_database_url: str, post: Post) -> AsyncIterator[Firm]:
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=8000, smtp=smtp, database_url=empty_database_url) as one:
            one.clock.move(days=1)  # a Monday: mail keeps office hours
            await one.hire()
            yield one


async def _send(firm: Firm) -> tuple[int, int, int]:
    state = firm.app.state
    done = await send_due(mailer=state.mailer, keeper=state.keeper, clock=firm.clock)
    return done.n_sent, done.n_not_needed, done.n_put_off


async def _finish(firm: Firm, name: str) -> None:
    secret = await sign_in_as(name, clock=firm.clock)
    phone = Phone(firm.app, firm.clock, f"sid={secret}", "127.0.0.1:8000", "00000000000000ab")
    for assignment in await phone.inbox():
        form = await phone.form(assignment["form"])
        values = {f"{line['item']}.f_match": 4 for line in form["lines"]}
        assert await phone.send(assignment, values | {"@submit": True}) == "ok"


async def test_of_many_workers_one_wins_a_slot(database: Database) -> None:
    wins = await asyncio.gather(*(claim_slot("advance", 7) for _ in range(8)))
    assert sum(wins) == 1
    assert await claim_slot("advance", 8)
    assert await claim_slot("remind", 7)
    assert {row.id for row in await JobSlot.all()} == {f"advance:{8:020d}", f"remind:{7:020d}"}


def test_slots_follow_the_clock() -> None:
    clock = SetClock()
    first = slot_of(clock.now(), 60)
    clock.move(seconds=60)
    assert slot_of(clock.now(), 60) == first + 1


async def test_a_cycle_opens_goes_into_grace_and_closes_by_the_clock(firm: Firm) -> None:
    cycle_id = await firm.launch(days=3)
    assert (await Cycle.get(id=cycle_id)).state == "open"
    firm.clock.move(days=3)
    await firm.advance()
    assert (await Cycle.get(id=cycle_id)).state == "grace"
    firm.clock.move(hours=47)
    await firm.advance()
    assert (await Cycle.get(id=cycle_id)).state == "grace"
    firm.clock.move(hours=1)
    await firm.advance()
    cycle = await Cycle.get(id=cycle_id)
    assert (cycle.state, cycle.released_at) == ("released", firm.clock.now())


async def test_everyone_asked_is_invited_once(firm: Firm, post: Post) -> None:
    await firm.launch()
    assert await _send(firm) == (5, 0, 0)
    assert await _send(firm) == (0, 0, 0)
    assert sorted(mail["To"] for mail in post.mails) == [
        f"{name}@testwerk.example" for name in ("ben", "cleo", "dan", "eve", "fay")
    ]


async def test_a_reminder_goes_to_those_with_something_open_and_leaves_no_trace(
    firm: Firm, post: Post
) -> None:
    await firm.launch(days=14)
    await _send(firm)
    post.mails.clear()
    await _finish(firm, "dan")
    firm.clock.move(days=7)
    assert await start_due_waves(clock=firm.clock) == 5
    assert await start_due_waves(clock=firm.clock) == 0, "a wave is started once"
    assert await ReminderWave.all().count() == 5
    assert await _send(firm) == (4, 1, 0)
    assert "dan@testwerk.example" not in {mail["To"] for mail in post.mails}
    assert await OutboxMail.all().count() == 0
    firm.clock.move(days=8)
    await firm.advance()
    await end_old_waves(clock=firm.clock)
    assert await ReminderWave.all().count() == 0


async def test_a_short_cycle_has_no_wave_at_its_opening(firm: Firm) -> None:
    await firm.launch(days=5)
    firm.clock.move(seconds=timedelta(hours=1).total_seconds())
    assert await start_due_waves(clock=firm.clock) == 0


async def test_a_promise_to_remind_everyone_is_kept_without_opening_a_sheet(firm: Firm, post: Post) -> None:
    cycle_id = await firm.launch(days=14)
    await _send(firm)
    await write_tx(lambda tx: Cycle.all().update(policy=to_document(Policy(remind_all=True))))
    await _finish(firm, "dan")
    firm.clock.move(days=7)
    post.mails.clear()
    assert await start_due_waves(clock=firm.clock) == 5
    opened: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reminders, "is_answered", lambda *_, **__: opened.append(cycle_id))
        assert await _send(firm) == (5, 0, 0)
    assert opened == []
    dan = next(mail for mail in post.mails if mail["To"] == "dan@testwerk.example")
    words = dan.get_body(("plain",))
    assert words is not None
    assert "also who has sent everything" in words.get_content()


async def test_a_reminder_is_said_with_an_invitation_in_one_mail(firm: Firm, post: Post) -> None:
    await firm.launch(days=14)
    firm.clock.move(days=7)  # nobody was written to yet: the mail server was away
    await start_due_waves(clock=firm.clock)
    assert await _send(firm) == (5, 0, 0)
    assert len(post.mails) == 5
    words = post.mails[0].get_body(("plain",))
    assert words is not None
    assert "Autumn 360" in words.get_content()
    assert await OutboxMail.all().count() == 0


async def test_the_queue_does_not_keep_who_could_not_be_reminded(firm: Firm, post: Post) -> None:
    await firm.launch(days=14)
    await _send(firm)
    firm.clock.move(days=7)
    await start_due_waves(clock=firm.clock)
    post.answer = "451 try later"
    await _send(firm)
    assert await OutboxMail.all().count() == 5
    firm.clock.move(days=9)
    await firm.advance()
    await end_old_waves(clock=firm.clock)
    assert await OutboxMail.filter(template="reminder").count() == 0


async def test_a_refused_reminder_leaves_no_row(firm: Firm, post: Post) -> None:
    await firm.launch(days=14)
    await _send(firm)
    firm.clock.move(days=7)
    await start_due_waves(clock=firm.clock)
    post.answer = "550 no such mailbox"
    await _send(firm)
    assert await OutboxMail.all().count() == 0

"""One mail a day and person, in that person's working hours, however much there is to say."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.usecases.digest_claim import LEASE, claim_due
from server.usecases.digest_hours import MailHours, next_mail_moment, zone_of
from server.usecases.letters import save_hours
from server.usecases.outbox import queue_mail, send_due
from surveys.database import write_tx
from surveys.models.people import Person
from surveys.models.work import MailDay, OutboxMail
from tests.conftest import Database
from tests.post import Post, mail_server
from tests.site import START, Site, running_site

CAST = {"dan": "UTC", "eve": "America/New_York", "finn": "Mars/Olympus_Mons"}
BERLIN = ZoneInfo("Europe/Berlin")


def id_(name: str) -> str:
    return (name * 32)[:32]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def site(database: Database, tmp_path: Path, post: Post) -> AsyncIterator[Site]:
    async def body(tx: object) -> None:
        for name, zone in CAST.items():
            await Person.create(
                id=id_(name),
                external_id=name,
                name=name.title(),
                mail=f"{name}@testwerk.example",
                time_zone=zone,
            )

    await write_tx(body)
    with mail_server(post) as smtp:
        async with running_site(database.url, tmp_path, smtp=smtp) as one:
            yield one


async def queue(site: Site, name: str, *titles: str, template: str = "report_ready") -> None:
    async def body(tx: object) -> None:
        for title in titles:
            await queue_mail(id_(name), template, {"title": title, "code": title}, clock=site.clock)

    await write_tx(body)


async def send(site: Site) -> int:
    state = site.app.state
    return (await send_due(mailer=state.mailer, keeper=state.keeper, clock=site.clock)).n_sent


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


async def test_everything_for_a_person_goes_out_as_one_mail(site: Site, post: Post) -> None:
    await queue(site, "dan", "Autumn 360", "Spring 360")
    assert await send(site) == 1
    assert len(post.mails) == 1
    text = text_of(post.mails[0])
    assert "Autumn 360" in text
    assert "Spring 360" in text
    assert post.mails[0]["Subject"] == "Testwerk (fictional): what is new for you in Sightline"
    assert await OutboxMail.all().count() == 0


async def test_what_comes_later_the_same_day_waits_for_the_next_morning(site: Site, post: Post) -> None:
    await queue(site, "dan", "first")
    assert await send(site) == 1
    site.clock.move(hours=2)
    await queue(site, "dan", "second", "third")
    assert await send(site) == 0
    assert {row.due_at for row in await OutboxMail.all()} == {datetime(2026, 11, 3, 8, tzinfo=UTC)}
    site.clock.move(hours=22)
    assert await send(site) == 1
    assert "third" in text_of(post.mails[1])


async def test_a_letter_of_its_own_waits_for_no_hour_and_no_digest(site: Site, post: Post) -> None:
    site.clock.at = datetime(2026, 11, 7, 23, 0, tzinfo=UTC)  # a Saturday night
    await queue(site, "dan", "held back")
    await queue(site, "dan", "1234 5678", template="sign_in_code")
    assert await send(site) == 1
    assert "1234 5678" in post.mails[0].get_content()
    assert (await OutboxMail.get()).due_at == datetime(2026, 11, 9, 8, tzinfo=UTC)


async def test_night_is_where_the_person_is(site: Site, post: Post) -> None:
    await queue(site, "dan", "Autumn 360")
    await queue(site, "eve", "Autumn 360")
    assert await send(site) == 1  # 8 in the morning here, 3 at night there
    assert post.mails[0]["To"] == "dan@testwerk.example"
    site.clock.move(hours=5)
    assert await send(site) == 1


async def test_case_90_a_time_zone_nobody_knows_holds_no_mail_for_ever(site: Site, post: Post) -> None:
    await queue(site, "finn", "Autumn 360")
    assert await send(site) == 1


async def test_hr_may_let_mail_go_out_on_sundays(site: Site, post: Post) -> None:
    site.clock.at = datetime(2026, 11, 8, 10, 0, tzinfo=UTC)
    await queue(site, "dan", "Autumn 360")
    assert await send(site) == 0
    hours = MailHours(9, 17, (0, 1, 2, 3, 6))
    await save_hours(hours, actor="", keeper=site.app.state.keeper, clock=site.clock)
    await write_tx(lambda tx: OutboxMail.all().update(due_at=site.clock.now()))
    assert await send(site) == 1


async def test_case_85_a_digest_tried_again_is_the_same_mail(site: Site, post: Post) -> None:
    await queue(site, "dan", "first", "second")
    post.answer = "451 try later"
    assert await send(site) == 0
    await queue(site, "dan", "too late for today")
    site.clock.move(minutes=2)
    post.answer = "250 OK"
    assert await send(site) == 1
    assert len(post.mails) == 1
    assert "too late" not in text_of(post.mails[0])
    assert await OutboxMail.all().count() == 1


async def test_a_server_that_died_while_sending_says_the_same_again_under_the_same_id(
    site: Site, post: Post
) -> None:
    await queue(site, "dan", "first")
    died = await claim_due(MailHours(), clock=site.clock)
    assert [one.id for one in died] == [(await OutboxMail.get()).digest]
    assert await send(site) == 0
    site.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await send(site) == 1
    assert post.mails[0]["Message-ID"].startswith(f"<{died[0].id}@")


async def test_two_workers_never_give_a_person_two_mails(site: Site, post: Post) -> None:
    await queue(site, "dan", "first")
    assert len(await claim_due(MailHours(), clock=site.clock)) == 1
    await queue(site, "dan", "second")
    assert await claim_due(MailHours(), clock=site.clock) == []


async def test_more_than_one_batch_is_still_one_mail_a_person(site: Site, post: Post) -> None:
    await queue(site, "dan", *(f"cycle {number}" for number in range(250)))
    assert await send(site) == 1
    assert await OutboxMail.all().count() == 0


async def test_the_day_of_a_mail_is_noted_also_when_nothing_had_to_be_said(site: Site) -> None:
    await queue(site, "dan", "x", template="reminder")
    assert await send(site) == 0
    assert (await MailDay.get(person_id=id_("dan"))).sent_on == START.date()


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-03T12:00", "2026-11-03T12:00"),
        ("2026-11-03T07:59", "2026-11-03T08:00"),
        ("2026-11-03T18:59", "2026-11-03T18:59"),
        ("2026-11-03T19:00", "2026-11-04T08:00"),
        ("2026-11-06T19:00", "2026-11-09T08:00"),  # Friday evening
        ("2026-10-25T01:30", "2026-10-26T08:00"),  # the night the clock goes back
        ("2026-03-27T20:00", "2026-03-30T08:00"),  # over the night it goes forward
    ],
)
def test_mail_keeps_office_hours(now: str, expected: str) -> None:
    found = next_mail_moment(wall(now).astimezone(UTC), BERLIN, MailHours())
    assert found == wall(expected).astimezone(UTC)


def test_case_75_an_hour_that_does_not_exist_holds_nothing_back() -> None:
    hours = MailHours(2, 3, tuple(range(7)))  # 29 March 2026 has no 2 o'clock in Berlin
    found = next_mail_moment(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), BERLIN, hours)
    assert datetime(2026, 3, 29, 0, 30, tzinfo=UTC) <= found <= datetime(2026, 3, 30, 1, 0, tzinfo=UTC)


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)


@given(
    now=st.integers(0, 6 * 366 * 24 * 60).map(
        lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
    ),
    zone=ZONES.map(zone_of),
    span=st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda pair: pair[0] < pair[1]),
    days=st.sets(st.integers(0, 6), min_size=1),
    after=st.none() | st.just("today"),
)
def test_the_next_moment_is_never_past_and_within_the_hours_where_the_person_is(
    now: datetime, zone: ZoneInfo, span: tuple[int, int], days: set[int], after: str | None
) -> None:
    hours = MailHours(*span, tuple(sorted(days)))
    last: date | None = now.astimezone(zone).date() if after else None
    found = next_mail_moment(now, zone, hours, after=last)
    local = found.astimezone(zone)
    assert now <= found <= now + timedelta(days=16)
    assert local.weekday() in days
    assert last is None or local.date() > last
    # In the night the clock moves, the window may begin up to an hour later by the wall.
    assert span[0] <= local.hour <= span[1]

"""A clarity round and the 360 after it, planned in one sitting: the lawful day, who holds it up, and opening by itself."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.settings import Smtp
from server.usecases.advance import advance_cycles
from server.usecases.programme_dates import opening_on
from server.usecases.programme_run import run_programmes
from server.usecases.raters import set_raters
from surveys.database import write_tx
from surveys.lawful import Hold, Waits, lawful_day
from surveys.models.cycles import Cycle
from surveys.models.people import Person
from surveys.models.profiles import Notice, ProfileVersion
from surveys.models.programmes import Programme
from surveys.models.work import OutboxMail
from surveys.notice import Delivery, lawful_line_dates
from tests.conftest import Database
from tests.factories import HR, MANAGER, PEERS, RATEE, ROLE, id_of, store_cast
from tests.server.hr_cast import record_delivery, store_past_cycle
from tests.server.test_clarity_pages import clarity
from tests.site import START, Site, running_site

CLOSES = datetime(2026, 11, 17, 8, tzinfo=UTC)
ENDS = CLOSES + timedelta(hours=48)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    smtp = Smtp(host="127.0.0.1", port=1, sender="hr@testwerk.example")
    async with running_site(database.url, tmp_path, smtp=smtp) as one:
        yield one


async def sit_down(site: Site, **changes: object) -> tuple[str, str]:
    """Plan and launch a clarity round with a 360 after it; give the addresses of both."""
    wanted = clarity(opens_at="2026-11-03T08:00", closes_at="2026-11-17T08:00", follow="yes", **changes)
    async with site.as_person(id_of(HR)) as ada:
        reply = await ada.post("/hr/cycles/new", data=wanted)
        assert reply.status_code == 303, reply.text
    feedback = await Cycle.get(kind="feedback360", state="draft")
    return reply.headers["location"], f"/hr/cycles/{feedback.id}"


async def look(site: Site, url: str) -> str:
    async with site.as_person(id_of(HR)) as ada:
        return (await ada.get(url)).text


async def feedback() -> Cycle:
    return await Cycle.get(kind="feedback360", title__not="Spring 360")


async def run(site: Site) -> int:
    keeper = site.app.state.keeper
    await advance_cycles(keeper=keeper, clock=site.clock, backups_dir=site.settings.backups_dir)
    return await run_programmes(keeper=keeper, clock=site.clock)


async def ask_peers(site: Site) -> None:
    cycle = await feedback()
    chosen = {id_of(one): "peer" for one in PEERS}
    await set_raters(cycle.id, id_of(RATEE), chosen, clock=site.clock)


async def told() -> list[str]:
    rows = await OutboxMail.filter(template__startswith="programme").order_by("due_at", "id")
    assert {row.person_id for row in rows} <= {id_of(HR)}
    return [row.template for row in rows]


async def test_the_360_is_dated_after_clarity_has_closed_and_opens_by_itself(site: Site) -> None:
    await record_delivery(days_ago=40)
    clarity_url, url = await sit_down(site)
    cycle = await feedback()
    assert cycle.opens_at == datetime(2026, 11, 20, 8, tzinfo=UTC), "the day after the end of grace"
    assert "Development only" in cycle.purpose, "the purpose of a clarity round is not that of a 360"
    text = await look(site, clarity_url)
    assert "Earliest day: 20 Nov 2026" in text
    assert "the clarity round closes first, with its time" in text
    await ask_peers(site)
    assert "Nothing is left to do. It opens by itself." in await look(site, url)
    for day in (1, 10):
        site.clock.at = START + timedelta(days=day)
        assert await run(site) == 0
    site.clock.at = ENDS + timedelta(minutes=1)
    assert await run(site) == 1
    assert (await feedback()).state == "scheduled"
    site.clock.at = datetime(2026, 11, 20, 8, 1, tzinfo=UTC)
    assert await run(site) == 0
    assert (await feedback()).state == "open"
    assert await told() == ["programme_launched"]


async def test_the_notice_of_each_person_holds_the_day_up_and_is_named(site: Site) -> None:
    await record_delivery(days_ago=2)
    clarity_url, _ = await sit_down(site)
    assert (await feedback()).opens_at.date() == START.date() + timedelta(days=28)
    text = await look(site, clarity_url)
    assert "Earliest day: 30 Nov 2026" in text
    assert re.search(r"because they have to have the lines long enough:\s*<bdi>Cleo</bdi>", text)


async def test_publishing_in_the_same_sitting_starts_the_notice(site: Site) -> None:
    async with site.as_person(id_of(HR)) as ada:
        text = (await ada.get(f"/hr/cycles/new?kind=clarity&profile={id_of(ROLE)}")).text
    assert "Publish the profile today and mail it to 1" in text
    assert "Earliest day: 2 Dec 2026" in text
    await sit_down(site, publish="yes")
    assert await Notice.filter(person_id=id_of(RATEE), way="mail").count() == 1
    assert (await feedback()).opens_at.date() == date(2026, 12, 2)


async def test_without_any_notice_there_is_no_day_and_hr_is_told_once(site: Site) -> None:
    clarity_url, url = await sit_down(site)
    text = await look(site, clarity_url)
    assert "There is no possible day yet" in text
    assert "have not been given the lines" in text
    for _ in range(3):
        site.clock.move(hours=1)
        assert await run(site) == 0
    assert await told() == ["programme_no_notice"]
    await record_delivery(days_ago=0)
    site.clock.move(hours=1)
    await run(site)
    assert (await feedback()).opens_at.date() == START.date() + timedelta(days=30)
    assert await told() == ["programme_no_notice", "programme_moved"]
    assert "Earliest day: 2 Dec 2026" in await look(site, url)


async def test_a_new_warning_stops_the_opening_until_hr_confirms_it_by_name(site: Site) -> None:
    await record_delivery(days_ago=40)
    _, url = await sit_down(site)
    site.clock.at = ENDS + timedelta(minutes=1)
    assert await run(site) == 0, "opened although nobody is asked about Cleo"
    assert await run(site) == 0
    assert await told() == ["programme_held"]
    (mail,) = await OutboxMail.filter(template="programme_held")
    assert "Groups that can never be shown" in mail.values["reasons"]
    text = await look(site, url)
    names = re.findall(r'name="confirm" value="([^"]+)"', text)
    assert names
    async with site.as_person(id_of(HR)) as ada:
        assert (await ada.post(f"{url}/programme", data={"confirm": names})).status_code == 303
    assert await run(site) == 1
    assert (await feedback()).state == "scheduled"


async def test_a_confirmation_of_one_warning_confirms_no_other(site: Site) -> None:
    await record_delivery(days_ago=40)
    _, url = await sit_down(site)
    names = re.findall(r'name="confirm" value="([^"]+)"', await look(site, url))
    async with site.as_person(id_of(HR)) as ada:
        await ada.post(f"{url}/programme", data={"confirm": names})
    await ask_peers(site)

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of("dan")).update(mail="")

    await write_tx(body)
    site.clock.at = ENDS + timedelta(minutes=1)
    assert await run(site) == 0
    assert await told() == ["programme_held"]


async def test_a_day_that_passes_while_it_waits_moves_on(site: Site) -> None:
    await record_delivery(days_ago=40)
    await sit_down(site)
    site.clock.at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert await run(site) == 0
    cycle = await feedback()
    assert cycle.opens_at == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert cycle.closes_at - cycle.opens_at == timedelta(days=14)


async def test_an_extended_clarity_round_moves_the_360(site: Site) -> None:
    await record_delivery(days_ago=40)
    clarity_url, _ = await sit_down(site)
    await ask_peers(site)
    site.clock.move(days=2)
    async with site.as_person(id_of(HR)) as ada:
        later = "2026-11-27T08:00"
        reply = await ada.post(f"{clarity_url}/extend", data={"closes_at": later, "confirmed": later})
        assert reply.status_code == 303
    await run(site)
    assert (await feedback()).opens_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert await told() == ["programme_moved"]


async def test_an_abandoned_clarity_round_opens_no_360(site: Site) -> None:
    await record_delivery(days_ago=40)
    clarity_url, url = await sit_down(site)
    await ask_peers(site)
    async with site.as_person(id_of(HR)) as ada:
        assert (
            await ada.post(f"{clarity_url}/abandon", data={"reason": "Wrong people", "confirmed": "yes"})
        ).status_code == 303
    for days in (1, 20):
        site.clock.at = START + timedelta(days=days)
        assert await run(site) == 0
    assert await told() == ["programme_stopped"]
    assert (await feedback()).state == "draft"
    assert "does not open by itself" in await look(site, url)


async def test_another_360_about_the_person_keeps_its_180_days(site: Site) -> None:
    await record_delivery(days_ago=40)
    await store_past_cycle(closes_at=START - timedelta(days=30))
    clarity_url, _ = await sit_down(site)
    text = await look(site, clarity_url)
    assert "because half a year lies between two 360s, for" in text
    cycle = await feedback()
    past = START - timedelta(days=30) + timedelta(hours=48)
    ends = cycle.closes_at + timedelta(hours=cycle.grace_hours)
    assert timedelta(days=180) <= ends - past < timedelta(days=182)


async def test_a_launched_360_names_who_lacks_clarity_and_counts_a_closed_round(site: Site) -> None:
    await record_delivery(days_ago=40)
    _, url = await sit_down(site)
    async with site.as_person(id_of(HR)) as ada:
        await ada.post(f"{url}/delete")  # the round stays, the plan after it goes
        assert await Programme.all().count() == 0
        alone = {
            "profile": id_of(ROLE), "title": "Alone", "purpose": "Talks.", "ratees": [id_of(RATEE)],
            "opens_at": "2026-12-07T08:00", "closes_at": "2026-12-21T08:00", "grace_hours": "48",
            "notice_days": "30", "k": "3", "small_groups": "pool", "clarity_reason": "", "clarity_held_on": "",
        }  # fmt: skip
        reply = await ada.post("/hr/cycles/new", data=alone)
        page = reply.headers["location"]
        text = (await ada.get(page)).text
        assert "The clarity round still runs" in text
        assert "<bdi>Cleo</bdi>" in text
    site.clock.at = ENDS + timedelta(minutes=1)
    await run(site)
    text = await look(site, page)
    assert "The clarity round still runs" not in text
    assert "Clarity comes before level" not in text


async def test_a_line_in_notice_is_left_out_for_all_where_hr_chose_so(site: Site) -> None:
    old = await ProfileVersion.get(id=id_of(ROLE))
    items = [dict(one) for one in old.document["items"]]
    changed = next(one for one in items if "feedback360" in one["surveys"])
    changed["observe"] = "Walks the whole line before each start."
    document = {**old.document, "items": items, "profile": {**old.document["profile"], "version": "2.0.0"}}

    async def body(tx: BaseDBAsyncClient) -> None:
        await ProfileVersion.create(
            id=id_of("v2"), profile=ROLE, version="2.0.0", title=old.title, locale="en", grade=old.grade,
            document=document, overlays={}, content_hash="2" * 64, imported_at=START,
        )  # fmt: skip

    await write_tx(body)
    await record_delivery(days_ago=60)
    for choice, day in (("move", date(2026, 12, 2)), ("leave_out", date(2026, 11, 20))):
        _, url = await sit_down(site, profile=id_of("v2"), publish="yes", in_notice=choice, title=choice)
        cycle = await Cycle.get(id=url.rsplit("/", 1)[1])
        assert cycle.opens_at.date() == day, choice
        async with site.as_person(id_of(HR)) as ada:
            if choice == "move":
                first = await Cycle.get(kind="clarity")
                await ada.post(
                    f"/hr/cycles/{first.id}/abandon", data={"reason": "Another choice", "confirmed": "yes"}
                )
                await ada.post(f"{url}/delete")
            else:
                await ask_peers(site)
                text = (await ada.get(url)).text
                assert "Lines left out for everyone" in text
                names = re.findall(r'name="confirm" value="([^"]+)"', text)
                await ada.post(f"{url}/programme", data={"confirm": names})
    site.clock.at = ENDS + timedelta(minutes=1)
    assert await run(site) == 1
    async with site.as_person(id_of(MANAGER)) as ben:
        site.clock.at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        await run(site)
        assignments = (await ben.get("/api/v1/inbox")).json()["assignments"]
        (form,) = {one["form"] for one in assignments if one["kind"] == "feedback360"}
        asked = {line["item"] for line in (await ben.get(f"/api/v1/forms/{form}/en.json")).json()["lines"]}
    assert changed["id"] not in asked
    assert len(asked) > 5


def test_the_latest_reason_decides_and_nobody_else_is_named() -> None:
    soon, late = date(2026, 11, 20), date(2026, 12, 2)
    people = (
        Waits(name="Cleo", notice_on=soon, clarity_on=soon),
        Waits(name="Dan", notice_on=late, clarity_on=soon),
    )
    found = lawful_day(people, not_before=date(2026, 11, 3))
    assert (found.on, found.holds) == (late, (Hold("notice", "Dan", late),))
    lacking = lawful_day((*people, Waits(name="Eve", notice_on=None)), not_before=soon)
    assert (lacking.on, lacking.holds) == (None, (Hold("notice", "Eve", None),))
    free = lawful_day((Waits(name="Cleo", notice_on=date(2026, 1, 1)),), not_before=soon)
    assert (free.on, free.holds) == (soon, ())


def test_a_line_that_was_delivered_before_keeps_its_notice() -> None:
    dates = lawful_line_dates(
        (Delivery("1.0.0", date(2026, 9, 1)), Delivery("2.0.0", date(2026, 11, 1))),
        same_in={"SS01": frozenset({"1.0.0", "2.0.0"}), "SS02": frozenset({"2.0.0"})},
        version="2.0.0",
        notice_days=30,
        in_role_since=None,
    )
    assert dates == {"SS01": date(2026, 10, 1), "SS02": date(2026, 12, 1)}
    nothing = lawful_line_dates(
        (), same_in={"SS01": frozenset({"1.0.0"})}, version="1.0.0", notice_days=30, in_role_since=None
    )
    assert nothing == {"SS01": None}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Riyadh", "Pacific/Auckland", "America/Los_Angeles"])
def test_case_90_the_morning_is_never_the_day_before_the_lawful_one(zone: str) -> None:
    day = date(2026, 12, 2)
    assert day <= opening_on(day, zone).date() <= day + timedelta(days=1)

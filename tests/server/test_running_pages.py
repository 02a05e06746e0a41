"""HR's pages of a running cycle: what they offer, what they refuse in words, and what they never show."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from server.usecases.advance import advance_cycles
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.factories import HR, OUTSIDER, RATEE, ROLE, SetClock, World, id_of
from tests.server.hr_cast import ask, hr_site, launchable, names_of_warnings, record_delivery
from tests.site import Site


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def cycle(site: Site, tmp_path: Path) -> str:
    """An open cycle about Cleo with six peers; gives its address."""
    async with site.as_person(id_of(HR)) as ada:
        url = await launchable(ada)
        names = names_of_warnings((await ada.get(url)).text)
        assert (await ada.post(f"{url}/launch", data={"confirm": names})).status_code == 303
    site.clock.move(days=36)
    await advance_cycles(keeper=site.app.state.keeper, clock=site.clock, backups_dir=tmp_path)
    await write_tx(lambda tx: OutboxMail.all().delete())
    return url


@pytest.fixture
async def ada(site: Site, cycle: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


def page_of(cycle: str, name: str = RATEE) -> str:
    return f"{cycle}/ratees/{id_of(name)}"


async def test_a_rater_is_added_on_the_page_and_mailed(ada: httpx2.AsyncClient, cycle: str) -> None:
    shown = (await ada.get(page_of(cycle), params={"q": "mallory"})).text
    assert f'name="rater" value="{id_of(OUTSIDER)}"' in shown
    assert (await ask(ada, cycle, {OUTSIDER: "peer"})).status_code == 303
    assert await Assignment.filter(rater_id=id_of(OUTSIDER)).count() == 1
    assert await OutboxMail.filter(person_id=id_of(OUTSIDER)).count() == 1


async def test_what_cannot_be_added_is_said_on_the_page(ada: httpx2.AsyncClient, cycle: str) -> None:
    reply = await ask(ada, cycle, {OUTSIDER: "external"})
    assert reply.status_code == 422
    assert "nobody was asked in this relationship at the launch" in reply.text
    reply = await ask(ada, cycle, {HR: "peer"})
    assert reply.status_code == 422
    assert "will see the report" in reply.text


async def test_a_rater_is_replaced_in_one_step(ada: httpx2.AsyncClient, cycle: str) -> None:
    form = {"rater": id_of("dan"), "by": id_of(OUTSIDER), "reason": "on leave"}
    assert (await ada.post(f"{page_of(cycle)}/replace-rater", data=form)).status_code == 303
    assert (await Assignment.get(rater_id=id_of("dan"))).is_cancelled
    assert not (await Assignment.get(rater_id=id_of(OUTSIDER))).is_cancelled
    again = await ada.post(f"{page_of(cycle)}/replace-rater", data=form)
    assert again.status_code == 409
    assert "this was cancelled before" in again.text
    late = await ada.post(
        f"{page_of(cycle)}/replace-rater", data={**form, "rater": id_of("eve"), "reason": ""}
    )
    assert late.status_code == 422
    assert "Write a reason." in late.text


async def test_a_link_is_mailed_again_in_the_same_words_for_all(
    site: Site, ada: httpx2.AsyncClient, cycle: str
) -> None:
    world = World(
        cycle.rsplit("/", 1)[1], site.app.state.keeper, SetClock(at=site.clock.now()), site.app.state.queue
    )
    dan = await world.phone("dan")
    await dan.put(await dan.answers())
    texts = []
    for name in ("dan", "eve"):
        reply = await ada.post(f"{page_of(cycle)}/resend", data={"rater": id_of(name)})
        assert reply.status_code == 303
        texts.append((await ada.get(reply.headers["location"])).text)
    assert texts[0] == texts[1]
    await write_tx(lambda tx: Person.filter(id=id_of("eve")).update(mail=""))
    reply = await ada.post(f"{page_of(cycle)}/resend", data={"rater": id_of("eve")})
    assert reply.status_code == 422
    assert "no mail address" in reply.text


async def test_case_78_somebody_joins_who_has_had_notice(
    site: Site, ada: httpx2.AsyncClient, cycle: str
) -> None:
    await write_tx(lambda tx: Person.filter(id__in=[id_of("dan"), id_of("eve")]).update(role_profile=ROLE))
    await record_delivery(days_ago=40, people=["dan"])
    text = (await ada.get(f"{cycle}/add")).text
    assert f'value="{id_of("dan")}"' in text
    assert f'value="{id_of("eve")}"' not in text
    assert "no notice yet" in text
    refused = await ada.post(f"{cycle}/add", data={"person": id_of("eve")})
    assert refused.status_code == 422
    assert "has not had the lines for long enough" in refused.text
    added = await ada.post(f"{cycle}/add", data={"person": id_of("dan")})
    assert added.headers["location"] == page_of(cycle, "dan")
    assert await Ratee.filter(person_id=id_of("dan")).count() == 1


async def test_without_a_mail_server_the_invitations_can_be_taken_away(
    ada: httpx2.AsyncClient, cycle: str
) -> None:
    assert f"{cycle}/invitations.xlsx" in (await ada.get(cycle)).text
    reply = await ada.get(f"{cycle}/invitations.xlsx")
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.content[:2] == b"PK"


async def test_case_36_a_link_that_is_fetched_changes_nothing(
    site: Site, ada: httpx2.AsyncClient, cycle: str
) -> None:
    """The link of an invitation, and every page of a running cycle, fetched by a mail scanner again and again."""
    before = (await Assignment.all().order_by("id").values(), await OutboxMail.all().order_by("id").values())
    async with site.as_nobody() as scanner:
        for path in ("/app/", "/app", "/logo", cycle, f"{cycle}/add", f"{page_of(cycle)}/resend"):
            for method in ("HEAD", "GET", "GET", "GET", "GET", "GET"):
                assert (await scanner.request(method, path)).status_code < 500
    for path in (cycle, f"{cycle}/add", f"{cycle}/invitations.xlsx", f"{page_of(cycle)}?sent=yes"):
        assert (await ada.get(path)).status_code == 200
    after = (await Assignment.all().order_by("id").values(), await OutboxMail.all().order_by("id").values())
    assert after == before


async def test_case_79_two_of_hr_replace_the_same_rater_and_one_of_them_hears_so(
    site: Site, ada: httpx2.AsyncClient, cycle: str
) -> None:
    form = {"rater": id_of("dan"), "reason": "on leave"}
    replies = await asyncio.gather(
        *(
            ada.post(f"{page_of(cycle)}/replace-rater", data={**form, "by": id_of(by)})
            for by in (OUTSIDER, "jan")
        )
    )
    assert sorted(reply.status_code for reply in replies) == [303, 409]
    asked = await Assignment.filter(rater_id__in=[id_of(OUTSIDER), id_of("jan")]).count()
    assert asked == 1


async def test_in_the_days_of_grace_nobody_is_added(site: Site, ada: httpx2.AsyncClient, cycle: str) -> None:
    site.clock.move(days=13, hours=1)
    async with site.as_person(id_of(HR)) as later:
        assert (await later.get(f"{cycle}/add")).status_code == 409
        reply = await ask(later, cycle, {OUTSIDER: "peer"})
    assert reply.status_code == 409
    assert "until the closing time" in reply.text


PATHS = ("/add", "/invitations.xlsx")
POSTS = ("/add", f"/ratees/{id_of(RATEE)}/replace-rater", f"/ratees/{id_of(RATEE)}/resend")


@pytest.mark.parametrize("name", [OUTSIDER, RATEE, "ben"])
async def test_only_hr_runs_a_cycle(site: Site, cycle: str, name: str) -> None:
    async with site.as_person(id_of(name)) as client:
        missing = await client.get("/hr/cycles/none/none")
        for path in PATHS:
            reply = await client.get(cycle + path)
            assert (reply.status_code, reply.content) == (404, missing.content)
        for path in POSTS:
            reply = await client.post(cycle + path, data={"rater": id_of("dan"), "reason": "x"})
            assert (reply.status_code, reply.content) == (404, missing.content)
    assert not await Assignment.filter(is_cancelled=True).exists()


async def test_no_page_of_hr_changes_when_a_confidential_rater_answers(
    site: Site, ada: httpx2.AsyncClient, cycle: str
) -> None:
    """Read every page and file HR has of the cycle before and after: the same bytes, until the daily count."""
    paths = ["/hr", "/hr/cycles", cycle, page_of(cycle), f"{cycle}/add", "/hr/people", "/hr/letters"]
    before = [(await ada.get(path)).content for path in paths]
    world = World(
        cycle.rsplit("/", 1)[1], site.app.state.keeper, SetClock(at=site.clock.now()), site.app.state.queue
    )
    for name in ("dan", "eve", "finn", "gwen", "hugo"):
        phone = await world.phone(name)
        await phone.put(await phone.answers())
    after = [(await ada.get(path)).content for path in paths]
    assert after == before

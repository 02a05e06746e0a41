"""Publishing a profile: whom it reaches, when the clock starts, who may read it, and the day it was seen."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.settings import Smtp
from server.usecases.publish import deliver_to_newcomers
from surveys.database import write_tx
from surveys.models.people import Person, Relation
from surveys.models.profiles import Notice, ProfileVersion
from surveys.models.work import AuditEntry, OutboxMail
from surveys.queries_notice import find_profile_note
from tests.conftest import Database
from tests.factories import HR, MANAGER, OUTSIDER, RATEE, ROLE, id_of, store_cast
from tests.server.hr_cast import record_delivery
from tests.site import START, Site, running_site

PAGE = f"/hr/profiles/{id_of(ROLE)}"
API = f"/api/v1/profiles/{ROLE}/1.0.0"
GREAT = "/what-great-looks-like"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    smtp = Smtp(host="127.0.0.1", port=1, sender="hr@testwerk.example")
    async with running_site(database.url, tmp_path, smtp=smtp) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def change(person: str, **fields: object) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(person)).update(**fields)

    await write_tx(body)


async def mailed() -> dict[str, str]:
    return {
        str(one): str(template)
        for one, template in await OutboxMail.all().values_list("person_id", "template")
    }


async def publish(client: httpx2.AsyncClient) -> None:
    assert (await client.post(f"{PAGE}/publish")).status_code == 303


async def test_publishing_delivers_to_role_holders_and_their_managers(ada: httpx2.AsyncClient) -> None:
    assert "Publish and mail 2" in (await ada.get(PAGE)).text
    await publish(ada)
    assert await mailed() == {id_of(RATEE): "notice", id_of(MANAGER): "notice_manager"}
    rows = await Notice.all().values_list("person_id", "way", "delivered_on")
    assert sorted(rows) == sorted([(id_of(one), "mail", START.date()) for one in (RATEE, MANAGER)])
    assert (await AuditEntry.get(action="profile.published")).actor_id == id_of(HR)
    text = (await ada.get(PAGE)).text
    assert "current version" in text
    assert "0 of 2" in text
    assert "On its way" in text
    assert text.count("Told on ") >= 2, "the notice runs while the mail waits"

    async def send(tx: BaseDBAsyncClient) -> None:
        await OutboxMail.all().delete()

    await write_tx(send)
    text = (await ada.get(PAGE)).text
    assert "2 of 2" in text
    assert "On its way" not in text
    assert "Told on " not in text


async def test_publishing_twice_mails_nobody_twice_and_keeps_the_first_day(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await record_delivery(days_ago=40)
    await publish(ada)
    site.clock.move(days=1)
    await publish(ada)
    assert await mailed() == {id_of(MANAGER): "notice_manager"}
    cleo = await Notice.get(person_id=id_of(RATEE))
    assert (cleo.way, cleo.delivered_on) == ("paper", START.date() - timedelta(days=40))


async def test_who_has_no_mail_is_named_and_not_counted_as_told(ada: httpx2.AsyncClient) -> None:
    await change(RATEE, mail="")
    await publish(ada)
    assert await Notice.filter(person_id=id_of(RATEE)).count() == 0
    panel = (await ada.get(PAGE)).text.split('id="publish"')[1].split("</section>")[0]
    assert "1 without a mail" in panel
    assert "<bdi>Cleo</bdi>" in panel


async def test_without_a_mail_server_publishing_starts_no_clock(database: Database, tmp_path: Path) -> None:
    await store_cast()
    async with running_site(database.url, tmp_path) as site, site.as_person(id_of(HR)) as ada:
        assert "There is no mail server" in (await ada.get(PAGE)).text
        await publish(ada)
        assert await deliver_to_newcomers(is_mail_ready=False, clock=site.clock) == 0
    assert await Notice.all().count() == await OutboxMail.all().count() == 0


async def test_who_comes_into_the_role_later_gets_it_by_itself_once(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await deliver_to_newcomers(is_mail_ready=True, clock=site.clock)
    assert await mailed() == {}, "an unpublished profile was delivered"
    await publish(ada)
    await change("dan", role_profile=ROLE)
    site.clock.move(days=9)
    assert await deliver_to_newcomers(is_mail_ready=True, clock=site.clock) == 1
    assert await deliver_to_newcomers(is_mail_ready=True, clock=site.clock) == 0
    dan = await Notice.get(person_id=id_of("dan"))
    assert dan.delivered_on == START.date() + timedelta(days=9)


async def test_the_mail_names_the_role_in_the_language_of_its_reader(ada: httpx2.AsyncClient) -> None:
    await change(RATEE, locale="ar")
    await publish(ada)
    version = await ProfileVersion.get(id=id_of(ROLE))
    mail = await OutboxMail.get(person_id=id_of(RATEE))
    assert mail.values == {"role": version.overlays["ar"]["profile.title"]}


async def test_the_newest_published_version_is_the_current_one(site: Site, ada: httpx2.AsyncClient) -> None:
    await publish(ada)
    old = await ProfileVersion.get(id=id_of(ROLE))
    document = {**old.document, "profile": {**old.document["profile"], "version": "1.1.0"}}

    async def body(tx: BaseDBAsyncClient) -> None:
        await ProfileVersion.create(
            id=id_of("newer"), profile=ROLE, version="1.1.0", title=old.title, locale="en", grade=old.grade,
            document=document, overlays={}, content_hash="1" * 64, imported_at=START,
        )  # fmt: skip

    await write_tx(body)
    text = (await ada.get(f"/hr/profiles/{id_of('newer')}")).text
    assert "It takes the place of version 1.0.0" in text
    assert "after 7 days of notice" in text
    note = await find_profile_note(id_of(RATEE))
    assert note is not None
    assert note.version == "1.0.0"
    site.clock.move(hours=1)
    await ada.post(f"/hr/profiles/{id_of('newer')}/publish")
    note = await find_profile_note(id_of(RATEE))
    assert note is not None
    assert note.document("en") == {
        "id": ROLE, "version": "1.1.0", "title": old.title, "lang": "en", "grade": old.grade,
        "delivered_on": START.date().isoformat(), "seen_on": None,
    }  # fmt: skip


@pytest.mark.parametrize("person", [RATEE, MANAGER, HR])
async def test_role_holder_manager_and_hr_read_the_published_profile(
    site: Site, ada: httpx2.AsyncClient, person: str
) -> None:
    await publish(ada)
    async with site.as_person(id_of(person)) as client:
        reply = await client.get(f"{API}/ar.json")
        assert reply.status_code == 200
        found = reply.json()
        assert (found["schema"], found["id"], found["dir"], found["lang"]) == ("profile/1", ROLE, "rtl", "ar")
        task = found["accomplishments"][0]["tasks"][0]
        assert (task["id"], task["lang"], task["kind"]) == ("A1.T1", "ar", "task")
        assert found["accomplishments"][0]["figures"][0]["meets"] == "80"


async def test_others_and_unpublished_versions_are_missing_pages(site: Site, ada: httpx2.AsyncClient) -> None:
    async with site.as_person(id_of(RATEE)) as cleo:
        assert (await cleo.get(f"{API}/en.json")).status_code == 404, "readable before it was published"
        assert (await cleo.post(f"{API}/seen")).status_code == 404
    await publish(ada)
    for name in (OUTSIDER, "dan"):
        async with site.as_person(id_of(name)) as client:
            for reply in (
                await client.get(f"{API}/en.json"),
                await client.get("/api/v1/profiles/x/1.0.0/en.json"),
            ):
                assert reply.status_code == 404
            assert (await client.post(f"{API}/seen")).status_code == 404
            assert (await client.post(f"{GREAT}/{ROLE}/1.0.0/seen")).status_code == 404
            assert (await client.get(f"{GREAT}?role={ROLE}")).status_code == 404
            assert "Nothing is published for your role yet" in (await client.get(GREAT)).text
    async with site.as_person(id_of(RATEE)) as cleo:
        assert (await cleo.get(f"{API}/xx.json")).status_code == 404
        assert (await cleo.get(f"/api/v1/profiles/{ROLE}/9.9.9/en.json")).status_code == 404
    assert await Notice.filter(person_id__in=[id_of(OUTSIDER), id_of("dan")]).count() == 0


async def test_the_day_seen_is_recorded_besides_the_delivery(site: Site, ada: httpx2.AsyncClient) -> None:
    await publish(ada)
    for days in (2, 5):
        site.clock.at = START + timedelta(days=days)
        async with site.as_person(id_of(RATEE)) as cleo:
            assert (await cleo.post(f"{API}/seen")).status_code == 204
    cleo_had = await Notice.get(person_id=id_of(RATEE))
    assert (cleo_had.way, cleo_had.delivered_on) == ("mail", START.date())
    assert cleo_had.seen_on == START.date() + timedelta(days=2)


async def test_opening_it_on_the_phone_delivers_it_to_who_has_no_mail(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await change(RATEE, mail="")
    await publish(ada)
    site.clock.move(hours=2)
    async with site.as_person(id_of(RATEE)) as cleo:
        assert (await cleo.post(f"{API}/seen")).status_code == 204
        assert (await cleo.post(f"{API}/seen")).status_code == 204
    had = await Notice.get(person_id=id_of(RATEE))
    assert (had.way, had.delivered_on, had.seen_on) == ("opened", START.date(), START.date())


async def test_case_36_opening_the_link_of_the_notice_changes_nothing(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await publish(ada)
    async with site.as_person(id_of(RATEE)) as cleo:
        for _ in range(5):
            assert (await cleo.get(GREAT)).status_code == 200
        await cleo.head(GREAT)
    assert (await Notice.get(person_id=id_of(RATEE))).seen_on is None
    async with site.as_nobody() as nobody:
        assert (await nobody.get(GREAT)).headers["location"] == "/sign-in"


async def test_the_page_shows_the_own_role_and_takes_the_day(site: Site, ada: httpx2.AsyncClient) -> None:
    await publish(ada)
    async with site.as_person(id_of(RATEE)) as cleo:
        text = (await cleo.get(GREAT)).text
        assert "A shift without harm" in text
        assert "I have read it" in text
        reply = await cleo.post(f"{GREAT}/{ROLE}/1.0.0/seen")
        assert reply.status_code == 303
        assert "You have seen this on 2 Nov 2026." in (await cleo.get(reply.headers["location"])).text


async def test_a_manager_reads_the_roles_of_the_people_and_no_others(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await publish(ada)
    async with site.as_person(id_of(MANAGER)) as ben:
        text = (await ben.get(GREAT)).text
        assert "A shift without harm" in text
        assert "<bdi>Cleo</bdi>" in text

    async def body(tx: BaseDBAsyncClient) -> None:
        await Relation.filter(other_id=id_of(MANAGER)).update(to_on=START.date())

    await write_tx(body)
    async with site.as_person(id_of(MANAGER)) as ben:
        assert "A shift without harm" not in (await ben.get(GREAT)).text
        assert (await ben.get(f"{API}/en.json")).status_code == 404


@pytest.mark.parametrize("locale", ["en", "es", "de", "ar", "fr"])
async def test_case_90_the_page_is_never_blank_in_any_language(
    site: Site, ada: httpx2.AsyncClient, locale: str
) -> None:
    await publish(ada)
    await change(RATEE, locale=locale, time_zone="Nowhere/Nothing")
    async with site.as_person(id_of(RATEE)) as cleo:
        text = (await cleo.get(GREAT)).text
        assert f'<html lang="{locale if locale != "fr" else "en"}"' in text
        assert "great." not in text.split("<main")[1].replace("great.css", "")
        note = await find_profile_note(id_of(RATEE))
        assert note is not None
        assert note.document(locale)["title"]

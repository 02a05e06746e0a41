"""The page of one's own settings: language, time zone, and signing out of every device."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from server.words import LOCALES, catalogue
from server.zones import is_zone, list_zones
from surveys.database import write_tx
from surveys.models.people import Person
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, id_of, store_cast
from tests.site import Site, running_site


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    async with running_site(database.url, tmp_path) as one:
        yield one


async def _set_zone(name: str, zone: str) -> None:
    async def body(tx: object) -> None:
        await Person.filter(id=id_of(name)).update(time_zone=zone)

    await write_tx(body)


def _chosen(page: str) -> list[str]:
    return re.findall(r'<option value="([^"]+)"[^>]* selected>', page)


async def test_hr_chooses_a_language_and_a_zone_and_reads_in_them(site: Site) -> None:
    async with site.as_person(id_of(HR)) as ada:
        assert 'href="/me"' in (await ada.get("/hr")).text
        assert _chosen((await ada.get("/me")).text) == ["en", "UTC"]
        reply = await ada.post("/me", data={"locale": "ar", "time_zone": "Asia/Dubai"})
        assert (reply.status_code, reply.headers["location"]) == (303, "/me?saved=yes")
        page = (await ada.get("/me?saved=yes")).text
    assert '<html lang="ar" dir="rtl">' in page
    assert catalogue("ar")["me.saved"] in page
    assert _chosen(page) == ["ar", "Asia/Dubai"]


async def test_what_is_no_language_or_zone_is_said_beside_its_field_and_not_stored(site: Site) -> None:
    async with site.as_person(id_of(MANAGER)) as ben:
        reply = await ben.post("/me", data={"locale": "xx", "time_zone": "Mars/Olympus"})
    assert reply.status_code == 422
    assert catalogue("en")["me.m_language"] in reply.text
    assert catalogue("en")["me.m_zone"] in reply.text
    stored = await Person.get(id=id_of(MANAGER))
    assert (stored.locale, stored.time_zone) == ("en", "UTC")


@pytest.mark.parametrize(("stored", "shown"), [("Asia/Calcutta", "Asia/Kolkata"), ("Etc/GMT+5", "Etc/GMT+5")])
async def test_a_zone_that_was_stored_before_stays_chosen(site: Site, stored: str, shown: str) -> None:
    await _set_zone(HR, stored)
    async with site.as_person(id_of(HR)) as ada:
        assert _chosen((await ada.get("/me")).text) == ["en", shown]


async def test_signing_out_everywhere_ends_ones_own_sessions_and_nobody_elses(site: Site) -> None:
    async with (
        site.as_person(id_of(RATEE)) as laptop,
        site.as_person(id_of(RATEE)) as phone,
        site.as_person(id_of(MANAGER)) as ben,
    ):
        assert catalogue("en")["me.n_browsers"].format(n=2) in (await laptop.get("/me")).text
        reply = await laptop.post("/me/sign-out-everywhere")
        assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in")
        for gone in (laptop, phone):
            assert (await gone.get("/api/v1/inbox")).status_code == 401
        assert (await ben.get("/api/v1/inbox")).status_code == 200


async def test_nobody_without_a_session_finds_settings(site: Site) -> None:
    async with site.as_nobody() as client:
        for reply in (await client.get("/me"), await client.post("/me", data={"locale": "de"})):
            assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in")


async def test_the_page_shows_nothing_of_anybody_else(site: Site) -> None:
    async with site.as_person(id_of("mallory")) as mallory:
        page = unescape((await mallory.get("/me")).text)
    assert "mallory@example.test" in page
    assert "cleo" not in page.casefold()


@pytest.mark.parametrize("locale", LOCALES)
def test_zones_are_said_in_the_readers_language_in_order_and_can_be_stored(locale: str) -> None:
    zones = list_zones(locale)
    assert zones[0].name == "UTC"
    words = {one.name: one.words for one in zones}
    said = {
        "en": "Germany, Berlin",
        "es": "Alemania, Berlín",
        "de": "Deutschland, Berlin",
        "ar": "ألمانيا، برلين",
    }
    assert words["Europe/Berlin"] == said[locale]
    assert len(words) == len(zones) > 400
    assert [one.name for one in zones if not is_zone(one.name)] == []
    assert len(set(words.values())) == len(words)


def test_a_country_stands_where_its_plain_letter_belongs() -> None:
    words = [one.words for one in list_zones("de")]
    assert words.index("Österreich, Wien") < words.index("Pakistan, Karatschi")

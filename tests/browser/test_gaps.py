"""The talk pages in a browser: sound for axe, nothing sideways, nothing to run, on a phone and at a desk."""

import dataclasses
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from server.app import create_app
from server.usecases.sign_in import open_session
from surveys.database import open_database, write_tx
from surveys.models.people import Person
from tests.browser.axe import assert_sound
from tests.browser.harness import DESK, PHONE, Address, Watched, browser, free_port, playing, shot, tab
from tests.factories import MANAGER, RATEE, SetClock, id_of, store_cast
from tests.server.pair_cast import answer, complete, open_views, start_round, url_of
from tests.site import START, Site, settings_for
from tests.surveys.clarity_case import employee_cells

pytestmark = pytest.mark.browser
LONG = "Maximiliane Oberwasserburg-Altstetten"
TEXTS = {
    "SS01.e_teach_back": "Nobody has to ask me twice whether the line is safe.",
    "SS03.e_comment": "x" * 300,
    "RES.text": "No accident on nights.",
}
TARGETS = """() => [...document.querySelectorAll('main summary, main a.button, main .plan a')]
  .filter(one => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 43.5)
  .map(one => one.textContent.trim())"""


@asynccontextmanager
async def pairs_running(template: Path, folder: Path) -> AsyncIterator[tuple[Address, str, str]]:
    """Serve a round with an open pair and a waiting one; give the sessions of employee and manager."""
    shutil.copyfile(template, folder / "sightline.db")
    url, port = f"sqlite://{folder / 'sightline.db'}", free_port()
    settings = dataclasses.replace(
        settings_for(url, folder), public_url=f"http://127.0.0.1:{port}", port=port
    )
    async with open_database(url):
        await store_cast()
        clock = SetClock(START)
        app = create_app(settings, clock=clock, keeps_database_open=True, runs_jobs=False)
        async with app.router.lifespan_context(app):
            site = Site(app, clock, settings)
            await start_round(site)
            await open_views(site, own=TEXTS)
            await answer(site, "self", complete(employee_cells()), employee="dan")
            await _rename_and_sign_in(clock)
            address = Address(app, port)
            await address.start()
            try:
                yield address, "e" * 64, "m" * 64
            finally:
                await address.stop()


async def _rename_and_sign_in(clock: SetClock) -> None:
    async def body(tx: object) -> None:
        await Person.filter(id=id_of(RATEE)).update(name=LONG)
        await open_session("e" * 64, id_of(RATEE), now=clock.now())
        await open_session("m" * 64, id_of(MANAGER), now=clock.now())

    await write_tx(body)


@pytest.mark.parametrize(
    ("locale", "scheme", "viewport"),
    [("en", "light", PHONE), ("ar", "dark", PHONE), ("de", "light", PHONE), ("ar", "light", DESK)],
    ids=["en phone", "ar phone dark", "de phone", "ar desk"],
)
async def test_the_talk_pages_are_sound_on_every_screen(
    sqlite_template: Path, tmp_path: Path, locale: str, scheme: str, viewport: dict[str, int]
) -> None:
    async with (
        pairs_running(sqlite_template, tmp_path) as (address, employee, manager),
        playing() as play,
        browser(play, tmp_path / "profile", locale=locale, viewport=viewport, scheme=scheme) as context,
    ):
        watched = Watched(address.url)
        watched.watch(context)
        page = await tab(context)
        for session, paths in (
            (employee, ("/gaps", url_of())),
            (manager, ("/gaps", url_of(), url_of("dan"))),
        ):
            await context.add_cookies([{"name": "sid", "value": session, "url": address.url}])
            for path in paths:
                await page.goto(f"{address.url}{path}?lang={locale}")
                await _look(page, f"{locale} {path}")
        assert watched.problems == []


async def _look(page: Page, where: str) -> None:
    assert await page.evaluate(TARGETS) == [], where
    await assert_sound(page)
    await shot(page, f"gaps-{where.replace('/', '-')[:40]}")
    for fold in await page.locator("main details:not([open]) > summary").all():
        if await fold.is_visible():
            await fold.click()
    await assert_sound(page)


async def test_a_printed_talk_has_its_cards_and_no_buttons(sqlite_template: Path, tmp_path: Path) -> None:
    async with (
        pairs_running(sqlite_template, tmp_path) as (address, _, manager),
        playing() as play,
        browser(play, tmp_path / "profile", viewport=DESK) as context,
    ):
        await context.add_cookies([{"name": "sid", "value": manager, "url": address.url}])
        page = await tab(context)
        await page.goto(address.url + url_of())
        card = page.locator("#SS02 .great-card .great")
        assert not await card.is_visible()

        await page.emulate_media(media="print")

        assert await card.is_visible()
        assert not await page.locator(".download").is_visible()
        assert await page.locator("#parked article").first.is_visible()

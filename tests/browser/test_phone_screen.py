"""A line of a form on a small phone: everything in sight, big letters, a keyboard, and the server's return."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import phone_steps as person
from tests.browser.harness import Address, browser, free_port, playing, shot, tab
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
MAILS = {"en": "dan@testwerk.example", "ar": "eve@testwerk.example"}
RECONNECT_MS = 5_000
CHOICES = """() => {
  const boxes = [...document.querySelectorAll('label.point')].map((one) => one.getBoundingClientRect());
  return {
    tops: boxes.map((box) => box.top), heights: boxes.map((box) => box.height), bottom: boxes.at(-1).bottom,
    bar: document.querySelector('header').getBoundingClientRect().bottom,
    foot: document.querySelector('footer').getBoundingClientRect().top,
    anchors: document.querySelectorAll('.point-anchor').length,
  };
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_FRONT = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  const seen = [];
  scrollTo(0, 0);
  if (box('footer').top < innerHeight) seen.push('footer');
  scrollTo(0, document.documentElement.scrollHeight);
  if (box('header').bottom > 0) seen.push('header');
  return seen;
}"""


@asynccontextmanager
async def _list_of(tmp_path: Path, locale: str) -> AsyncIterator[tuple[Page, Address]]:
    """Sign a rater in on a phone of 360 x 740 and show the list."""
    port, post = free_port(), Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm:
            await firm.hire()
            await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                async with playing() as play, browser(play, tmp_path / "profile", locale=locale) as context:
                    page = await tab(context)
                    await page.goto(f"{address.url}/app/")
                    await person.ask_for_code(page, MAILS[locale])
                    await person.sign_in(page, await post.code())
                    await expect(page.locator("a.card")).to_be_visible()
                    yield page, address
            finally:
                await address.stop()


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_all_six_choices_of_every_line_are_in_sight(tmp_path: Path, locale: str) -> None:
    async with _list_of(tmp_path, locale) as (page, _):
        await person.open_card(page, "Cleo Fernwick")
        await expect(page.locator("main p[dir=auto]").first).to_be_visible()
        await page.locator("footer button.button").click()
        await page.locator("footer a.button").last.click()
        n_anchored = 0
        await page.wait_for_url(person.STEP)
        while await person.is_line(page):
            seen = await page.evaluate(CHOICES)
            n_anchored += seen["anchors"] > 0
            assert len(seen["heights"]) == 6
            assert min(seen["heights"][:5]) >= 48
            assert seen["heights"][5] >= 44
            assert seen["bar"] <= seen["tops"][0], page.url
            assert seen["bottom"] <= seen["foot"], page.url
            await shot(page, f"line-{locale}-{person.step_of(page)}")
            before = page.url
            await person.skip_line(page)
            await page.wait_for_function("before => location.href !== before", arg=before)
            await page.wait_for_timeout(60)
        assert n_anchored > 0


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_letters_twice_as_big_cover_nothing_and_never_scroll_sideways(
    tmp_path: Path, locale: str
) -> None:
    async with _list_of(tmp_path, locale) as (page, _):
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await page.evaluate(SIDEWAYS) == 0
        await person.open_card(page, "Cleo Fernwick")
        for move in ("footer button.button", "footer a.button"):
            assert await page.evaluate(SIDEWAYS) == 0
            assert await page.evaluate(IN_FRONT) == []
            await page.locator(move).last.click()
        await page.wait_for_url(person.STEP)
        assert await page.evaluate(SIDEWAYS) == 0
        assert await page.evaluate(IN_FRONT) == []


async def test_enter_goes_on_from_a_chosen_point_and_arrows_stay(tmp_path: Path) -> None:
    async with _list_of(tmp_path, "en") as (page, _):
        await person.begin(page, "Cleo Fernwick")
        await page.locator("fieldset.points input").first.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Space")
        for _step in range(3):
            await page.keyboard.press("ArrowDown")
        await page.wait_for_timeout(500)
        assert person.step_of(page) == 1
        await expect(page.locator("fieldset.points input").nth(3)).to_be_checked()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/2")
        while await person.is_line(page):
            before = page.url
            await page.locator("fieldset.points input").nth(3).focus()
            await page.keyboard.press("Space")
            await page.keyboard.press("Enter")
            await page.wait_for_function("before => location.href !== before", arg=before)
            await page.wait_for_timeout(60)
        await expect(page.locator("textarea")).to_be_visible()


async def test_a_page_in_sight_has_sent_all_soon_after_the_server_is_back(tmp_path: Path) -> None:
    async with _list_of(tmp_path, "en") as (page, address):
        await expect(page.locator(".status-ready")).to_be_visible()
        await person.begin(page, "Cleo Fernwick")
        await address.stop()
        address.assert_refused()
        await person.answer_line(page, 4)
        await page.wait_for_timeout(15_000)
        await expect(page.locator(".status-saved")).to_be_visible()
        await address.start()
        await expect(page.locator(".status-sent")).to_be_visible(timeout=RECONNECT_MS)

"""A 360 in a browser without JavaScript, from the address of the app to the receipt; and where the app cannot start."""

import re
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, expect

from tests.browser.harness import PHONE, Address, Watched, free_port, playing, shot
from tests.chromium import ARGUMENTS, find_chromium
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser


async def _context(play: Playwright, *, has_script: bool) -> BrowserContext:
    chromium = await play.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    return await chromium.new_context(
        java_script_enabled=has_script, viewport={"width": PHONE["width"], "height": PHONE["height"]}
    )


async def test_a_browser_without_script_answers_a_360_and_one_that_cannot_run_the_app_finds_the_way(
    tmp_path: Path,
) -> None:
    port, post = free_port(), Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm, playing() as play:
            await firm.hire()
            cycle_id = await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                await _answer_without_script(play, address, post)
                assert (await firm.counts(cycle_id))["counted"] == 1
                await _find_the_way(play, address)
            finally:
                await address.stop()


async def _answer_without_script(play: Playwright, address: Address, post: Post) -> None:
    context = await _context(play, has_script=False)
    watched = Watched(address.url)
    watched.watch(context)
    page = await context.new_page()
    await page.goto(f"{address.url}/app/")
    await page.wait_for_url("**/sign-in")
    await page.locator("input[name=mail]").fill("dan@testwerk.example")
    await page.locator("main form button").click()
    await page.locator("input[name=code]").fill(await post.code())
    await page.locator("main form button").click()
    await page.wait_for_url("**/plain")
    await page.locator("a", has_text="Cleo Fernwick").click()
    await page.locator("form[method=get] button").click()
    await _fill(page)
    await shot(page, "plain-without-script")
    await page.locator(".foot button").click()
    await page.locator("button[value=submit]").click()
    await expect(page.locator("text=Your answers have arrived.")).to_be_visible()
    assert watched.problems == []


async def _fill(page: Page) -> None:
    for name in sorted(set(re.findall(r'type="radio" name="([^"]+)"', await page.content()))):
        await page.locator(f'input[name="{name}"]').nth(3).check()
    await page.locator("textarea").first.fill("Two\nlines")


async def _find_the_way(play: Playwright, address: Address) -> None:
    """A script the browser cannot read leaves the way to plain pages on the screen."""
    context = await _context(play, has_script=True)
    page = await context.new_page()
    await page.route(
        "**/app/*.js", lambda route: route.fulfill(body="let ??? = 1", content_type="text/javascript")
    )
    await page.goto(f"{address.url}/app/")
    link = page.locator(".plain-way a").first
    assert not await link.is_visible()  # not before the app had its time
    await expect(link).to_be_visible(timeout=10_000)
    await link.click()
    await page.wait_for_url("**/sign-in")
    await page.unroute_all()
    await page.goto(f"{address.url}/app/")
    await expect(page.locator("input[name=mail]")).to_be_visible()
    assert await page.locator(".plain-way").evaluate("(one) => getComputedStyle(one).display") == "none"

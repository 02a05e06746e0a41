"""Half a 360 online, the rest without a server, the browser killed in between: exactly one complete sheet arrives."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from surveys.models.cycles import Assignment
from tests.browser import phone_steps as person
from tests.browser.harness import Address, Watched, browser, free_port, kill_browser, playing, tab
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
MAILS = {"en": "dan@testwerk.example", "ar": "eve@testwerk.example"}
N_LINES_BEFORE = 6


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_half_online_half_offline_and_a_killed_browser_give_one_complete_sheet(
    tmp_path: Path, locale: str
) -> None:
    port = free_port()
    post = Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm:
            await firm.hire()
            cycle_id = await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                await _answer(address, post, tmp_path / "profile", locale)
                n_asked = await Assignment.filter(cycle_id=cycle_id).count()
                assert await firm.counts(cycle_id) == {
                    "counted": 1, "unfinished": 0, "empty": n_asked - 1, "orphans": 0, "unreadable": 0,
                }  # fmt: skip
            finally:
                await address.stop()


async def _answer(address: Address, post: Post, profile: Path, locale: str) -> None:
    watched = Watched(address.url)
    async with playing() as play:
        async with browser(play, profile, locale=locale) as context:
            watched.watch(context)
            page = await tab(context)
            await page.goto(f"{address.url}/app/")
            await person.ask_for_code(page, MAILS[locale])
            await person.sign_in(page, await post.code())
            assert await page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
            await person.begin(page, "Cleo Fernwick")
            for point in range(N_LINES_BEFORE):
                await person.answer_line(page, point % 5 + 1)
            await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            await address.stop()
            address.assert_refused()

            await page.reload()
            await expect(page.locator("fieldset.points")).to_be_visible()
            assert person.step_of(page) == N_LINES_BEFORE + 1
            while await person.is_line(page):
                await person.answer_line(page, 4)
            assert kill_browser(profile) > 0
        async with browser(play, profile, locale=locale) as context:
            watched.watch(context)
            page = await tab(context)
            address.assert_refused()
            await page.goto(f"{address.url}/app/")
            await person.open_card(page, "Cleo Fernwick")
            await page.wait_for_url("**/review")  # every line has its answer
            await person.submit(page)
            await expect(page.locator(".ended-finished")).to_be_visible()
            await address.start()
            await expect(page.locator(".ended-received")).to_be_visible(timeout=30_000)
    assert watched.problems == []

"""A rater signed in on a small phone, in front of the list of people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser import phone_steps as person
from tests.browser.harness import Address, browser, free_port, playing, tab
from tests.firm import new_firm
from tests.post import Post, mail_server

MAILS = {"en": "dan@testwerk.example", "ar": "eve@testwerk.example"}
# How soon a phone in sight has sent what waits once the server is back.
RECONNECT_MS = 5_000


@asynccontextmanager
async def rater_list(
    tmp_path: Path, locale: str, post: Post | None = None
) -> AsyncIterator[tuple[Page, Address]]:
    """Sign a rater in on a phone of 360 x 740 and show the list."""
    port, post = free_port(), post or Post()
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

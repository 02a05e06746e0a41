"""F7: the server comes back: how long until phones in somebody's hand have sent what they hold."""

import asyncio
import random
import time
from typing import Any

from playwright.async_api import Browser, Page

from bench.phone_browser import chromium, first_input_ms, p95
from bench.phone_world import RATERS, PhoneWorld, phone_world
from tests.browser.harness import PHONE

N_ROUNDS = 3
MOST_S = 5.0
SENT = ".status-sent"


async def _open(world: PhoneWorld, browser: Browser, rater: str) -> Page:
    context = await browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="en"
    )
    await world.sign_in(context, rater)
    page = await context.new_page()
    await first_input_ms(page, f"{world.address.url}/app/")
    return page


async def _seconds_until_sent(page: Page, began: float) -> float:
    await page.locator(SENT).wait_for(timeout=30_000)
    return time.perf_counter() - began


async def _reconnects() -> list[float]:
    taken: list[float] = []
    draw = random.Random(7)
    async with phone_world() as world, chromium() as (_, browser):
        pages = [await _open(world, browser, rater) for rater in RATERS]
        await asyncio.sleep(2)
        for _ in range(N_ROUNDS):
            await world.address.stop()
            world.address.assert_refused()
            for page in pages:
                before = page.url
                await page.locator("label.point").nth(2).click()
                await page.wait_for_function("before => location.href !== before", arg=before)
            await asyncio.sleep(draw.uniform(4, 9))  # long enough for several failed tries
            await world.address.start()
            began = time.perf_counter()
            taken += await asyncio.gather(*(_seconds_until_sent(page, began) for page in pages))
    return taken


async def _one_request() -> float:
    async with phone_world() as world, chromium() as (_, browser):
        page = await browser.new_page()
        await page.goto(f"{world.address.url}/bare/")
        began = time.perf_counter()
        await page.evaluate("fetch('/api/v1/ping').then(() => true)")
        return time.perf_counter() - began


def run(tier: str) -> list[dict[str, Any]]:
    """Measure; the bound is a page that knows the moment."""
    taken, bound = asyncio.run(_reconnects()), asyncio.run(_one_request())
    value = p95(taken)
    return [
        {
            "id": "F7",
            "name": "reconnect -> all sent, p95",
            "value": f"{value:.1f} s",
            "target": f"<= {MOST_S:.0f} s",
            "bound": f"a request at the right moment {bound:.2f} s",
            "reached": value <= MOST_S,
            "note": f"{len(taken)} reconnects of {len(RATERS)} phones after 4 to 9 s without a server",
        }
    ]

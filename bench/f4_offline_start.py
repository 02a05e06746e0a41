"""F4: a fresh browser process without a server: from the address to a question that can be answered, CPU 4x."""

import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bench.phone_browser import first_input_ms, kept, spread, throttle
from bench.phone_world import phone_world
from tests.browser.phone_steps import read

N_RUNS = 7
MOST_S = 1.0
N_ANSWERED = 10
TIMEOUT_MS = 20_000


async def _prepare(page: Page, url: str) -> None:
    """Load both pages once with network, answer some lines, and wait until all is kept."""
    await page.goto(f"{url}/bare/")
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_timeout(500)
    await first_input_ms(page, f"{url}/app/")
    for number in range(1, N_ANSWERED + 1):
        await page.wait_for_url(f"**/{number}")
        await read(page)
        await page.locator("label.point").nth(2 + number % 2).click()
    await page.goto(f"{url}/app/#/")
    await page.locator("p.ready").wait_for(timeout=TIMEOUT_MS)


async def _starts() -> tuple[list[float], list[float]]:
    times: dict[str, list[float]] = {"/app/": [], "/bare/": []}
    with tempfile.TemporaryDirectory() as folder:
        async with phone_world() as world, async_playwright() as play:
            profile = Path(folder) / "profile"
            url = world.address.url
            async with kept(play, profile) as context:
                await world.sign_in(context)
                await _prepare(context.pages[0], url)
            await world.address.stop()
            world.address.assert_refused()
            for _ in range(N_RUNS):
                for path, taken in times.items():
                    async with kept(play, profile) as context:
                        page = context.pages[0]
                        await throttle(page, cpu=4)
                        taken.append(await first_input_ms(page, url + path))
    return times["/app/"], times["/bare/"]


def run(tier: str) -> list[dict[str, Any]]:
    """Measure beside a bare page that its own worker keeps."""
    ours, bare = asyncio.run(_starts())
    value, bound = statistics.median(ours) / 1000, statistics.median(bare) / 1000
    return [
        {
            "id": "F4",
            "name": "offline cold start, fresh browser, server stopped, CPU 4x",
            "value": f"{value:.2f} s",
            "target": f"<= {MOST_S} s median",
            "bound": f"bare page {bound:.2f} s",
            "reached": value <= MOST_S,
            "note": f"{value / bound:.2f} x bound; {spread(ours)}; six people, {N_ANSWERED} answers kept",
        }
    ]

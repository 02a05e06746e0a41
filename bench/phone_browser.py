"""A throttled browser that goes to the first question as fast as its screens appear (conditions: docs/figures.md)."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Playwright, async_playwright

from bench.phone_world import phone_world
from tests.browser.harness import PHONE
from tests.chromium import ARGUMENTS, find_chromium

# Taps the card, then the way on through promise and brief, each as soon as it can be tapped; notes when the first
# point of the first question has been painted.
TO_FIRST_QUESTION = """(() => {
  const tapped = new Set();
  const WAYS = ["fieldset.points input", "a.card", "footer button.button", "footer a.button:last-of-type"];
  const look = () => {
    if (window.firstInput !== undefined) return;
    if (document.querySelector(WAYS[0]) !== null) {
      window.firstInput = null;
      requestAnimationFrame(() => setTimeout(() => { window.firstInput = performance.now(); }));
      return;
    }
    if (!document.querySelector("main h1")) return;
    for (const way of WAYS.slice(1)) {
      const found = document.querySelector(way);
      const name = location.hash + way;
      if (found === null || tapped.has(name)) continue;
      tapped.add(name);
      setTimeout(() => found.click());
      return;
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})()"""
IS_THERE = "() => typeof window.firstInput === 'number'"
TIMEOUT_MS = 30_000


@dataclass(frozen=True, slots=True)
class Network:
    """A network as the protocol shapes it: latency of each request, throughput in kbit/s."""

    latency_ms: int
    down_kbit: int
    up_kbit: int


# Lighthouse's Slow 4G and WebPageTest's Slow 3G.
SLOW_4G = Network(150, 1_600, 750)
SLOW_3G = Network(400, 400, 400)


async def throttle(page: Page, *, network: Network | None = None, cpu: int = 1) -> CDPSession:
    """Slow the page's network and processor down."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    if network is not None:
        conditions = {
            "offline": False,
            "latency": network.latency_ms,
            "downloadThroughput": network.down_kbit * 1000 / 8,
            "uploadThroughput": network.up_kbit * 1000 / 8,
        }
        await session.send("Network.emulateNetworkConditions", conditions)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
    return session


@asynccontextmanager
async def chromium() -> AsyncIterator[tuple[Playwright, Browser]]:
    """Start the browser; its contexts begin with nothing."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            yield play, browser
        finally:
            await browser.close()


@asynccontextmanager
async def fresh(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Give a phone that has never seen the server."""
    context = await browser.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="en", reduced_motion="reduce"
    )
    try:
        yield context
    finally:
        await context.close()


@asynccontextmanager
async def kept(play: Playwright, profile: Path) -> AsyncIterator[BrowserContext]:
    """Start a browser process of its own whose profile stays."""
    context = await play.chromium.launch_persistent_context(
        str(profile), executable_path=find_chromium(), args=ARGUMENTS, locale="en", reduced_motion="reduce",
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
    )  # fmt: skip
    try:
        yield context
    finally:
        await context.close()


async def first_input_ms(page: Page, url: str) -> float:
    """Open an address and wait until a question can be answered; milliseconds since the navigation began."""
    await page.add_init_script(TO_FIRST_QUESTION)
    await page.goto(url, wait_until="commit", timeout=TIMEOUT_MS)
    await page.wait_for_function(IS_THERE, timeout=TIMEOUT_MS, polling=50)
    return float(await page.evaluate("window.firstInput"))


async def _cold_starts(network: Network, n_runs: int) -> tuple[list[float], list[float]]:
    ours: list[float] = []
    bare: list[float] = []
    async with phone_world() as world, chromium() as (_, browser):
        for run in range(n_runs + 1):
            for path, times in (("/bare/", bare), ("/app/", ours)):
                async with fresh(browser) as context:
                    await world.sign_in(context)
                    page = await context.new_page()
                    await throttle(page, network=network, cpu=4)
                    taken = await first_input_ms(page, world.address.url + path)
                    if run > 0:  # the first finds a cold server
                        times.append(taken)
    return ours, bare


def cold_start_row(
    id_: str, name: str, network: Network, *, most_s: float, n_runs: int = 5
) -> dict[str, Any]:
    """Measure cold starts beside a bare page with one input; medians."""
    ours, bare = asyncio.run(_cold_starts(network, n_runs))
    value, bound = statistics.median(ours) / 1000, statistics.median(bare) / 1000
    return {
        "id": id_,
        "name": name,
        "value": f"{value:.2f} s",
        "target": f"<= {most_s} s",
        "bound": f"bare page {bound:.2f} s",
        "reached": value <= most_s,
        "note": f"{value / bound:.2f} x bound; {spread(ours)}",
    }


def spread(times_ms: Sequence[float]) -> str:
    """Say how far the runs lie apart."""
    return f"{len(times_ms)} runs, {min(times_ms):.0f} to {max(times_ms):.0f} ms"


def p95(values: Sequence[float]) -> float:
    """Give the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)]

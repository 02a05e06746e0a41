"""F6: what a phone sends up for six finished people of 63 questions each that were answered without network."""

import asyncio
import gzip
import json
from typing import Any

from playwright.async_api import Page, expect

from bench.phone_browser import chromium, fresh
from bench.phone_world import N_RATINGS, RATEES, PhoneWorld, phone_world
from tests.browser import phone_steps as person

MOST_KB = 10.0
COMMENT = "Wrote the first stop of {} on the board at once and asked two of us what we saw before deciding anything."
# Answers like a fast thumb: taps every point as soon as it is there, writes comments, hands in.
ANSWER_ALL = """async (comments) => {
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const texts = [...comments];
  for (;;) {
    await wait(20);
    if (location.hash.endsWith("/review")) return;
    const points = [...document.querySelectorAll("fieldset.points input")].slice(0, 5);
    const box = document.querySelector("main textarea");
    const before = location.hash;
    if (points.length > 0) points[(before.length * 7 + Date.now()) % 5].click();
    else if (box === null) continue;
    else {
      box.focus();
      box.value = texts.shift() ?? "";
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await wait(400);
      box.blur();
    }
    await wait(20);
    document.querySelector("footer .foot-row a:last-of-type").click();
    while (location.hash === before) await wait(5);
  }
}"""


async def _answer(page: Page, ratee: str, *, is_first: bool) -> None:
    if not is_first:
        await person.begin(page, ratee)
    await page.evaluate(ANSWER_ALL, [COMMENT.format(f"line {number}") for number in (7, 9, 11)])
    await person.submit(page)
    await page.locator(".ended-finished").wait_for()
    await page.goto(page.url.split("#")[0] + "#/")


async def _uploads() -> tuple[list[int], int]:
    async with phone_world() as world, chromium() as (_, browser), fresh(browser) as context:
        await world.sign_in(context)
        page = await context.new_page()
        await page.goto(f"{world.address.url}/app/")
        await page.locator("p.ready").wait_for(timeout=20_000)
        await expect(page.locator(".status-sent, .status-ready")).to_be_visible()
        await world.address.stop()
        for ratee in RATEES:
            await _answer(page, ratee, is_first=False)
        world.sync_bytes.clear()
        await world.address.start()
        await expect(page.locator(".status-sent")).to_be_visible(timeout=20_000)
        return list(world.sync_bytes), await _bare_bytes(world)


async def _bare_bytes(world: PhoneWorld) -> int:
    """Pack nothing but item and value of as many answers: less cannot be said."""
    comments = {f"OQ{number}.text": COMMENT.format(f"line {number}") for number in (1, 2, 3)}
    ratings = {f"SS{number:02d}.f_match": number % 5 + 1 for number in range(1, N_RATINGS + 1)}
    return len(gzip.compress(json.dumps([{**ratings, **comments}] * len(RATEES)).encode(), 9))


def run(tier: str) -> list[dict[str, Any]]:
    """Measure."""
    sizes, bare = asyncio.run(_uploads())
    value = sum(sizes) / 1000
    return [
        {
            "id": "F6",
            "name": "upload for a full 6-person 360 finished offline, gzip",
            "value": f"{value:.1f} KB",
            "target": f"<= {MOST_KB:.0f} KB",
            "bound": f"values alone {bare / 1000:.1f} KB",
            "reached": value <= MOST_KB,
            "note": f"{len(sizes)} requests; {len(RATEES)} people x 63 answers with stamps and tokens",
        }
    ]

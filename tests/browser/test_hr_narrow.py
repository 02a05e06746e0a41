"""HR's pages on a small phone, also with text twice as large: nothing is cut, nothing needs a sideways swipe."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from server.usecases.sign_in import sign_in_as
from surveys.models.profiles import ProfileVersion
from tests.browser.harness import PHONE, Address, browser, free_port, playing, shot, tab
from tests.firm import Firm, new_firm

pytestmark = pytest.mark.browser
# What sticks out of the window, and which words of the header stand on two lines.
LOOK = """() => {
  const out = [...document.querySelectorAll('header a, header button')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.left < -1 || box.right > innerWidth + 1;
  }).map(one => one.textContent.trim());
  const range = document.createRange();
  const broken = [];
  const walker = document.createTreeWalker(document.querySelector('header'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/[\\p{L}\\p{M}]+/gu)) {
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      const lines = [...range.getClientRects()].filter(box => box.width > 0).map(box => Math.round(box.top));
      if (new Set(lines).size > 1) broken.push(word[0]);
    }
  }
  return {wide: document.documentElement.scrollWidth - innerWidth, out, broken};
}"""


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_nothing_of_hr_is_cut_at_360_px_whatever_the_size_of_the_text(
    tmp_path: Path, locale: str
) -> None:
    port = free_port()
    async with new_firm(tmp_path / "data", port=port, hr_locale=locale) as firm:
        await firm.hire()
        address = Address(firm.app, port)
        await address.start()
        try:
            await _look_at_all(firm, address, tmp_path, locale)
        finally:
            await address.stop()


async def _look_at_all(firm: Firm, address: Address, folder: Path, locale: str) -> None:
    cycle = await firm.launch()
    version = await ProfileVersion.get()
    secret = await sign_in_as("HR", clock=firm.clock)
    raters = f"/hr/cycles/{cycle}/ratees/{firm.ids['cleo']}"
    paths = (
        "/hr",
        "/hr/people",
        "/hr/profiles",
        f"/hr/profiles/{version.id}",
        "/hr/cycles",
        "/hr/cycles/new",
    )
    async with playing() as play, browser(play, folder / "profile", locale=locale, viewport=PHONE) as context:
        await context.add_cookies([{"name": "sid", "value": secret, "url": address.url}])
        page = await tab(context)
        for path in (*paths, f"/hr/cycles/{cycle}", raters, "/reports"):
            await page.goto(address.url + path)
            assert await page.locator(".tabs a").count() == 8
            for size in (100, 200):
                await _look(page, size, f"{locale} {path} {size} %")
                await shot(page, f"narrow-{locale}-{path.strip('/').replace('/', '-')[:30]}-{size}")


async def _look(page: Page, size: int, where: str) -> None:
    await page.evaluate("size => { document.documentElement.style.fontSize = `${size}%` }", size)
    assert await page.evaluate(LOOK) == {"wide": 0, "out": [], "broken": []}, where

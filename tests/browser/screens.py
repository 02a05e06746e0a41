"""Take the pictures of README and docs from a running demo: `python -m tests.browser.screens URL FOLDER`."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import Browser, Page

from tests.browser import phone_steps as person
from tests.browser.harness import DESK, PHONE, playing
from tests.chromium import ARGUMENTS, find_chromium

PERSON = "Imani Rowcliffe-Sand"


async def main(base: str, folder: Path) -> None:
    """Walk through the chairs in both languages and both schemes."""
    async with playing() as play:
        chromium = await play.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        for locale in ("en", "ar"):
            for scheme in ("light", "dark"):
                await _phone(chromium, base, folder, locale, scheme)
                await _pages(chromium, base, folder, locale, scheme)
        await chromium.close()


async def _tab(chromium: Browser, size: dict[str, int], locale: str, scheme: str) -> Page:
    context = await chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale=locale,
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1,
    )
    return await context.new_page()


async def _take(page: Page, path: Path) -> None:
    await page.wait_for_timeout(500)
    await page.screenshot(path=str(path))


async def _sit(page: Page, base: str, chair: str) -> None:
    await page.goto(base)
    await page.locator(f"form[action='/demo/{chair}'] button").click()
    await page.wait_for_load_state("networkidle")


async def _phone(chromium: Browser, base: str, folder: Path, locale: str, scheme: str) -> None:
    page = await _tab(chromium, PHONE, locale, scheme)
    await _sit(page, base, "employee")
    await _take(page, folder / f"phone-list-{locale}-{scheme}.png")
    await person.open_card(page, PERSON)
    await _take(page, folder / f"phone-promise-{locale}-{scheme}.png")
    await page.locator("footer button.button").click()
    await _take(page, folder / f"phone-brief-{locale}-{scheme}.png")
    await page.locator("footer a.button").last.click()
    await _take(page, folder / f"phone-line-{locale}-{scheme}.png")
    await page.context.close()


async def _pages(chromium: Browser, base: str, folder: Path, locale: str, scheme: str) -> None:
    for size, name in ((PHONE, "phone"), (DESK, "desk")):
        page = await _tab(chromium, size, locale, scheme)
        await page.goto(base)
        await _take(page, folder / f"chairs-{locale}-{scheme}-{name}.png")
        await _sit(page, base, "employee")
        await page.goto(f"{base}/reports")
        await page.locator("main a[href^='/reports/']").first.click()
        await _take(page, folder / f"report-{locale}-{scheme}-{name}.png")
        await page.evaluate("document.querySelectorAll('main h2')[2].scrollIntoView({block: 'start'})")
        await _take(page, folder / f"report-plot-{locale}-{scheme}-{name}.png")
        for chair, path, what in (
            ("hr", "/hr", "hr"),
            ("hr", "/hr/people", "people"),
            ("hr", "/hr/profiles", "profiles"),
            ("manager", "/reports", "manager"),
        ):
            await _sit(page, base, chair)
            await page.goto(f"{base}{path}")
            await _take(page, folder / f"{what}-{locale}-{scheme}-{name}.png")
        await page.context.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))

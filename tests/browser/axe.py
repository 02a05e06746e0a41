"""What axe finds wrong with a page, and whether it scrolls sideways."""

from pathlib import Path

from playwright.async_api import BrowserContext, Page

SOURCE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
# A card that is still turning is half there: its colours are judged once it has come to rest.
AT_REST = """() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)))"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IS_THERE = "typeof axe === 'object'"
# All rules; of what passes only the first place is described.
RUN = """async () => (await axe.run({ resultTypes: ['violations'] })).violations.flatMap(
  (one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')}`))"""


async def bring_axe(context: BrowserContext) -> None:
    """Let every page of a browser have it from the start: half a megabyte is sent once, not at each look."""
    await context.add_init_script(SOURCE.read_text("utf-8"))


async def find_faults(page: Page) -> list[str]:
    """List every violation with the place it stands at; run past the page's own rules for scripts."""
    await page.evaluate(AT_REST)
    if not await page.evaluate(IS_THERE):
        await page.evaluate(SOURCE.read_text("utf-8"))
    found: list[str] = await page.evaluate(RUN)
    return found


async def assert_sound(page: Page) -> None:
    """No violation, and nothing scrolls sideways, also with letters twice as big."""
    assert await find_faults(page) == [], page.url
    assert await page.evaluate(SIDEWAYS) == 0, page.url
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    sideways = await page.evaluate(SIDEWAYS)
    await page.evaluate("document.documentElement.style.fontSize = ''")
    assert sideways == 0, f"{page.url} with big letters"

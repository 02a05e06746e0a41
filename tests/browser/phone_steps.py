"""What a person does with the phone app, step by step, in any language."""

import re

from playwright.async_api import Page, expect

STEP = re.compile(r"#/a/[0-9a-f]{32}/(\d+)$")
# The address is there before the screen: until the bar has moved along, what can be seen is the step before.
IS_DRAWN = r"""() => {
  const step = /#\/a\/[0-9a-f]{32}\/(\d+)$/.exec(location.hash);
  return step === null || document.querySelector('progress')?.value === Number(step[1]);
}"""


# Somebody reads a screen before deciding; the app takes a faster tap for the rest of the one before. The page counts,
# from when what is asked has been painted.
READ = "(ms) => new Promise((done) => requestAnimationFrame(() => setTimeout(done, ms)))"
READING_MS = 550


async def read(page: Page, ms: int = READING_MS) -> None:
    """Look at what has just come, as long as a person does at the least."""
    await page.evaluate(READ, ms)


async def sign_in(page: Page, code: str) -> None:
    """Type the code that was mailed."""
    await page.locator("input[name=code]").fill(code)
    await read(page)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("input[name=code]")).to_be_hidden()
    await expect(page.locator("a.card, .empty, h1").first).to_be_visible()
    await read(page)


async def ask_for_code(page: Page, mail: str) -> None:
    await page.locator("input[name=mail]").fill(mail)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("input[name=code]")).to_be_visible()


async def open_card(page: Page, ratee: str) -> None:
    await page.locator("a.card", has_text=ratee).wait_for()
    await read(page)
    await page.locator("a.card", has_text=ratee).click()


async def begin(page: Page, ratee: str) -> None:
    """From the list over promise and brief to the first line."""
    await open_card(page, ratee)
    await read_promise_and_brief(page)


async def read_promise_and_brief(page: Page) -> None:
    """To the first question."""
    await _tap_read(page, "footer button.button")
    await _tap_read(page, "footer a.button")
    await page.wait_for_url(STEP)


async def _tap_read(page: Page, button: str) -> None:
    await page.locator(button).last.wait_for()
    await read(page)
    await page.locator(button).last.click()


def step_of(page: Page) -> int:
    found = STEP.search(page.url)
    assert found, page.url
    return int(found.group(1))


async def answer_line(page: Page, point: int) -> None:
    """Tap a point; the app goes on by itself, or offers a note that is left empty."""
    before = step_of(page)
    await read(page)
    await page.locator("label.point").nth(point - 1).click()
    await page.wait_for_function(
        "before => !location.hash.endsWith('/' + before) || document.querySelector('.noted')", arg=before
    )
    if step_of(page) == before:
        await skip_line(page)
    await is_drawn(page)


async def skip_line(page: Page) -> None:
    """Take the button that leads to the next step, and wait until it is there."""
    before = page.url
    await page.locator("footer .foot-row a").last.press("Enter")
    await page.wait_for_function("before => location.href !== before", arg=before)
    await is_drawn(page)


async def is_drawn(page: Page) -> None:
    """Wait until the screen is the one of the address."""
    await page.wait_for_function(IS_DRAWN)


async def is_line(page: Page) -> bool:
    return STEP.search(page.url) is not None and await page.locator("fieldset.points").count() > 0


async def go_to_review(page: Page) -> None:
    """Leave the open questions empty and look over everything."""
    while STEP.search(page.url):
        await skip_line(page)


async def submit(page: Page) -> None:
    await read(page)
    await page.locator("footer button.button").click()

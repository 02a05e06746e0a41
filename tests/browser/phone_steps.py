"""What a person does with the phone app, step by step, in any language."""

import re

from playwright.async_api import Page, expect

STEP = re.compile(r"#/a/[0-9a-f]{32}/(\d+)$")
# The address is there before the screen: until the bar has moved along, what can be seen is the step before.
IS_DRAWN = r"""() => {
  const step = /#\/a\/[0-9a-f]{32}\/(\d+)$/.exec(location.hash);
  return step === null || document.querySelector('progress')?.value === Number(step[1]);
}"""


async def sign_in(page: Page, code: str) -> None:
    """Type the code that was mailed."""
    await page.locator("input[name=code]").fill(code)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("input[name=code]")).to_be_hidden()
    await expect(page.locator("a.card, .empty, h1").first).to_be_visible()


async def ask_for_code(page: Page, mail: str) -> None:
    await page.locator("input[name=mail]").fill(mail)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("input[name=code]")).to_be_visible()


async def open_card(page: Page, ratee: str) -> None:
    await page.locator("a.card", has_text=ratee).click()


async def begin(page: Page, ratee: str) -> None:
    """From the list over promise and brief to the first line."""
    await open_card(page, ratee)
    await page.locator("footer button.button").click()  # promise read
    await page.locator("footer a.button").last.click()  # brief read
    await page.wait_for_url(STEP)


def step_of(page: Page) -> int:
    found = STEP.search(page.url)
    assert found, page.url
    return int(found.group(1))


async def answer_line(page: Page, point: int) -> None:
    """Tap a point; the app goes on by itself, or offers a note that is left empty."""
    before = step_of(page)
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
    await page.locator("footer .foot-row a").last.click()
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
    await page.locator("footer button.button").click()

"""Every screen of the phone app and of the page a card opens, as one person after the other comes to it."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Page, expect

from tests.browser import clarity_steps as clarity
from tests.browser import phone_steps as person
from tests.browser.looking import Cell, Picture, chair, no_picture
from tests.browser.page_faults import faults_of
from tests.browser.phone_replies import Replies
from tests.browser.phone_steps import read
from tests.browser.whole_site import EMPLOYEE, MANAGER, NOBODY, Whole

Seen = Callable[[Page, str], Awaitable[None]]
SETTLE_MS = 120
WAITING_MS = 2_500
OPEN_QUESTION = 15
FULL_DISK = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
SAFARI = """() => Object.defineProperty(navigator, "userAgent", {
  value: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1",
})"""


async def look_at_phone(
    chromium: Browser, site: Whole, cell: Cell, picture: Picture = no_picture
) -> list[str]:
    """Walk through the app; give every fault with the screen it is on."""
    found: list[str] = []
    await site.speak(cell.locale)
    for who, walk in ((NOBODY, _nobody), (EMPLOYEE, _employee), (MANAGER, _manager)):
        problems: list[str] = []
        async with chair(chromium, site, cell, who, problems) as context:

            async def seen(page: Page, name: str, problems: list[str] = problems) -> None:
                await page.wait_for_timeout(SETTLE_MS)
                faults = await faults_of(page, cell.locale)
                found.extend(f"{cell.name} {name}: {one}" for one in (*faults, *problems))
                problems.clear()
                await picture(page, f"{name}-{cell.name}")

            await walk(await context.new_page(), site, seen)
    return found


async def _go(page: Page, site: Whole, place: str) -> None:
    """Go to a screen of the app that is already loaded."""
    await page.evaluate("place => { location.hash = place }", place.format(**site.ids))
    await page.wait_for_timeout(SETTLE_MS)


async def _nobody(page: Page, site: Whole, seen: Seen) -> None:
    await page.goto(f"{site.address.url}/app/")
    await page.locator("input[name=mail]").fill("nobody@quellwerk.example")
    await seen(page, "app-sign-in")
    await read(page)
    await page.locator("form button[type=submit]").click()
    await page.locator("input[name=code]").fill("1111 1111")
    await seen(page, "app-code")
    await person.read(page)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("[role=alert]")).to_be_visible()
    await seen(page, "app-code-wrong")
    await page.goto(f"{site.address.url}/c")
    await expect(page.locator("input[name=code]")).to_be_visible()
    await seen(page, "card-code")
    await page.locator("input[name=code]").fill("2222 2222 2222 2222")
    await read(page)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("[role=alert]")).to_be_visible()
    await seen(page, "card-code-wrong")
    await page.goto("about:blank")
    await page.goto(f"{site.address.url}/c#{await site.card_code()}")
    await expect(page.locator("input[name=shared]")).to_be_visible()
    await seen(page, "card-mine")
    await page.locator("input[name=shared]").check()
    await page.locator("input[name=pin]").fill("123456")
    await read(page)
    await page.locator("form button[type=submit]").click()
    await expect(page.locator("[role=alert]")).not_to_be_empty()
    await seen(page, "card-number")


async def _employee(page: Page, site: Whole, seen: Seen) -> None:
    await page.goto(f"{site.address.url}/app/")
    await expect(page.locator(".status-ready")).to_be_visible(timeout=30_000)
    await seen(page, "app-list")
    for place in ("menu", "needs", "great", "gaps/{autumn_clarity}/{E01}"):
        await _go(page, site, f"#/{place}")
        await expect(page.locator("h1")).to_be_visible()
        await seen(page, f"app-{place.partition('/')[0]}")
    # What is answered here stays on this phone: the next look finds the same sheets.
    replies = Replies()
    await page.context.route("**/api/v1/sync", replies.give)
    await _feedback(page, site, seen)
    await _waiting(page, site, seen)
    await _answered(page, site, seen, replies)
    replies.mode = "none"
    await _clarity(page, site, seen)
    await _unsaved(page, site, seen)
    # A page that goes sends once more, past every route.
    await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")


async def _feedback(page: Page, site: Whole, seen: Seen) -> None:
    await _go(page, site, "#/a/{request}")
    await seen(page, "app-promise")
    await read(page)
    await page.locator("footer button.button").click()
    await seen(page, "app-brief")
    await read(page)
    await page.locator(".practice-points button").nth(3).click()
    await page.locator(".practice .note").scroll_into_view_if_needed()
    await seen(page, "app-practice")
    await read(page)
    await page.locator("footer a.button").last.click()
    await expect(page.locator("fieldset.points")).to_be_visible()
    await seen(page, "app-line")
    await read(page)
    await page.locator("label.point").nth(1).click()
    await page.locator(".noted textarea").fill("Nuria – 2 × „OK“")
    await seen(page, "app-line-note")
    for place in ("review", "decline"):
        await _go(page, site, f"#/a/{{request}}/{place}")
        await seen(page, f"app-{place}")


async def _waiting(page: Page, site: Whole, seen: Seen) -> None:
    """Answers that are on this phone only: counted, and kept in a file before somebody leaves."""
    await _go(page, site, "#/")
    await page.wait_for_timeout(WAITING_MS)
    await expect(page.locator(".card-count")).to_be_visible()
    await seen(page, "app-list-waiting")
    await _go(page, site, "#/menu")
    await read(page)
    await page.locator("main button.button").last.click()
    await expect(page.locator("#keep")).to_be_visible()
    await seen(page, "app-sign-out")


async def _answered(page: Page, site: Whole, seen: Seen, replies: Replies) -> None:
    """What the server may answer: other words from another device, a refusal, an acknowledgement."""
    replies.mode = "two texts"
    await _go(page, site, f"#/a/{{request}}/{OPEN_QUESTION}")
    await page.locator("textarea").fill("Written here.")
    await page.locator("textarea").blur()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await expect(page.locator(".two-texts")).to_be_visible(timeout=10_000)
    await seen(page, "app-two-texts")
    replies.mode = "refused"
    await read(page)
    await page.locator(".two-texts button.button").last.click()
    await seen(page, "app-joined-text")
    await read(page)
    await page.locator(".two-texts button.button").click()
    await _go(page, site, "#/needs")
    await expect(page.locator("main blockquote")).to_be_visible(timeout=10_000)
    await seen(page, "app-needs-refused")
    replies.mode = "answered"
    await read(page)
    await page.locator("main .panel ~ button.button").first.click()
    await _go(page, site, f"#/a/{{request}}/{OPEN_QUESTION}")
    await page.locator("textarea").fill("The last word.")
    await page.locator("textarea").blur()
    await page.evaluate("dispatchEvent(new Event('online'))")
    await _go(page, site, "#/a/{request}/review")
    await read(page)
    await page.locator("footer button.button").click(timeout=10_000)
    await expect(page.locator(".ended-received .receipt")).to_be_visible(timeout=10_000)
    await seen(page, "app-received")
    await _go(page, site, "#/")
    await expect(page.locator("a.card .receipt")).to_be_visible()
    await seen(page, "app-list-received")


async def _clarity(page: Page, site: Whole, seen: Seen) -> None:
    await _go(page, site, "#/a/{sheet}")
    await seen(page, "app-clarity-promise")
    await read(page)
    await page.locator("footer button.button").click()
    await seen(page, "app-clarity-brief")
    await _go(page, site, "#/a/{sheet}/{n_lines}")
    await expect(page.locator(".taps")).to_be_visible()
    await seen(page, "app-clarity-line")
    await clarity.answer_line(page)
    await clarity.see_card(page)
    await seen(page, "app-clarity-card")
    await clarity.go_on(page)
    await clarity.pick_three(page)
    await seen(page, "app-clarity-three")
    await clarity.go_on(page)
    await seen(page, "app-clarity-words")
    await clarity.go_on(page)
    await seen(page, "app-clarity-review")


async def _unsaved(page: Page, site: Whole, seen: Seen) -> None:
    """A full disk, and a browser that forgets what is not sent."""
    await page.evaluate(FULL_DISK)
    await page.evaluate(SAFARI)
    await _go(page, site, "#/a/{sheet}/{n_lines_and_two}")
    await page.locator("textarea").first.fill("Nothing keeps this.")
    await page.locator("textarea").first.blur()
    await expect(page.locator(".alarm")).to_be_visible(timeout=10_000)
    await seen(page, "app-unsaved")
    await _go(page, site, "#/")
    await expect(page.locator("main .note").first).to_be_visible()
    await seen(page, "app-list-warned")
    await _go(page, site, "#/menu")
    await read(page)
    await page.locator("main button.button").last.click()
    await expect(page.locator("#keep")).to_be_visible()
    await seen(page, "app-sign-out-lost")


async def _manager(page: Page, site: Whole, seen: Seen) -> None:
    await page.goto(f"{site.address.url}/app/")
    await expect(page.locator("a.card").first).to_be_visible(timeout=30_000)
    await seen(page, "app-list-manager")
    await _go(page, site, "#/gaps/{autumn_clarity}/{E01}")
    await expect(page.locator("h1")).to_be_visible()
    await seen(page, "app-gaps-manager")

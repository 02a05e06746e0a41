"""A clarity pair on two phones: offline and killed midway, blind until both are done, then both see where they stand."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, Playwright, Response, expect

from tests.browser import clarity_steps as clarity
from tests.browser import phone_steps as person
from tests.browser.axe import assert_sound
from tests.browser.harness import Address, Watched, browser, free_port, kill_browser, playing, shot, tab
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser

SCHEMES = {"en": "light", "ar": "dark"}
EMPLOYEES = {"en": ("cleo", "Cleo Fernwick"), "ar": ("eve", "Eve Larkspurne")}
MANAGER = "Ben Harrowgate"
OWN_CANARY = "Own-Canary-4711"  # stays the employee's for ever
PAIR_CANARY = "Pair-Canary-0815"  # the manager's to see once both are done
N_LINES = 12
NOT_SURE = 3
KILLED_AT = 5  # lines answered before the phone dies
RECONNECT_MS = 30_000


class Told:
    """Everything a phone was told by the server, as text."""

    def __init__(self, context: BrowserContext) -> None:
        self._replies: list[Response] = []
        context.on("response", self._note)

    def _note(self, reply: Response) -> None:
        self._replies.append(reply)

    async def bodies(self) -> str:
        api = [reply for reply in self._replies if "/api/" in reply.url and reply.status == 200]
        return "\n".join([await reply.text() for reply in api])


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_a_pair_answers_blind_and_offline_and_then_both_see_where_they_stand(
    tmp_path: Path, locale: str
) -> None:
    port, post = free_port(), Post()
    who, name = EMPLOYEES[locale]
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm, playing() as play:
            await firm.hire()
            await clarity.launch_clarity(firm, (who,))
            address, watched = Address(firm.app, port), Watched(f"http://127.0.0.1:{port}")
            await address.start()
            try:
                profile = tmp_path / "employee"
                await _answer_until_killed(play, address, post, watched, profile, who, locale)
                async with AsyncExitStack() as stack:
                    mine = await stack.enter_async_context(
                        browser(play, profile, locale=locale, scheme=SCHEMES[locale])
                    )
                    watched.watch(mine)
                    page = await _finish(mine, address)
                    theirs = await stack.enter_async_context(browser(play, tmp_path / "manager"))
                    watched.watch(theirs)
                    await _manage(theirs, address, post, name)
                    await _look_together(page, address, post, f"{who}@testwerk.example", locale)
            finally:
                await address.stop()
    assert watched.problems == []


async def _sign_in(context: BrowserContext, address: Address, post: Post, mail: str) -> Page:
    page = await tab(context)
    await page.goto(f"{address.url}/app/")
    post.mails.clear()
    await person.ask_for_code(page, mail)
    await person.sign_in(page, await post.code())
    return page


async def _answer_until_killed(
    play: Playwright, address: Address, post: Post, watched: Watched, profile: Path, who: str, locale: str
) -> None:
    """One tap with network; then none, five lines, and the phone dies."""
    async with browser(play, profile, locale=locale, scheme=SCHEMES[locale]) as context:
        watched.watch(context)
        page = await _sign_in(context, address, post, f"{who}@testwerk.example")
        await expect(page.locator("a.card")).to_contain_text(MANAGER)
        await clarity.begin(page)
        async with page.expect_response("**/cards.json") as cards:
            await person.answer_line(page, 4)
        await (await cards.value).finished()
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await expect(page.locator(".status-sent")).to_be_visible(timeout=RECONNECT_MS)
        await address.stop()
        address.assert_refused()
        for point in range(2, clarity.N_PULSE + 1):
            await person.answer_line(page, point % 5 + 1)
        await page.locator("textarea").fill(OWN_CANARY)
        await clarity.go_on(page)
        await _answer_five(page, locale)
        assert kill_browser(profile) > 0


async def _answer_five(page: Page, locale: str) -> None:
    """Three lines with a clear yes, one nobody helps with, one that may not be part of the role."""
    await expect(page.locator(".taps")).to_be_visible()
    await assert_sound(page)
    await clarity.answer_line(page)
    await clarity.see_card(page)
    await assert_sound(page)
    await shot(page, f"clarity-card-{locale}")
    await clarity.go_on(page)
    await clarity.answer_line(page, degrees=(3, 3, 0))
    await person.read(page)
    await page.locator("main label.point").nth(1).click()
    await page.locator("main .turn > button.button").click()
    await clarity.see_card(page)
    await clarity.go_on(page)
    await clarity.answer_line(page, expected=NOT_SURE)
    await clarity.see_card(page)
    for _ in range(KILLED_AT - 3):
        await clarity.go_on(page)
        await clarity.answer_line(page)
        await clarity.see_card(page)
    await expect(page.locator(".status-saved")).to_be_visible()


async def _finish(context: BrowserContext, address: Address) -> Page:
    """Start again without network at the same line, finish, and send when the server is back."""
    page = await tab(context)
    address.assert_refused()
    await page.goto(f"{address.url}/app/")
    await page.locator("a.card").first.click()
    await page.wait_for_url(person.STEP)
    assert person.step_of(page) == clarity.N_PULSE + 1 + KILLED_AT
    await clarity.see_card(page)
    for _ in range(N_LINES - KILLED_AT):
        await clarity.go_on(page)
        await clarity.answer_line(page)
        await clarity.see_card(page)
    await clarity.go_on(page)
    await expect(page.locator("main input[type=checkbox]")).to_have_count(N_LINES - 1)
    await clarity.pick_three(page)
    await expect(page.locator("main input[type=checkbox]:disabled")).to_have_count(N_LINES - 1 - 3)
    await assert_sound(page)
    await clarity.go_on(page)
    await expect(page.locator("textarea")).to_have_count(clarity.TOP_THREE)
    await page.locator("textarea").first.fill(PAIR_CANARY)
    await assert_sound(page)
    while "review" not in page.url:
        await clarity.go_on(page)
    await person.submit(page)
    await expect(page.locator(".ended-finished")).to_be_visible()
    await address.start()
    await expect(page.locator(".ended-received")).to_be_visible(timeout=RECONNECT_MS)
    return page


async def _manage(context: BrowserContext, address: Address, post: Post, name: str) -> None:
    """Answer blind: nothing the server says holds a word of the employee until both are done."""
    told = Told(context)
    page = await _sign_in(context, address, post, "ben@testwerk.example")
    await expect(page.locator("a.card")).to_contain_text(f"{name} has answered")
    await clarity.begin(page)
    await expect(page.locator("main")).to_contain_text("The role expects this")
    assert await page.locator("main input:checked").count() == 0
    await clarity.answer_as_manager(page, N_LINES)
    await clarity.pick_three(page, (1, 2, 3))
    while "review" not in page.url:
        await clarity.go_on(page)
    blind = await told.bodies()
    assert PAIR_CANARY not in blind
    await person.submit(page)
    await expect(page.locator(".ended-opened")).to_be_visible(timeout=RECONNECT_MS)
    await page.locator("footer a.button").click()
    await expect(page.locator("main")).to_contain_text(PAIR_CANARY)
    assert OWN_CANARY not in await told.bodies()


async def _look_together(page: Page, address: Address, post: Post, mail: str, locale: str) -> None:
    """Two days later the session is over: signed in again, the list has the pair, and its page opens without network."""
    await page.context.clear_cookies()
    await page.goto(f"{address.url}/app/#/")
    await page.reload()
    await page.locator("main > section.note:not([aria-labelledby]) button").click()
    post.mails.clear()
    await person.ask_for_code(page, mail)
    await person.sign_in(page, await post.code())
    await expect(page.locator("a.card-pair")).to_be_visible()
    await expect(page.locator("a.card")).to_have_count(1)
    await page.locator("a.card-pair").click()
    await expect(page.locator(".gap-agenda")).to_have_count(3)
    await expect(page.locator("main")).to_contain_text(PAIR_CANARY)
    await expect(page.locator("main")).to_contain_text(OWN_CANARY)
    await assert_sound(page)
    await shot(page, f"clarity-gaps-{locale}")
    await page.goto(f"{address.url}/app/#/great")
    await expect(page.locator("main h1")).to_be_visible()
    await address.stop()
    address.assert_refused()
    await page.goto(f"{address.url}/app/#/")
    await page.reload()
    await page.locator("a.card-pair").click()
    await expect(page.locator("main")).to_contain_text(PAIR_CANARY)
    await page.goto(f"{address.url}/app/#/great")
    await page.locator("footer button.button").last.click()
    await expect(page.locator("article.task").first).to_be_visible()
    await assert_sound(page)

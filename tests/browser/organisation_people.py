"""What the people of a new organisation do: two pairs in real browsers, everybody else on simulated phones."""

import random
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
from playwright.async_api import BrowserContext, Page, Playwright, expect

from server.demo.clarity_answers import clarity_values
from server.demo.phone import Phone
from server.usecases.sign_in import sign_in_as
from tests.browser import clarity_steps as clarity
from tests.browser import phone_steps as person
from tests.browser.harness import Address, Watched, browser, shot, tab
from tests.browser.organisation import LINES, MANAGERS, Employee, Organisation, employees
from tests.post import Post

N_LINES = len(LINES)
RECONNECT_MS = 30_000
BY_CARD, BY_MAIL = "E04", "E02"  # the two who answer in a browser, both led by the same manager
MANAGER, MANAGER_MAIL = "M02", "m02@testwerk.example"
ABSENT = ("E29", "E30")  # never answer
OWN_WORDS = "Own-Canary-4711"  # stays the employee's for ever


def by_number(number: str) -> Employee:
    return next(one for one in employees() if one.number == number)


@dataclass(frozen=True, slots=True)
class Street:
    """Where the phones are: the browsers' maker, the server, the post office, a folder for what phones keep."""

    play: Playwright
    organisation: Organisation
    post: Post
    watched: Watched
    folder: Path

    @property
    def address(self) -> Address:
        return self.organisation.address


async def answer_in_browsers(street: Street, code: str) -> None:
    """One employee by card and without network in between, one by mail, and the manager of both; all three look."""
    async with AsyncExitStack() as stack:

        async def phone(name: str, locale: str) -> BrowserContext:
            context = await stack.enter_async_context(
                browser(street.play, street.folder / name, locale=locale)
            )
            street.watched.watch(context)
            return context

        card = await tab(await phone("card", "ar"))
        await _claim(card, street, code)
        await _answer_as_employee(card, street, is_offline=True)
        mail = await tab(await phone("mail", "es"))
        await sign_in(mail, street, by_number(BY_MAIL).mail)
        await _answer_as_employee(mail, street, is_offline=False)
        manager = await tab(await phone("manager", "es"))
        await sign_in(manager, street, MANAGER_MAIL)
        await _answer_as_manager(manager, street)
        await _look_as_employee(card, street)
        await _look_as_manager(manager, street)


async def sign_in(page: Page, street: Street, mail: str) -> None:
    await page.goto(f"{street.address.url}/app/")
    street.post.mails.clear()
    await person.ask_for_code(page, mail)
    await person.sign_in(page, await street.post.code())


async def _claim(page: Page, street: Street, code: str) -> None:
    """Open what the QR code says; the card speaks the person's language."""
    await page.goto(f"{street.address.url}/c#{code.replace(' ', '')}")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await shot(page, "org-30-card")
    await page.locator("button.button").click()
    await expect(page.locator("a.card")).to_have_count(1)
    await shot(page, "org-31-list")


async def _answer_as_employee(page: Page, street: Street, *, is_offline: bool) -> None:
    await clarity.begin(page)
    await clarity.answer_pulse(page)
    await page.locator("textarea").fill(OWN_WORDS)
    await clarity.go_on(page)
    await clarity.answer_line(page)
    await clarity.see_card(page)
    await shot(page, f"org-32-turned-{is_offline}")
    if is_offline:
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await expect(page.locator(".status-sent")).to_be_visible(timeout=RECONNECT_MS)
        await street.address.stop()
        street.address.assert_refused()
    for _ in range(N_LINES - 1):
        await clarity.go_on(page)
        await clarity.answer_line(page, degrees=(2, 3, 3))
        await clarity.see_card(page)
    await _hand_in(page)
    if is_offline:
        await expect(page.locator(".ended-finished")).to_be_visible()
        await shot(page, "org-33-finished")
        await street.address.start()
    await expect(page.locator(".ended-received")).to_be_visible(timeout=RECONNECT_MS)


async def _hand_in(page: Page) -> None:
    await clarity.go_on(page)
    await clarity.pick_three(page)
    while "review" not in page.url:
        await clarity.go_on(page)
    await person.submit(page)


async def _answer_as_manager(page: Page, street: Street) -> None:
    """Answer about two of many, one after the other; each pair opens at once."""
    for number in (BY_CARD, BY_MAIL):
        await page.goto(f"{street.address.url}/app/#/")
        await shot(page, f"org-34-manager-{number}")
        await person.begin(page, by_number(number).name)
        await clarity.answer_as_manager(page, N_LINES)
        await clarity.pick_three(page)
        while "review" not in page.url:
            await clarity.go_on(page)
        await person.submit(page)
        await expect(page.locator(".ended-opened")).to_be_visible(timeout=RECONNECT_MS)


async def _look_as_employee(page: Page, street: Street) -> None:
    await page.goto(f"{street.address.url}/app/#/")
    await page.reload()
    await page.locator("a.card-pair").click()
    await expect(page.locator("main")).to_contain_text(OWN_WORDS)
    await shot(page, "org-35-employee-gaps")


async def _look_as_manager(page: Page, street: Street) -> None:
    await page.goto(f"{street.address.url}/gaps")
    await shot(page, "org-36-matrix")
    await page.locator("a.matrix-link", has_text=by_number(BY_MAIL).name).click()
    await expect(page.locator("#summary")).to_be_visible()
    await expect(page.locator("main")).not_to_contain_text(OWN_WORDS)
    await shot(page, "org-37-manager-gaps")


async def answer_on_phones(street: Street, codes: dict[str, str]) -> int:
    """Everybody else answers: by a claimed card where there is one; give how many sheets were handed in."""
    chance = random.Random("a first organisation")
    n_sent = 0
    numbers = [one.number for one in employees() if one.number not in (BY_CARD, BY_MAIL, *ABSENT)]
    for number in [*numbers, *sorted(set(MANAGERS.values()))]:
        phone = await _phone(street, number, codes)
        for assignment in await phone.inbox():
            about = next(one for one in employees() if one.name == assignment["ratee"]["name"])
            if about.number in ABSENT:
                continue
            form = await phone.form(assignment["form"])
            values = clarity_values(
                form, employee=about.number, rater=number, locale=about.locale, chance=chance
            )
            assert await phone.send(assignment, values) == "ok"
            n_sent += 1
    return n_sent


async def _phone(street: Street, number: str, codes: dict[str, str]) -> Phone:
    organisation = street.organisation
    firm = organisation.firm
    name = next((one.name for one in employees() if one.number == number), "")
    if name in codes:
        async with httpx2.AsyncClient(base_url=street.address.url) as client:
            reply = await client.post("/api/v1/claim", json={"code": codes[name]})
            assert reply.status_code == 200, reply.text
            secret = reply.cookies["sid"]
    else:
        secret = await sign_in_as(number, clock=organisation.clock)
    host = f"127.0.0.1:{firm.settings.port}"
    return Phone(firm.app, organisation.clock, f"sid={secret}", host, f"{sum(map(ord, number)) * 977:016x}")

"""The first five minutes of a demo, walked as its visitor walks them."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import BrowserContext, Page, expect

from tests.browser import clarity_steps as clarity
from tests.browser import phone_steps as person

Picture = Callable[[Page, str], Awaitable[None]]


async def walk(context: BrowserContext, base: str, picture: Picture, *, downloads: Path) -> Path:
    """Take all five steps; give the workbook that HR opened."""
    guide = await context.new_page()
    await guide.goto(base)
    await picture(guide, "1-start")
    await guide.locator("a[href='/tour/card']").first.click()
    phone = await _card(guide, picture)
    await _plug(guide, phone, picture)
    await _opener(guide, picture)
    book = await _workbook(guide, picture, downloads)
    await _own(guide, picture)
    return book


async def _open(guide: Page) -> Page:
    """Press the step's one button; what it shows opens in a tab of its own."""
    async with guide.context.expect_page() as opened:
        await guide.locator("main form button.button").click()
    page = await opened.value
    await page.wait_for_load_state()
    return page


async def _go_on(guide: Page, step: str) -> None:
    await guide.locator(f"main nav a[href='/tour/{step}']").click()
    await guide.wait_for_url(f"**/tour/{step}")


async def _card(guide: Page, picture: Picture) -> Page:
    await picture(guide, "2-card-step")
    phone = await _open(guide)
    await person.read_promise_and_brief(phone)
    await clarity.answer_line(phone)
    await clarity.see_card(phone)
    await picture(phone, "3-card-turned")
    return phone


async def _plug(guide: Page, phone: Page, picture: Picture) -> None:
    await _go_on(guide, "plug")
    await guide.locator("main form button.button").click()
    await expect(guide.locator(".tour-pulled")).to_be_visible()
    await picture(guide, "4-plug-pulled")
    refused = await phone.evaluate("() => fetch('/api/v1/ping').then((reply) => reply.status, () => 0)")
    assert refused == 503, "the server still lets this phone through"
    await clarity.go_on(phone)
    before = person.step_of(phone)
    await clarity.answer_line(phone)
    await clarity.see_card(phone)
    await phone.reload()
    assert person.step_of(phone) == before, "after a reload without network the line is another one"
    await clarity.see_card(phone)
    await picture(phone, "5-saved-without-network")
    await expect(guide.locator(".tour-pulled")).to_have_count(0, timeout=70_000)
    await expect(phone.locator(".status-sent")).to_be_visible(timeout=15_000)
    await picture(phone, "6-all-sent")


async def _opener(guide: Page, picture: Picture) -> None:
    await _go_on(guide, "opener")
    pair = await _open(guide)
    await expect(pair.locator("main")).to_contain_text(re.compile(r"11"))
    await picture(pair, "7-opening-sentence")
    await pair.close()


async def _workbook(guide: Page, picture: Picture, downloads: Path) -> Path:
    await _go_on(guide, "workbook")
    desk = await _open(guide)
    await picture(desk, "8-hr-desk")
    await desk.locator("button[name=step][value=end]").click()
    await desk.locator("button[name=step][value=day]").click()
    async with desk.expect_download() as loading:
        await desk.locator("a[href$='/workbook']").first.click()
    book = downloads / "workbook.xlsx"
    await (await loading.value).save_as(book)
    await picture(desk, "9-closed")
    await desk.close()
    return book


async def _own(guide: Page, picture: Picture) -> None:
    await _go_on(guide, "own")
    await guide.locator("main form button.button").click()
    code = await guide.locator("main .code").inner_text()
    await picture(guide, "10-own-installation")
    async with guide.context.expect_page() as opened:
        await guide.locator("main a.button[target=_blank]").click()
    own = await opened.value
    await own.locator("input[name=code]").fill(code)
    await own.locator("main form button").click()
    await expect(own.locator("input[name=organisation]")).to_be_visible()
    await picture(own, "11-first-questions")

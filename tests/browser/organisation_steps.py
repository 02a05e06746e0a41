"""What HR does at the desk of a new organisation, click by click."""

import io
from pathlib import Path

from openpyxl import load_workbook
from playwright.async_api import Locator, Page, expect

from tests.browser.harness import shot
from tests.browser.organisation import HR_MAIL, Organisation, fill_profile, people_file
from tests.browser.test_clarity_launch import Count
from tests.post import Post


class Desk:
    """HR's browser."""

    def __init__(
        self, page: Page, organisation: Organisation, post: Post, folder: Path, *, locale: str
    ) -> None:
        self.page = page
        self.organisation = organisation
        self.post = post
        self.folder = folder
        self.url = organisation.address.url
        self.locale = locale

    async def press(self, selector: str) -> None:
        await self.page.locator(selector).first.click()
        await self.page.wait_for_load_state()

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.url}{path}")

    async def picture(self, name: str) -> None:
        await shot(self.page, f"org-{name}")

    async def download(self, what: Locator) -> bytes:
        async with self.page.expect_download() as waiting:
            await what.click()
        path = self.folder / "download"
        await (await waiting.value).save_as(path)
        return path.read_bytes()

    async def upload(self, data: bytes, name: str) -> None:
        path = self.folder / name
        path.write_bytes(data)
        await self.page.locator("input[type=file]").set_input_files(path)
        await self.press("main form[enctype] button[type=submit]")


async def answer_six_questions(desk: Desk, smtp_port: int) -> None:
    """Type the code of the terminal, answer, and be signed in."""
    page = desk.page
    await desk.go("/")
    await expect(page.locator("input[name=code]")).to_be_visible()
    await desk.picture("01-code")
    await page.locator("input[name=code]").fill("00000000")
    await desk.press("main form button")
    await expect(page.locator("#code-error")).to_be_visible()
    await page.locator("input[name=code]").fill(desk.organisation.codes[0])
    await desk.press("main form button")
    await page.locator("input[name=organisation]").fill("Testwerk (fictional)")
    await page.locator("input[name=hr_name]").fill("Hester Vale")
    await page.locator("input[name=hr_mail]").fill(HR_MAIL)
    await page.locator("input[name=public_url]").fill(desk.url)
    await page.locator("input[name=smtp_host]").fill("127.0.0.1")
    await page.locator("main details summary").click()
    await page.locator("input[name=smtp_port]").fill(str(smtp_port))
    await desk.picture("02-questions")
    await desk.press("main form button[type=submit]")
    await page.wait_for_url("**/hr")
    await desk.picture("03-desk")


async def bring_profile(desk: Desk) -> None:
    """Download the template, fill it in, look it over, store it, note the check of three role holders."""
    page = desk.page
    await desk.press("main a[href='/hr/profiles']")
    await desk.picture("04-no-profile")
    template = await desk.download(page.locator("main a[href='/hr/profiles/template.xlsx']").first)
    await desk.press("main a[href='/hr/profiles/import']")
    await desk.picture("05-import-profile")
    await desk.upload(fill_profile(template), "profile.xlsx")
    await expect(page.locator("form[action='/hr/profiles/import/commit']")).to_be_visible()
    await desk.picture("06-profile-dry-run")
    await desk.press("form[action='/hr/profiles/import/commit'] button")
    await expect(page.locator(".note-good[role=status]")).to_be_visible()
    await desk.picture("07-profile-stored")


async def record_check(desk: Desk) -> None:
    """Three role holders were asked; all of them could do it here."""
    page = desk.page
    await desk.go("/hr/profiles")
    await desk.press("main a.card-link")
    form = page.locator("form[action$='/checks/role_holder_feasibility']")
    await page.locator("#grade details summary").first.click()
    for name in ("asked", "answered", "could"):
        await form.locator(f"input[name={name}]").fill("3")
    await form.locator("button").click()
    await expect(page.locator("#grade .note-good")).to_be_visible()
    await desk.picture("08-profile-checked")


async def bring_people(desk: Desk) -> None:
    """Upload the people file, look over what changes, store it."""
    await desk.go("/hr")
    await desk.press("main a[href='/hr/people/import']")
    await desk.upload(people_file(hr_locale=desk.locale), "people.xlsx")
    await desk.picture("09-people-dry-run")
    await expect(desk.page.locator("main .note-error")).to_have_count(0)
    await expect(desk.page.locator("main .note-warning")).to_have_count(0)
    await desk.press("form[action='/hr/people/import/commit'] button")
    await expect(desk.page.locator(".note-good[role=status]")).to_be_visible()
    await desk.picture("10-people")


async def publish(desk: Desk) -> None:
    """Mail the lines to all who have an address, and record who got them on paper."""
    page = desk.page
    await desk.go("/hr/profiles")
    await desk.press("main a.card-link")
    await desk.picture("11-publish")
    await desk.press("#publish form button")
    await desk.picture("12-published")
    by_hand = await page.locator("#publish .note li bdi").all_inner_texts()
    assert len(by_hand) == 8, by_hand
    await expect(page.locator("#notice input[name=people]:checked")).to_have_count(8)
    await desk.press("#notice form button[type=submit]")
    await expect(page.locator("#notice .note-good")).to_be_visible()
    await desk.picture("13-paper")


async def sign_in(desk: Desk) -> None:
    """Sign in with a code by mail."""
    page = desk.page
    desk.post.mails.clear()
    await page.context.clear_cookies()
    await desk.go("/sign-in")
    await page.locator("input[name=mail]").fill(HR_MAIL)
    await desk.press("form[action='/sign-in'] button")
    await page.locator("input[name=code]").fill(await desk.post.code())
    await desk.press("form[action='/sign-in/code'] button")
    await page.wait_for_url("**/hr")


async def sheets_of(desk: Desk, cycle_id: str) -> list[list[str]]:
    """Download HR's workbook of a closed cycle; give each sheet's cells as text."""
    await desk.go(f"/hr/cycles/{cycle_id}")
    data = await desk.download(desk.page.locator("a[href$='/workbook']"))
    book = load_workbook(io.BytesIO(data), read_only=True)
    return [
        [str(value) for row in page.iter_rows(values_only=True) for value in row if value is not None]
        for page in book.worksheets
    ]


async def start_rehearsal(desk: Desk, colleague: str) -> None:
    """Try a 360 about the invented person with one colleague."""
    page = desk.page
    await desk.go("/hr")
    await desk.press("main a[href='/hr/rehearsals']")
    row = page.locator(".choice-row", has_text=colleague)
    await row.locator("select").select_option("peer")
    await desk.picture("14-rehearsal")
    await desk.press("main form button:not([name])")
    await expect(page.locator("form[action$='/clock']")).to_be_visible()
    await desk.picture("15-rehearsal-open")


async def end_rehearsal(desk: Desk) -> None:
    """Close it by its own clock, look at the report's moment, delete it."""
    page = desk.page
    await desk.go("/hr/rehearsals")
    await desk.press("main a.card-link")
    await desk.press("form[action$='/clock'] button")
    await desk.picture("16-rehearsal-closed")
    await desk.press("form[action$='/clock'] button")
    await desk.picture("17-rehearsal-ready")
    await page.locator("main details summary").click()
    await desk.press("form[action$='/end'] button")
    await expect(page.locator("main a.card-link")).to_have_count(0)


async def launch_clarity(desk: Desk) -> Count:
    """From the sign-in page to a launched clarity round with a 360 after it; every click is counted."""
    page = desk.page
    desk.post.mails.clear()
    await page.context.clear_cookies()
    count = Count(page)
    await desk.go("/sign-in")
    await count.click(page.locator("input[name=mail]"))
    await page.keyboard.type(HR_MAIL)
    await count.click(page.locator("form[action='/sign-in'] button"))
    await count.click(page.locator("input[name=code]"))
    await page.keyboard.type(await desk.post.code())
    await count.click(page.locator("form[action='/sign-in/code'] button"))
    await page.wait_for_url("**/hr")
    await desk.picture("18-next-step")
    await count.click(page.locator("main .next a.button"))
    await desk.picture("19-choose")
    await count.click(page.locator("main a[href*='kind=clarity']"))
    await desk.picture("20-clarity-form")
    await count.click(page.locator("input[name=follow]"))
    await count.click(page.locator("button[value=launch]"))
    if await page.locator("#check").count():
        await desk.picture("21-check")
        for box in await page.locator("input[name=confirm]").all():
            await count.click(box)
        await count.click(page.locator("form[action$='/launch'] button"))
    await expect(page.locator("#pairs")).to_be_visible()
    await desk.picture("22-launched")
    return count


async def print_cards(desk: Desk, cycle_id: str) -> dict[str, str]:
    """Print the cards of those in the round who have no mail; give each code by name."""
    page = desk.page
    await desk.go(f"/hr/cycles/{cycle_id}")
    await desk.press("main a[href^='/hr/cards']")
    await desk.picture("23-cards")
    await desk.press("button[value=print]")
    await expect(page.locator("article.one").first).to_be_visible()
    await desk.picture("24-printed")
    cards = await page.locator("article.one").all()
    return {await card.locator("h2").inner_text(): await card.locator(".code").inner_text() for card in cards}


async def choose_raters(desk: Desk, cycle_id: str) -> None:
    """Take the raters Sightline proposes for the 360 after the round, and confirm what is to be known."""
    page = desk.page
    await desk.go(f"/hr/cycles/{cycle_id}")
    await desk.picture("40-round-under-way")
    await desk.press("#programme a[href$='#check']")
    await desk.picture("41-360-draft")
    proposed = await desk.download(page.locator("a[href$='/raters.xlsx']").first)
    await desk.press("a[href$='/raters/import']")
    await desk.upload(proposed, "raters.xlsx")
    await desk.picture("42-raters")
    for box in await page.locator("input[name=loads]").all():
        await box.check()
    await desk.press("form[action$='/raters/import/commit'] button")
    await desk.picture("43-360-check")
    for box in await page.locator("#check input[name=confirm]").all():
        await box.check()
    await desk.press("#check form button")
    await expect(page.locator("#programme .note-good")).to_be_visible()
    await desk.picture("44-360-set")

"""HR in a real browser, from an empty installation to the workbook: import, plan, launch, close, download."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.async_api import Page, expect

from server.content import content_dir
from server.demo.phone import Phone
from server.usecases.sign_in import sign_in_as
from surveys.models.cycles import Assignment, Cycle
from surveys.models.profiles import ProfileVersion
from surveys.models.work import OutboxMail
from tests.browser.harness import DESK, Address, Watched, browser, free_port, playing, shot, tab
from tests.firm import PEERS, PEOPLE, PROFILE, Firm, new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_hr_imports_launches_closes_and_downloads(tmp_path: Path, locale: str) -> None:
    port = free_port()
    post = Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp, hr_locale=locale) as firm:
            address = Address(firm.app, port)
            await address.start()
            try:
                await _whole_job(firm, address, post, tmp_path, locale)
            finally:
                await address.stop()


async def _whole_job(firm: Firm, address: Address, post: Post, folder: Path, locale: str) -> None:
    watched = Watched(address.url)
    async with playing() as play, browser(play, folder / "profile", locale=locale, viewport=DESK) as context:
        watched.watch(context)
        page = await tab(context)
        await _sign_in(page, address, post)
        assert await page.locator("html").get_attribute("dir") == ("rtl" if locale == "ar" else "ltr")
        await shot(page, f"hr-empty-{locale}")
        await _import_people(page, address, folder)
        await _import_profile(page, address, firm)
        cycle_id = await _plan(page, address, firm, locale)
        await _launch(page, locale)
        assert (await Cycle.get(id=cycle_id)).state == "scheduled"
        assert await OutboxMail.filter(template="invitation").count() == 5  # self, manager, three peers
        firm.clock.move(hours=2)
        await firm.advance()
        await _answer_all(firm, cycle_id)
        cycle = await Cycle.get(id=cycle_id)
        firm.clock.at = cycle.closes_at + timedelta(hours=cycle.grace_hours, minutes=1)
        await _sign_in(page, address, post)
        await page.goto(f"{address.url}/hr/cycles/{cycle_id}")
        await page.locator(f"form[action='/hr/cycles/{cycle_id}/close'] button").click()
        await expect(page.locator("a[href$='/workbook']")).to_be_visible()
        assert await Assignment.filter(cycle_id=cycle_id).count() == 0
        await shot(page, f"hr-closed-{locale}")
        firm.clock.move(hours=24, minutes=1)  # the ratees see their reports first
        await _sign_in(page, address, post)
        await page.goto(f"{address.url}/hr/cycles/{cycle_id}")
        async with page.expect_download() as waiting:
            await page.locator("a[href$='/workbook']").click()
        await (await waiting.value).save_as(folder / "report.xlsx")
        book = load_workbook(folder / "report.xlsx")
        assert len(book.sheetnames) >= 4
        assert bool(book.worksheets[0].sheet_view.rightToLeft) == (locale == "ar")
    assert watched.problems == []


async def _sign_in(page: Page, address: Address, post: Post) -> None:
    post.mails.clear()
    await page.context.clear_cookies()
    await page.goto(f"{address.url}/sign-in")
    await page.locator("input[name=mail]").fill("hr@testwerk.example")
    await page.locator("form[action='/sign-in'] button").click()
    await page.locator("input[name=code]").fill(await post.code())
    await page.locator("form[action='/sign-in/code'] button").click()
    await page.wait_for_url("**/hr")


async def _import_people(page: Page, address: Address, folder: Path) -> None:
    path = folder / "people.csv"
    path.write_text(PEOPLE, "utf-8")
    await page.goto(f"{address.url}/hr/people/import")
    await page.locator("input[type=file]").set_input_files(path)
    await page.locator("form[action='/hr/people/import'] button").click()
    await page.locator("form[action='/hr/people/import/commit'] button").click()
    await expect(page.get_by_text("Cleo Fernwick")).to_be_visible()


async def _import_profile(page: Page, address: Address, firm: Firm) -> None:
    for name in (f"{PROFILE}.yaml", f"{PROFILE}.ar.yaml"):
        await page.goto(f"{address.url}/hr/profiles/import")
        await page.locator("input[type=file]").set_input_files(content_dir() / name)
        await page.locator("form[action='/hr/profiles/import'] button").click()
        await page.locator("form[action='/hr/profiles/import/commit'] button").click()
        await expect(page.locator(".note-good[role=status]")).to_be_visible()
    version = await ProfileVersion.get(profile=PROFILE)
    await page.goto(f"{address.url}/hr/profiles/{version.id}")
    delivered_on = (firm.clock.now() - timedelta(days=60)).date().isoformat()
    form = page.locator(f"form[action='/hr/profiles/{version.id}/notices']")
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    await form.locator("input[name=delivered_on]").fill(delivered_on)
    await form.locator("button").click()
    await page.wait_for_load_state()


async def _plan(page: Page, address: Address, firm: Firm, locale: str) -> str:
    await page.goto(f"{address.url}/hr/cycles/new")
    await page.locator("main a[href*='kind=feedback360']").click()
    opens_at = firm.clock.now() + timedelta(hours=1)
    # Everybody in the role is chosen already; this one is about Cleo alone.
    for label in await page.locator("label.choice", has=page.locator("input[name=ratees]")).all():
        if "Cleo Fernwick" not in await label.inner_text():
            await label.locator("input").uncheck()
    await page.locator("input[name=opens_at]").fill(opens_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))
    closes_at = opens_at + timedelta(days=14)
    await page.locator("input[name=closes_at]").fill(closes_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M"))
    await page.locator("input[name=clarity_reason]").fill("clarity held outside Sightline, Hester Vale")
    await page.locator("input[name=clarity_held_on]").fill(
        (firm.clock.now() - timedelta(days=9)).date().isoformat()
    )
    await shot(page, f"hr-plan-{locale}")
    await page.locator("form.form button[type=submit]").click()
    await page.locator("main table a", has_text="Cleo Fernwick").click()
    for name in PEERS:
        person = next(line.split(",")[1] for line in PEOPLE.splitlines() if line.startswith(f"{name},"))
        await page.locator("label.choice", has_text=person).click()
    await page.locator("form.stack button[type=submit]").click()
    cycle = await Cycle.get()
    await page.goto(f"{address.url}/hr/cycles/{cycle.id}")
    return cycle.id


async def _launch(page: Page, locale: str) -> None:
    await shot(page, f"hr-preflight-{locale}")
    for box in await page.locator("input[name=confirm]").all():
        await box.check()
    await page.locator("form[action$='/launch'] button").click()
    await expect(page.locator("form[action$='/abandon']")).to_have_count(1)
    await shot(page, f"hr-launched-{locale}")


async def _answer_all(firm: Firm, cycle_id: str) -> None:
    for number, name in enumerate(("cleo", "ben", *PEERS)):
        secret = await sign_in_as(name, clock=firm.clock)
        host = f"127.0.0.1:{firm.settings.port}"
        phone = Phone(firm.app, firm.clock, f"sid={secret}", host, f"{number:016x}")
        for assignment in await phone.inbox():
            form = await phone.form(assignment["form"])
            values = {f"{line['item']}.f_match": 3 + number % 3 for line in form["lines"]}
            assert await phone.send(assignment, values | {"@submit": True}) == "ok"

"""What a phone keeps and sends: with the server away and back, with no page open, with a full disk, out of a file."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import phone_steps as person
from tests.browser.harness import shot
from tests.browser.phone_list import MAILS, RECONNECT_MS, rater_list
from tests.post import Post

pytestmark = pytest.mark.browser
AWAY_MS = 15_000
CLOCK_STEP_MS = 250
FULL_DISK = """() => {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
ROOM_AGAIN = "() => { IDBObjectStore.prototype.put = window.put; }"
# The browser is asked to keep what is stored; whether it says yes is its own affair.
COUNT_KEEPING = """() => {
  window.timesAskedToKeep = 0;
  navigator.storage.persist = async () => {
    window.timesAskedToKeep += 1;
    return false;
  };
}"""
# How many answers the app's database holds that nobody has acknowledged.
UNSENT = """async () => {
  const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith("sightline-"));
  const opened = indexedDB.open(name);
  const db = await new Promise((done) => { opened.onsuccess = () => done(opened.result); });
  const all = db.transaction("cell").objectStore("cell").getAll();
  const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  db.close();
  return rows.filter((row) => row.dirty).length;
}"""
# The later parts come a second after the first screen, and the worker after them.
APP_AT_REST_MS = 2_500


async def _let_pass(page: Page, ms: int) -> None:
    """Let the clock of the page go on; after each step what it asked of the network has its answer."""
    for _ in range(0, ms, CLOCK_STEP_MS):
        await page.clock.run_for(CLOCK_STEP_MS)
        await page.evaluate("() => fetch('/api/v1/ping').then(() => true, () => false)")


async def test_a_page_in_sight_asks_to_be_kept_once_it_holds_answers_and_sends_soon_after_the_server_is_back(
    tmp_path: Path,
) -> None:
    async with rater_list(tmp_path, "en") as (page, address):
        await page.clock.install()
        async with page.expect_response("**/api/v1/sync"):  # what sends has come
            await page.reload()
        await expect(page.locator(".status-ready")).to_be_visible()
        await page.evaluate(COUNT_KEEPING)
        await person.begin(page, "Cleo Fernwick")
        await address.stop()
        address.assert_refused()
        await page.evaluate("location.hash = '#/'")
        await expect(page.locator("a.card")).to_be_visible()
        assert await page.evaluate("timesAskedToKeep") == 0
        await page.go_back()
        await person.answer_line(page, 4)
        await page.evaluate("location.hash = '#/'")
        await page.wait_for_function("() => timesAskedToKeep === 1")
        # From here the phone's clock goes only when it is told to: a busy machine makes nothing later.
        await page.clock.pause_at(await page.evaluate("Date.now()") + CLOCK_STEP_MS)
        tried: list[str] = []
        page.on("requestfailed", lambda request: tried.append(request.url))
        await _let_pass(page, AWAY_MS)
        assert tried.count(f"{address.url}/api/v1/sync") >= AWAY_MS // RECONNECT_MS
        await expect(page.locator(".status-saved")).to_be_visible()
        await address.start()
        await _let_pass(page, RECONNECT_MS)
        await expect(page.locator(".status-sent")).to_be_visible()


async def test_what_waits_is_sent_though_no_page_of_the_app_is_open(tmp_path: Path) -> None:
    async with rater_list(tmp_path, "en") as (page, address):
        other = await page.context.new_page()
        await other.goto(f"{address.url}/static/app.css")
        worker = await other.context.new_cdp_session(other)
        known: dict[str, str] = {}
        worker.on("ServiceWorker.workerRegistrationUpdated", lambda news: known.update(_ids_by_scope(news)))
        await worker.send("ServiceWorker.enable")
        await person.begin(page, "Cleo Fernwick")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_timeout(APP_AT_REST_MS)
        await address.stop()
        await person.answer_line(page, 4)
        await person.answer_line(page, 3)
        await expect(page.locator(".status-saved")).to_be_visible()
        await page.close()
        assert await other.evaluate(f"({UNSENT})()") == 2
        call = {
            "origin": address.url, "registrationId": known[f"{address.url}/app/"], "tag": "send", "lastChance": False,
        }  # fmt: skip
        await address.start()
        await worker.send("ServiceWorker.dispatchSyncEvent", call)
        async with asyncio.timeout(30):
            while await other.evaluate(f"({UNSENT})()") > 0:
                await other.wait_for_timeout(200)
        await address.stop()
        await other.goto(f"{address.url}/app/")
        await expect(other.locator(".status-sent")).to_be_visible()
        await expect(other.locator(".count")).to_have_count(0)


def _ids_by_scope(news: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {one["scopeURL"]: one["registrationId"] for one in news["registrations"]}


async def test_unsent_answers_come_back_from_a_file_and_the_receipt_stands_on_screen_and_list(
    tmp_path: Path,
) -> None:
    async with rater_list(tmp_path, "en", post := Post()) as (page, address):
        await person.begin(page, "Cleo Fernwick")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await address.stop()
        await person.answer_line(page, 4)
        await page.locator("header a").first.click()
        await page.locator(".count").click()
        await expect(page.locator(".lead")).to_contain_text("1 answer waits here to be sent")
        await page.locator("header a").first.click()
        await person.open_card(page, "Cleo Fernwick")
        await page.wait_for_url("**/2")
        await page.evaluate(FULL_DISK)
        await person.answer_line(page, 3)
        await page.locator("header a").first.click()
        await expect(page.locator(".count")).to_contain_text("2 answers not sent yet")
        await expect(page.locator("a.card")).to_contain_text("2 answers not sent yet")

        await page.locator(".count").click()
        await expect(page.locator("main .note").first).to_contain_text("could not save")
        await page.get_by_role("button", name="Send now").click()
        await expect(page.locator("footer [role=status]")).to_contain_text("It did not get through")
        await expect(page.locator(".keep")).to_contain_text("readable by whoever opens it")
        async with page.expect_download() as loading:
            await page.locator(".keep button").click()
        kept = tmp_path / "kept.json"
        await (await loading.value).save_as(kept)
        sheets = json.loads(kept.read_text("utf-8"))["sheets"]
        assert {*sheets[0]} == {"assignment", "about", "round", "answers", "refused", "cells"}
        assert sheets[0]["answers"][0].endswith("Nearly always like this")
        await page.locator("header a").first.click()
        await page.locator("header a[href='#/menu']").click()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.locator("main .panel")).to_contain_text("What is not saved is lost")
        await expect(page.locator("main .panel > button.button")).to_have_text(
            "Sign out and lose what is not saved"
        )
        await page.locator("main .panel > button.quiet-button").click()
        await page.evaluate(ROOM_AGAIN)
        await page.locator("main .stack button.quiet-button").click()
        await person.read(page)
        await page.locator("main .panel > button.button").click()

        await address.start()
        post.mails.clear()  # the next code is the one of now
        await person.ask_for_code(page, MAILS["en"])
        await person.sign_in(page, await post.code())
        await page.locator("header a").first.click()
        await expect(page.locator("a.card")).to_contain_text("Not started")
        await page.locator("header a[href='#/menu']").click()
        await page.locator("main details summary").click()
        await page.locator("input[type=file]").set_input_files(kept)
        await expect(page.locator("main details [role=status]")).to_have_text("2 answers are back.")
        await page.locator("input[type=file]").set_input_files(kept)
        await expect(page.locator("main details [role=status]")).to_contain_text("Nothing new")
        await expect(page.locator(".status-sent")).to_be_visible(timeout=RECONNECT_MS)

        await page.locator("header a").first.click()
        await person.begin(page, "Cleo Fernwick")
        assert person.step_of(page) == 3  # this phone has no place of its own: the first open line
        while await person.is_line(page):
            checked = page.locator("fieldset.points input:checked")
            await (person.skip_line(page) if await checked.count() else person.answer_line(page, 4))
        await person.go_to_review(page)
        await person.submit(page)
        receipt = page.locator(".ended-received .receipt bdi")
        await expect(receipt).to_have_text(re.compile("^[0-9A-Z]{4}-[0-9A-Z]{4}$"), timeout=10_000)
        code = await receipt.inner_text()
        await page.locator("header a").first.click()
        await expect(page.locator("a.card .receipt")).to_contain_text(code)
        await _change_what_was_sent_in(page)


async def _change_what_was_sent_in(page: Page) -> None:
    """Looking at it takes nothing back; the first change does, and says that it has to be sent in again."""
    card = page.locator("a.card")
    await card.click()
    await page.get_by_role("button", name="Change my answers").click()
    await expect(page.locator(".note")).to_contain_text("This is sent in as it stands")
    await shot(page, "review-sent-en")
    await page.get_by_role("link", name="Back to the list").last.click()
    await expect(card).to_contain_text("Sent and received")
    await page.go_back()
    await page.locator(".answers a").first.click()
    await page.locator("fieldset.points label").first.click()
    await page.locator("header a").first.click()
    await expect(card).to_contain_text("It counts again once you send it in")
    await shot(page, "list-again-en")
    await card.click()
    await expect(page.locator(".note")).to_contain_text("It counts again once you send it in")
    await shot(page, "review-again-en")
    await person.submit(page)
    await expect(page.locator(".ended-received .receipt")).to_be_visible(timeout=10_000)

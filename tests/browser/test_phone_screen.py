"""A line of a form on a small phone: everything in sight, big letters, a keyboard, and the server's return."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import phone_steps as person
from tests.browser.harness import Address, browser, free_port, playing, shot, tab
from tests.browser.phone_replies import WORDS, Replies
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
MAILS = {"en": "dan@testwerk.example", "ar": "eve@testwerk.example"}
RECONNECT_MS = 5_000
AWAY_MS = 15_000
CLOCK_STEP_MS = 250
CHOICES = """() => {
  const boxes = [...document.querySelectorAll('label.point')].map((one) => one.getBoundingClientRect());
  return {
    tops: boxes.map((box) => box.top), heights: boxes.map((box) => box.height), bottom: boxes.at(-1).bottom,
    bar: document.querySelector('header').getBoundingClientRect().bottom,
    foot: document.querySelector('footer').getBoundingClientRect().top,
    anchors: document.querySelectorAll('.point-anchor').length,
    frame: getComputedStyle(document.querySelector('fieldset.points')).borderTopWidth,
  };
}"""
FULL_DISK = """() => {
  window.put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
ROOM_AGAIN = "() => { IDBObjectStore.prototype.put = window.put; }"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_FRONT = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  const seen = [];
  scrollTo(0, 0);
  if (box('footer').top < innerHeight) seen.push('footer');
  scrollTo(0, document.documentElement.scrollHeight);
  if (box('header').bottom > 0) seen.push('header');
  return seen;
}"""

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

# Two voices: an English one of the phone, and an Arabic one that a server would speak.
VOICES = """(() => {
  window.said = [];
  window.voices = [];
  const voices = [
    { name: 'of this phone', lang: 'en-GB', localService: true, default: true },
    { name: 'of a server', lang: 'ar-SA', localService: false, default: false },
  ];
  const synthesis = Object.assign(new EventTarget(), {
    getVoices: () => voices,
    cancel: () => { window.said = []; },
    speak: (one) => {
      window.said.push(one.text);
      window.voices = [...new Set([...window.voices, one.voice.name])];
    },
  });
  Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
})()"""


@asynccontextmanager
async def _list_of(
    tmp_path: Path, locale: str, post: Post | None = None
) -> AsyncIterator[tuple[Page, Address]]:
    """Sign a rater in on a phone of 360 x 740 and show the list."""
    port, post = free_port(), post or Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm:
            await firm.hire()
            await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                async with playing() as play, browser(play, tmp_path / "profile", locale=locale) as context:
                    page = await tab(context)
                    await page.goto(f"{address.url}/app/")
                    await person.ask_for_code(page, MAILS[locale])
                    await person.sign_in(page, await post.code())
                    await expect(page.locator("a.card")).to_be_visible()
                    yield page, address
            finally:
                await address.stop()


async def _let_pass(page: Page, ms: int) -> None:
    """Let the clock of the page go on; after each step what it asked of the network has its answer."""
    for _ in range(0, ms, CLOCK_STEP_MS):
        await page.clock.run_for(CLOCK_STEP_MS)
        await page.evaluate("() => fetch('/api/v1/ping').then(() => true, () => false)")


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_all_six_choices_of_every_line_are_in_sight(tmp_path: Path, locale: str) -> None:
    async with _list_of(tmp_path, locale) as (page, _):
        await person.open_card(page, "Cleo Fernwick")
        await expect(page.locator("main p[dir=auto]").first).to_be_visible()
        await person.read_promise_and_brief(page)
        n_anchored = 0
        while await person.is_line(page):
            seen = await page.evaluate(CHOICES)
            n_anchored += seen["anchors"] > 0
            assert len(seen["heights"]) == 6
            assert seen["frame"] == "0px"  # what browsers draw around fields is taken away
            assert min(seen["heights"][:5]) >= 48
            assert seen["heights"][5] >= 44
            assert seen["bar"] <= seen["tops"][0], page.url
            assert seen["bottom"] <= seen["foot"], page.url
            await shot(page, f"line-{locale}-{person.step_of(page)}")
            await person.skip_line(page)
        assert n_anchored > 0


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_letters_twice_as_big_cover_nothing_and_never_scroll_sideways(
    tmp_path: Path, locale: str
) -> None:
    async with _list_of(tmp_path, locale) as (page, _):
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert await page.evaluate(SIDEWAYS) == 0
        await person.open_card(page, "Cleo Fernwick")
        for move in ("footer button.button", "footer a.button"):
            assert await page.evaluate(SIDEWAYS) == 0
            assert await page.evaluate(IN_FRONT) == []
            await person.read(page)
            await page.locator(move).last.click()
        await page.wait_for_url(person.STEP)
        assert await page.evaluate(SIDEWAYS) == 0
        assert await page.evaluate(IN_FRONT) == []


async def test_enter_goes_on_arrows_stay_and_of_two_texts_one_is_kept_by_keyboard(tmp_path: Path) -> None:
    async with _list_of(tmp_path, "en") as (page, _):
        await person.begin(page, "Cleo Fernwick")
        await page.locator("fieldset.points input").first.focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Space")
        for _step in range(3):
            await page.keyboard.press("ArrowDown")
        await page.wait_for_timeout(500)
        assert person.step_of(page) == 1
        await expect(page.locator("fieldset.points input").nth(3)).to_be_checked()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/2")
        while await person.is_line(page):
            before = page.url
            await page.locator("fieldset.points input").nth(3).focus()
            await page.keyboard.press("Space")
            await page.keyboard.press("Enter")
            await page.wait_for_function("before => location.href !== before", arg=before)
            await person.is_drawn(page)
        await expect(page.locator("textarea")).to_be_visible()
        await _choose_between_two_texts(page)


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


async def _choose_between_two_texts(page: Page) -> None:
    """Another phone holds other words, twice: by key alone the first time one stays, the second time both."""
    replies = Replies()
    replies.mode = "two texts"
    await page.context.route("**/api/v1/sync", replies.give)
    await page.locator("textarea").fill("Written here.")
    await page.keyboard.press("Tab")
    await page.evaluate("dispatchEvent(new Event('online'))")
    two = page.get_by_role("region", name="You wrote this in two places")
    keep = two.get_by_role("button", name="Keep this")
    await expect(keep.first).to_have_accessible_description(
        re.compile("^Written in another place, .*[0-9]:[0-9]{2}")
    )
    await expect(keep.last).to_have_accessible_description(re.compile("^Written here, .*[0-9]:[0-9]{2}"))
    await expect(two.locator("blockquote")).to_have_text([WORDS, "Written here."])
    await keep.last.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_be_focused()
    await expect(page.locator("textarea")).to_have_value("Written here.")

    await expect(keep).to_have_count(2)  # what was kept was sent, and met other words again
    await two.get_by_role("button", name="Write a joined one").focus()
    await page.keyboard.press("Enter")
    joined = page.get_by_label("The joined words")
    await expect(joined).to_be_focused()
    await expect(joined).to_have_value(f"{WORDS}\n\nWritten here.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # cancel: both are still there
    await expect(keep).to_have_count(2)
    await two.get_by_role("button", name="Write a joined one").press("Enter")
    await joined.press("End")
    await joined.press_sequentially(" Both.")
    replies.mode = "none"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(two).to_have_count(0)
    await expect(page.locator("textarea")).to_have_value(
        re.compile(r"^Written on the other phone.* Both\.$", re.DOTALL)
    )


async def test_a_page_in_sight_asks_to_be_kept_once_it_holds_answers_and_sends_soon_after_the_server_is_back(
    tmp_path: Path,
) -> None:
    async with _list_of(tmp_path, "en") as (page, address):
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


async def test_the_second_tap_of_a_double_tap_answers_nothing_and_skips_nothing(tmp_path: Path) -> None:
    async with _list_of(tmp_path, "en") as (page, _):
        await page.evaluate(
            "navigator.serviceWorker.ready.then(() => true)"
        )  # so has the part that watches taps
        await person.open_card(page, "Cleo Fernwick")
        await _tap_twice(page, page.locator("footer button.button"), gap_ms=150)
        await expect(page.locator(".facts")).to_be_visible()
        await person.read(page)
        await _tap_twice(page, page.locator("footer a.button").last, gap_ms=150)
        await page.wait_for_url("**/1")
        for number, gap_ms in enumerate((80, 290, 450), start=1):
            await person.read(page)
            await _tap_twice(page, page.locator("label.point").nth(2), gap_ms)
            await page.wait_for_timeout(400)
            assert person.step_of(page) == number + 1
            await expect(page.locator("fieldset.points input:checked")).to_have_count(0)
        await page.keyboard.press("3")
        await page.wait_for_url("**/5")
        await page.keyboard.press("3")
        await page.wait_for_timeout(400)
        assert person.step_of(page) == 5
        while await person.is_line(page):
            await person.answer_line(page, 3)
        await person.go_to_review(page)
        await _review_comes_back_to_its_place(page)
        await _tap_twice(page, page.locator("footer button.button"), gap_ms=150)
        await expect(page.locator(".ended-received .receipt")).to_be_visible(timeout=10_000)


async def _tap_twice(page: Page, what: Locator, gap_ms: int) -> None:
    """Tap one place twice, whatever lies there the second time."""
    box = await what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.click(x, y)
    await page.wait_for_timeout(gap_ms)
    await page.mouse.click(x, y)


async def _review_comes_back_to_its_place(page: Page) -> None:
    """With the Back of the browser; who goes on to it anew begins at its top."""
    line = page.locator("ol.answers a").nth(8)
    await line.evaluate("one => one.scrollIntoView({ block: 'center' })")
    place = await page.evaluate("scrollY")
    assert place > 0
    await line.click()
    await page.wait_for_url("**/9")
    await page.wait_for_function("() => scrollY === 0")
    await page.go_back()
    await page.wait_for_url("**/review")
    await page.wait_for_function("place => scrollY === place", arg=place)
    await person.read(page)
    await line.click()
    await page.wait_for_url("**/9")
    await page.evaluate("location.hash = location.hash.replace('/9', '/review')")
    await expect(line).to_be_visible()
    await page.wait_for_function("() => scrollY === 0")
    await person.read(page)


async def test_keys_answer_a_strong_rating_asks_what_was_seen_and_only_the_phone_itself_reads_aloud(
    tmp_path: Path,
) -> None:
    async with _list_of(tmp_path, "en") as (page, _):
        await page.add_init_script(VOICES)
        await page.reload()
        await person.open_card(page, "Cleo Fernwick")
        await page.locator("footer button.button").click()
        await page.locator(".practice-points button").nth(3).click()
        await expect(page.locator(".practice .note")).to_contain_text("Often like this")
        await page.locator("footer a.button").last.click()
        await expect(page.locator(".status-ready")).to_be_visible()  # the practice line was kept nowhere
        await expect(page.locator("main .way")).to_have_text("Done exactly this way")

        await page.keyboard.press("2")
        note = page.locator(".noted textarea")
        await expect(note).to_be_in_viewport()
        assert await page.evaluate("document.activeElement.value") == "2"
        await note.press_sequentially("4 guards open.")
        await expect(page.locator("fieldset.points input:checked")).to_have_value("2")
        await note.blur()
        await expect(page.locator(".status-sent")).to_be_visible(timeout=RECONNECT_MS)
        place = await page.evaluate("scrollY")
        assert place > 0
        await page.reload()
        await expect(note).to_have_value("4 guards open.")
        await page.wait_for_function("place => scrollY === place", arg=place)
        await _killed_and_opened_comes_back(page, place)
        await page.locator("footer a.button").last.click()
        await page.wait_for_url("**/2")
        await page.keyboard.press("4")
        await page.wait_for_url("**/3")

        await page.locator(".aloud").click()
        await expect(page.locator(".aloud")).to_have_attribute("aria-pressed", "true")
        said = await page.evaluate("window.said")
        assert said[1] == await page.locator("h1").inner_text()
        assert await page.evaluate("window.voices") == ["of this phone"]
        await page.keyboard.press("3")
        await page.wait_for_url("**/4")
        assert await page.evaluate("window.said") == []
        await page.goto(page.url.split("#")[0] + "#/menu")
        await page.get_by_label("العربية").check()
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator(".aloud")).to_have_count(0)  # the voice that could is a server's


async def test_what_waits_is_sent_though_no_page_of_the_app_is_open(tmp_path: Path) -> None:
    async with _list_of(tmp_path, "en") as (page, address):
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


async def _killed_and_opened_comes_back(page: Page, place: int) -> None:
    """A page that is killed has no time to note anything; the next one starts at the list."""
    await page.wait_for_function(
        "place => localStorage['sightline-place'] === `${location.hash} ${place}`", arg=place
    )
    opened = await page.context.new_page()
    await opened.goto(page.url.split("#")[0])
    await opened.locator("a.card").first.click()
    await opened.wait_for_url("**/1")
    await opened.wait_for_function("place => scrollY === place", arg=place)
    await opened.locator("footer a.button").last.click()
    await opened.wait_for_url("**/2")
    await opened.wait_for_function("() => scrollY === 0")
    await opened.locator("footer a.button").first.click()
    await opened.wait_for_url("**/1")
    await opened.wait_for_timeout(300)
    assert await opened.evaluate("scrollY") == 0
    await opened.close()


async def test_unsent_answers_come_back_from_a_file_and_the_receipt_stands_on_screen_and_list(
    tmp_path: Path,
) -> None:
    async with _list_of(tmp_path, "en", post := Post()) as (page, address):
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

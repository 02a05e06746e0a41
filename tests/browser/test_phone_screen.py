"""A line of a form on a small phone: everything in sight, big letters, a keyboard, and the server's return."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import phone_steps as person
from tests.browser.harness import shot
from tests.browser.phone_list import RECONNECT_MS, rater_list
from tests.browser.phone_replies import WORDS, Replies

pytestmark = pytest.mark.browser
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


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_all_six_choices_of_every_line_are_in_sight(tmp_path: Path, locale: str) -> None:
    async with rater_list(tmp_path, locale) as (page, _):
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
    async with rater_list(tmp_path, locale) as (page, _):
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
    async with rater_list(tmp_path, "en") as (page, _):
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


async def test_the_second_tap_of_a_double_tap_answers_nothing_and_skips_nothing(tmp_path: Path) -> None:
    async with rater_list(tmp_path, "en") as (page, _):
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
    async with rater_list(tmp_path, "en") as (page, _):
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

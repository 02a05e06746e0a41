"""Two people without mail share one phone: each claims a card, the server is away in between, nobody loses anything."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from server.clock import new_id, today
from server.usecases.cards import PrintedCard, make_cards
from server.usecases.closing import list_asked
from server.usecases.tally import tally
from surveys.database import reader
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.sheet_store import each
from tests.browser import phone_steps as person
from tests.browser.harness import Address, Watched, browser, free_port, playing, shot, tab
from tests.firm import PEOPLE, Firm, new_firm

pytestmark = pytest.mark.browser
RATEE = "Cleo Fernwick"
DANS = "274951"  # his number
ON_DISK = """async () => {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of db.objectStoreNames) {
      const all = db.transaction(store).objectStore(store).getAll();
      await new Promise((done) => { all.onsuccess = done; });
      found.push(name, all.result);
    }
    db.close();
  }
  return JSON.stringify(found) + JSON.stringify({ ...sessionStorage }) + JSON.stringify({ ...localStorage });
}"""


async def _cards(firm: Firm, *names: str) -> list[PrintedCard]:
    made = await make_cards(
        [firm.ids[name] for name in names],
        valid_until=(today(firm.clock) + timedelta(days=90)).isoformat(),
        batch=new_id(firm.clock),
        actor=firm.ids["HR"],
        keeper=firm.app.state.keeper,
        clock=firm.clock,
    )
    return list(made)


async def _claim(
    page: Page, address: Address, code: str, pin: str, *, name: str, picture: str = "", again: bool = False
) -> None:
    await page.goto(f"{address.url}/c#{code}")
    await expect(page.locator("h1")).to_contain_text(name)
    assert code not in page.url, "the code stayed in the address line"
    shared = page.locator("input[name=shared]")
    if not again:
        await shared.check()
    await page.locator("input[name=pin]").fill("111111" if picture else pin)
    if again:
        await shot(page, "claim-again-en")
    if picture:
        await page.locator("button.button").click()
        await expect(page.locator(".problem")).to_contain_text("not 123456")
        await shot(page, picture)
        await page.locator("input[name=pin]").fill(pin)
    await page.locator("button.button").click()
    await expect(page.locator("a.card")).to_be_visible()


async def _answer_all(page: Page) -> None:
    await expect(page.locator("fieldset.points")).to_be_visible()
    while await person.is_line(page):
        await person.answer_line(page, 4)
    await person.go_to_review(page)
    await person.submit(page)


async def _n_counted(firm: Firm, cycle_id: str) -> int:
    facts = await find_cycle_facts(cycle_id)
    assert facts is not None
    rows = [row async for row in each(reader(), cycle_id)]
    key = firm.app.state.keeper.open_cycle(cycle_id)
    return dict(tally(rows, await list_asked(cycle_id), facts.forms, key).counts)["counted"]


async def test_two_people_share_a_phone_and_the_server_is_away_in_between(tmp_path: Path) -> None:
    port = free_port()
    people = PEOPLE.replace("dan@testwerk.example", "").replace("eve@testwerk.example", "")
    async with new_firm(tmp_path / "data", port=port) as firm:
        await firm.hire(people)
        dan, eve = await _cards(firm, "dan", "eve")
        cycle_id = await firm.launch()
        address = Address(firm.app, port)
        await address.start()
        watched = Watched(address.url)
        try:
            async with playing() as play, browser(play, tmp_path / "profile") as context:
                watched.watch(context)
                page = await tab(context)
                await _claim(page, address, dan.code, DANS, name="Dan O.", picture="claim-ready-en")
                await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
                await _dan_answers_without_network(page, address)
                await _eve_sees_nothing_of_dan(page, address, eve.code)
                assert await _n_counted(firm, cycle_id) == 1
                await _dan_comes_back(page, firm, address, dan.code)
                assert await _n_counted(firm, cycle_id) == 2
                assert RATEE not in await page.evaluate(ON_DISK)
        finally:
            await address.stop()
        assert watched.problems == []


async def _dan_answers_without_network(page: Page, address: Address) -> None:
    await person.begin(page, RATEE)
    await person.answer_line(page, 3)
    await address.stop()
    address.assert_refused()
    await page.reload()  # the tab still knows whose turn it is
    await _answer_all(page)
    await expect(page.locator(".ended-finished")).to_be_visible()
    await page.goto(f"{address.url}/app/#/")
    await page.get_by_role("button", name="I am done").click()
    await expect(page.locator(".panel")).to_contain_text("not sent yet")
    await shot(page, "shared-unsent-en")
    async with page.context.expect_page() as opened:
        await page.evaluate("void window.open('/app/')")  # a second tab of the same shift
    other = await opened.value
    await expect(other.locator(".hello")).to_contain_text("Dan")
    await page.get_by_role("button", name="Leave them locked").click()
    await expect(page.locator("input[name=mail]")).to_be_visible()
    await expect(other.locator("input[name=mail]")).to_be_visible()
    await other.close()
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Signed out on this phone")
    await expect(page.locator("main")).to_contain_text("that were not sent yet wait here safely")
    await shot(page, "signed-out-waiting-en")
    kept = await page.evaluate(ON_DISK)
    assert "Dan" not in kept
    assert RATEE not in kept
    assert "#/a/" not in kept  # nor where he was


async def _eve_sees_nothing_of_dan(page: Page, address: Address, code: str) -> None:
    await address.start()
    await _pages_ask_for_sign_in(page, address)
    await _claim(page, address, code, "830416", name="هذه")  # the card speaks her language
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(page.locator(".hello")).not_to_contain_text("Dan")
    await person.begin(page, RATEE)
    assert person.step_of(page) == 1
    await _answer_all(page)
    await expect(page.locator(".ended-received")).to_be_visible(timeout=30_000)
    await page.goto(f"{address.url}/app/#/")
    await page.get_by_role("button", name="انتهيت").click()
    await expect(page.locator("input[name=mail]")).to_be_visible()


async def _pages_ask_for_sign_in(page: Page, address: Address) -> None:
    """Look at the server's own pages before the app had a chance to say who left."""
    for path in ("/plain", "/me", "/gaps", "/reports"):
        await page.goto(address.url + path)
        assert page.url == f"{address.url}/sign-in", path
    assert "Dan" not in await page.content()


async def _dan_comes_back(page: Page, firm: Firm, address: Address, code: str) -> None:
    firm.clock.move(hours=16)  # the next shift: the same card, and his number
    await _claim(page, address, code, DANS, name="Dan", again=True)
    await expect(page.locator(".status-sent")).to_be_visible(timeout=30_000)
    await page.get_by_role("button", name="I am done").click()
    await expect(page.locator("input[name=mail]")).to_be_visible()

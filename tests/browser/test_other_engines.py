"""Store, worker and sync in Firefox and in WebKit: half a 360, the server gone, the rest, the server back, one sheet."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from surveys.models.cycles import Assignment
from tests.browser.harness import Address, free_port
from tests.browser.other_engines import Tab, firefox, until, webkit
from tests.firm import new_firm
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
N_LINES_BEFORE = 3
POINT = 3  # from 0
READING_S = 0.6  # the app takes a faster tap for the rest of the one before
LINE = "document.querySelector('fieldset.points') !== null"


@pytest.mark.parametrize("engine", [firefox, webkit])
async def test_answers_given_with_and_without_a_server_arrive_once(
    tmp_path: Path, engine: Callable[[Path], AbstractAsyncContextManager[Tab]]
) -> None:
    port, post = free_port(), Post()
    with mail_server(post) as smtp:
        async with new_firm(tmp_path / "data", port=port, smtp=smtp) as firm:
            await firm.hire()
            cycle_id = await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                async with engine(tmp_path / "home") as tab:
                    await _begin(tab, address, post)
                    for _ in range(N_LINES_BEFORE):
                        await _moved(tab, "label.point", POINT)
                    await until(tab, "navigator.serviceWorker.controller !== null")
                    await _go_on_without_server(tab, address)
                    await address.start()
                    await until(tab, "document.querySelector('.ended-received') !== null")
                n_asked = await Assignment.filter(cycle_id=cycle_id).count()
                assert await firm.counts(cycle_id) == {
                    "counted": 1, "unfinished": 0, "empty": n_asked - 1, "orphans": 0, "unreadable": 0,
                }  # fmt: skip
            finally:
                await address.stop()


async def _begin(tab: Tab, address: Address, post: Post) -> None:
    await tab.go(f"{address.url}/app/")
    await _type(tab, "input[name=mail]", "dan@testwerk.example")
    await _type(tab, "input[name=code]", await post.code())
    await _click(tab, "a.card")
    await _click(tab, "footer button.button")
    await until(tab, "document.querySelector('.facts') !== null")
    await _click(tab, "footer a.button")
    await until(tab, LINE)


async def _go_on_without_server(tab: Tab, address: Address) -> None:
    """Come back through the worker, to the same line, and finish."""
    before = await tab.run("return location.hash")
    await address.stop()
    address.assert_refused()
    await tab.run("window.isOfBefore = true; location.reload();")
    await until(tab, f"window.isOfBefore === undefined && {LINE}")
    assert await tab.run("return location.hash") == before
    while await tab.run(f"return {LINE}"):
        await _moved(tab, "label.point", POINT)
    while await tab.run("return /#\\/a\\/[0-9a-f]{32}\\/\\d+$/.test(location.href)"):
        await _moved(tab, "footer .foot-row a")
    await _click(tab, "footer button.button")
    await until(tab, "document.querySelector('.ended-finished') !== null")


async def _type(tab: Tab, selector: str, text: str) -> None:
    await until(tab, f"document.querySelector('{selector}') !== null")
    await tab.run(
        f"const one = document.querySelector('{selector}'); one.value = '{text}';"
        "one.dispatchEvent(new Event('input', { bubbles: true }));"
    )
    await _click(tab, "form button[type=submit]")


async def _click(tab: Tab, selector: str, at: int = -1) -> None:
    await until(tab, f"document.querySelector('{selector}') !== null")
    await asyncio.sleep(READING_S)
    await tab.click(selector, at)


async def _moved(tab: Tab, selector: str, at: int = -1) -> None:
    """Click, and wait for the next line."""
    before = await tab.run("return location.href")
    await _click(tab, selector, at)
    await until(tab, f"location.href !== '{before}' && document.querySelector('h1') !== null")

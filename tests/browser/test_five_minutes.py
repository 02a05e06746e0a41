"""The demo's first five minutes in a real browser: a server of its own, every step done, nothing odd in the console."""

import asyncio
import os
import sys
import time
from pathlib import Path

import httpx2
import pytest
from openpyxl import load_workbook
from playwright.async_api import Page

from tests.browser.five_minutes import walk
from tests.browser.harness import DESK, Watched, browser, free_port, playing

pytestmark = pytest.mark.browser
MOST_S = 300
BUILD_S = 240


async def _served(url: str) -> None:
    async with httpx2.AsyncClient() as client:
        for _ in range(BUILD_S):
            try:
                if (await client.get(f"{url}/api/v1/ping")).status_code == 204:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(1)
    raise AssertionError("the demo was not served in time")


async def test_the_first_five_minutes_take_less_than_five_minutes(tmp_path: Path) -> None:
    locale = os.environ.get("SIGHTLINE_LOCALE", "en")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    pictures = Path(os.environ.get("SIGHTLINE_PICTURES", tmp_path))
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "demo", "--data", str(tmp_path / "demo"), "--port", str(port)
    )

    async def picture(page: Page, name: str) -> None:
        await page.screenshot(path=str(pictures / f"five-{locale}-{name}.png"), full_page=True)

    try:
        await _served(url)
        async with (
            playing() as play,
            browser(play, tmp_path / "browser", locale=locale, viewport=DESK) as context,
        ):
            watched = Watched(url)
            watched.watch(context)
            started = time.monotonic()
            book = await walk(context, url, picture, downloads=tmp_path)
            took_s = time.monotonic() - started
            own = [one for one in watched.problems if not one.startswith("foreign host: http://127.0.0.1:")]
            assert own == []
    finally:
        server.terminate()
        await server.wait()
    assert took_s < MOST_S
    assert len(load_workbook(book).sheetnames) >= 4
    assert (tmp_path / "own").is_dir(), "nothing was begun beside the demo"

"""Every page and every screen of the phone app may be shown to a customer: sound, in its language, on phone and desk."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from server.access import GuardedRoute
from server.routes import first, table
from tests.browser.harness import PHONE, Address, Watched, free_port, playing
from tests.browser.looking import Cell, look_at_pages
from tests.browser.page_counts import count, write_counts
from tests.browser.page_faults import faults_of
from tests.browser.page_list import LOOKS, is_no_page
from tests.browser.phone_looks import look_at_phone
from tests.browser.whole_site import whole_site
from tests.chromium import ARGUMENTS, find_chromium
from tests.site import settings_for

pytestmark = pytest.mark.browser
# All pages in the two cells that have least in common, a sample of them in the other six; the script takes them all.
WHOLE = (Cell("en", "light", "phone"), Cell("ar", "dark", "desk"))
OTHERS = tuple(
    cell
    for locale in ("en", "ar")
    for scheme in ("light", "dark")
    for size in ("phone", "desk")
    if (cell := Cell(locale, scheme, size)) not in WHOLE
)
SAMPLED_EVERY = 24
FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title></head><body><main><h1>صفحة كاملة</h1>
<p>cycles.title</p><p>{name}</p><button class="button">Small</button><p dir="ltr" style="inline-size: 4000px">wide</p>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main></body></html>"""

REFUSED = """<!doctype html><script>alert(1)</script><script src="/own.js"></script>
<img src="http://localhost:9/elsewhere.png">"""


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with playing() as play:
        chromium = await play.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield chromium
        await chromium.close()


def _routes(folder: Path) -> list[GuardedRoute]:
    settings = settings_for("sqlite://:memory:", folder, is_demo=True)
    found = [*table.routes(settings), *first.routes()]
    return [one for one in found if isinstance(one, GuardedRoute) and "GET" in (one.methods or ())]


def _route_of(path: str, routes: list[GuardedRoute]) -> str:
    """Find which route answers an address; whatever stands in braces is some id."""
    filled = re.sub(r"\{[^}]*\}", "0" * 8, path.partition("?")[0])
    scope = {"type": "http", "method": "GET", "path": filled, "headers": []}
    return next((one.path for one in routes if one.matches(scope)[0] is Match.FULL), "")


def test_every_page_of_the_route_table_is_looked_at(tmp_path: Path) -> None:
    routes = _routes(tmp_path)
    looked_at = {_route_of(one.path, routes) for one in LOOKS}
    pages = {one.path for one in routes if not is_no_page(one.path)}
    assert len(pages) > 35
    assert pages - looked_at == set()


async def test_every_page_and_screen_may_be_shown(tmp_path: Path) -> None:
    n_looks = 0

    async def counted(page: Page, name: str) -> None:
        nonlocal n_looks
        n_looks += 1

    takes_all = bool(os.environ.get("SIGHTLINE_ALL_LOOKS"))
    async with whole_site(tmp_path) as site, _chromium() as chromium:
        found: list[str] = []
        for cell in (*WHOLE, *OTHERS) if takes_all else WHOLE:
            found += await look_at_pages(chromium, site, cell, LOOKS, counted)
            found += await look_at_phone(chromium, site, cell, counted)
        for i, cell in enumerate(() if takes_all else OTHERS):
            found += await look_at_pages(chromium, site, cell, LOOKS[i::SAMPLED_EVERY], counted)
    write_counts(found, n_looks=n_looks, n_cells=len(WHOLE) + len(OTHERS))
    assert found == []


async def test_script_that_is_refused_an_error_and_a_foreign_host_are_counted_as_such() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        csp = {"Content-Security-Policy": "script-src 'self'"}
        body = "console.error('one')" if scope["path"] == "/own.js" else REFUSED
        kind = "text/javascript" if scope["path"] == "/own.js" else "text/html"
        await Response(body, media_type=kind, headers=csp)(scope, receive, send)

    address = Address(app, free_port())
    await address.start()
    watched = Watched(address.url)
    async with _chromium() as chromium:
        context = await chromium.new_context()
        watched.watch(context)
        page = await context.new_page()
        await page.goto(address.url)
        await page.wait_for_timeout(300)
        await context.close()
    await address.stop()
    counted = count(f"en-light-phone page: {one}" for one in ["axe image-alt", *watched.problems])
    assert counted == {"axe": 1, "csp": 1, "console": 1, "foreign host": 1, "other": 0}


async def test_a_faulty_page_is_seen_as_one() -> None:
    async with _chromium() as chromium:
        page = await chromium.new_page(viewport={"width": PHONE["width"], "height": PHONE["height"]})
        await page.set_content(FAULTY)
        found = " ".join(await faults_of(page, "en"))
    for fault in ("axe image-alt", "sideways", "foreign", "key", "small button", "{name}", "cycles.title"):
        assert fault in found, fault
    assert "lang is" not in found


async def test_a_page_in_another_direction_is_seen() -> None:
    async with _chromium() as chromium:
        page = await chromium.new_page()
        await page.set_content(
            '<html lang="en"><title>One</title><main><h1>Not what was asked for</h1></main>'
        )
        assert {"lang is en", "dir is ltr"} <= set(await faults_of(page, "ar"))

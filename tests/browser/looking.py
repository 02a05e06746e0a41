"""Looking at all pages of a site in one language, scheme and size."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.axe import bring_axe
from tests.browser.harness import DESK, PHONE, Watched
from tests.browser.page_faults import faults_of
from tests.browser.page_list import JOINER, Look
from tests.browser.whole_site import Whole

Picture = Callable[[Page, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix of screens."""

    locale: str
    scheme: str
    size: str

    @property
    def name(self) -> str:
        return f"{self.locale}-{self.scheme}-{self.size}"


async def no_picture(page: Page, name: str) -> None:
    """Take none."""


@asynccontextmanager
async def chair(
    chromium: Browser, site: Whole, cell: Cell, who: str, problems: list[str], *, door: str = "demo"
) -> AsyncIterator[BrowserContext]:
    """Open a browser of its own for one person."""
    size = PHONE if cell.size == "phone" else DESK
    context = await chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale=cell.locale,
        color_scheme="dark" if cell.scheme == "dark" else "light",
        reduced_motion="reduce",
        device_scale_factor=1,
    )
    await bring_axe(context)
    base = site.address_of(door).url
    watched = Watched(base, problems)
    watched.watch(context)
    if who in site.sessions:
        await context.add_cookies([{"name": "sid", "value": site.sessions[who], "url": base}])
    if who == JOINER:
        await context.add_cookies(
            [
                {"name": "mirror", "value": secret, "url": f"{site.address.url}/mirror/{mirror}"}
                for mirror, secret in site.mirror_secrets.items()
            ]
        )
    try:
        yield context
    finally:
        await context.close()


async def look_at_pages(
    chromium: Browser, site: Whole, cell: Cell, looks: Iterable[Look], picture: Picture = no_picture
) -> list[str]:
    """Look at pages, person by person; give every fault with the page it is on."""
    found: list[str] = []
    wanted = list(looks)
    await site.speak(cell.locale)
    for who, door in dict.fromkeys((one.who, one.door) for one in wanted):
        problems: list[str] = []
        async with chair(chromium, site, cell, who, problems, door=door) as context:
            page = await context.new_page()
            for look in (one for one in wanted if (one.who, one.door) == (who, door)):
                found += [
                    f"{cell.name} {look.name}: {fault}" for fault in await _look(page, site, cell, look)
                ]
                found += [f"{cell.name} {look.name}: {problem}" for problem in problems]
                problems.clear()
                await picture(page, f"{look.name}-{cell.name}")
    return found


async def _look(page: Page, site: Whole, cell: Cell, look: Look) -> list[str]:
    path = look.path.format(locale=cell.locale, **site.ids)
    reply = await page.goto(site.address_of(look.door).url + path)
    status = reply.status if reply is not None else 0
    if status != look.status:
        return [f"status {status}"]
    if look.act is not None:
        await look.act(page, site)
    return await faults_of(page, cell.locale)

"""A real server that can be stopped and started again, and a real browser that can be killed."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    async_playwright,
    expect,
)
from starlette.types import ASGIApp

from tests.chromium import ARGUMENTS, find_chromium

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# How long a page may take until it is as expected where nothing stricter is said: a busy machine is no fault of a page.
PATIENCE_MS = 30_000


class Address:
    """An application on a loopback port; `stop` closes the port, `start` opens it again."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        config = uvicorn.Config(
            self.app, host="127.0.0.1", port=self.port, lifespan="off", access_log=False, log_level="error",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110 uvicorn offers a flag, no event
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
            self._server = self._task = None

    def assert_refused(self) -> None:
        """Offline means a port that refuses a connection, not a flag."""
        with socket.socket() as one:
            one.settimeout(2)
            assert one.connect_ex(("127.0.0.1", self.port)) != 0, "the server still listens"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Watched:
    """What a page must never produce: console errors, CSP reports, requests to other hosts."""

    host: str
    problems: list[str] = field(default_factory=list)
    is_offline: bool = False

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("request", self._request)
        context.on("weberror", lambda error: self.problems.append(f"error: {error.error}"))

    def _console(self, message: ConsoleMessage) -> None:
        # A browser writes a line for every request that fails; offline and expected 4xx are no faults of a page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.host, "data:", "blob:")):
            self.problems.append(f"foreign host: {request.url}")


@asynccontextmanager
async def browser(
    play: Playwright,
    profile: Path,
    *,
    locale: str = "en",
    viewport: dict[str, int] | None = None,
    scheme: str = "light",
) -> AsyncIterator[BrowserContext]:
    """Start Chromium with a profile of its own; the same profile finds its storage again."""
    path = find_chromium()
    assert path is not None, "no Chromium: run `python -m tests.chromium`"
    size = viewport or PHONE
    context = await play.chromium.launch_persistent_context(
        str(profile),
        executable_path=path,
        args=ARGUMENTS,
        headless=True,
        locale=locale,
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    try:
        yield context
    finally:
        try:
            await context.close()
        except Exception as error:  # a killed browser cannot be closed; anything else is a real fault
            if "closed" not in str(error):
                raise


def kill_browser(profile: Path) -> int:
    """SIGKILL every process of the browser with this profile; give how many there were."""
    n_killed = 0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command:
            try:
                os.kill(int(folder.name), signal.SIGKILL)
                n_killed += 1
            except ProcessLookupError:
                continue
    return n_killed


@asynccontextmanager
async def playing() -> AsyncIterator[Playwright]:
    """Start Playwright's driver."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as play:
        yield play


async def tab(context: BrowserContext) -> Page:
    """Give the first tab."""
    return context.pages[0] if context.pages else await context.new_page()


async def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where `SIGHTLINE_SHOTS` names a folder; tests pass without."""
    folder = os.environ.get("SIGHTLINE_SHOTS")
    if folder:
        await page.wait_for_timeout(350)
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))

"""Firefox and WebKitGTK, driven by what they bring: Marionette over a socket, WebDriver over HTTP; no further part."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import httpx2

from tests.browser.harness import free_port

START_S = 60.0
STEP_S = 30.0
POLL_S = 0.05
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name WebDriver gives a reference to an element
PREFERENCES = """user_pref("marionette.port", {port});
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("browser.startup.page", 0);
user_pref("services.settings.server", "data:,");
"""


class EngineFailed(RuntimeError):
    """A browser said no, or did not come to where it should."""


class Tab(Protocol):
    """One page of a browser."""

    async def go(self, url: str) -> None:
        """Go to an address."""
        ...

    async def run(self, body: str) -> Any:
        """Run the body of a function in the page and give what it returns; JSON is `Any` by nature."""
        ...

    async def click(self, selector: str, at: int) -> None:
        """Click as a person does, on one of the elements."""
        ...


class Marionette:
    """Firefox's own remote control: a length, a colon, and JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._n = 0

    async def call(self, command: str, **values: Any) -> Any:
        """Send one command; anything but a result is raised."""
        self._n += 1
        message = json.dumps([0, self._n, command, values]).encode()
        self._writer.write(f"{len(message)}:".encode() + message)
        await self._writer.drain()
        _, _, error, result = await self.read()
        if error is not None:
            raise EngineFailed(f"{command}: {error['message']}")
        return result

    async def read(self) -> Any:
        """Read one message."""
        length = await self._reader.readuntil(b":")
        return json.loads(await self._reader.readexactly(int(length[:-1])))

    async def go(self, url: str) -> None:
        await self.call("WebDriver:Navigate", url=url)

    async def run(self, body: str) -> Any:
        return (await self.call("WebDriver:ExecuteScript", script=body, args=[]))["value"]

    async def click(self, selector: str, at: int) -> None:
        found = await self.call("WebDriver:FindElements", using="css selector", value=selector)
        await self.call("WebDriver:ElementClick", id=found[at][ELEMENT])


class WebDriver:
    """WebKit's driver: one address per command."""

    def __init__(self, client: httpx2.AsyncClient, session: str) -> None:
        self._client = client
        self._session = session

    async def go(self, url: str) -> None:
        await ask(self._client, f"/session/{self._session}/url", {"url": url})

    async def run(self, body: str) -> Any:
        return await ask(self._client, f"/session/{self._session}/execute/sync", {"script": body, "args": []})

    async def click(self, selector: str, at: int) -> None:
        base = f"/session/{self._session}"
        found = await ask(self._client, f"{base}/elements", {"using": "css selector", "value": selector})
        await ask(self._client, f"{base}/element/{found[at][ELEMENT]}/click", {})


async def ask(client: httpx2.AsyncClient, path: str, body: dict[str, Any]) -> Any:
    """Post one WebDriver command; give its value."""
    reply = await client.post(path, json=body)
    value = reply.json()["value"]
    if reply.status_code != 200:
        raise EngineFailed(f"{path}: {value['error']}: {value['message']}")
    return value


async def until(tab: Tab, condition: str) -> Any:
    """Wait until an expression of the page is true, and give its value."""
    deadline = asyncio.get_running_loop().time() + STEP_S
    while True:
        try:
            found = await tab.run(f"return {condition};")
        except EngineFailed:  # the page is just being replaced
            found = None
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise EngineFailed(f"never came: {condition}")
        await asyncio.sleep(POLL_S)


@asynccontextmanager
async def firefox(profile: Path) -> AsyncIterator[Tab]:
    """Start Firefox with a profile of its own; the same profile finds its storage again."""
    port = free_port()
    _prepare(profile, port)
    command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    async with _running(command, HOME=str(profile), MOZ_CRASHREPORTER_DISABLE="1"):
        reader, writer = await _connected(port)
        browser = Marionette(reader, writer)
        await browser.read()
        await browser.call("WebDriver:NewSession", acceptInsecureCerts=False)
        try:
            yield browser
        finally:
            writer.close()


@asynccontextmanager
async def webkit(home: Path) -> AsyncIterator[Tab]:
    """Start WebKitGTK's small browser on a screen of its own."""
    port, screen = free_port(), 90 + free_port() % 900
    _prepare(home, port)
    environment = {
        "DISPLAY": f":{screen}",
        "HOME": str(home),
        "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
        "NO_AT_BRIDGE": "1",
    }
    display = ["Xvfb", f":{screen}", "-screen", "0", "400x800x24", "-nolisten", "tcp"]
    async with (
        _running(display),
        _running(["WebKitWebDriver", f"--port={port}"], **environment),
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=START_S) as client,
    ):
        _, writer = await _connected(port)
        writer.close()
        started = await ask(client, "/session", {"capabilities": {"alwaysMatch": {}}})
        yield WebDriver(client, started["sessionId"])


def _prepare(folder: Path, port: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "user.js").write_text(PREFERENCES.format(port=port), "utf-8")


@asynccontextmanager
async def _running(command: list[str], **environment: str) -> AsyncIterator[None]:
    """Run a program in a group of its own, and end that group."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(START_S):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(POLL_S)

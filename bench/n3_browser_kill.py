"""N3: SIGKILL of the browser at a random moment after *Saved on this phone* was shown; what it said is there afterwards."""

import asyncio
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from playwright.async_api import BrowserContext, Error, Page, Playwright

from bench.phone_builds import build, build_with
from server.routes import assets
from tests.browser import phone_steps as person
from tests.browser.harness import Address, browser, free_port, kill_browser, playing, tab
from tests.firm import new_firm
from tests.post import Post, mail_server

KILLS = {"change": 20, "nightly": 200}
LAZY_KILLS = 10
LONGEST_MORE_S = 0.8
# The mistake the proof must be able to see: *saved* is said when the disk has only been asked.
LAZY = (
    "sync/keeper.ts",
    "await deps.store.write(change);",
    "setTimeout(() => void deps.store.write(change), 3_000);",
)
# Answers line after line, and says what was entered and what the app then called saved; both by step of the form.
ANSWER = """async ([task, nSteps, seed]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const isSaved = () => document.querySelector("html:not(.undrawn) .status-saved") !== null;
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set;
  for (let turn = seed; ; turn += 1) {
    const step = (turn % nSteps) + 1;
    location.hash = `#/a/${task}/${step}`;
    await pause(80);
    const points = [...document.querySelectorAll("fieldset.points label.point input")];
    // A line may offer a note beside its points: then the points are what is answered.
    const field = points.length > 0 ? null : document.querySelector("textarea");
    if (field === null && points.length === 0) continue;
    const value = field === null ? points[turn * 7 % points.length].value : `Words of turn ${turn}.`;
    await tell({ step, value, isSaved: false });
    if (field === null) points.find((point) => point.value === value).click();
    else {
      set.call(field, value);
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await pause(400);
    }
    await frame();
    while (!isSaved()) await frame();
    await tell({ step, value, isSaved: true });
  }
}"""
READ = """async ([task, nSteps]) => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const found = {};
  for (let step = 1; step <= nSteps; step += 1) {
    location.hash = `#/a/${task}/${step}`;
    await pause(80);
    const field = document.querySelector("fieldset.points") ? null : document.querySelector("textarea");
    found[step] = field?.value ?? document.querySelector("fieldset.points input:checked")?.value ?? null;
  }
  return found;
}"""


@dataclass
class Told:
    """What one browser said before it was killed: every value entered on a step, and which of them it called saved."""

    entered: dict[int, list[str]] = field(default_factory=dict)
    saved_at: dict[int, int] = field(default_factory=dict)
    n_saved: int = 0
    has_saved: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, step: int, value: str, is_saved: bool) -> None:
        """Note a word of the page."""
        values = self.entered.setdefault(step, [])
        if not is_saved:
            values.append(value)
            return
        self.saved_at[step] = len(values) - 1
        self.n_saved += 1
        self.has_saved.set()

    def n_lost(self, found: dict[str, str | None]) -> int:
        """Count the steps that show neither what was called saved last nor anything entered after it."""
        return sum(found[str(step)] not in self.entered[step][at:] for step, at in self.saved_at.items())


@dataclass(frozen=True)
class Outcome:
    """What the kills did."""

    n_kills: int
    n_saved: int
    n_lost: int


@dataclass(frozen=True)
class Phone:
    """A profile folder on which somebody is signed in and has begun; no server answers it any more."""

    url: str
    profile: Path
    task: str
    n_steps: int


@asynccontextmanager
async def begun(play: Playwright, dist: Path, folder: Path) -> AsyncIterator[Phone]:
    """Sign in and begin with a server, then take the server away."""
    port, post = free_port(), Post()
    with mail_server(post) as smtp, patch.object(assets, "DIST_DIR", dist):
        async with new_firm(folder / "data", port=port, smtp=smtp) as firm:
            await firm.hire()
            await firm.launch()
            address = Address(firm.app, port)
            await address.start()
            try:
                async with browser(play, folder / "profile") as context:
                    page = await tab(context)
                    await page.goto(f"{address.url}/app/")
                    await person.ask_for_code(page, "dan@testwerk.example")
                    await person.sign_in(page, await post.code())
                    await person.begin(page, "Cleo Fernwick")
                    task = page.url.split("/")[-2]
                    n_steps = await page.locator(".bar progress").evaluate("one => one.max")
                    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
            finally:
                await address.stop()
    yield Phone(f"{address.url}/app/", folder / "profile", task, int(n_steps))


async def one_kill(play: Playwright, phone: Phone, before: Told, chance: random.Random) -> tuple[int, Told]:
    """Count what the last kill lost, answer on, and kill again."""
    told = Told()
    async with browser(play, phone.profile) as context:
        page = await tab(context)
        n_lost = await lost(page, phone, before)
        await _listen(context, told)
        # It ends with the browser and never by itself.
        answering = asyncio.create_task(
            page.evaluate(ANSWER, [phone.task, phone.n_steps, chance.randrange(1000)])
        )
        await asyncio.wait_for(told.has_saved.wait(), 30)
        await asyncio.sleep(chance.uniform(0, LONGEST_MORE_S))
        if kill_browser(phone.profile) == 0:
            raise RuntimeError("there was no browser to kill")
        try:
            await answering
        except Error:
            return n_lost, told
    raise RuntimeError("the page stopped answering before it was killed")


async def _listen(context: BrowserContext, told: Told) -> None:
    async def tell(source: object, word: dict[str, Any]) -> None:
        told.take(int(word["step"]), str(word["value"]), bool(word["isSaved"]))

    await context.expose_binding("tell", tell)


async def lost(page: Page, phone: Phone, told: Told) -> int:
    """Start without a server and compare every step with what was said before the kill."""
    await page.goto(phone.url)
    await page.locator("a.card").first.wait_for()
    found = await page.evaluate(READ, [phone.task, phone.n_steps])
    return told.n_lost(found)


async def kill_many(dist: Path, n_kills: int, *, stop_at_loss: bool = False) -> Outcome:
    """Kill one browser after the other over one profile folder, looking after each kill."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-browser-"))
    chance = random.Random(3)
    told, n_lost, n_saved, n_done = Told(), 0, 0, 0
    try:
        async with playing() as play, begun(play, dist, folder) as phone:
            while n_done < n_kills and not (stop_at_loss and n_lost):
                n, told = await one_kill(play, phone, told, chance)
                n_lost, n_saved, n_done = n_lost + n, n_saved + told.n_saved, n_done + 1
            async with browser(play, phone.profile) as context:
                n_lost += await lost(await tab(context), phone, told)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Outcome(n_done, n_saved, n_lost)


def run(tier: str) -> list[dict[str, Any]]:
    """Kill browsers of the app as it is, then of one that says *saved* too early: the second run must lose something."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-builds-"))
    try:
        ours = asyncio.run(kill_many(build(folder / "dist"), KILLS[tier]))
        lazy = asyncio.run(kill_many(build_with(folder, *LAZY), LAZY_KILLS, stop_at_loss=True))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        {
            "id": "N3",
            "name": "browser SIGKILL after saved shown: lost",
            "value": f"{ours.n_lost} of {ours.n_saved} answers called saved in {ours.n_kills} kills",
            "target": "0",
            "bound": f"saved said before the disk had answered: {lazy.n_lost} lost after {lazy.n_kills} kills",
            "reached": ours.n_lost == 0 and ours.n_saved > 0 and lazy.n_lost > 0,
            "note": "Chromium, no server reachable, one profile folder",
        }
    ]

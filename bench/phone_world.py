"""A firm whose rater is asked about six people with 63 questions each, served on loopback; and a bare page to compare."""

import asyncio
import dataclasses
import gzip
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from playwright.async_api import BrowserContext
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import today
from server.content import content_dir
from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import create_draft
from server.usecases.launch import launch_cycle
from server.usecases.preflight import preflight
from server.usecases.raters import set_raters
from surveys import forms
from surveys.database import write_tx
from surveys.models.cycles import Assignment, FormDocument
from surveys.models.profiles import ProfileVersion
from surveys.policy import Policy
from tests.browser.harness import Address, free_port
from tests.factories import SetClock
from tests.firm import PROFILE, Firm, new_firm
from tests.post import Post, mail_server

N_RATINGS, N_COMMENTS = 60, 3
CLOCK_STEP_S = 0.1
RATEES = ("Cleo Fernwick", "Kai Marlsted", "Lea Thornquist", "Mio Ravensby", "Noa Eldergate", "Pia Wolderham")
RATERS = ("dan", "eve", "fay", "gil", "hal", "ivy", "jon", "uma")
PROFILES = ("plant-shift-supervisor", "b2b-account-executive", "product-software-engineer")


@dataclass(slots=True)
class PhoneWorld:
    """The running server, its mails, and what it was sent."""

    firm: Firm
    post: Post
    address: Address
    cycle: str
    sync_bytes: list[int] = field(default_factory=list)
    cookies: dict[str, Any] = field(default_factory=dict)

    async def sign_in(self, context: BrowserContext, rater: str = RATERS[0]) -> None:
        """Give the browser a session without showing it a page: its cache stays cold."""
        if rater not in self.cookies:
            api = f"{self.address.url}/api/v1/session"
            self.post.mails.clear()
            await context.request.post(f"{api}/code", data={"mail": f"{rater}@testwerk.example"})
            code = (await self.post.code()).replace(" ", "")
            reply = await context.request.post(api, data={"code": code})
            if not reply.ok:
                raise RuntimeError(f"no session: {reply.status}")
            self.cookies[rater] = await context.cookies()
        await context.add_cookies(self.cookies[rater])


@asynccontextmanager
async def phone_world(raters: Sequence[str] = RATERS) -> AsyncIterator[PhoneWorld]:
    """Hire, launch and serve, in a folder that goes afterwards."""
    port, post = free_port(), Post()
    with tempfile.TemporaryDirectory() as folder, mail_server(post) as smtp:
        async with new_firm(Path(folder) / "data", port=port, smtp=smtp) as firm:
            await firm.hire(_people(raters))
            cycle = await _launch(firm, raters)
            world = PhoneWorld(firm, post, Address(firm.app, port), cycle)
            world.address.app = _Watching(firm.app, world)
            await world.address.start()
            running = asyncio.create_task(_run_on(firm.clock))
            try:
                yield world
            finally:
                running.cancel()
                await world.address.stop()


async def _run_on(clock: SetClock) -> None:
    """Let the firm's clock go like any other; a phone writes down how far its own is off whenever that changes."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(CLOCK_STEP_S)
        clock.move(seconds=time.monotonic() - began)


def _people(raters: Sequence[str]) -> str:
    rows = ["external_id,name,mail,locale,time_zone,role_profile,unit,manager,hr"]
    rows.append("ben,Ben Harrowgate,ben@testwerk.example,en,Europe/Berlin,,Plant,,")
    for number, name in enumerate(RATEES):
        rows.append(f"ratee{number},{name},,en,Europe/Berlin,{PROFILE},Plant,ben,")
    for one in raters:
        rows.append(f"{one},{one.title()} Ospreyton,{one}@testwerk.example,en,Europe/Berlin,,Plant,ben,")
    return "\n".join(rows) + "\n"


async def _launch(firm: Firm, raters: Sequence[str]) -> str:
    keeper, clock = firm.app.state.keeper, firm.clock
    version = await ProfileVersion.get(profile=PROFILE)
    opens_at = clock.now() + timedelta(hours=1)
    ratees = tuple(firm.ids[f"ratee{number}"] for number in range(len(RATEES)))
    plan = CyclePlan(
        title="Autumn 360",
        purpose="A development talk. No pay or staffing decision uses it.",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=14),
        notice_days=30,
        policy=Policy(),
        clarity_reason="clarity held outside Sightline, Ada Quillfeather",
        clarity_held_on=today(clock) - timedelta(days=20),
        ratee_ids=ratees,
    )
    cycle = await create_draft(version.id, plan, clock=clock)
    for ratee in ratees:
        await set_raters(cycle, ratee, {firm.ids[one]: "peer" for one in raters}, clock=clock)
    looked = await preflight(cycle, clock=clock)
    await launch_cycle(cycle, actor_id="", keeper=keeper, clock=clock, errors=looked.errors)
    clock.move(hours=1)
    await firm.advance()
    await _widen_form(cycle)
    return cycle


async def _widen_form(cycle: str) -> None:
    """Give peers a form of 60 different lines and 3 open questions, with the texts of all profiles we have."""
    row = await Assignment.filter(cycle_id=cycle, relationship="peer").first()
    if row is None:
        raise RuntimeError("the cycle has no peers")
    form = forms.from_document((await FormDocument.get(hash=row.form)).document)
    lines = tuple(
        _line(line, number, *texts)
        for number, (line, texts) in enumerate(
            zip(itertools.cycle(form.lines), itertools.islice(_texts(), N_RATINGS), strict=False), start=1
        )
    )
    open_questions = tuple(
        dataclasses.replace(question, id=f"OQ{number}")
        for number, question in zip(range(1, N_COMMENTS + 1), itertools.cycle(form.open), strict=False)
    )
    wide = forms.hashed(dataclasses.replace(form, lines=lines, open=open_questions))

    async def body(tx: BaseDBAsyncClient) -> None:
        await FormDocument.create(hash=wide.hash, document=forms.to_document(wide))
        await Assignment.filter(cycle_id=cycle, relationship="peer").update(form=wide.hash)

    await write_tx(body)


def _texts() -> list[tuple[str, dict[str, str]]]:
    documents = [yaml.safe_load((content_dir() / f"{name}.yaml").read_text("utf-8")) for name in PROFILES]
    items = [item for document in documents for item in document["items"]]
    observed = [(str(item["observe"]), item.get("anchors", {})) for item in items if "observe" in item]
    expected: list[tuple[str, dict[str, str]]] = [
        (str(item["expect"]), {}) for item in items if "expect" in item
    ]
    return [*observed, *expected]


def _line(line: forms.FormLine, number: int, text: str, anchors: dict[str, str]) -> forms.FormLine:
    item = f"SS{number:02d}"
    question = dataclasses.replace(line.questions[0], cell=f"{item}.f_match")
    return dataclasses.replace(
        line, item=item, text={"en": text}, anchors={"en": anchors} if anchors else {}, questions=(question,)
    )


BARE_PAGE = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bare</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><script type="module" src="/bare/app.js"></script></head>
<body></body></html>
"""
BARE_SCRIPT = b"""
const opening = indexedDB.open("bare", 1);
const db = new Promise((resolve) => {
  opening.onupgradeneeded = () => opening.result.createObjectStore("cell");
  opening.onsuccess = () => resolve(opening.result);
});
const form = await (await fetch("/bare/form.json")).json();
const [line] = form.lines;
const fieldset = document.createElement("fieldset");
fieldset.className = "points";
for (const point of Object.values(form.scales)[0].points) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  Object.assign(input, { type: "radio", name: line.item, value: point.value });
  label.append(input, point.label);
  fieldset.append(label);
}
const head = document.createElement("h1");
head.append(line.text);
await db;
document.body.append(head, fieldset);
fieldset.addEventListener("change", async (event) => {
  const tx = (await db).transaction(["cell"], "readwrite", { durability: "strict" });
  tx.objectStore("cell").put(event.target.value, line.item);
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/bare/sw.js");
"""
BARE_WORKER = b"""
const FILES = ["/bare/", "/bare/app.js", "/bare/form.json"];
oninstall = (event) => event.waitUntil(caches.open("bare").then((cache) => cache.addAll(FILES)));
onactivate = (event) => event.waitUntil(clients.claim());
onfetch = (event) => event.respondWith(
  caches.match(new URL(event.request.url).pathname).then((kept) => kept ?? fetch(event.request)));
"""


class _Watching:
    """Serves the bare page beside the application and notes how much was uploaded."""

    def __init__(self, app: ASGIApp, world: PhoneWorld) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/bare/"):
            await (await self._bare(scope["path"]))(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] == "/api/v1/sync":
            receive = self._counting(receive)
        await self.app(scope, receive, send)

    def _counting(self, receive: Receive) -> Receive:
        place = len(self.world.sync_bytes)
        self.world.sync_bytes.append(0)

        async def counted() -> Message:
            message = await receive()
            self.world.sync_bytes[place] += len(message.get("body", b""))
            return message

        return counted

    async def _bare(self, path: str) -> Response:
        if path == "/bare/app.js":
            return Response(BARE_SCRIPT, media_type="text/javascript")
        if path == "/bare/sw.js":
            return Response(BARE_WORKER, media_type="text/javascript")
        if path == "/bare/form.json":
            packed = gzip.compress(await self._form(), 9)
            return Response(packed, media_type="application/json", headers={"Content-Encoding": "gzip"})
        return Response(BARE_PAGE, media_type="text/html")

    async def _form(self) -> bytes:
        row = await Assignment.filter(cycle_id=self.world.cycle, relationship="peer").first()
        if row is None:
            raise RuntimeError("the cycle has no peers")
        path = f"/api/v1/forms/{row.form}/en.json"
        return await _fetched(self.app, path, self.world.address.port)


async def _fetched(app: ASGIApp, path: str, port: int) -> bytes:
    """Ask the application itself, without a network in between."""
    parts: list[bytes] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message.get("body", b""))

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", f"127.0.0.1:{port}".encode())], "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", port), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    await app(scope, receive, send)
    return b"".join(parts)

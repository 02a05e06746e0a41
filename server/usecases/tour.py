"""The first five minutes of a demo: where each step begins, the plug, and an empty installation of one's own."""

import asyncio
import os
import re
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from server.clock import Clock
from server.errors import Problem
from server.plug import Plug
from server.process import LOCK_NAME, SOCKET_NAME
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person

Step = Literal["card", "plug", "opener", "workbook", "own"]

STEPS: tuple[Step, ...] = ("card", "plug", "opener", "workbook", "own")
EMPLOYEE, MANAGER, HR = "E01", "M01", "H01"
RUNNING = ("open", "grace")
CODE = re.compile(r"\b(\d{4} \d{4})\b")
FIRST = "/first"
LEFT_BY_A_START = frozenset({LOCK_NAME, SOCKET_NAME})  # of a first start that nobody went through with
START_S = 30
NOT_STARTED = Problem(
    503,
    "own_not_started",
    "Your own installation did not start",
    "Start it in a shell, with the command below. The demo goes on.",
)


@dataclass(slots=True)
class Own:
    """An empty installation beside the demo, served until the demo stops; `code` is the newest it has printed."""

    folder: Path
    url: str
    process: Process
    code: str = ""
    reading: asyncio.Task[None] | None = None


@dataclass(slots=True)
class Beside:
    """What a demo's visitor began beside it, one at a time; `say` is the demo's own terminal."""

    say: Callable[[str], None]
    own: Own | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def running(self) -> Own | None:
        """Give the own installation while it runs."""
        return self.own if self.own is not None and self.own.process.returncode is None else None


async def where_card_turns() -> str:
    """Give the address of the employee's open clarity sheet in the phone app; the list once nothing is open."""
    rows = Assignment.filter(
        rater__external_id=EMPLOYEE, relationship="self", is_cancelled=False, cycle__kind="clarity"
    )
    row = await rows.filter(cycle__state__in=RUNNING).order_by("cycle__closes_at").first()
    return "/app/" if row is None else f"/app/#/a/{row.id}"


async def where_opener_is() -> str:
    """Give the address of the employee's latest opened pair, as her manager reads it."""
    rows = Ratee.filter(
        person__external_id=EMPLOYEE, cycle__kind="clarity", cycle__state__in=("released", "done")
    )
    row = await rows.select_related("cycle", "person").order_by("-cycle__closes_at").first()
    return "/gaps" if row is None else f"/gaps/{row.cycle.id}/{row.person.id}"


async def where_hr_closes() -> str:
    """Give the address of the 360 that HR closes next, or closed last."""
    rows = Cycle.filter(kind="feedback360", is_rehearsal=False).exclude(state__in=("draft", "abandoned"))
    row = await rows.order_by("-opens_at").first()
    return "/hr/cycles" if row is None else f"/hr/cycles/{row.id}"


async def pull_plug(person_id: str, *, plug: Plug, clock: Clock) -> None:
    """Refuse everything a person's phone sends for a minute."""
    auths = await Assignment.filter(rater_id=person_id, is_cancelled=False).values_list("auth", flat=True)
    plug.pull(person_id, [str(one) for one in auths], now=clock.now())


async def find_employee() -> str:
    """Give whose phone the tour is about."""
    return (await Person.get(external_id=EMPLOYEE)).id


async def start_own(demo_dir: Path, say: Callable[[str], None]) -> Own:
    """Serve an empty installation in a new folder beside the demo's; its first page asks for the code.

    Whatever it prints later, such as a code to sign in where no mail server is set, goes on to `say`.

    Raises Problem `own_not_started`.
    """
    folder = _free_folder(demo_dir)
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-u",
        "-m",
        "server",
        "serve",
        "--data",
        str(folder),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        env=_environment(port),
    )
    own = Own(folder, f"http://127.0.0.1:{port}", process)
    has_code = asyncio.Event()
    own.reading = asyncio.create_task(_follow(own, has_code, say))
    try:
        await asyncio.wait_for(has_code.wait(), START_S)
    except TimeoutError:
        await stop_own(own)
        raise NOT_STARTED from None
    if not own.code:
        raise NOT_STARTED
    return own


async def stop_own(own: Own) -> None:
    """End the installation that was started beside the demo."""
    if own.process.returncode is None:
        own.process.terminate()
        await own.process.wait()
    if own.reading is not None:
        await own.reading


async def _follow(own: Own, has_code: asyncio.Event, say: Callable[[str], None]) -> None:
    """Read what it prints for as long as it runs: after five wrong codes it prints another."""
    if own.process.stdout is not None:
        async for line in own.process.stdout:
            words = line.decode("utf-8", "replace").rstrip()
            say(words)
            found = CODE.search(words)
            if found and FIRST in words:
                own.code = found[1]
                has_code.set()
    has_code.set()  # it ended without one


def _free_folder(demo_dir: Path) -> Path:
    """Name the first folder beside the demo that holds nothing; one that holds an installation is left alone."""
    for number in range(1, 100):
        folder = demo_dir.parent / ("own" if number == 1 else f"own-{number}")
        if not folder.exists() or {one.name for one in folder.iterdir()} <= LEFT_BY_A_START:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return folder
    raise NOT_STARTED


def _environment(port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIGHTLINE_")}
    return {**kept, "SIGHTLINE_PORT": str(port), "SIGHTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])

"""The first five minutes of a demo: where each step begins, the plug, and an empty installation of one's own."""

import asyncio
import os
import re
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from server.clock import Clock
from server.errors import Problem
from server.plug import Plug
from server.settings import CONFIG_NAME
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person

Step = Literal["card", "plug", "opener", "workbook", "own"]

STEPS: tuple[Step, ...] = ("card", "plug", "opener", "workbook", "own")
EMPLOYEE, MANAGER, HR = "E01", "M01", "H01"
RUNNING = ("open", "grace")
CODE = re.compile(r"\b(\d{4} \d{4})\b")
START_S = 30
NOT_STARTED = Problem(
    503,
    "own_not_started",
    "Your own installation did not start",
    "Start it in a shell: sightline serve --data FOLDER. The demo goes on.",
)


@dataclass(slots=True)
class Own:
    """An empty installation beside the demo, served until the demo stops."""

    folder: Path
    url: str
    code: str
    process: Process


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


async def start_own(demo_dir: Path) -> Own:
    """Serve an empty installation in a new folder beside the demo's; its first page asks for the code.

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
    try:
        code = await asyncio.wait_for(_read_code(process), START_S)
    except TimeoutError:
        process.terminate()
        raise NOT_STARTED from None
    if not code:
        raise NOT_STARTED
    return Own(folder, f"http://127.0.0.1:{port}", code, process)


async def stop_own(own: Own) -> None:
    """End the installation that was started beside the demo."""
    if own.process.returncode is None:
        own.process.terminate()
        await own.process.wait()


async def _read_code(process: Process) -> str:
    if process.stdout is None:
        return ""
    async for line in process.stdout:
        found = CODE.search(line.decode("utf-8", "replace"))
        if found:
            return found[1]
    return ""


def _free_folder(demo_dir: Path) -> Path:
    """Name the first folder beside the demo that holds nothing; one that holds an installation is left alone."""
    for number in range(1, 100):
        folder = demo_dir.parent / ("own" if number == 1 else f"own-{number}")
        if not folder.exists() or (not (folder / CONFIG_NAME).exists() and not any(folder.iterdir())):
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

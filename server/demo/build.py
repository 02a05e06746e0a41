"""Building the fictional organisation through the doors of a real one: files in, preflight, launch, phones, close."""

import json
import random
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, TaskID
from starlette.applications import Starlette

from server.app import create_app
from server.clock import SystemClock
from server.demo import organisation
from server.demo.answers import case_ratings, draw_comment, draw_rating, level_of
from server.demo.cast import ORGANISATION, everybody
from server.demo.clarity_answers import clarity_values
from server.demo.phone import Phone
from server.demo.plan import EXEMPLARS, DemoCycle, cycles
from server.errors import Problem
from server.process import hold_folder
from server.settings import CONFIG_NAME, Settings, read_settings
from server.usecases.advance import advance_cycles
from server.usecases.install import Plan, install
from server.usecases.sign_in import sign_in_as
from server.usecases.sync import SyncQueue
from surveys.database import open_database
from surveys.migrate import newest_version, schema_version

SEED = 360  # feeds simulated answers only, never keys
FIGURES_NAME = "demo.json"
WORKBOOK_NAME = "report.xlsx"
LAID_DOWN = "E01"  # whose colleagues answer what `demo-cycle.yaml` lays down, in the second cycle
SHARE_DONE_SO_FAR = 0.6
LEFT_FOR_VISITORS = frozenset({"E01", "M01"})  # the chairs find something to answer

Hook = Callable[["Build", str], Awaitable[None]]


@dataclass(slots=True)
class Build:
    """One run: the application, its moved clock, and what was counted so far."""

    app: Starlette
    settings: Settings
    clock: SystemClock
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 invented answers
    ids: dict[str, str] = field(default_factory=dict)  # external id -> person id
    closed: list[str] = field(default_factory=list)
    latest_360: str = ""
    n_sent: int = 0
    taken: dict[str, set[str]] = field(default_factory=dict)  # comments written about a ratee

    def move_to(self, moment: datetime) -> None:
        """Set the clock to a moment of the story."""
        self.clock.offset = moment - self.now


async def build_demo(
    data_dir: Path,
    *,
    port: int,
    console: Console,
    queue: Callable[..., SyncQueue] = SyncQueue,
    before_close: Hook | None = None,
) -> dict[str, Any]:
    """Build the demo in a folder, or give the figures of the one that is there.

    It is built beside the folder and moved into place when it is whole. `queue` and `before_close` are for tests.
    """
    if (data_dir / CONFIG_NAME).exists() and await _is_of_this_version(data_dir, console):
        if not (data_dir / FIGURES_NAME).exists():
            raise Problem(
                409,
                "no_demo",
                f"{data_dir} holds an installation that is no demo",
                "Choose another folder with --data.",
            )
        figures: dict[str, Any] = json.loads((data_dir / FIGURES_NAME).read_text("utf-8"))
        return figures
    started = time.monotonic()
    building = data_dir.with_name(data_dir.name + ".building")
    shutil.rmtree(building, ignore_errors=True)
    now = SystemClock().now()
    clock = SystemClock(read=lambda: now)
    clock.offset = timedelta(days=organisation.FOUNDED_IN_DAYS)
    plan = Plan(
        building, ORGANISATION, "", "", f"http://127.0.0.1:{port}", port=port, smtp=None, is_demo=True
    )
    settings = await install(plan, clock=clock)
    with hold_folder(building):
        async with open_database(settings.database_url):
            app = create_app(settings, clock=clock, keeps_database_open=True, runs_jobs=False, queue=queue)
            async with app.router.lifespan_context(app):
                build = Build(app, settings, clock, now)
                figures = await _play(build, console, before_close)
    figures["seconds"] = round(time.monotonic() - started, 1)
    _move_into_place(building, data_dir, figures)
    return figures


async def _is_of_this_version(data_dir: Path, console: Console) -> bool:
    """Tell whether this program can serve what is there; a demo of an earlier one is put aside and built anew."""
    is_demo = (data_dir / FIGURES_NAME).exists()
    if not is_demo or await schema_version(read_settings(data_dir, {}).database_url) == newest_version():
        return True
    aside = _put_aside(data_dir)
    console.print(f"The demo of an earlier version was put aside as {aside}.", markup=False, highlight=False)
    return False


def _put_aside(data_dir: Path) -> Path:
    number = 1
    while (aside := data_dir.with_name(f"{data_dir.name}.before-{number}")).exists():
        number += 1
    return data_dir.rename(aside)


def _move_into_place(building: Path, data_dir: Path, figures: dict[str, Any]) -> None:
    write_private(building / FIGURES_NAME, json.dumps(figures).encode() + b"\n")
    if data_dir.exists():
        data_dir.rmdir()  # an empty folder somebody made; anything else stops here with its name
    building.rename(data_dir)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    path.touch(mode=0o600)
    path.write_bytes(content)


async def _play(build: Build, console: Console, before_close: Hook | None) -> dict[str, Any]:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("Building the demo", total=sum(len(one.raters) for one in cycles()) * 8 + 4)
        build.ids = await organisation.found(build.clock, build.app.state.keeper, build.settings)
        progress.advance(task, 4)
        for story in cycles():
            await _run_cycle(build, story, progress, task, before_close)
    build.clock.offset = timedelta()
    figures = await organisation.figures(build.closed, keeper=build.app.state.keeper, clock=build.clock)
    await organisation.tidy()
    workbook = await organisation.latest_workbook(
        build.latest_360, keeper=build.app.state.keeper, clock=build.clock
    )
    write_private(build.settings.data_dir / WORKBOOK_NAME, workbook)
    return {
        "people": len(everybody()),
        "cycles": len(cycles()),
        "sheets_sent": build.n_sent,
        **figures,
    }


async def _run_cycle(
    build: Build, story: DemoCycle, progress: Progress, task: TaskID, before_close: Hook | None
) -> None:
    opens_at = build.now + timedelta(days=story.opens_in_days)
    closes_at = build.now + timedelta(days=story.closes_in_days)
    build.move_to(opens_at - timedelta(days=2))
    cycle_id = await organisation.launch(
        story, build.ids, opens_at, closes_at, keeper=build.app.state.keeper, clock=build.clock
    )
    build.move_to(opens_at + timedelta(hours=3))
    await _advance(build)
    is_closed = story.answers == "all"
    levels = {ratee: level_of(ratee, frozenset(EXEMPLARS), build.chance) for ratee in story.raters}
    raters = sorted({rater for ratee in story.raters for rater in _raters(story, ratee)})
    for rater in raters:
        n_sent = await _answer(build, rater, cycle_id, story, levels)
        build.n_sent += n_sent if is_closed else 0
        progress.advance(task)
    if is_closed:
        if before_close is not None:
            await before_close(build, cycle_id)
        build.move_to(closes_at + timedelta(hours=organisation.GRACE_HOURS, minutes=5))
        await _advance(build)
        build.closed.append(cycle_id)
        build.latest_360 = cycle_id if story.kind == "feedback360" else build.latest_360


async def _advance(build: Build) -> None:
    state = build.app.state
    await advance_cycles(keeper=state.keeper, clock=build.clock, backups_dir=build.settings.backups_dir)


def _raters(story: DemoCycle, ratee: str) -> list[str]:
    return [ratee, organisation.MANAGER, *(rater for rater, _ in story.raters[ratee])]


async def _answer(build: Build, rater: str, cycle_id: str, story: DemoCycle, levels: dict[str, float]) -> int:
    """Let one person answer on a phone; give how many submits the server acknowledged."""
    is_for_visitors = story.answers == "some" and rater in LEFT_FOR_VISITORS
    if is_for_visitors and (story.kind == "feedback360" or rater == LAID_DOWN):
        return 0
    secret = await sign_in_as(rater, clock=build.clock)
    phone = Phone(
        build.app,
        build.clock,
        cookie=f"sid={secret}",
        host=f"127.0.0.1:{build.settings.port}",
        device=f"{build.chance.getrandbits(64):016x}",
    )
    names = {one.name: one.id for one in everybody()}
    n_sent = 0
    for assignment in await phone.inbox():
        if assignment["cycle"] != cycle_id:
            continue
        ratee = names[assignment["ratee"]["name"]]
        if is_for_visitors and ratee != LAID_DOWN:
            continue  # the employee's chair opens a pair, the manager's answers one
        form = await phone.form(assignment["form"])
        if story.kind == "clarity":
            locale = next(one.locale for one in everybody() if one.id == rater)
            values = clarity_values(form, employee=ratee, rater=rater, locale=locale, chance=build.chance)
        else:
            values = _values(
                build, form, assignment, rater=rater, ratee=ratee, level=levels[ratee], story=story
            )
        if (
            story.answers == "some"
            and story.kind == "feedback360"
            and build.chance.random() > SHARE_DONE_SO_FAR
        ):
            values = dict(list(values.items())[: len(values) // 2])
        status = await phone.send(assignment, values)
        n_sent += status == "ok" and "@submit" in values
    return n_sent


def _values(
    build: Build,
    form: dict[str, Any],
    assignment: dict[str, Any],
    *,
    rater: str,
    ratee: str,
    level: float,
    story: DemoCycle,
) -> dict[str, Any]:
    is_self = assignment["relationship"] == "self"
    laid_down = case_ratings(rater) if ratee == LAID_DOWN and story.answers == "all" else None
    values: dict[str, Any] = {}
    for line in form["lines"]:
        item = line["item"]
        shift = random.Random(f"{ratee}/{item}").gauss(0, 0.25)  # noqa: S311 invented answers
        drawn = draw_rating(level, shift, is_self=is_self, chance=build.chance)
        values[f"{item}.f_match"] = laid_down[item] if laid_down is not None else drawn
    locale = next(one.locale for one in everybody() if one.id == rater)
    for question in form["open"]:
        text = draw_comment(question["id"], locale, build.taken.setdefault(ratee, set()), build.chance)
        if text is not None:
            values[f"{question['id']}.text"] = text
    return values | {"@submit": True}


def demo_settings(data_dir: Path, *, port: int) -> Settings:
    """Read the settings of a demo and give it the port asked for."""
    return read_settings(
        data_dir, {"SIGHTLINE_PORT": str(port), "SIGHTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    )

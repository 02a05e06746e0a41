"""The demo's organisation with one thing of every kind in it: drafts, a programme, a rehearsal, mirrors, a printed card."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from starlette.applications import Starlette

from server.app import create_app
from server.clock import Clock, SystemClock, new_id, today
from server.demo.build import build_demo, demo_settings
from server.demo.phone import Phone
from server.first_app import create_first_app
from server.settings import Settings, first_settings
from server.usecases.cards import make_cards
from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import create_draft
from server.usecases.first_start import FirstStart
from server.usecases.mirror import answer_line, join_code, join_mirror, propose_sentence, start_mirror
from server.usecases.rehearsal import move_clock, start_rehearsal
from server.usecases.sign_in import sign_in_as
from surveys import queries_mirror
from surveys.database import open_database, write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from surveys.policy import Policy
from surveys.queries_mirror import Side
from tests.browser.harness import Address, free_port

HR, MANAGER, EMPLOYEE, NOBODY = "H01", "M01", "E01", ""
WITHOUT_MAIL = ("O20", "O21")
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "self": {"e_expected": "full", "e_clear": "2", "e_evidence": "3", "e_support": "4"},
    "manager": {"m_expected": "full", "m_told": "5", "m_last_told": "this_month", "m_evidence": "4"},
}


@dataclass(slots=True)
class Whole:
    """A served site, who may sign in, and the ids that stand in its addresses."""

    app: Starlette
    clock: Clock
    address: Address
    real: Address  # the same organisation, served as no demo
    first: Address  # an empty folder, at its first start
    first_app: Starlette
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    mirror_secrets: dict[str, str] = field(default_factory=dict)  # mirror -> secret of its second phone

    async def speak(self, locale: str) -> None:
        """Let everybody have this language: outside a demo it is the person's that counts."""

        async def body(tx: object) -> None:
            await Person.all().update(locale=locale)

        await write_tx(body)

    def first_code(self) -> str:
        """Draw another code of the first start, as its terminal shows it."""
        start: FirstStart = self.first_app.state.first
        return start.draw_code()

    def address_of(self, door: str) -> Address:
        """Give where a page is looked at: in the demo, in a real organisation, or at a first start."""
        return {"demo": self.address, "real": self.real, "first": self.first}[door]

    @property
    def keeper(self) -> Keeper:
        keeper: Keeper = self.app.state.keeper
        return keeper

    async def card_code(self) -> str:
        """Print a card for somebody without mail and give its code."""
        (card,) = await make_cards(
            [self.ids[WITHOUT_MAIL[0]]],
            valid_until=(today(self.clock) + timedelta(days=60)).isoformat(),
            batch=new_id(self.clock),
            actor=self.ids[HR],
            keeper=self.keeper,
            clock=self.clock,
        )
        return card.code


@asynccontextmanager
async def whole_site(folder: Path) -> AsyncIterator[Whole]:
    """Build it and serve it on loopback ports."""
    await build_demo(folder / "demo", port=free_port(), console=Console(quiet=True))
    async with filled_site(folder) as site, AsyncExitStack() as served:
        for address in (site.address, site.real, site.first):
            await address.start()
            served.push_async_callback(address.stop)
        yield site


@asynccontextmanager
async def filled_site(folder: Path) -> AsyncIterator[Whole]:
    """Open the demo in this folder and add one thing of every kind; no port is open yet."""
    port, real, first_port = free_port(), free_port(), free_port()
    settings = demo_settings(folder / "demo", port=port)
    own = dataclasses.replace(settings, is_demo=False, public_url=f"http://127.0.0.1:{real}", port=real)
    clock = SystemClock()
    async with open_database(settings.database_url):
        app, twin = (
            create_app(one, clock=clock, keeps_database_open=True, runs_jobs=False) for one in (settings, own)
        )
        first_app = _first_app(folder, first_port, clock)
        async with app.router.lifespan_context(app), twin.router.lifespan_context(twin):
            site = Whole(
                app,
                clock,
                Address(app, port),
                Address(twin, real),
                Address(first_app, first_port),
                first_app,
            )
            await _name(site)
            await _plan(site)
            await _rehearse(site)
            await _mirror(site)
            await _answer_half(site)
            yield site


def _first_app(folder: Path, port: int, clock: Clock) -> Starlette:
    settings = first_settings(
        folder / "first", {"SIGHTLINE_PORT": str(port), "SIGHTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    )

    async def become(installed: Settings) -> None:
        """Nothing is installed here: its questions are only looked at."""

    return create_first_app(settings, clock=clock, database_url="", show_code=lambda _: None, become=become)


async def _name(site: Whole) -> None:
    async def body(tx: object) -> None:
        await Person.filter(external_id__in=WITHOUT_MAIL).update(mail="")

    await write_tx(body)
    site.ids |= {str(one): str(id_) for one, id_ in await Person.all().values_list("external_id", "id")}
    for version in await ProfileVersion.all():
        site.ids[version.profile] = version.id
    for cycle in await Cycle.all():
        season = cycle.title.split()[0].lower()
        site.ids[f"{season}_{cycle.kind}"] = cycle.id
    for who in (HR, MANAGER, EMPLOYEE):
        site.sessions[who] = await sign_in_as(who, clock=site.clock)


async def _plan(site: Whole) -> None:
    """Write drafts of both kinds, one of them with everything missing, and a cycle that was abandoned."""
    for kind in ("clarity", "feedback360"):
        opens_at = site.clock.now() + timedelta(days=3)
        plan = CyclePlan(
            title="Next spring",
            purpose="Talks about what is expected. No pay or staffing decision uses it.",
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=14),
            notice_days=30,
            policy=Policy(),
            clarity_reason="",
            clarity_held_on=None,
            ratee_ids=tuple(site.ids[one] for one in ("E01", "S12")),
            kind="clarity" if kind == "clarity" else "feedback360",
            managers={site.ids[one]: site.ids[MANAGER] for one in ("E01", "S12")},
        )
        site.ids[f"draft_{kind}"] = await create_draft(
            site.ids["plant-shift-supervisor"], plan, clock=site.clock
        )


async def _rehearse(site: Whole) -> None:
    """Start two rehearsals and close one of them."""
    for name, state in (("open", "E01"), ("closed", "p1")):
        played = {site.ids[one]: "peer" for one in (state, "p2", "p3")} | {site.ids[HR]: "manager"}
        site.ids[f"rehearsal_{name}"] = await start_rehearsal(
            "feedback360",
            site.ids["plant-shift-supervisor"],
            played,  # type: ignore[arg-type]  # a literal type per value
            actor_id=site.ids[HR],
            locale="en",
            keeper=site.keeper,
            clock=site.clock,
            backups_dir=site.app.state.settings.backups_dir,
        )
    await move_clock(
        site.ids["rehearsal_closed"],
        "end",
        is_demo=True,
        keeper=site.keeper,
        clock=site.clock,
        backups_dir=site.app.state.settings.backups_dir,
    )


async def _mirror(site: Whole) -> None:
    """Start a mirror for every screen it has, and let the second phone into all but the first."""
    for name in ("waiting", "line", "through", "talk", "proposed"):
        mirror = await start_mirror(
            site.ids[MANAGER],
            site.ids["plant-shift-supervisor"],
            "manager",
            keeper=site.keeper,
            clock=site.clock,
        )
        site.ids[f"mirror_{name}"] = mirror
        if name == "waiting":
            site.ids["mirror_code"] = join_code(mirror, site.keeper)
            continue
        code = join_code(mirror, site.keeper)
        _, site.mirror_secrets[mirror] = await join_mirror(code, "Cleo", clock=site.clock)
        sides: tuple[Side, ...] = {"line": (), "through": ("manager",)}.get(name, ("manager", "self"))  # type: ignore[assignment]
        for side in sides:
            await _answer_mirror(site, mirror, side)
        if name == "proposed":
            row = await queries_mirror.find_mirror(mirror, site.clock.now())
            assert row is not None
            said = "Hazards raised get an owner before the shift ends."
            await propose_sentence(row, "self", said, keeper=site.keeper)


async def _answer_mirror(site: Whole, mirror: str, side: Side) -> None:
    row = await queries_mirror.find_mirror(mirror, site.clock.now())
    assert row is not None
    for item in row.items:
        given = {f"{item}.{cell}": value for cell, value in ANSWERS[side].items()}
        await answer_line(row, side, item, given, keeper=site.keeper)
        row = await queries_mirror.find_mirror(mirror, site.clock.now())
        assert row is not None


async def _answer_half(site: Whole) -> None:
    """Let the employee answer all lines of the open clarity sheet but the last, on another phone."""
    secret = await sign_in_as(EMPLOYEE, clock=site.clock)
    clock = SystemClock()
    phone = Phone(
        site.app, clock, cookie=f"sid={secret}", host=f"127.0.0.1:{site.address.port}", device="d" * 16
    )
    row = await Assignment.get(
        cycle_id=site.ids["winter_clarity"], rater_id=site.ids[EMPLOYEE], relationship="self"
    )
    site.ids["sheet"] = row.id
    (assignment,) = [one for one in await phone.inbox() if one["id"] == row.id]
    form = await phone.form(assignment["form"])
    values = {}
    for line in form["lines"][:-1]:
        for question in line["questions"]:
            name = question["cell"].partition(".")[2]
            if name in ANSWERS["self"]:
                value = ANSWERS["self"][name]
                values[question["cell"]] = int(value) if value.isdigit() else value
    about = await Assignment.filter(
        cycle_id=site.ids["winter_feedback360"], rater_id=site.ids[EMPLOYEE]
    ).first()
    assert about is not None
    site.ids["request"] = about.id
    site.ids["n_lines"] = str(len(form["lines"]))
    site.ids["n_lines_and_one"] = str(len(form["lines"]) + 1)
    site.ids["n_lines_and_two"] = str(len(form["lines"]) + 2)
    assert await phone.send(assignment, values) == "ok"

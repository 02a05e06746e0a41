"""A fresh installation with an invented firm in it, made through the product's own doors."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from starlette.applications import Starlette

from server.app import create_app
from server.clock import today
from server.content import content_dir
from server.settings import Settings, Smtp
from server.usecases.advance import advance_cycles
from server.usecases.closing import list_asked
from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import create_draft
from server.usecases.install import Plan, install
from server.usecases.launch import launch_cycle
from server.usecases.notices import record_notice
from server.usecases.people_import import import_people, look_over_people
from server.usecases.preflight import preflight
from server.usecases.profiles import import_content
from server.usecases.raters import set_raters
from server.usecases.tally import tally
from server.usecases.uploads import Upload
from surveys.database import open_database, reader
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from surveys.policy import Policy
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.sheet_store import each
from tests.factories import SetClock

PEOPLE = """external_id,name,mail,locale,time_zone,role_profile,unit,manager,hr
ada,Ada Quillfeather,ada@testwerk.example,en,Europe/Berlin,,People,,yes
ben,Ben Harrowgate,ben@testwerk.example,en,Europe/Berlin,,Plant,,
cleo,Cleo Fernwick,cleo@testwerk.example,en,Europe/Berlin,plant-shift-supervisor,Plant,ben,
dan,Dan Ospreyton,dan@testwerk.example,en,Europe/Berlin,plant-shift-supervisor,Plant,ben,
eve,Eve Larkspurne,eve@testwerk.example,ar,Europe/Berlin,plant-shift-supervisor,Plant,ben,
fay,Fay Brindlecott,fay@testwerk.example,en,Europe/Berlin,plant-shift-supervisor,Plant,ben,
mallory,Mallory Grimshade,mallory@testwerk.example,en,Europe/Berlin,,Plant,,
"""
PROFILE = "plant-shift-supervisor"
PEERS = ("dan", "eve", "fay")


@dataclass(slots=True)
class Firm:
    """The running application with its people by external id."""

    app: Starlette
    settings: Settings
    clock: SetClock
    ids: dict[str, str] = field(default_factory=dict)

    async def hire(self, people: str = PEOPLE) -> None:
        """Import people, profile, and the Arabic translation; record notice."""
        keeper, clock = self.app.state.keeper, self.clock
        folder = self.settings.data_dir / "uploads"
        dry = await look_over_people(
            Upload("people.csv", people.encode()), actor="", folder=folder, clock=clock
        )
        await import_people(dry.token, dry.approval, actor="", folder=folder, keeper=keeper, clock=clock)
        self.ids = {str(one): str(id_) for one, id_ in await Person.all().values_list("external_id", "id")}
        for name in (f"{PROFILE}.yaml", f"{PROFILE}.ar.yaml"):
            data = (content_dir() / name).read_bytes()
            await import_content(Upload(name, data), actor="", keeper=keeper, clock=clock)
        version = await ProfileVersion.get(profile=PROFILE)
        day = (today(clock) - timedelta(days=60)).isoformat()
        await record_notice(version.id, None, day, actor=self.ids["HR"], keeper=keeper, clock=clock)

    async def launch(
        self, *, days: int = 14, ratee: str = "cleo", raters: Mapping[str, str] | None = None
    ) -> str:
        """Launch a 360 about one person, open from now on."""
        keeper, clock = self.app.state.keeper, self.clock
        version = await ProfileVersion.get(profile=PROFILE)
        opens_at = clock.now() + timedelta(hours=1)
        plan = CyclePlan(
            title="Autumn 360",
            purpose="A development talk. No pay or staffing decision uses it.",
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=days),
            notice_days=30,
            policy=Policy(),
            clarity_reason="clarity held outside Sightline, Ada Quillfeather",
            clarity_held_on=today(clock) - timedelta(days=20),
            ratee_ids=(self.ids[ratee],),
        )
        cycle_id = await create_draft(version.id, plan, clock=clock)
        wanted = dict.fromkeys(PEERS, "peer") if raters is None else raters
        chosen = {self.ids[one]: name for one, name in wanted.items()}
        await set_raters(cycle_id, self.ids[ratee], chosen, clock=clock)
        looked = await preflight(cycle_id, clock=clock)
        await launch_cycle(cycle_id, actor_id="", keeper=keeper, clock=clock, errors=looked.errors)
        clock.move(hours=1)
        await self.advance()
        return cycle_id

    async def counts(self, cycle_id: str) -> dict[str, int]:
        """Count the sheets of an open cycle as its closing would."""
        facts = await find_cycle_facts(cycle_id)
        assert facts is not None
        rows = [row async for row in each(reader(), cycle_id)]
        key = self.app.state.keeper.open_cycle(cycle_id)
        return dict(tally(rows, await list_asked(cycle_id), facts.forms, key).counts)

    async def advance(self) -> None:
        await advance_cycles(
            keeper=self.app.state.keeper, clock=self.clock, backups_dir=self.settings.backups_dir
        )


@asynccontextmanager
async def new_firm(
    folder: Path, *, port: int, smtp: Smtp | None = None, database_url: str = "", hr_locale: str = "en"
) -> AsyncIterator[Firm]:
    """Run `init` for a firm with HR only, and serve it with a clock that is set."""
    clock = SetClock()
    plan = Plan(
        folder,
        "Testwerk (fictional)",
        "hr@testwerk.example",
        "Hester Vale",
        f"http://127.0.0.1:{port}",
        port,
        smtp,
        database_url,
        hr_locale=hr_locale,
    )
    settings = await install(plan, clock=clock)
    async with open_database(settings.database_url):
        app = create_app(settings, clock=clock, keeps_database_open=True, runs_jobs=False)
        async with app.router.lifespan_context(app):
            yield Firm(app, settings, clock)

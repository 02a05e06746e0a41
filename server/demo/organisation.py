"""The demo's HR at work: people, profiles, notice, exemplars, launches, and the figures at the end."""

from datetime import datetime, timedelta
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, SystemClock, today
from server.content import content_dir
from server.demo.cast import ENGINEER, SALES, SUPERVISOR, people_csv
from server.demo.plan import EXEMPLARS, DemoCycle
from server.settings import Settings
from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import create_draft
from server.usecases.launch import launch_cycle
from server.usecases.notices import mark_exemplar, record_notice
from server.usecases.people_import import import_people, look_over_people
from server.usecases.preflight import preflight
from server.usecases.profiles import import_content
from server.usecases.publish import publish_profile
from server.usecases.raters import set_raters
from server.usecases.report_numbers import load_scored
from server.usecases.uploads import Upload
from server.usecases.workbooks import hr_workbook_bytes
from surveys.content import CycleContent, default_content
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Cycle
from surveys.models.people import Person, Session
from surveys.models.profiles import ProfileVersion
from surveys.models.results import ClosingRecord
from surveys.models.work import OutboxMail
from surveys.people import PEOPLE_COLUMNS
from surveys.policy import Policy
from surveys.profile_file import from_document as profile_from_document
from surveys.queries_results import list_ratees

FOUNDED_IN_DAYS = -340
NOTICE_IN_DAYS = -310
GRACE_HOURS = 48
NOTICE_DAYS = 30
HR = "H01"
MANAGER = "M01"
LANGUAGES = ("es", "de", "ar")
MEASURES = (
    "schedule attainment and hazards closed within 48 hours, adjusted for product mix and line age, 24 months"
)
REASON = "top fifth of schedule attainment in five of six quarters, no serious injury through a known hazard"


class DemoCannotLaunch(RuntimeError):
    """The preflight found an error in the demo's own plan."""


async def found(clock: SystemClock, keeper: Keeper, settings: Settings) -> dict[str, str]:
    """Import people and profiles, record notice, mark exemplars; give external id -> person id."""
    folder = settings.data_dir / "uploads"
    upload = Upload("people.csv", people_csv(tuple(column.name for column in PEOPLE_COLUMNS)))
    dry = await look_over_people(upload, actor="", folder=folder, clock=clock)
    await import_people(dry.token, dry.approval, actor="", folder=folder, keeper=keeper, clock=clock)
    ids = {str(external): str(id_) for external, id_ in await Person.all().values_list("external_id", "id")}
    hr = ids[HR]
    names = [f"{SUPERVISOR}.yaml", f"{SALES}.yaml", f"{ENGINEER}.yaml"]
    names += [f"{SUPERVISOR}.{locale}.yaml" for locale in LANGUAGES]
    for name in names:
        await import_content(Upload(name, _content(name)), actor=hr, keeper=keeper, clock=clock)
    clock.offset = timedelta(days=NOTICE_IN_DAYS)
    version = await ProfileVersion.get(profile=SUPERVISOR)
    day = today(clock).isoformat()
    await record_notice(version.id, None, day, actor=hr, keeper=keeper, clock=clock)
    await publish_profile(version.id, actor=hr, is_mail_ready=False, keeper=keeper, clock=clock)
    for one in EXEMPLARS:
        await mark_exemplar(version.id, ids[one], REASON, MEASURES, actor=hr, keeper=keeper, clock=clock)
    return ids


def _content(name: str) -> bytes:
    return (content_dir() / name).read_bytes()


async def launch(
    story: DemoCycle,
    ids: dict[str, str],
    opens_at: datetime,
    closes_at: datetime,
    *,
    keeper: Keeper,
    clock: Clock,
) -> str:
    """Plan, look over, confirm every warning by name, and launch.

    Raises DemoCannotLaunch with the findings.
    """
    version = await ProfileVersion.get(profile=SUPERVISOR)
    plan = CyclePlan(
        title=story.title,
        purpose=story.purpose,
        opens_at=opens_at,
        closes_at=closes_at,
        notice_days=NOTICE_DAYS,
        policy=Policy(grace_hours=GRACE_HOURS),
        clarity_reason="",
        clarity_held_on=None,
        ratee_ids=tuple(ids[one] for one in story.raters),
        kind=story.kind,
        content=_short_content(version) if story.is_short else None,
    )
    cycle_id = await create_draft(version.id, plan, clock=clock)
    for ratee, raters in story.raters.items():
        if story.kind == "feedback360":
            await set_raters(cycle_id, ids[ratee], {ids[rater]: name for rater, name in raters}, clock=clock)
    looked = await preflight(cycle_id, clock=clock)
    if looked.errors:
        raise DemoCannotLaunch(", ".join(sorted(one.code for one in looked.errors)))
    await launch_cycle(cycle_id, actor_id=ids[HR], keeper=keeper, clock=clock, errors=looked.errors)
    return cycle_id


def _short_content(version: ProfileVersion) -> CycleContent:
    """Ask neither pulse nor levels: the autumn round has just done so."""
    default = default_content(profile_from_document(version.document), has_earlier_round=True)
    return CycleContent(items=default.items, asks_level=False, asks_pulse=False)


async def figures(closed: list[str], *, keeper: Keeper, clock: Clock) -> dict[str, Any]:
    """Count over the closed cycles: sheets of the closing records, cells of the ratees' own views."""
    n_counted = n_released = n_withheld = 0
    for cycle_id in closed:
        n_counted += (await ClosingRecord.get(cycle_id=cycle_id)).n_counted
        if (await Cycle.get(id=cycle_id)).kind == "clarity":
            continue  # no gate: the two of a pair are named to each other
        for ratee in await list_ratees(cycle_id):
            report = (await load_scored(cycle_id, ratee.id, keeper=keeper, today=today(clock))).report
            n_released += report.n_released_cells
            n_withheld += report.n_withheld_cells
    return {"sheets_counted": n_counted, "released_cells": n_released, "withheld_cells": n_withheld}


async def latest_workbook(cycle_id: str, *, keeper: Keeper, clock: Clock) -> bytes:
    """Make HR's workbook of the latest closed 360."""
    return await hr_workbook_bytes(cycle_id, viewer="", locale="en", keeper=keeper, clock=clock)


async def tidy() -> None:
    """Remove what nobody will need: the phones' sessions, and mails that a demo never sends."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Session.all().delete()
        await OutboxMail.all().delete()

    await write_tx(body)

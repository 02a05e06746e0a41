"""The clock of programmes: a planned 360 moves to its lawful day, opens by itself, and HR is told what holds it up."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date
from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, today
from server.errors import Problem
from server.usecases.launch import launch_cycle
from server.usecases.outbox import queue_mail
from server.usecases.preflight import Preflight, preflight
from server.usecases.programme import SETTLED_BY_TIME
from server.usecases.programme_dates import lawful_day_of, opening_on
from server.words import pick_locale, translate
from surveys import queries_cycles, queries_people, queries_programme
from surveys.canonical import canonical
from surveys.cycle_values import CycleCard
from surveys.database import write_tx
from surveys.errors import SurveysError
from surveys.keeper import Keeper
from surveys.lawful import LawfulDay
from surveys.models.cycles import Cycle
from surveys.models.programmes import Programme
from surveys.queries_people import PersonRow
from surveys.queries_programme import ProgrammeRow

log = logging.getLogger("sightline.programme")
LAUNCHES_BEFORE = timedelta(hours=24)  # people and raters may change until shortly before the opening


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A programme whose 360 is a draft, with both cycles."""

    row: ProgrammeRow
    clarity: CycleCard
    feedback: CycleCard


async def run_programmes(*, keeper: Keeper, clock: Clock) -> int:
    """Bring every planned 360 to where time says it is; give how many were launched."""
    n_launched = 0
    for row in await queries_programme.list_waiting_programmes():
        clarity = await queries_cycles.find_cycle(row.clarity_id)
        feedback = await queries_cycles.find_cycle(row.feedback_id)
        if clarity is None or feedback is None or clarity.state == "draft":
            continue  # nothing has begun yet
        try:
            n_launched += await _run(_Waiting(row, clarity, feedback), keeper, clock)
        except (Problem, SurveysError) as error:
            # One programme that cannot go on must not hold the others up; the next run tries again.
            log.error("programme not run: %s", error, extra={"cycle": feedback.id})
    return n_launched


async def _run(one: _Waiting, keeper: Keeper, clock: Clock) -> bool:
    if one.clarity.state == "abandoned":
        await _tell(one, "programme_stopped", {}, clock)
        return False
    ratees = await queries_cycles.list_ratees(one.feedback.id)
    lawful = await lawful_day_of(one.feedback, ratees, one.clarity, clock=clock)
    if lawful.on is None:
        names = ", ".join(hold.name for hold in lawful.holds[:10])
        await _tell(one, "programme_no_notice", {"names": names}, clock)
        return False
    opens_at = await _move(one, lawful, clock)
    if clock.now() < opens_at - LAUNCHES_BEFORE:
        return False
    check = await preflight(one.feedback.id, clock=clock)
    if not check.is_clear(one.row.confirmed):
        await _tell_held(one, check, clock)
        return False
    await launch_cycle(
        one.feedback.id,
        actor_id=one.row.planned_by,
        keeper=keeper,
        clock=clock,
        errors=check.errors,
        left_out=check.left_out,
    )
    await _tell(one, "programme_launched", {}, clock)
    return True


async def _move(one: _Waiting, lawful: LawfulDay, clock: Clock) -> datetime:
    """Move the draft to the first lawful morning if its own date is earlier or has passed; give the opening."""
    day = max(lawful.on or today(clock), today(clock) + timedelta(days=1))
    zone = (await _planner(one.row, clock)).time_zone
    earliest = opening_on(day, zone)
    planned = one.feedback.opens_at
    if planned > clock.now() and planned.date() >= (lawful.on or planned.date()):
        return planned
    lasts = one.feedback.closes_at - planned

    async def body(tx: BaseDBAsyncClient) -> None:
        draft = Cycle.filter(id=one.feedback.id, state="draft")
        await draft.update(opens_at=earliest, closes_at=earliest + lasts)

    await write_tx(body)
    if lawful.holds:
        names = ", ".join(dict.fromkeys(hold.name for hold in lawful.holds[:10]))
        await _tell(one, "programme_moved", {"day": day.isoformat(), "names": names}, clock)
    return earliest


async def _tell_held(one: _Waiting, check: Preflight, clock: Clock) -> None:
    """Mail HR what stands in the way; what the clock settles by itself is no news."""
    held = [finding for finding in check.errors if finding.code not in SETTLED_BY_TIME]
    held += check.unconfirmed(one.row.confirmed)
    if held:
        codes = sorted({finding.code for finding in held})
        names = sorted(finding.name for finding in held)
        await _tell(one, "programme_held", {"codes": ",".join(codes), "findings": ",".join(names)}, clock)


async def _tell(one: _Waiting, template: str, about: dict[str, str], clock: Clock) -> None:
    """Mail HR once about one state of things, in the transaction that notes that it was told."""
    told = hashlib.sha256(canonical([template, about])).hexdigest()
    planner = await _planner(one.row, clock)
    said = pick_locale(planner.locale)
    values = {"title": one.feedback.title, "path": f"/hr/cycles/{one.feedback.id}"}
    if "names" in about:
        values["names"] = about["names"]
    if "day" in about:
        values["day"] = str(format_date(date.fromisoformat(about["day"]), "d MMM y", locale=said))
    if "codes" in about:
        values["reasons"] = "\n".join(
            f"- {translate(said, f'preflight.{code}')}" for code in about["codes"].split(",")
        )

    async def body(tx: BaseDBAsyncClient) -> None:
        row = await Programme.select_for_update().get_or_none(id=one.row.id)
        if row is None or row.told == told:
            return
        await Programme.filter(id=one.row.id).update(told=told)
        await queue_mail(planner.id, template, values, clock=clock)

    await write_tx(body)


async def _planner(row: ProgrammeRow, clock: Clock) -> PersonRow:
    """Give who planned it, or somebody else of HR once that person is no HR any more."""
    hr = await queries_people.ids_with_grant("hr", day=today(clock))
    wanted = [row.planned_by] if row.planned_by in hr or not hr else sorted(hr)
    people = await queries_people.list_people_by_id(wanted, day=today(clock))
    here = [one for one in people if not one.has_left]
    return (here or list(people))[0]

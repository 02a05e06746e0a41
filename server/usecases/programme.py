"""HR plans a clarity round and the 360 after it in one sitting; the 360 opens by itself on the first lawful day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.errors import not_found
from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import PlannedCycle, lock_draft, prepare_draft, store_draft
from server.usecases.preflight import preflight
from server.usecases.programme_dates import (
    DAYS_OPEN,
    Intent,
    find_lawful_day,
    lawful_day_of,
    opening_on,
)
from surveys import queries_cycles, queries_notice, queries_people, queries_programme
from surveys.cycle_values import CycleCard
from surveys.database import write_tx
from surveys.launch_values import Finding
from surveys.lawful import LawfulDay
from surveys.models.programmes import Programme
from surveys.policy import Policy
from surveys.queries_programme import ProgrammeRow

# What the clock settles by itself before a planned 360 opens; nothing HR has to mend.
SETTLED_BY_TIME = frozenset({"clarity_missing", "clarity_running", "notice_running", "opens_in_past"})


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The 360 HR wants after a clarity round."""

    title: str
    purpose: str  # its own: what is said of a clarity round, that nobody is rated, would not be true of it
    leaves_out: bool


@dataclass(frozen=True, slots=True)
class ProgrammePanel:
    """Where a programme stands: both cycles, the lawful day with who decides it, and what HR still has to do."""

    row: ProgrammeRow
    clarity: CycleCard
    feedback: CycleCard
    lawful: LawfulDay | None  # None once the 360 is launched
    to_mend: tuple[Finding, ...]
    to_confirm: tuple[Finding, ...]


async def plan_with_360(
    profile_version_id: str, plan: CyclePlan, follow: FollowUp, *, actor: str, time_zone: str, clock: Clock
) -> str:
    """Store the drafts of a clarity round and of the 360 after it; give the id of the clarity round. Raises Problem."""
    clarity = await prepare_draft(profile_version_id, plan, clock=clock)
    feedback = await _prepare_360(profile_version_id, plan, follow, time_zone=time_zone, clock=clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        await store_draft(clarity, clock=clock)
        await store_draft(feedback, clock=clock)
        await Programme.create(
            id=new_id(clock),
            clarity_id=clarity.id,
            feedback_id=feedback.id,
            planned_by_id=actor,
            confirmed=[],
        )

    await write_tx(body)
    return clarity.id


async def confirm_programme(feedback_id: str, names: Sequence[str]) -> None:
    """Confirm warnings of the planned 360 by name; a new or changed one asks again. Raises Problem."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(feedback_id)
        kept = [name[:120] for name in dict.fromkeys(names)][:50]
        if not await Programme.filter(feedback_id=feedback_id).update(confirmed=kept, told=""):
            raise not_found()

    await write_tx(body)


async def programme_panel(cycle_id: str, *, clock: Clock) -> ProgrammePanel | None:
    """Give where the programme of a cycle stands; None for a cycle on its own."""
    row = await queries_programme.find_programme(cycle_id)
    if row is None:
        return None
    clarity = await queries_cycles.find_cycle(row.clarity_id)
    feedback = await queries_cycles.find_cycle(row.feedback_id)
    if clarity is None or feedback is None:
        return None
    if feedback.state != "draft":
        return ProgrammePanel(row, clarity, feedback, None, (), ())
    ratees = await queries_cycles.list_ratees(feedback.id)
    lawful = await lawful_day_of(feedback, ratees, clarity, clock=clock)
    check = await preflight(feedback.id, clock=clock)
    return ProgrammePanel(
        row,
        clarity,
        feedback,
        lawful,
        tuple(one for one in check.errors if one.code not in SETTLED_BY_TIME),
        check.unconfirmed(row.confirmed),
    )


async def _prepare_360(
    profile_version_id: str, plan: CyclePlan, follow: FollowUp, *, time_zone: str, clock: Clock
) -> PlannedCycle:
    policy = Policy(retention_days=plan.policy.retention_days)
    version = await queries_notice.find_version(profile_version_id)
    if version is None:
        raise not_found()
    people = await queries_people.list_people_by_id(plan.ratee_ids, day=today(clock))
    clarity_ends_at = plan.closes_at + timedelta(hours=plan.policy.grace_hours)
    intent = Intent(
        profile=version.profile,
        version=version.version,
        notice_days=plan.notice_days,
        lasts=timedelta(days=DAYS_OPEN, hours=policy.grace_hours),
        leaves_out=follow.leaves_out,
        clarity_ends_at=clarity_ends_at,
    )
    lawful = await find_lawful_day(people, intent, clock=clock)
    # While somebody has no notice there is no day yet: the drafted one moves on by itself.
    day = lawful.on or (clarity_ends_at + timedelta(days=1)).date()
    opens_at = opening_on(day, time_zone)
    feedback = replace(
        plan,
        kind="feedback360",
        title=follow.title,
        purpose=follow.purpose,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=DAYS_OPEN),
        policy=policy,
        content=None,
        managers={},
        leaves_out=follow.leaves_out,
    )
    return await prepare_draft(profile_version_id, feedback, clock=clock)

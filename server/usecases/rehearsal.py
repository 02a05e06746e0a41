"""A rehearsal: any kind of cycle at once, with a few colleagues, about an invented person; deleted after 14 days.

A clarity rehearsal asks two colleagues to play employee and manager: clarity questions rate nobody. It never counts
as a round that was held, and no notice, load or baseline knows of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import Relationship
from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.closing import close_cycle
from server.usecases.launch import launch_cycle
from server.usecases.rehearsal_end import delete_rehearsal
from server.words import translate
from surveys import queries_people, queries_profiles
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.lifecycle import ends_at
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person
from surveys.policy import Policy, to_document
from surveys.queries_access import HEAD_START

Kind = Literal["clarity", "feedback360"]
Step = Literal["end", "day"]

OPEN_FOR = timedelta(days=7)
KEPT_FOR = timedelta(days=14)
MOST_COLLEAGUES = 12
MOST_AT_ONCE = 5
GRACE_HOURS = 0
PLAYED: tuple[Relationship, ...] = ("peer", "direct_report", "external", "manager")
RUNNING = ("open", "grace")
NOT_NOW = Problem(
    409, "rehearsal_not_now", "This rehearsal has moved on", "Load the page again to see where it stands."
)


@dataclass(frozen=True, slots=True)
class RehearsalRow:
    """A rehearsal as HR's list and page show it."""

    id: str
    kind: Kind
    title: str
    state: str
    role: str
    ratee_id: str
    started_at: datetime
    gone_at: datetime
    released_at: datetime | None
    seen_by: frozenset[str]

    def shows_to(self, person_id: str, now: datetime) -> bool:
        """Tell whether a person may look at what came out: the two of a pair, or all of a 360 after its 24 hours."""
        if self.released_at is None or person_id not in self.seen_by:
            return False
        return self.kind == "clarity" or now >= self.released_at + HEAD_START


async def start_rehearsal(
    kind: Kind,
    profile_id: str,
    colleagues: Mapping[str, Relationship],
    *,
    actor_id: str,
    locale: str,
    keeper: Keeper,
    clock: Clock,
    backups_dir: Path,
) -> str:
    """Start a rehearsal that is open at once; give its id.

    `colleagues` says what each plays: about the invented person of a 360 peer, direct report, external or manager; in
    a clarity pair one self and one manager. Raises Problem 422 with the field.
    """
    found = await queries_profiles.find_profile(profile_id)
    instrument_id = await queries_profiles.newest_instrument_id()
    if found is None or instrument_id is None:
        raise Problem(
            422, "rehearsal_profile", "Choose a role", "Take one of the roles in the list.", "profile"
        )
    await _check_colleagues(kind, colleagues, actor_id, clock)
    if len(await list_rehearsals()) >= MOST_AT_ONCE:
        raise Problem(422, "rehearsal_many", "Five rehearsals are there already", "Delete one first.", "kind")
    cycle_id = new_id(clock)
    draft = Cycle(
        id=cycle_id,
        kind=kind,
        title=translate(locale, f"rehearsal.cycle.{kind}"),
        purpose=translate(locale, f"rehearsal.purpose.{kind}"),
        state="draft",
        profile_version_id=profile_id,
        instrument_id=instrument_id,
        policy=to_document(Policy(grace_hours=GRACE_HOURS)),
        opens_at=clock.now(),
        closes_at=clock.now() + OPEN_FOR,
        grace_hours=GRACE_HOURS,
        is_rehearsal=True,
    )
    invented = translate(locale, "rehearsal.invented")
    await write_tx(lambda tx: _store(draft, colleagues, invented, clock))
    try:
        await launch_cycle(cycle_id, actor_id=actor_id, keeper=keeper, clock=clock)
    except Problem:
        await delete_rehearsal(cycle_id, keeper=keeper, backups_dir=backups_dir)
        raise
    return cycle_id


async def _store(cycle: Cycle, colleagues: Mapping[str, Relationship], invented: str, clock: Clock) -> None:
    """Write the draft; the employee of a pair is a colleague, the one a 360 is about is invented."""
    ratee_id = next((one for one, played in colleagues.items() if played == "self"), new_id(clock))
    if ratee_id not in colleagues:
        await Person.create(id=ratee_id, external_id=f"rehearsal-{ratee_id}", name=invented, is_invented=True)
    await cycle.save(force_create=True)
    await Ratee.create(id=new_id(clock), cycle_id=cycle.id, person_id=ratee_id, viewers={})
    for person_id, played in colleagues.items():
        await Assignment.create(
            id=new_id(clock),
            cycle_id=cycle.id,
            rater_id=person_id,
            ratee_id=ratee_id,
            relationship=played,
            form="",
        )


async def move_clock(
    cycle_id: str, step: Step, *, is_demo: bool, keeper: Keeper, clock: Clock, backups_dir: Path
) -> None:
    """Move the clock of one rehearsal, or of a demo's cycle: to the end of grace, so that it closes now, or by a day.

    Raises Problem: 404 for every other cycle.
    """
    now = clock.now()

    async def body(tx: BaseDBAsyncClient) -> None:
        cycle = await Cycle.select_for_update().get_or_none(id=cycle_id)
        if cycle is None or not (is_demo or cycle.is_rehearsal):
            raise not_found()
        if step == "end" and cycle.state in RUNNING:
            by = ends_at(cycle.closes_at, cycle.grace_hours) - now
            cycle.opens_at, cycle.closes_at = cycle.opens_at - by, cycle.closes_at - by
        elif step == "day" and cycle.released_at is not None:
            cycle.released_at -= timedelta(days=1)
        else:
            raise NOT_NOW
        await cycle.save(update_fields=["opens_at", "closes_at", "released_at"])

    await write_tx(body)
    if step == "end":
        await close_cycle(cycle_id, keeper=keeper, clock=clock, backups_dir=backups_dir)


async def list_rehearsals() -> tuple[RehearsalRow, ...]:
    """Give the rehearsals that are not deleted yet, newest first."""
    rows = await (
        Cycle.filter(is_rehearsal=True)
        .exclude(launched_at=None)
        .exclude(state="abandoned")
        .select_related("profile_version")
        .order_by("-launched_at", "id")
    )
    found = await Ratee.filter(cycle_id__in=[row.id for row in rows]).values_list(
        "cycle_id", "person_id", "viewers"
    )
    ratees = {str(cycle): str(person) for cycle, person, _ in found}
    viewers = {str(cycle): seen for cycle, _, seen in found}
    return tuple(
        RehearsalRow(
            id=row.id,
            kind="clarity" if row.kind == "clarity" else "feedback360",
            title=row.title,
            state=row.state,
            role=row.profile_version.title,
            ratee_id=ratees[row.id],
            started_at=row.launched_at,
            gone_at=row.launched_at + KEPT_FOR,
            released_at=row.released_at,
            seen_by=frozenset([*viewers[row.id].get("manager", ()), ratees[row.id]]),
        )
        for row in rows
        if row.launched_at is not None and row.id in ratees
    )


async def find_rehearsal(cycle_id: str) -> RehearsalRow:
    """Find one rehearsal. Raises Problem 404."""
    for row in await list_rehearsals():
        if row.id == cycle_id:
            return row
    raise not_found()


async def delete_old_rehearsals(*, keeper: Keeper, clock: Clock, backups_dir: Path) -> int:
    """Delete the rehearsals that are 14 days old; give how many."""
    old = [row.id for row in await list_rehearsals() if row.gone_at <= clock.now()]
    for cycle_id in old:
        await delete_rehearsal(cycle_id, keeper=keeper, backups_dir=backups_dir)
    return len(old)


async def _check_colleagues(
    kind: Kind, colleagues: Mapping[str, Relationship], starter_id: str, clock: Clock
) -> None:
    here = [
        row
        for row in await queries_people.list_people_by_id(list(colleagues), day=today(clock))
        if not row.has_left
    ]
    if not 1 <= len(colleagues) <= MOST_COLLEAGUES or len(here) != len(colleagues):
        raise Problem(
            422,
            "rehearsal_people",
            "Choose your colleagues",
            f"At least one and at most {MOST_COLLEAGUES} who are still here.",
            "people",
        )
    if kind == "clarity" and sorted(colleagues.values()) != ["manager", "self"]:
        raise Problem(
            422, "rehearsal_pair", "Choose two people", "One plays the employee, one the manager.", "people"
        )
    if kind == "clarity" and starter_id in colleagues:
        # Two others: nobody may use a rehearsal to read what an employee answers.
        raise Problem(
            422, "rehearsal_yourself", "Choose two others", "Who starts it does not play in it.", "people"
        )
    if kind == "feedback360" and not set(colleagues.values()) <= set(PLAYED):
        raise Problem(
            422,
            "rehearsal_played",
            "Say what each plays",
            "Peer, direct report, external or manager.",
            "people",
        )

"""HR sends one list of raters for a draft: look over it first, then store all of it or nothing."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter
from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, today
from server.errors import Problem
from server.usecases.cycle_pages import get_cycle
from server.usecases.cycles import NOT_A_DRAFT, lock_draft
from server.usecases.raters import write_raters
from server.usecases.uploads import Upload, drop_upload, keep_upload, read_upload
from surveys import queries_cycles, queries_people
from surveys.assignments import WARN_FROM, Request, load_level
from surveys.cycle_values import CycleCard, RateeRow
from surveys.database import write_tx
from surveys.errors import FileRefused
from surveys.errors import Problem as Fault
from surveys.models.cycles import Assignment
from surveys.people import Person
from surveys.queries_people_file import list_stated_people
from surveys.raters import RatersTable
from surveys.reading import read_raters_in_child

CHANGED_MEANWHILE = Problem(
    409,
    "changed_meanwhile",
    "The raters changed in the meantime",
    "Look at the file once more; nothing was stored.",
)

LOADS_UNSEEN = Problem(
    422, "loads_unseen", "Somebody would have very much to do", "Approve it, or choose other raters."
)
HEAVY = ("approval", "hr_only")
MOST_ALTERNATIVES = 3

_TABLE = TypeAdapter(RatersTable)


@dataclass(frozen=True, slots=True)
class RaterLine:
    """One row that would be stored; `before` is the relationship that held so far, empty for a new rater."""

    ratee_id: str
    rater_id: str
    ratee: str
    rater: str
    relationship: str
    before: str


@dataclass(frozen=True, slots=True)
class LoadLine:
    """What would then be asked of a rater over all open cycles."""

    rater: str
    n_requests: int
    level: str
    alternatives: tuple[str, ...]  # colleagues with less to do, where somebody has too much


@dataclass(frozen=True, slots=True)
class RatersDryRun:
    """A list that could be stored; nobody is removed by being missing from it, only by a mark."""

    cycle: CycleCard
    filename: str
    table: RatersTable
    lines: tuple[RaterLine, ...]
    removed: tuple[RaterLine, ...]
    n_unchanged: int
    loads: tuple[LoadLine, ...]
    token: str

    @property
    def approval(self) -> str:
        """Name exactly this change, so that what is stored is what was seen."""
        return hashlib.sha256(repr((self.lines, self.removed)).encode()).hexdigest()

    @property
    def needs_approval(self) -> bool:
        """Tell whether somebody would have so much to do that it has to be approved."""
        return any(one.level in ("approval", "hr_only") for one in self.loads)


async def look_over_raters(
    cycle_id: str, upload: Upload, *, actor: str, folder: Path, clock: Clock
) -> RatersDryRun:
    """Read a raters file in a child process and say what it would change; nothing is stored but the file itself.

    Raises FileRefused with every problem, ReadingFailed when the file cannot be read at all.
    """
    await _draft(cycle_id)
    stated = await list_stated_people(day=today(clock))
    table = await read_raters_in_child(
        upload.data,
        filename=upload.filename,
        known_people=[one.external_id for one in stated.values()],
        managers={one.external_id: one.managers for one in stated.values()},
    )
    dry = await _compare(cycle_id, upload.filename, table, stated, day=today(clock))
    kept = Upload(upload.filename, _TABLE.dump_json(table))
    return replace(dry, token=keep_upload(kept, folder=folder, owner=actor, clock=clock))


async def look_again(cycle_id: str, token: str, *, actor: str, folder: Path, clock: Clock) -> RatersDryRun:
    """Give the dry run of a kept list once more. Raises Problem when the file is gone or fits no longer."""
    kept = read_upload(token, folder=folder, owner=actor)
    stated = await list_stated_people(day=today(clock))
    table = _TABLE.validate_json(kept.data)
    try:
        dry = await _compare(cycle_id, kept.filename, table, stated, day=today(clock))
    except FileRefused as refused:
        raise CHANGED_MEANWHILE from refused
    return replace(dry, token=token)


async def import_raters(
    cycle_id: str,
    token: str,
    approval: str,
    *,
    actor: str,
    folder: Path,
    clock: Clock,
    has_approved_loads: bool = False,
) -> int:
    """Store a list that was looked over, in one transaction; give how many rows are new, changed or removed.

    Raises Problem when the file is gone, the raters changed since, or a heavy load was not approved.
    """
    dry = await look_again(cycle_id, token, actor=actor, folder=folder, clock=clock)
    if dry.approval != approval:
        raise CHANGED_MEANWHILE
    if dry.needs_approval and not has_approved_loads:
        raise LOADS_UNSEEN

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        rows = [(line.ratee_id, line.rater_id, line.relationship) for line in dry.lines]
        await write_raters(cycle_id, rows, clock)
        for line in dry.removed:
            await Assignment.filter(
                cycle_id=cycle_id, ratee_id=line.ratee_id, rater_id=line.rater_id
            ).delete()

    await write_tx(body)
    drop_upload(token, folder=folder, owner=actor)
    return len(dry.lines) + len(dry.removed)


async def _draft(cycle_id: str) -> CycleCard:
    cycle = await get_cycle(cycle_id)
    if cycle.state != "draft":
        raise NOT_A_DRAFT
    return cycle


async def _compare(
    cycle_id: str, filename: str, table: RatersTable, stated: dict[str, Person], *, day: date
) -> RatersDryRun:
    cycle = await _draft(cycle_id)
    ratees = await queries_cycles.list_ratees(cycle_id)
    ids = {one.external_id: identifier for identifier, one in stated.items()}
    if faults := _faults(table, ratees, stated, ids, day):
        raise FileRefused(filename, faults)
    lines = _lines(table.requests, ratees, stated, ids)
    changed = [line for line in lines if line.before != line.relationship]
    return RatersDryRun(
        cycle=cycle,
        filename=filename,
        table=table,
        lines=tuple(changed),
        removed=tuple(line for line in _lines(table.removed, ratees, stated, ids) if line.before),
        n_unchanged=len(lines) - len(changed),
        loads=await _loads(changed, cycle_id, day),
        token="",
    )


def _faults(
    table: RatersTable,
    ratees: tuple[RateeRow, ...],
    stated: dict[str, Person],
    ids: dict[str, str],
    day: date,
) -> list[Fault]:
    rated = {ratee.external_id for ratee in ratees}
    found: list[Fault] = []
    for row in table.rows:
        if row.request.ratee not in rated:
            message = f"{row.request.ratee} is not rated in this cycle; change the plan or remove the row"
            found.append(Fault(row.row, "ratee", message))
        left_on = stated[ids[row.request.rater]].left_on
        if left_on is not None and left_on < day:
            message = f"{row.request.rater} has left; choose another rater"
            found.append(Fault(row.row, "rater", message))
    return found


def _lines(
    requests: Iterable[Request], ratees: tuple[RateeRow, ...], stated: dict[str, Person], ids: dict[str, str]
) -> list[RaterLine]:
    before = {
        (ratee.external_id, rater.external_id): rater.relationship
        for ratee in ratees
        for rater in ratee.raters
    }
    return [
        RaterLine(
            ratee_id=ids[one.ratee],
            rater_id=ids[one.rater],
            ratee=stated[ids[one.ratee]].name,
            rater=stated[ids[one.rater]].name,
            relationship=one.relationship,
            before=before.get((one.ratee, one.rater), ""),
        )
        for one in requests
    ]


async def _loads(lines: list[RaterLine], cycle_id: str, day: date) -> tuple[LoadLine, ...]:
    new = [line for line in lines if not line.before and line.relationship != "self"]
    present = await queries_cycles.loads((line.rater_id for line in new), cycle_id=cycle_id)
    counts: dict[str, int] = {}
    names = {line.rater_id: line.rater for line in new}
    for line in new:
        counts[line.rater_id] = counts.get(line.rater_id, present.get(line.rater_id, 0)) + 1
    found: list[LoadLine] = []
    for one, n in sorted(counts.items(), key=lambda pair: (-pair[1], names[pair[0]])):
        level = load_level(n)
        if level == "fine":
            continue
        ratee_ids = {line.ratee_id for line in new if line.rater_id == one}
        instead = await _alternatives(ratee_ids, counts, cycle_id, day) if level in HEAVY else ()
        found.append(LoadLine(names[one], n, level, instead))
    return tuple(found)


async def _alternatives(
    ratee_ids: Iterable[str], counts: Mapping[str, int], cycle_id: str, day: date
) -> tuple[str, ...]:
    """Name colleagues of the same people who are asked less, the least first."""
    people: dict[str, str] = {}
    for ratee_id in sorted(ratee_ids)[:MOST_ALTERNATIVES]:
        people |= {one.id: one.name for one, _ in await queries_people.list_colleagues(ratee_id, day=day)}
    present = await queries_cycles.loads(people, cycle_id=cycle_id)
    free = {one: counts.get(one, present.get(one, 0)) for one in people}
    ranked = sorted((n, people[one]) for one, n in free.items() if n < WARN_FROM)
    return tuple(name for _, name in ranked[:MOST_ALTERNATIVES])

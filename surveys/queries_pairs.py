"""Reads of clarity pairs: who they are, whether their views are open, and what a closed cycle kept for HR."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from surveys.database import dialect, reader
from surveys.lifecycle import BEFORE_CLOSING, State, as_state, kept_until
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person
from surveys.models.results import ClosingRecord, PairView
from surveys.policy import from_document as policy_from_document

Side = Literal["self", "manager"]
Part = tuple[str, str, str]  # cycle, employee, and the rater who is one or the other side

MOST_PAIRS = 500
LOST = "lost"  # opened before an older backup was restored: nothing is asked again, nothing is left to read
LAUNCHED: tuple[State, ...] = ("scheduled", "open", "grace", "closing", "sealed", "released", "done")


@dataclass(frozen=True, slots=True)
class PairFacts:
    """An employee and the manager fixed at launch, in one clarity cycle; `sealed` once there is something to open."""

    cycle: str
    title: str
    state: State
    opens_at: datetime
    closes_at: datetime
    grace_hours: int
    employee: str
    employee_name: str
    manager: str
    manager_name: str
    sides: str  # lost; "" while nothing is open; both; self or manager: that side alone kept its own answers
    sealed: bytes
    kept_until: date | None  # the retention date; a rehearsal goes as a whole, and sooner
    is_employee_cancelled: bool = False  # the own sheet was taken away while the pair waits
    employee_left_at: datetime | None = None
    manager_left_at: datetime | None = None

    def missing_side(self, now: datetime) -> Side | None:
        """Name the side of a pair that is not open on which nobody stands, the employee's first."""
        if self.sides or self.state not in BEFORE_CLOSING:
            return None
        if self.is_employee_cancelled or _has_left(self.employee_left_at, now):
            return "self"
        return "manager" if not self.manager or _has_left(self.manager_left_at, now) else None


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """Gap classes counted over the pairs of one block that HR may see."""

    role: str
    units: tuple[str, ...]
    n_pairs: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PulseValue:
    """One line of the role pulse in one block: the exact total of n answers, or the band at an end of the scale."""

    item: str
    n: int
    total: int | None
    band: str | None


@dataclass(frozen=True, slots=True)
class GroupPulse:
    """The role pulse of one block; a line too few answered is None."""

    role: str
    units: tuple[str, ...]
    n_people: int
    items: Mapping[str, PulseValue | None]


@dataclass(frozen=True, slots=True)
class ClarityResults:
    """What the closing of a clarity cycle kept for HR; withheld blocks are named without a number."""

    least: int
    groups: tuple[GroupCounts, ...]
    withheld: tuple[tuple[str, ...], ...]
    pulse: tuple[GroupPulse, ...]
    pulse_withheld: tuple[tuple[str, ...], ...]
    is_too_near: bool = False  # withheld from this reader, whose own pairs are among those counted


async def is_in_pair(person_id: str, cycle_id: str, employee_id: str) -> bool:
    """Tell whether someone is the employee, or the manager fixed at launch, of a pair that was asked."""
    row = await Ratee.get_or_none(
        cycle_id=cycle_id,
        person_id=employee_id,
        is_cancelled=False,
        cycle__kind="clarity",
        cycle__state__in=LAUNCHED,
    )
    if row is None:
        return False
    managers = _managers([row], await _cancelled([row]))
    return person_id == employee_id or person_id == managers.get((cycle_id, employee_id))


async def find_pair(cycle_id: str, employee_id: str) -> PairFacts | None:
    """Find one pair of a launched clarity cycle."""
    found = await Ratee.filter(
        cycle_id=cycle_id,
        person_id=employee_id,
        is_cancelled=False,
        cycle__kind="clarity",
        cycle__state__in=LAUNCHED,
    ).select_related("cycle", "person")
    pairs = await _pairs(found)
    return pairs[0] if pairs else None


async def list_own_pairs(person_id: str) -> tuple[PairFacts, ...]:
    """List the pairs a person is the employee of, the newest cycle first."""
    rows = (
        await Ratee.filter(
            person_id=person_id, is_cancelled=False, cycle__kind="clarity", cycle__state__in=LAUNCHED
        )
        .select_related("cycle", "person")
        .order_by("-cycle__opens_at")
        .limit(MOST_PAIRS)
    )
    return await _pairs(rows)


async def list_managed_pairs(person_id: str) -> tuple[PairFacts, ...]:
    """List the pairs a person is the manager of, the newest cycle first, by name."""
    rows = (
        await Ratee.filter(id__in=await _managed_ids(person_id))
        .select_related("cycle", "person")
        .order_by("-cycle__opens_at", "person__name", "id")
    )
    return tuple(pair for pair in await _pairs(rows) if pair.manager == person_id)


async def list_cycle_pairs(cycle_id: str) -> tuple[PairFacts, ...]:
    """List the pairs of one launched clarity cycle by the employee's name."""
    rows = (
        await Ratee.filter(
            cycle_id=cycle_id, is_cancelled=False, cycle__kind="clarity", cycle__state__in=LAUNCHED
        )
        .select_related("cycle", "person")
        .order_by("person__name", "id")
    )
    return await _pairs(rows)


async def load_clarity_results(cycle_id: str) -> ClarityResults | None:
    """Load what HR may see of a closed clarity cycle."""
    row = await ClosingRecord.get_or_none(cycle_id=cycle_id)
    document: Mapping[str, Any] | None = None if row is None else row.parameters.get("clarity")
    if document is None:
        return None
    return ClarityResults(
        least=document["least"],
        groups=tuple(
            GroupCounts(one["role"], tuple(one["units"]), one["n_pairs"], one["counts"])
            for one in document["groups"]
        ),
        withheld=tuple(tuple(one["units"]) for one in document["withheld"]),
        pulse=tuple(
            GroupPulse(
                one["role"],
                tuple(one["units"]),
                one["n_people"],
                {item: _pulse(item, value) for item, value in one["items"].items()},
            )
            for one in document["pulse"]
        ),
        pulse_withheld=tuple(tuple(one["units"]) for one in document["pulse_withheld"]),
    )


_MANAGED = {
    "sqlite": (
        "SELECT r.id AS id FROM ratee r JOIN cycle c ON c.id = r.cycle_id"
        " WHERE r.is_cancelled = 0 AND c.kind = 'clarity' AND c.state NOT IN ('draft', 'abandoned')"
        " AND EXISTS (SELECT 1 FROM json_each(r.viewers, '$.manager') seen WHERE seen.value = ?)"
        " ORDER BY c.opens_at DESC, r.id LIMIT ?"
    ),
    "postgres": (
        "SELECT r.id AS id FROM ratee r JOIN cycle c ON c.id = r.cycle_id"
        " WHERE NOT r.is_cancelled AND c.kind = 'clarity' AND c.state NOT IN ('draft', 'abandoned')"
        " AND jsonb_exists(r.viewers -> 'manager', $1) ORDER BY c.opens_at DESC, r.id LIMIT $2"
    ),
}


async def _managed_ids(person_id: str) -> list[str]:
    _, rows = await reader().execute_query(_MANAGED[dialect()], [person_id, MOST_PAIRS])
    return [str(row["id"]) for row in rows]


async def _pairs(rows: Sequence[Ratee]) -> tuple[PairFacts, ...]:
    """Join what is open and the managers' names: two queries, however many pairs."""
    if not rows:
        return ()
    views = await PairView.filter(
        cycle_id__in={row.cycle.id for row in rows}, ratee_id__in={row.person.id for row in rows}
    )
    by_pair = {(str(view.cycle_id), view.ratee_id): view for view in views}  # type: ignore[attr-defined]  # Tortoise adds `_id`
    cancelled = await _cancelled(rows)
    managers = _managers(rows, cancelled)
    people = {str(one.id): one for one in await Person.filter(id__in=set(managers.values()))}
    return tuple(
        _pair(
            row,
            by_pair.get((row.cycle.id, row.person.id)),
            people.get(managers.get((row.cycle.id, row.person.id), "")),
            is_cancelled=(row.cycle.id, row.person.id, row.person.id) in cancelled,
        )
        for row in rows
    )


def _pair(row: Ratee, view: PairView | None, manager: Person | None, *, is_cancelled: bool) -> PairFacts:
    return PairFacts(
        cycle=row.cycle.id,
        title=row.cycle.title,
        state=as_state(row.cycle.state),
        opens_at=row.cycle.opens_at,
        closes_at=row.cycle.closes_at,
        grace_hours=row.cycle.grace_hours,
        employee=row.person.id,
        employee_name=row.person.name,
        manager="" if manager is None else manager.id,
        manager_name="" if manager is None else manager.name,
        sides="" if view is None else view.sides,
        sealed=b"" if view is None else bytes(view.ciphertext),
        kept_until=_kept_until(row),
        is_employee_cancelled=is_cancelled,
        employee_left_at=row.person.left_at,
        manager_left_at=None if manager is None else manager.left_at,
    )


def _has_left(left_at: datetime | None, now: datetime) -> bool:
    return left_at is not None and left_at <= now


def _kept_until(row: Ratee) -> date | None:
    cycle = row.cycle
    if cycle.is_rehearsal:
        return None
    days = policy_from_document(cycle.policy).retention_days
    return kept_until(cycle.closes_at, cycle.grace_hours, days)


def _managers(rows: Sequence[Ratee], cancelled: Container[Part]) -> dict[tuple[str, str], str]:
    """Give the one manager who reads each pair, by cycle and employee; whoever was cancelled reads none."""
    # The `_id` attributes are made by Tortoise and unknown to the type checker's model.
    places = {(str(row.cycle_id), str(row.person_id)): row for row in rows}  # type: ignore[attr-defined]
    found = {place: str(next(iter(row.viewers.get("manager", [])), "")) for place, row in places.items()}
    return {place: one for place, one in found.items() if one and (*place, one) not in cancelled}


async def _cancelled(rows: Sequence[Ratee]) -> set[Part]:
    """Give whose part in these pairs was cancelled."""
    found = Assignment.filter(
        cycle_id__in={row.cycle_id for row in rows},  # type: ignore[attr-defined]  # as above
        ratee_id__in={row.person_id for row in rows},  # type: ignore[attr-defined]  # as above
        relationship__in=("self", "manager"),
        is_cancelled=True,
    )
    parts = await found.values_list("cycle_id", "ratee_id", "rater_id")
    return {(str(cycle), str(employee), str(rater)) for cycle, employee, rater in parts}


def _pulse(item: str, value: Mapping[str, Any] | None) -> PulseValue | None:
    return None if value is None else PulseValue(item, value["n"], value["total"], value["band"])

"""What the closing of a clarity cycle keeps of its pairs: the views for the two people, and counts for HR."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.values import Relationship
from server.usecases.clarity_results import ClosedPair, clarity_parameters
from server.usecases.gaps_view import Sides, read_sides
from server.usecases.tally import Asked
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Ratee
from surveys.models.results import PairView
from surveys.pair_answers import freeze_side
from surveys.queries_cycle_facts import CycleFacts
from surveys.queries_pairs import LOST
from surveys.sealing import CycleKey, Unreadable
from surveys.sheet import Sheet

SIDES: tuple[Relationship, Relationship] = ("self", "manager")


@dataclass(frozen=True, slots=True)
class KeptView:
    """A pair's view as it is kept until the retention date: without the pulse, which was counted."""

    ratee: str
    sides: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class PairResults:
    """What a closing keeps of clarity pairs; two sheets went into each opened view and still count."""

    views: tuple[KeptView, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    n_opened: int = 0
    n_unreadable: int = 0  # opened views that cannot be read; they stay as they are


@dataclass(frozen=True, slots=True)
class _Person:
    id: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Read:
    """One pair as the closing found it, in the clear for a moment."""

    person: _Person
    document: dict[str, Any]  # JSON, as the opening writes it

    @property
    def sides(self) -> str:
        found = [side for side in SIDES if side in self.document]
        return "both" if len(found) == len(SIDES) else found[0]


async def close_pairs(
    facts: CycleFacts, counted: Sequence[tuple[Asked, Sheet]], *, keeper: Keeper
) -> PairResults:
    """Work out what is kept; `counted` are the final sheets of pairs of which the other side is missing.

    Opened views of cancelled people are left out. Writes nothing.
    """
    if facts.kind != "clarity":
        return PairResults()
    people = await _people(facts.id)
    views = await PairView.filter(cycle_id=facts.id)
    lost = {row.ratee_id for row in views if row.sides == LOST}
    people = [one for one in people if one.id not in lost]
    stored = {row.ratee_id: bytes(row.ciphertext) for row in views if row.sides != LOST}
    opened, unreadable = _opened(facts.id, people, stored, keeper)
    alone = _alone(facts, [one for one in people if one.id not in stored], counted)
    return PairResults(
        views=tuple(
            KeptView(one.person.id, one.sides, keeper.seal_pair(facts.id, one.person.id, _kept(one)))
            for one in (*opened, *alone)
        ),
        parameters=clarity_parameters(
            [_closed(facts, one) for one in (*opened, *alone)], least=facts.policy.k_hr
        ),
        n_opened=len(stored) - unreadable,
        n_unreadable=unreadable,
    )


async def _people(cycle_id: str) -> list[_Person]:
    """List the employees with the units they had at the launch: who moves units later moves no count."""
    units = dict(
        await Assignment.filter(cycle_id=cycle_id, relationship="self").values_list("ratee_id", "unit")
    )
    ids = await Ratee.filter(cycle_id=cycle_id, is_cancelled=False).values_list("person_id", flat=True)
    return [_Person(str(one), str(units.get(one, ""))) for one in ids]


async def store_pairs(cycle_id: str, results: PairResults, key: CycleKey) -> None:
    """Write the kept views; the caller holds the transaction."""
    known = {row.ratee_id: row for row in await PairView.filter(cycle_id=cycle_id)}
    for view in results.views:
        row = known.get(view.ratee)
        if row is not None:
            await PairView.filter(id=row.id).update(ciphertext=view.sealed)
        else:
            await PairView.create(
                id=key.comment_key(view.ratee, "pair", "", 0),
                cycle_id=cycle_id,
                ratee_id=view.ratee,
                sides=view.sides,
                ciphertext=view.sealed,
            )


def _opened(
    cycle_id: str, people: Iterable[_Person], stored: Mapping[str, bytes], keeper: Keeper
) -> tuple[list[_Read], int]:
    found: list[_Read] = []
    n_unreadable = 0
    for one in people:
        if one.id not in stored:
            continue
        try:
            found.append(_Read(one, keeper.open_pair(cycle_id, one.id, stored[one.id])))
        except Unreadable:
            n_unreadable += 1
    return found, n_unreadable


def _alone(
    facts: CycleFacts, people: Iterable[_Person], counted: Iterable[tuple[Asked, Sheet]]
) -> list[_Read]:
    """Keep the answers of the one side that handed in; the other's were never counted."""
    final = {(asked.ratee, asked.relationship): sheet for asked, sheet in counted}
    found: list[_Read] = []
    for one in people:
        document: dict[str, Any] = {"forms": {}, "pulse": {}}
        for side in SIDES:
            sheet = final.get((one.id, side))
            if sheet is None:
                continue
            frozen = freeze_side(facts.forms[side], sheet)
            document["forms"][side] = facts.forms[side].hash
            document[side] = frozen.answers
            document["pulse"] |= frozen.pulse
        if document["forms"]:
            found.append(_Read(one, document))
    return found


def _kept(one: _Read) -> dict[str, Any]:
    return {name: value for name, value in one.document.items() if name != "pulse"} | {"pulse": {}}


def _closed(facts: CycleFacts, one: _Read) -> ClosedPair:
    gaps = None
    if one.sides == "both":
        gaps = read_sides(facts, Sides(one.document["self"], one.document["manager"]))[1]
    return ClosedPair(
        ratee_id=one.person.id,
        role=facts.profile.profile.id,
        unit=one.person.unit,
        gaps=gaps,
        pulse=one.document["pulse"],
    )

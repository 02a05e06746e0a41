"""Reads of what a closed cycle left behind: released numbers and comments, the closing record, the baseline, the texts."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, get_args

from scoring.gate import GROUP_NAMES
from scoring.values import (
    CONFIDENTIAL,
    BaselineCell,
    ConfidentialGroup,
    GroupName,
    PooledSd,
    Release,
    ReleasedCell,
    ReleasedComment,
    ReleasedGroup,
)
from surveys.errors import SurveysError
from surveys.models.cycles import Ratee
from surveys.models.people import Person
from surveys.models.results import (
    BaselineValue,
    ClosingRecord,
    NamedResult,
    PairView,
    ResultCell,
    ResultComment,
    ResultGroup,
)
from surveys.models.work import Installation
from surveys.queries_cycle_facts import CycleFacts
from surveys.results_hash import results_hash

NamedKind = Literal["self", "manager", "self/texts", "manager/texts"]


class UnreadableResult(SurveysError):
    """A stored result holds a word this version does not know."""


@dataclass(frozen=True, slots=True)
class RateeFacts:
    """A person rated in a cycle, the viewers fixed at launch, and what was shared."""

    id: str
    external_id: str
    name: str
    role: str
    managers: tuple[str, ...]
    coaches: tuple[str, ...]
    hr: tuple[str, ...]
    has_shared_comments: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """The closing record: the five counts, the frozen parameters, and the hash over everything stored."""

    n_counted: int
    n_unfinished: int
    n_empty: int
    n_orphans: int
    n_unreadable: int
    k: int
    policy_hash: str
    results_hash: str
    sds: tuple[PooledSd, ...]
    n_withheld_cells: int
    closed_on: date


@dataclass(frozen=True, slots=True)
class Baseline:
    """The frozen baseline of a cycle, what of it HR may see, and how many exemplars there are so far on each line."""

    cells: tuple[BaselineCell, ...]
    for_hr: frozenset[str]
    n_exemplars: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class InstallationFacts:
    """Who runs this installation, and whether everything in it is invented."""

    organisation: str
    is_demo: bool


async def find_ratee(cycle_id: str, person_id: str) -> RateeFacts | None:
    """Find who was rated; None when cancelled."""
    row = await Ratee.get_or_none(cycle_id=cycle_id, person_id=person_id, is_cancelled=False).select_related(
        "person"
    )
    return None if row is None else _ratee(row)


async def list_ratees(cycle_id: str) -> tuple[RateeFacts, ...]:
    """List everybody rated in a cycle, by external id."""
    rows = await Ratee.filter(cycle_id=cycle_id, is_cancelled=False).select_related("person")
    return tuple(sorted((_ratee(row) for row in rows), key=lambda ratee: ratee.external_id))


async def load_release(cycle: CycleFacts, ratee_ids: Collection[str]) -> Release:
    """Load the released groups and cells of some ratees, in the order (ratee, group, item of the form).

    Withheld cells are not stored: `n_withheld_cells` is 0 here and is read from the closing record.
    """
    wanted = list(ratee_ids)
    place = {spec.item: index for index, spec in enumerate(cycle.items())}
    groups = [
        ReleasedGroup(row.ratee_id, _group(row.group), row.n_raters, _members(row.members))
        for row in await ResultGroup.filter(cycle_id=cycle.id, ratee_id__in=wanted)
    ]
    cells = [
        ReleasedCell(row.ratee_id, _group(row.group), row.item, row.n, row.total, _band(row.band))
        for row in await ResultCell.filter(cycle_id=cycle.id, ratee_id__in=wanted)
    ]
    groups.sort(key=lambda group: (group.ratee, GROUP_NAMES.index(group.group)))
    cells.sort(key=lambda cell: (cell.ratee, GROUP_NAMES.index(cell.group), place[cell.item]))
    return Release(tuple(groups), tuple(cells), 0)


async def load_comments(cycle_id: str, ratee_id: str) -> tuple[ReleasedComment, ...]:
    """Load the released comments about a ratee in their unguessable order."""
    rows = await ResultComment.filter(cycle_id=cycle_id, ratee_id=ratee_id).order_by("question", "id")
    return tuple(_comment(row) for row in rows)


async def load_comments_of_cycle(cycle_id: str) -> tuple[ReleasedComment, ...]:
    """Load every released comment of a cycle."""
    rows = await ResultComment.filter(cycle_id=cycle_id).order_by("id")
    return tuple(_comment(row) for row in rows)


async def is_as_closed(cycle: CycleFacts, closing: Closing) -> bool:
    """Tell whether what is stored is what the closing stored: its hash is computed again and compared."""
    ratees = [str(one) for one in await Ratee.filter(cycle_id=cycle.id).values_list("person_id", flat=True)]
    counts = {
        "counted": closing.n_counted,
        "unfinished": closing.n_unfinished,
        "empty": closing.n_empty,
        "orphans": closing.n_orphans,
        "unreadable": closing.n_unreadable,
    }
    release = await load_release(cycle, ratees)
    found = results_hash(
        release, await load_comments_of_cycle(cycle.id), counts, await load_pair_marks(cycle.id)
    )
    return found == closing.results_hash


async def load_pair_marks(cycle_id: str) -> tuple[tuple[str, str, str], ...]:
    """Give employee, sides and the hash of the sealed view of every clarity pair of a cycle."""
    return tuple(
        (row.ratee_id, row.sides, hashlib.sha256(bytes(row.ciphertext)).hexdigest())
        for row in await PairView.filter(cycle_id=cycle_id)
    )


async def load_closing(cycle_id: str) -> Closing | None:
    """Load the closing record."""
    row = await ClosingRecord.get_or_none(cycle_id=cycle_id)
    if row is None:
        return None
    return Closing(
        row.n_counted,
        row.n_unfinished,
        row.n_empty,
        row.n_orphans,
        row.n_unreadable,
        row.k,
        row.policy_hash,
        row.results_hash,
        tuple(PooledSd(_group(group), item, sd / 100, df) for group, item, sd, df in row.parameters["sds"]),
        row.parameters["n_withheld_cells"],
        row.closed_on,
    )


async def load_baseline(cycle_id: str) -> Baseline:
    """Load the baseline every reader of the cycle is shown."""
    rows = await BaselineValue.filter(cycle_id=cycle_id).order_by("item")
    return Baseline(
        tuple(
            BaselineCell(
                row.item,
                Fraction(row.numerator, row.denominator),
                row.n_exemplars,
                None if row.sd_hundredths is None else row.sd_hundredths / 100,
            )
            for row in rows
            if row.numerator is not None and row.denominator is not None
        ),
        frozenset(row.item for row in rows if row.is_for_hr),
        {row.item: row.n_exemplars for row in rows},
    )


async def list_named_ciphertexts(cycle_id: str, ratee_id: str) -> tuple[tuple[NamedKind, bytes], ...]:
    """List the sealed ratings and texts of self and manager; the keeper opens them."""
    rows = await NamedResult.filter(cycle_id=cycle_id, ratee_id=ratee_id).order_by("relationship", "id")
    return tuple((_named_kind(row.relationship), bytes(row.ciphertext)) for row in rows)


async def load_installation() -> InstallationFacts:
    """Load who runs this installation."""
    row = await Installation.get(id=1)
    return InstallationFacts(row.organisation, row.is_demo)


async def names_of(person_ids: Collection[str]) -> Mapping[str, str]:
    """Map person ids to names."""
    rows = await Person.filter(id__in=list(person_ids)).values_list("id", "name")
    return {str(person_id): str(name) for person_id, name in rows}


def _group(word: str) -> GroupName:
    for name in GROUP_NAMES:
        if name == word:
            return name
    raise UnreadableResult(f"{word!r} is no group; restore the database or update Sightline")


def _members(words: str) -> tuple[ConfidentialGroup, ...]:
    named = set(words.split(","))
    return tuple(name for name in CONFIDENTIAL if name in named)


def _band(word: str) -> Literal["low", "high"] | None:
    if word == "low":
        return "low"
    return "high" if word == "high" else None


def _named_kind(word: str) -> NamedKind:
    for kind in get_args(NamedKind):
        if kind == word:
            return kind  # type: ignore[no-any-return]  # get_args gives up the literal
    raise UnreadableResult(f"{word!r} is no kind of named answer; restore the database or update Sightline")


def _comment(row: ResultComment) -> ReleasedComment:
    return ReleasedComment(row.ratee_id, row.question, row.text, row.signed_by or None, row.id)


def _ratee(row: Ratee) -> RateeFacts:
    viewers: Mapping[str, Sequence[str]] = row.viewers
    return RateeFacts(
        id=row.person.id,
        external_id=row.person.external_id,
        name=row.person.name,
        role=row.person.role_profile,
        managers=tuple(viewers.get("manager", ())),
        coaches=tuple(viewers.get("coach", ())),
        hr=tuple(viewers.get("hr", ())),
        has_shared_comments=row.has_shared_comments,
    )

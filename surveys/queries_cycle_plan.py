"""Reads for planning a cycle: earlier clarity rounds, who could be the manager of a pair, and which lines are old."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from surveys.cycle_values import ClarityRound
from surveys.items import item_versions
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person, Relation
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.profile_file import from_document
from surveys.queries_people import holds_on, is_here

CLOSED = ("sealed", "released", "done")
LAUNCHED = ("scheduled", "open", "grace", "closing", *CLOSED)


@dataclass(frozen=True, slots=True)
class ManagerRow:
    """Someone who manages a person today."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class PlanningTexts:
    """The documents a new cycle would be asked from: a profile, its translations, the newest question texts (JSON)."""

    profile: dict[str, Any]
    overlays: dict[str, dict[str, str]]
    instrument: dict[str, Any]


async def find_planning_texts(profile_version_id: str) -> PlanningTexts | None:
    """Find what a new cycle would be asked from; None without the profile or without any question texts."""
    version = await ProfileVersion.get_or_none(id=profile_version_id)
    instrument = await Instrument.all().order_by("-imported_at", "id").first()
    if version is None or instrument is None:
        return None
    return PlanningTexts(dict(version.document), dict(version.overlays), dict(instrument.document))


async def list_clarity_rounds(
    profile: str, ratee_ids: Iterable[str], *, but: str = ""
) -> tuple[ClarityRound, ...]:
    """Give launched clarity rounds of a role about some people; an abandoned one never happened."""
    rows = await (
        Ratee.filter(
            person_id__in=list(set(ratee_ids)),
            is_cancelled=False,
            cycle__kind="clarity",
            cycle__is_rehearsal=False,
            cycle__state__in=LAUNCHED,
            cycle__profile_version__profile=profile,
        )
        .exclude(cycle_id=but)
        .select_related("cycle")
        .order_by("cycle__opens_at", "id")
    )
    return tuple(
        ClarityRound(
            row.cycle.id,
            row.cycle.title,
            str(row.person_id),  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
            row.cycle.state in CLOSED,
            row.cycle.opens_at,
            row.cycle.closes_at + timedelta(hours=row.cycle.grace_hours),
        )
        for row in rows
    )


async def has_closed_round(profile: str) -> bool:
    """Tell whether a clarity round of the role was closed before."""
    closed = Cycle.filter(kind="clarity", state__in=CLOSED, profile_version__profile=profile)
    return await closed.filter(is_rehearsal=False).exists()


async def list_managers(person_ids: Iterable[str], *, day: date) -> dict[str, tuple[ManagerRow, ...]]:
    """Give today's managers who are still here, by person: the longest relation first, then by name."""
    relations = await (
        Relation.filter(holds_on(day), person_id__in=list(set(person_ids)), kind="manager")
        .order_by("from_on", "other__name", "other_id")
        .values_list("person_id", "other_id", "other__name")
    )
    here = {
        str(one)
        for one in await Person.filter(
            is_here(day), id__in=list({str(other) for _, other, _ in relations})
        ).values_list("id", flat=True)
    }
    found: dict[str, dict[str, ManagerRow]] = defaultdict(dict)
    for person, other, name in relations:
        if str(other) in here and str(other) != str(person):
            found[str(person)].setdefault(str(other), ManagerRow(str(other), str(name)))
    return {person: tuple(rows.values()) for person, rows in found.items()}


async def find_pair_managers(cycle_id: str) -> dict[str, str]:
    """Give who is the manager of each pair in a draft of a clarity round."""
    rows = await Assignment.filter(cycle_id=cycle_id, relationship="manager", is_cancelled=False).values_list(
        "ratee_id", "rater_id"
    )
    return {str(ratee): str(rater) for ratee, rater in rows}


async def same_lines(profile: str, version: str) -> dict[str, frozenset[str]]:
    """Give for each 360 line of a version the versions of the role in which it stands word for word."""
    lines: dict[str, dict[str, object]] = {}
    for row in await ProfileVersion.filter(profile=profile):
        lines[row.version] = {
            one.item: (one.element, one.variation, one.texts[one.source_locale])
            for one in item_versions(from_document(row.document), {}, "feedback360")
        }
    return {
        item: frozenset(number for number, found in lines.items() if found.get(item) == words)
        for item, words in lines.get(version, {}).items()
    }

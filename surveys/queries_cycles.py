"""Reads of cycles: the list, one cycle, who is rated by whom, and how much is asked of each rater."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count

from surveys.cycle_values import CycleCard, OtherCycle, RateeRow, RaterRow
from surveys.lifecycle import ends_at, shown_state
from surveys.models.cycles import Assignment, Cycle, CycleForm, Ratee
from surveys.models.results import ClosingRecord, PairView
from surveys.queries_profiles import titles_of

ENDED = ("sealed", "released", "done", "abandoned")
RUNNING = ("scheduled", "open", "grace", "closing")


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle as lists show it."""

    id: str
    kind: str
    title: str
    state: str
    role: str
    opens_at: datetime
    closes_at: datetime
    n_ratees: int
    roles: Mapping[str, str]  # by language, where it is translated


async def list_cycles(now: datetime) -> tuple[CycleRow, ...]:
    """Give every cycle with its state at this moment, newest first, in two queries."""
    counts = await (
        Ratee.filter(is_cancelled=False)
        .annotate(n_people=Count("id"))
        .group_by("cycle_id")
        .values_list("cycle_id", "n_people")
    )
    n_ratees = {str(cycle_id): int(str(n)) for cycle_id, n in counts}
    cycles = (
        await Cycle.filter(is_rehearsal=False).select_related("profile_version").order_by("-opens_at", "id")
    )
    return tuple(
        CycleRow(
            one.id,
            one.kind,
            one.title,
            shown_state(one.state, opens_at=one.opens_at, closes_at=one.closes_at, now=now),
            one.profile_version.title,
            one.opens_at,
            one.closes_at,
            n_ratees.get(one.id, 0),
            titles_of(one.profile_version.overlays),
        )
        for one in cycles
    )


async def find_cycle(cycle_id: str) -> CycleCard | None:
    """Give one cycle."""
    one = await Cycle.get_or_none(id=cycle_id).select_related("profile_version", "instrument", "launched_by")
    if one is None:
        return None
    version = one.profile_version
    return CycleCard(
        id=one.id,
        kind=one.kind,
        title=one.title,
        purpose=one.purpose,
        state=one.state,
        profile_version_id=version.id,
        profile=version.profile,
        version=version.version,
        role=version.title,
        grade=version.grade,
        source_locale=version.locale,
        overlay_locales=tuple(sorted(version.overlays)),
        instrument_locales=tuple(one.instrument.document.get("locales", ())),
        policy=dict(one.policy),
        opens_at=one.opens_at,
        closes_at=one.closes_at,
        grace_hours=one.grace_hours,
        notice_days=one.notice_days,
        clarity_reason=one.clarity_reason,
        clarity_held_on=one.clarity_held_on,
        launched_by=one.launched_by.name if one.launched_by else "",
        launched_at=one.launched_at,
        released_at=one.released_at,
        is_extended=one.is_extended,
        end_reason=one.end_reason,
        roles=titles_of(version.overlays),
        content=dict(one.content),
        leaves_out=one.leaves_out,
        is_rehearsal=one.is_rehearsal,
    )


async def list_ratees(cycle_id: str) -> tuple[RateeRow, ...]:
    """Give who is rated by whom, in two queries; raters are gone once the cycle is closed."""
    raters: dict[str, list[RaterRow]] = defaultdict(list)
    for row in (
        await Assignment.filter(cycle_id=cycle_id).select_related("rater").order_by("rater__name", "id")
    ):
        raters[str(row.ratee_id)].append(  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
            RaterRow(
                row.id,
                row.rater.id,
                row.rater.external_id,
                row.rater.name,
                row.rater.mail,
                row.rater.locale,
                row.relationship,
                row.is_cancelled,
                row.rater.left_at,
            )
        )
    ratees = await Ratee.filter(cycle_id=cycle_id).select_related("person").order_by("person__name", "id")
    return tuple(
        RateeRow(
            one.person.id,
            one.person.external_id,
            one.person.name,
            one.person.unit,
            one.person.in_role_since,
            one.person.left_at,
            one.is_cancelled,
            tuple(raters[one.person.id]),
        )
        for one in ratees
    )


async def n_asked_by_relationship(cycle_id: str) -> dict[str, int]:
    """Give how many were invited per relationship over the whole cycle, fixed at launch."""
    rows = await CycleForm.filter(cycle_id=cycle_id).values_list("relationship", "n_asked")
    return {str(relationship): int(n) for relationship, n in rows}


async def n_people_asked(cycle_id: str) -> int:
    """Count who is asked in a cycle, each person once."""
    asked = await Assignment.filter(cycle_id=cycle_id, is_cancelled=False).values_list("rater_id", flat=True)
    return len(set(asked))


async def n_opened_pairs(cycle_id: str) -> int:
    """Count the pairs of a cycle whose two views lie open to both."""
    return await PairView.filter(cycle_id=cycle_id, sides="both").count()


async def loads(rater_ids: Iterable[str], *, cycle_id: str) -> dict[str, int]:
    """Count whom each rater is asked to rate by launched 360s that have not ended, and by this one even as a draft."""
    rows = await (
        Assignment.filter(rater_id__in=list(set(rater_ids)), is_cancelled=False, cycle__kind="feedback360")
        .exclude(relationship="self")
        .exclude(cycle__is_rehearsal=True)
        .filter(Q(cycle__state__in=RUNNING) | Q(cycle_id=cycle_id, cycle__state="draft"))
        .annotate(n_requests=Count("id"))
        .group_by("rater_id")
        .values_list("rater_id", "n_requests")
    )
    return {str(rater_id): int(str(n)) for rater_id, n in rows}


async def list_other_cycles(cycle_id: str, ratee_ids: Iterable[str]) -> tuple[OtherCycle, ...]:
    """Give launched 360s about the same people, with who is asked where it is still known.

    Clarity rounds rate nobody in confidence, so nothing could be worked out from their difference.
    """
    wanted = list(set(ratee_ids))
    rows = await (
        Ratee.filter(person_id__in=wanted, is_cancelled=False, cycle__kind="feedback360")
        .exclude(cycle_id=cycle_id)
        .exclude(cycle__state__in=("draft", "abandoned"))
        .select_related("cycle")
    )
    cycle_ids = list({str(row.cycle.id) for row in rows})
    asked: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for one in await Assignment.filter(cycle_id__in=cycle_ids, ratee_id__in=wanted).values_list(
        "cycle_id", "ratee_id", "relationship", "rater_id"
    ):
        asked[str(one[0]), str(one[1])].add((str(one[2]), str(one[3])))
    return tuple(
        OtherCycle(
            row.cycle.id,
            row.cycle.title,
            str(row.person_id),  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
            row.cycle.opens_at,
            ends_at(row.cycle.closes_at, row.cycle.grace_hours),
            frozenset(asked[row.cycle.id, str(row.person_id)])  # type: ignore[attr-defined]  # the same
            if row.cycle.state in RUNNING
            else None,
        )
        for row in rows
    )


async def find_closing(cycle_id: str) -> tuple[int, int, int] | None:
    """Give counted, unfinished and empty sheets of a closed cycle."""
    record = await ClosingRecord.get_or_none(cycle_id=cycle_id)
    return None if record is None else (record.n_counted, record.n_unfinished, record.n_empty)

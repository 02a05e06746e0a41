"""The pages on which HR plans a cycle: who, which lines, when, and the 360 that may follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.clock import Clock, today
from server.errors import not_found
from server.usecases.clarity_lines import ClarityLines, clarity_lines_page
from server.usecases.cycle_form import Kind
from server.usecases.cycle_pages import get_cycle
from server.usecases.cycles import NOT_A_DRAFT, draft_name
from server.usecases.programme_dates import DAYS_OPEN, Intent, find_lawful_day
from surveys import queries_cycle_plan, queries_cycles, queries_people, queries_profiles
from surveys.cycle_values import CycleCard
from surveys.lawful import LawfulDay
from surveys.notice import DEFAULT_NOTICE_DAYS, allows_feedback360, first_lawful_date
from surveys.policy import Policy, from_document
from surveys.queries_cycle_plan import ManagerRow
from surveys.queries_people import PersonRow
from surveys.queries_profiles import ProfileRow

OPENS_AT = time(8)


@dataclass(frozen=True, slots=True)
class Holder:
    """Someone who can take part: the first lawful day of a 360, and who could be the manager of a clarity pair."""

    person: PersonRow
    first_on: date | None
    managers: tuple[ManagerRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowOffer:
    """The 360 after a clarity round: whether the profile allows it, its first lawful day, and who lacks the notice."""

    is_allowed: bool
    lawful: LawfulDay
    n_to_mail: int  # who would be given the lines today by publishing
    without_notice: tuple[str, ...]  # and who would still lack them


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The form of a cycle: its profile, who can take part, and what the fields hold."""

    kind: Kind
    profile: ProfileRow
    holders: tuple[Holder, ...]
    fields: Mapping[str, str]
    chosen: frozenset[str]
    lines: ClarityLines | None = None
    follow: FollowOffer | None = None
    units: tuple[str, ...] = ()

    @property
    def by_unit(self) -> tuple[tuple[str, tuple[Holder, ...]], ...]:
        """Group who can take part by unit."""
        names = sorted({one.person.unit for one in self.holders})
        return tuple((name, tuple(one for one in self.holders if one.person.unit == name)) for name in names)


async def new_plan_page(profile_version_id: str, *, clock: Clock) -> PlanPage:
    """Give the form of a new 360: everyone in the role chosen, dates that keep the notice."""
    profile = await _profile(profile_version_id)
    holders = await _holders(profile, DEFAULT_NOTICE_DAYS, clock)
    lawful = [one.first_on for one in holders if one.first_on is not None]
    opens_on = max([today(clock) + timedelta(days=1), *lawful])
    policy = Policy()
    fields = {
        **_dates(opens_on),
        "grace_hours": str(policy.grace_hours),
        "retention_days": str(policy.retention_days),
        "notice_days": str(DEFAULT_NOTICE_DAYS),
        "k": str(policy.k),
        "small_groups": policy.small_groups,
        "in_notice": "move",
    }
    return PlanPage("feedback360", profile, holders, fields, frozenset(one.person.id for one in holders))


async def new_clarity_page(
    profile_version_id: str, *, unit: str, locale: str, is_mail_ready: bool, clock: Clock
) -> PlanPage:
    """Give the form of a new clarity round: everyone in the role who has a manager, tomorrow, for two weeks."""
    profile = await _profile(profile_version_id)
    holders = await _holders(profile, DEFAULT_NOTICE_DAYS, clock)
    chosen = [one for one in holders if one.managers and (not unit or one.person.unit == unit)]
    lines = await clarity_lines_page(profile, None, locale=locale)
    fields = {
        **_dates(today(clock) + timedelta(days=1)),
        "grace_hours": str(Policy().grace_hours),
        "retention_days": str(Policy().retention_days),
        "asks_level": "yes" if lines.asks_level else "",
        "asks_pulse": "yes",
    }
    ends_on = today(clock) + timedelta(days=1 + DAYS_OPEN)
    ends_at = datetime.combine(ends_on, OPENS_AT, ZoneInfo("UTC")) + timedelta(hours=Policy().grace_hours)
    return PlanPage(
        "clarity",
        profile,
        holders,
        fields,
        frozenset(one.person.id for one in chosen),
        lines,
        await _follow(profile, [one.person for one in chosen], ends_at, is_mail_ready, clock),
        tuple(sorted({one.person.unit for one in holders if one.person.unit})),
    )


async def edit_plan_page(cycle_id: str, *, locale: str, time_zone: str, clock: Clock) -> PlanPage:
    """Give the form of a draft as it is. Raises Problem for a cycle that was launched."""
    cycle = await get_cycle(cycle_id)
    if cycle.state != "draft":
        raise NOT_A_DRAFT
    profile = await _profile(cycle.profile_version_id)
    ratees = await queries_cycles.list_ratees(cycle_id)
    chosen = frozenset(one.person_id for one in ratees)
    holders = await _holders(profile, cycle.notice_days, clock, also=chosen)
    zone = ZoneInfo(time_zone)
    fields = {
        "title": cycle.title,
        "purpose": cycle.purpose,
        "opens_at": _wall(cycle.opens_at.astimezone(zone)),
        "closes_at": _wall(cycle.closes_at.astimezone(zone)),
        "grace_hours": str(cycle.grace_hours),
        "retention_days": str(from_document(cycle.policy).retention_days),
        "seen": await draft_name(cycle_id),
    }
    if cycle.kind != "clarity":
        return PlanPage("feedback360", profile, holders, {**fields, **_feedback_fields(cycle)}, chosen)
    pairs = await queries_cycle_plan.find_pair_managers(cycle_id)
    fields |= {f"manager_{person}": manager for person, manager in pairs.items()}
    lines = await clarity_lines_page(profile, cycle.content, locale=locale)
    fields |= {
        "asks_level": "yes" if lines.asks_level else "",
        "asks_pulse": "yes" if lines.asks_pulse else "",
    }
    return PlanPage("clarity", profile, holders, fields, chosen, lines)


def typed_again(
    shown: PlanPage,
    typed: Mapping[str, str],
    people: Sequence[str],
    items: Sequence[str],
    names: Sequence[str],
) -> PlanPage:
    """Give the form with what was typed, so that nothing has to be typed twice."""
    fields = {**dict.fromkeys(names, ""), **typed}
    if "seen" in shown.fields:
        # Who saves once more has seen what is stored now.
        fields["seen"] = shown.fields["seen"]
    lines = None if shown.lines is None else replace(shown.lines, chosen=frozenset(items))
    return replace(shown, fields=fields, chosen=frozenset(people), lines=lines)


def differences(stored: PlanPage, typed: PlanPage) -> dict[str, str]:
    """Give what is stored now where it differs from what was typed, by field; people and lines are only named."""
    found = {
        name: value
        for name, value in stored.fields.items()
        if name != "seen" and value != typed.fields.get(name, "") and not name.startswith("manager_")
    }
    pairs = {name for name in stored.fields if name.startswith("manager_")}
    if stored.chosen != typed.chosen or any(
        stored.fields[name] != typed.fields.get(name, stored.fields[name]) for name in pairs
    ):
        found["ratees"] = ", ".join(
            one.person.name for one in stored.holders if one.person.id in stored.chosen
        )
    if stored.lines and typed.lines and stored.lines.chosen != typed.lines.chosen:
        found["items"] = str(len(stored.lines.chosen))
    return found


def _feedback_fields(cycle: CycleCard) -> dict[str, str]:
    policy = from_document(cycle.policy)
    return {
        "notice_days": str(cycle.notice_days),
        "k": str(policy.k),
        "small_groups": policy.small_groups,
        "clarity_reason": cycle.clarity_reason,
        "clarity_held_on": cycle.clarity_held_on.isoformat() if cycle.clarity_held_on else "",
        "in_notice": "leave_out" if cycle.leaves_out else "move",
    }


async def _profile(version_id: str) -> ProfileRow:
    found = await queries_profiles.find_profile(version_id)
    if found is None:
        raise not_found()
    return found[0]


async def _holders(
    profile: ProfileRow, notice_days: int, clock: Clock, *, also: frozenset[str] = frozenset()
) -> tuple[Holder, ...]:
    """Give who holds the role, and people chosen before who hold it no longer: they are never dropped unseen."""
    people = await queries_people.list_role_holders(profile.profile, day=today(clock))
    others = also - {one.id for one in people}
    if others:
        people = (*people, *await queries_people.list_people_by_id(others, day=today(clock)))
    ids = [one.id for one in people]
    deliveries = await queries_people.list_deliveries(profile.profile, ids)
    managers = await queries_cycle_plan.list_managers(ids, day=today(clock))
    return tuple(
        Holder(
            one,
            first_lawful_date(
                deliveries.get(one.id, ()),
                version=profile.version,
                notice_days=notice_days,
                in_role_since=one.in_role_since,
            ),
            managers.get(one.id, ()),
        )
        for one in people
    )


async def _follow(
    profile: ProfileRow,
    people: Sequence[PersonRow],
    clarity_ends_at: datetime,
    is_mail_ready: bool,
    clock: Clock,
) -> FollowOffer:
    intent = Intent(
        profile=profile.profile,
        version=profile.version,
        notice_days=DEFAULT_NOTICE_DAYS,
        lasts=timedelta(days=DAYS_OPEN, hours=Policy().grace_hours),
        clarity_ends_at=clarity_ends_at,
    )
    now = await find_lawful_day(people, intent, clock=clock)
    lacking = {hold.name for hold in now.holds if hold.until is None}
    if not lacking or not is_mail_ready:
        return FollowOffer(allows_feedback360(profile.grade), now, 0, tuple(sorted(lacking)))
    told = await find_lawful_day(people, replace(intent, is_published_now=True), clock=clock)
    still = {hold.name for hold in told.holds if hold.until is None}
    return FollowOffer(
        allows_feedback360(profile.grade), told, len(lacking) - len(still), tuple(sorted(still))
    )


def _dates(opens_on: date) -> dict[str, str]:
    opens_at = datetime.combine(opens_on, OPENS_AT)
    return {"opens_at": _wall(opens_at), "closes_at": _wall(opens_at + timedelta(days=DAYS_OPEN))}


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")

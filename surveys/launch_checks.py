"""What stands in the way of a launch, and what HR has to confirm by name: pure rules on frozen values."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scoring.gate import partition
from scoring.values import CONFIDENTIAL, ConfidentialGroup, ReleasePolicy
from surveys.assignments import load_level
from surveys.canonical import canonical
from surveys.cycle_values import CycleCard, OtherCycle, RateeRow, RaterRow
from surveys.notice import (
    LEAST_NOTICE_DAYS,
    Delivery,
    allows_feedback360,
    first_lawful_date,
    has_clarity_first,
    has_notice,
)

APART = timedelta(days=180)
LEAST_OPEN = timedelta(hours=24)

Line = Mapping[str, str | int | date]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact found before launch: its code, and a line for each person or language it is about."""

    code: str
    is_error: bool
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """Name this finding with what it is about; a confirmation holds for exactly this and no more."""
        told = [{key: str(value) for key, value in line.items()} for line in self.lines]
        return f"{self.code}.{hashlib.sha256(canonical([self.code, told])).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the checks look at."""

    cycle: CycleCard
    policy: ReleasePolicy
    ratees: tuple[RateeRow, ...]
    deliveries: Mapping[str, tuple[Delivery, ...]]
    loads: Mapping[str, int]
    others: tuple[OtherCycle, ...]
    n_untranslated: Mapping[str, int]  # language -> texts that readers would see in the source language
    viewers: Mapping[str, frozenset[str]]  # ratee -> managers and coaches who would see the report
    rater_managers: Mapping[str, frozenset[str]]  # rater -> whom the people file names as managers
    hr_ids: frozenset[str]
    asked_relationships: frozenset[str]  # those the profile has a line for


def check_launch(plan: Plan, *, now: datetime) -> tuple[Finding, ...]:
    """Give every finding, errors first."""
    found = [
        *_dates(plan, now),
        *_short(plan),
        *_ground(plan, now),
        *_notice(plan),
        *_gone(plan),
        *_apart(plan),
        *_small_groups(plan),
        *_untranslated(plan),
        *_reach(plan),
        *_load(plan),
        *_viewers(plan),
        *_reports_as_peers(plan),
    ]
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def first_lawful_dates(plan: Plan) -> dict[str, date | None]:
    """Give for each ratee the first day on which others may rate them."""
    return {
        ratee.person_id: first_lawful_date(
            plan.deliveries.get(ratee.person_id, ()),
            version=plan.cycle.version,
            notice_days=plan.cycle.notice_days,
            in_role_since=ratee.in_role_since,
        )
        for ratee in plan.ratees
        if not ratee.is_cancelled
    }


def confidential_counts(ratee: RateeRow) -> dict[ConfidentialGroup, int]:
    """Count who is asked about a person per confidential group."""
    counts = Counter(rater.relationship for rater in _asked(ratee))
    return {group: counts[group] for group in CONFIDENTIAL if counts[group]}


def _asked(ratee: RateeRow) -> Iterator[RaterRow]:
    return (rater for rater in ratee.raters if not rater.is_cancelled)


def _present(plan: Plan) -> Iterator[RateeRow]:
    return (ratee for ratee in plan.ratees if not ratee.is_cancelled)


def _dates(plan: Plan, now: datetime) -> Iterator[Finding]:
    cycle = plan.cycle
    if cycle.closes_at <= cycle.opens_at:
        yield Finding("close_before_open", True)
    if cycle.opens_at <= now:
        yield Finding("opens_in_past", True)
    if cycle.notice_days < LEAST_NOTICE_DAYS:
        yield Finding("notice_too_short", True, ({"least": LEAST_NOTICE_DAYS},))


def _short(plan: Plan) -> Iterator[Finding]:
    open_for = plan.cycle.closes_at - plan.cycle.opens_at
    if timedelta() < open_for < LEAST_OPEN:
        yield Finding("open_too_briefly", False, ({"minutes": open_for // timedelta(minutes=1)},))


def _ground(plan: Plan, now: datetime) -> Iterator[Finding]:
    cycle = plan.cycle
    if not any(_present(plan)):
        yield Finding("nobody_to_rate", True)
    if not allows_feedback360(cycle.grade):
        yield Finding("profile_sketched", True, ({"role": cycle.role},))
    used = {rater.relationship for ratee in _present(plan) for rater in _asked(ratee)}
    if used - plan.asked_relationships:
        lines: list[Line] = [{"group": one} for one in sorted(used - plan.asked_relationships)]
        yield Finding("no_lines", True, tuple(lines))
    if not has_clarity_first(cycle.clarity_reason, cycle.clarity_held_on, today=now.date()):
        yield Finding("clarity_missing", True)


def _notice(plan: Plan) -> Iterator[Finding]:
    dates = first_lawful_dates(plan)
    names = {ratee.person_id: ratee.name for ratee in plan.ratees}
    missing: list[Line] = [{"name": names[one]} for one, first_on in dates.items() if first_on is None]
    early: list[Line] = [
        {"name": names[one], "first_on": first_on}
        for one, first_on in dates.items()
        if first_on is not None and not has_notice(first_on, plan.cycle.opens_at.date())
    ]
    if missing:
        yield Finding("notice_missing", True, tuple(missing))
    if early:
        yield Finding("notice_running", True, tuple(early))


def _gone(plan: Plan) -> Iterator[Finding]:
    ratees: list[Line] = [{"name": ratee.name} for ratee in _present(plan) if _is_gone(ratee.left_at, plan)]
    raters: list[Line] = [
        {"name": rater.name, "ratee": ratee.name}
        for ratee in _present(plan)
        for rater in _asked(ratee)
        if _is_gone(rater.left_at, plan) and rater.relationship != "self"
    ]
    if ratees:
        yield Finding("ratee_left", True, tuple(ratees))
    if raters:
        yield Finding("rater_left", True, tuple(raters))


def _is_gone(left_at: datetime | None, plan: Plan) -> bool:
    # Someone who leaves during the cycle can still answer; HR then decides about each of the two sides.
    return left_at is not None and left_at <= plan.cycle.opens_at


def _apart(plan: Plan) -> Iterator[Finding]:
    ends_at = plan.cycle.closes_at + timedelta(hours=plan.cycle.grace_hours)
    ratees = {ratee.person_id: ratee for ratee in _present(plan)}
    overlapping: list[Line] = []
    near: list[Line] = []
    for other in plan.others:
        ratee = ratees.get(other.ratee_id)
        if ratee is None:
            continue
        if other.asked is not None and other.opens_at < ends_at and plan.cycle.opens_at < other.ends_at:
            overlapping.append({"name": ratee.name, "cycle": other.title})
        elif abs(ends_at - other.ends_at) < APART and not _changes_hide_everyone(plan, ratee, other):
            first_on = (other.ends_at + APART).date()
            near.append({"name": ratee.name, "cycle": other.title, "first_on": first_on})
    if overlapping:
        yield Finding("cycles_overlap", True, tuple(overlapping))
    if near:
        yield Finding("cycles_too_near", True, tuple(near))


def _changes_hide_everyone(plan: Plan, ratee: RateeRow, other: OtherCycle) -> bool:
    """Tell whether each group gained and lost nobody, or at least k people; unknown once the raters are forgotten."""
    if other.asked is None:
        return False
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for relationship, rater_id in other.asked:
        before[relationship].add(rater_id)
    for rater in _asked(ratee):
        after[rater.relationship].add(rater.person_id)
    return all(
        n == 0 or n >= plan.policy.k
        for group in CONFIDENTIAL
        for n in (len(before[group] - after[group]), len(after[group] - before[group]))
    )


def _small_groups(plan: Plan) -> Iterator[Finding]:
    pooled: list[Line] = []
    left_out: list[Line] = []
    for ratee in _present(plan):
        counts = confidential_counts(ratee)
        blocks = partition(counts, plan.policy)
        shown = {group for members in blocks.values() for group in members}
        for group, n in counts.items():
            if n >= plan.policy.k and group in blocks:
                continue
            (pooled if group in shown else left_out).append({"name": ratee.name, "group": group, "n": n})
        if not counts:
            left_out.append({"name": ratee.name, "group": "nobody", "n": 0})
    if pooled:
        yield Finding("group_pooled", False, tuple(pooled))
    if left_out:
        yield Finding("group_left_out", False, tuple(left_out))


def _untranslated(plan: Plan) -> Iterator[Finding]:
    readers = Counter(
        {rater.person_id: rater.locale for ratee in _present(plan) for rater in _asked(ratee)}.values()
    )
    lines: list[Line] = [
        {"locale": locale, "n_texts": plan.n_untranslated[locale], "n_people": n}
        for locale, n in sorted(readers.items())
        if plan.n_untranslated.get(locale)
    ]
    if lines:
        yield Finding("untranslated", False, tuple(lines))


def _reach(plan: Plan) -> Iterator[Finding]:
    without = {
        rater.name
        for ratee in _present(plan)
        for rater in _asked(ratee)
        if not rater.mail and not _is_gone(rater.left_at, plan)
    }
    if without:
        yield Finding("no_mail", False, tuple({"name": name} for name in sorted(without)))


def _load(plan: Plan) -> Iterator[Finding]:
    names = {rater.person_id: rater.name for ratee in _present(plan) for rater in _asked(ratee)}
    ranked = sorted((names[one], n) for one, n in plan.loads.items() if one in names)
    high: tuple[Line, ...] = tuple(
        {"name": name, "n": n} for name, n in ranked if load_level(n) == "approval"
    )
    highest: tuple[Line, ...] = tuple(
        {"name": name, "n": n} for name, n in ranked if load_level(n) == "hr_only"
    )
    if high:
        yield Finding("load_high", False, high)
    if highest:
        yield Finding("load_very_high", False, highest)


def _viewers(plan: Plan) -> Iterator[Finding]:
    lines: list[Line] = [
        {"name": rater.name, "ratee": ratee.name}
        for ratee in _present(plan)
        for rater in _asked(ratee)
        if rater.relationship in CONFIDENTIAL
        and rater.person_id in plan.viewers.get(ratee.person_id, frozenset()) | plan.hr_ids
    ]
    if lines:
        yield Finding("viewer_rates", False, tuple(lines))


def _reports_as_peers(plan: Plan) -> Iterator[Finding]:
    # Among peers a report's answers would be read as those of colleagues, and the group of reports stays too small.
    lines: list[Line] = [
        {"name": rater.name, "ratee": ratee.name}
        for ratee in _present(plan)
        for rater in _asked(ratee)
        if rater.relationship == "peer"
        and ratee.person_id in plan.rater_managers.get(rater.person_id, frozenset())
    ]
    if lines:
        yield Finding("report_as_peer", False, tuple(lines))

"""What stands in the way of a launch, and what HR has to confirm by name: pure rules on frozen values."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from scoring.gate import partition
from scoring.values import CONFIDENTIAL, ConfidentialGroup
from surveys.assignments import load_level
from surveys.clarity_checks import check_clarity
from surveys.cycle_values import OtherCycle, RateeRow
from surveys.launch_values import Finding, Line, Plan, asked_raters, present_ratees
from surveys.notice import (
    LEAST_NOTICE_DAYS,
    allows_feedback360,
    first_lawful_date,
    has_clarity_first,
    has_notice,
)
from surveys.shared_checks import (
    open_briefly,
    people_gone,
    people_without_mail,
    untranslated_texts,
    wrong_dates,
)

APART = timedelta(days=180)


def check_launch(plan: Plan, *, now: datetime) -> tuple[Finding, ...]:
    """Give every finding about a cycle of its kind, errors first."""
    found = check_clarity(plan, now=now) if plan.cycle.kind == "clarity" else _check_feedback(plan, now)
    return tuple(sorted(found, key=lambda finding: not finding.is_error))


def _check_feedback(plan: Plan, now: datetime) -> list[Finding]:
    return [
        *wrong_dates(plan, now),
        *open_briefly(plan),
        *_ground(plan),
        *_clarity_first(plan, now),
        *_notice(plan),
        *people_gone(plan),
        *_apart(plan),
        *_small_groups(plan),
        *untranslated_texts(plan),
        *people_without_mail(plan),
        *_load(plan),
        *_viewers(plan),
        *_reports_as_peers(plan),
    ]


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
    counts = Counter(rater.relationship for rater in asked_raters(ratee))
    return {group: counts[group] for group in CONFIDENTIAL if counts[group]}


def _ground(plan: Plan) -> Iterator[Finding]:
    cycle = plan.cycle
    if not any(present_ratees(plan)):
        yield Finding("nobody_to_rate", True)
    if not allows_feedback360(cycle.grade):
        yield Finding("profile_sketched", True, ({"role": cycle.role},))
    used = {rater.relationship for ratee in present_ratees(plan) for rater in asked_raters(ratee)}
    if used - plan.asked_relationships:
        lines: list[Line] = [{"group": one} for one in sorted(used - plan.asked_relationships)]
        yield Finding("no_lines", True, tuple(lines))
    if cycle.notice_days < LEAST_NOTICE_DAYS:
        yield Finding("notice_too_short", True, ({"least": LEAST_NOTICE_DAYS},))


def _clarity_first(plan: Plan, now: datetime) -> Iterator[Finding]:
    """Clarity before level: name who was in no closed clarity round of the role, and whose round still runs."""
    cycle = plan.cycle
    closed = {one.ratee_id for one in plan.clarity_rounds if one.is_closed}
    running = {one.ratee_id: one for one in plan.clarity_rounds if not one.is_closed}
    missing: list[Line] = []
    waiting: list[Line] = []
    for ratee in present_ratees(plan):
        if has_clarity_first(
            cycle.clarity_reason,
            cycle.clarity_held_on,
            has_closed_round=ratee.person_id in closed,
            today=now.date(),
        ):
            continue
        round_ = running.get(ratee.person_id)
        if round_ is None:
            missing.append({"name": ratee.name})
        else:
            waiting.append({"name": ratee.name, "cycle": round_.title, "first_on": round_.ends_at.date()})
    if missing:
        yield Finding("clarity_missing", True, tuple(missing))
    if waiting:
        yield Finding("clarity_running", True, tuple(waiting))


def left_out_lines(plan: Plan) -> tuple[str, ...]:
    """List the lines that are still in notice for somebody at the opening, where HR chose to leave them out for all."""
    return tuple(sorted(_held(plan))) if _leaves_out(plan) else ()


def _held(plan: Plan) -> set[str]:
    opens_on = plan.cycle.opens_at.date()
    return {
        line
        for dates in plan.line_dates.values()
        for line, first_on in dates.items()
        if not has_notice(first_on, opens_on)
    }


def _leaves_out(plan: Plan) -> bool:
    # Where nothing would be left to ask, nothing is left out: then the date has to move.
    asked = {line for dates in plan.line_dates.values() for line in dates}
    return plan.cycle.leaves_out and _held(plan) < asked


def _notice(plan: Plan) -> Iterator[Finding]:
    if _leaves_out(plan):
        left_out = left_out_lines(plan)
        if left_out:
            yield Finding("lines_left_out", False, tuple({"item": one} for one in left_out))
        return
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


def _apart(plan: Plan) -> Iterator[Finding]:
    ends_at = plan.cycle.closes_at + timedelta(hours=plan.cycle.grace_hours)
    ratees = {ratee.person_id: ratee for ratee in present_ratees(plan)}
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
    for rater in asked_raters(ratee):
        after[rater.relationship].add(rater.person_id)
    return all(
        n == 0 or n >= plan.policy.k
        for group in CONFIDENTIAL
        for n in (len(before[group] - after[group]), len(after[group] - before[group]))
    )


def _small_groups(plan: Plan) -> Iterator[Finding]:
    pooled: list[Line] = []
    left_out: list[Line] = []
    for ratee in present_ratees(plan):
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


def _load(plan: Plan) -> Iterator[Finding]:
    names = {rater.person_id: rater.name for ratee in present_ratees(plan) for rater in asked_raters(ratee)}
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
        for ratee in present_ratees(plan)
        for rater in asked_raters(ratee)
        if rater.relationship in CONFIDENTIAL
        and rater.person_id in plan.viewers.get(ratee.person_id, frozenset()) | plan.hr_ids
    ]
    if lines:
        yield Finding("viewer_rates", False, tuple(lines))


def _reports_as_peers(plan: Plan) -> Iterator[Finding]:
    # Among peers a report's answers would be read as those of colleagues, and the group of reports stays too small.
    lines: list[Line] = [
        {"name": rater.name, "ratee": ratee.name}
        for ratee in present_ratees(plan)
        for rater in asked_raters(ratee)
        if rater.relationship == "peer"
        and ratee.person_id in plan.rater_managers.get(rater.person_id, frozenset())
    ]
    if lines:
        yield Finding("report_as_peer", False, tuple(lines))

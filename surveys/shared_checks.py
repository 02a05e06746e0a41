"""What is checked before the launch of any cycle: dates, people who left, languages, and who cannot be mailed."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from surveys.launch_values import Finding, Line, Plan, asked_raters, present_ratees

LEAST_OPEN = timedelta(hours=24)


def wrong_dates(plan: Plan, now: datetime) -> Iterator[Finding]:
    """Find dates in the wrong order, or past."""
    cycle = plan.cycle
    if cycle.closes_at <= cycle.opens_at:
        yield Finding("close_before_open", True)
    if cycle.opens_at <= now:
        yield Finding("opens_in_past", True)


def open_briefly(plan: Plan) -> Iterator[Finding]:
    """Find a cycle that is open too briefly for other shifts."""
    open_for = plan.cycle.closes_at - plan.cycle.opens_at
    if timedelta() < open_for < LEAST_OPEN:
        yield Finding("open_too_briefly", False, ({"minutes": open_for // timedelta(minutes=1)},))


def people_gone(plan: Plan) -> Iterator[Finding]:
    """Find people who have left before the opening."""
    ratees: list[Line] = [
        {"name": ratee.name} for ratee in present_ratees(plan) if _is_gone(ratee.left_at, plan)
    ]
    raters: list[Line] = [
        {"name": rater.name, "ratee": ratee.name}
        for ratee in present_ratees(plan)
        for rater in asked_raters(ratee)
        if _is_gone(rater.left_at, plan) and rater.relationship != "self"
    ]
    if ratees:
        yield Finding("ratee_left", True, tuple(ratees))
    if raters:
        yield Finding("rater_left", True, tuple(raters))


def untranslated_texts(plan: Plan) -> Iterator[Finding]:
    """Find readers who would see texts in the source language."""
    readers = Counter(
        {
            rater.person_id: rater.locale for ratee in present_ratees(plan) for rater in asked_raters(ratee)
        }.values()
    )
    lines: list[Line] = [
        {"locale": locale, "n_texts": plan.n_untranslated[locale], "n_people": n}
        for locale, n in sorted(readers.items())
        if plan.n_untranslated.get(locale)
    ]
    if lines:
        yield Finding("untranslated", False, tuple(lines))


def people_without_mail(plan: Plan) -> Iterator[Finding]:
    """Find people nobody can mail."""
    without = {
        rater.name
        for ratee in present_ratees(plan)
        for rater in asked_raters(ratee)
        if not rater.mail and not _is_gone(rater.left_at, plan)
    }
    if without:
        yield Finding("no_mail", False, tuple({"name": name} for name in sorted(without)))


def _is_gone(left_at: datetime | None, plan: Plan) -> bool:
    # Someone who leaves during the cycle can still answer; HR then decides about each of the two sides.
    return left_at is not None and left_at <= plan.cycle.opens_at

"""What stands in the way of a clarity round: it rates nobody, so it needs a manager for each person and little else."""

from collections.abc import Iterator
from datetime import datetime

from surveys.launch_values import Finding, Line, Plan, asked_raters, present_ratees
from surveys.shared_checks import (
    open_briefly,
    people_gone,
    people_without_mail,
    untranslated_texts,
    wrong_dates,
)


def check_clarity(plan: Plan, *, now: datetime) -> list[Finding]:
    """Give every finding about a clarity round. Notice, grade, groups and load do not matter to it."""
    return [
        *wrong_dates(plan, now),
        *open_briefly(plan),
        *_nobody(plan),
        *_no_manager(plan),
        *people_gone(plan),
        *_overlap(plan),
        *untranslated_texts(plan),
        *people_without_mail(plan),
    ]


def _nobody(plan: Plan) -> Iterator[Finding]:
    if not any(present_ratees(plan)):
        yield Finding("clarity_nobody", True)
    if "self" not in plan.asked_relationships:
        yield Finding("clarity_no_lines", True, ({"role": plan.cycle.role},))


def _no_manager(plan: Plan) -> Iterator[Finding]:
    lines: list[Line] = [
        {"name": ratee.name}
        for ratee in present_ratees(plan)
        if all(rater.relationship != "manager" for rater in asked_raters(ratee))
    ]
    if lines:
        yield Finding("clarity_no_manager", True, tuple(lines))


def _overlap(plan: Plan) -> Iterator[Finding]:
    names = {ratee.person_id: ratee.name for ratee in present_ratees(plan)}
    lines: list[Line] = [
        {"name": names[one.ratee_id], "cycle": one.title}
        for one in plan.clarity_rounds
        if not one.is_closed and one.ratee_id in names
    ]
    if lines:
        yield Finding("clarity_overlap", True, tuple(lines))

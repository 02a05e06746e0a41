"""Look over a draft before its launch: what blocks it, what HR must confirm by name, and the first lawful date."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from scoring.values import Relationship
from server.clock import Clock, today
from server.errors import Problem, not_found
from server.usecases.launch_parts import chosen_content, forms_to_launch
from server.usecases.readiness import find_unreachable
from surveys import queries_cycle_plan, queries_cycles, queries_people
from surveys.cycle_values import CycleCard, RateeRow
from surveys.forms import Form, untranslated
from surveys.launch_checks import check_launch, first_lawful_dates, left_out_lines
from surveys.launch_values import Finding, Plan
from surveys.notice import lawful_line_dates
from surveys.policy import from_document as policy_from_document
from surveys.policy import release_policy


@dataclass(frozen=True, slots=True)
class Preflight:
    """The findings about one draft; `first_on` is the first lawful date for everyone, None while notice is missing."""

    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    first_on: date | None
    first_dates: dict[str, date | None]
    left_out: tuple[str, ...] = ()  # lines still in notice that nobody is asked about, as HR chose

    def unconfirmed(self, confirmed: Collection[str]) -> tuple[Finding, ...]:
        """Give the warnings whose exact name was not confirmed."""
        return tuple(warning for warning in self.warnings if warning.name not in confirmed)

    def is_clear(self, confirmed: Collection[str]) -> bool:
        """Tell whether the cycle may be launched with these confirmations."""
        return not self.errors and not self.unconfirmed(confirmed)


async def preflight(cycle_id: str, *, clock: Clock) -> Preflight:
    """Check a draft against the rules of its kind: notice, grade, clarity, dates, groups, load and languages."""
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    plan = await _plan(cycle, day=today(clock))
    found = await find_unreachable()
    findings = (*check_launch(plan, now=clock.now()), *((found,) if found else ()))
    first_dates = first_lawful_dates(plan) if cycle.kind != "clarity" else {}
    known = [one for one in first_dates.values() if one is not None]
    return Preflight(
        errors=tuple(one for one in findings if one.is_error),
        warnings=tuple(one for one in findings if not one.is_error),
        first_on=max(known) if known and len(known) == len(first_dates) else None,
        first_dates=first_dates,
        left_out=left_out_lines(plan),
    )


async def line_dates_of(cycle: CycleCard, ratees: tuple[RateeRow, ...]) -> dict[str, dict[str, date | None]]:
    """Give for each person and 360 line the first day others may rate the person on it."""
    same_in = await queries_cycle_plan.same_lines(cycle.profile, cycle.version)
    deliveries = await queries_people.list_deliveries(cycle.profile, [one.person_id for one in ratees])
    return {
        ratee.person_id: lawful_line_dates(
            deliveries.get(ratee.person_id, ()),
            same_in=same_in,
            version=cycle.version,
            notice_days=cycle.notice_days,
            in_role_since=ratee.in_role_since,
        )
        for ratee in ratees
        if not ratee.is_cancelled
    }


async def check_person(cycle: CycleCard, ratee_id: str, *, clock: Clock) -> tuple[Finding, ...]:
    """Check one person of a running cycle as if it opened now: who is added later finds the same rules."""
    now = clock.now()
    plan = await _plan(cycle, day=now.date(), only=ratee_id)
    as_if = replace(plan, cycle=replace(cycle, opens_at=max(cycle.opens_at, now)))
    return tuple(one for one in check_launch(as_if, now=now) if one.code != "opens_in_past")


async def _plan(cycle: CycleCard, *, day: date, only: str = "") -> Plan:
    ratees = await queries_cycles.list_ratees(cycle.id)
    ratees = tuple(one for one in ratees if not only or one.person_id == only)
    ids = [ratee.person_id for ratee in ratees]
    people = await queries_people.list_people_by_id(ids, day=day)
    rater_ids = {rater.person_id for ratee in ratees for rater in ratee.raters}
    raters = await queries_people.list_people_by_id(rater_ids, day=day)
    forms = await _forms(cycle)
    return Plan(
        cycle=cycle,
        policy=release_policy(policy_from_document(cycle.policy)),
        ratees=ratees,
        deliveries=await queries_people.list_deliveries(cycle.profile, ids),
        loads=await queries_cycles.loads(rater_ids, cycle_id=cycle.id),
        others=await queries_cycles.list_other_cycles(cycle.id, ids),
        n_untranslated=_n_untranslated(forms, ratees),
        viewers={person.id: frozenset(person.manager_ids) for person in people},
        rater_managers={person.id: frozenset(person.manager_ids) for person in raters},
        hr_ids=await queries_people.ids_with_grant("hr", day=day),
        asked_relationships=frozenset(forms),
        clarity_rounds=await queries_cycle_plan.list_clarity_rounds(cycle.profile, ids, but=cycle.id),
        line_dates=await line_dates_of(cycle, ratees) if cycle.leaves_out else {},
    )


async def _forms(cycle: CycleCard) -> Mapping[Relationship, Form]:
    try:
        return await forms_to_launch(cycle, await chosen_content(cycle), ())
    except Problem:
        return {}  # the lines chosen for a clarity round are none of the profile's; a finding says so


def _n_untranslated(forms: Mapping[Relationship, Form], ratees: tuple[RateeRow, ...]) -> dict[str, int]:
    locales = {rater.locale for ratee in ratees for rater in ratee.raters if not rater.is_cancelled}
    return {
        locale: len({key for form in forms.values() for key in untranslated(form, locale)})
        for locale in locales
    }

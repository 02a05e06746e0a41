"""People as their file would state them, and which running cycles a change of theirs would touch."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from surveys import people
from surveys.models.cycles import Assignment
from surveys.models.people import Grant, Person, Relation
from surveys.queries_cycles import RUNNING
from surveys.queries_people import holds_on, is_somebody

MOST_PARAMETERS = 10_000


@dataclass(frozen=True, slots=True)
class Touched:
    """A running cycle that asks someone, or asks about someone."""

    external_id: str
    cycle: str
    is_ratee: bool


def chunks(ids: Collection[str]) -> Iterator[list[str]]:
    """Cut a set of ids into lists a database takes as parameters of one statement."""
    listed = list(ids)
    return (listed[start : start + MOST_PARAMETERS] for start in range(0, len(listed), MOST_PARAMETERS))


async def list_stated_people(*, day: date, only: Collection[str] | None = None) -> dict[str, people.Person]:
    """Give everyone as a people file would state them today, by id; `only` names external ids."""
    if only is None or len(only) > MOST_PARAMETERS:
        rows = [row for row in await Person.filter(is_somebody()) if only is None or row.external_id in only]
        ids = None
    else:
        rows = await Person.filter(external_id__in=list(only))
        ids = [row.id for row in rows]
    managers = await _managers(day, ids)
    grants = await _grants(day, ids)
    return {
        row.id: people.Person(
            external_id=row.external_id,
            name=row.name,
            mail=row.mail,
            locale=row.locale,
            time_zone=row.time_zone,
            role_profile=row.role_profile,
            job_title=row.job_title,
            unit=row.unit,
            managers=tuple(sorted(managers.get(row.id, ()))),
            in_role_since=row.in_role_since,
            left_on=left_on(row.left_at),
            is_hr="hr" in grants.get(row.id, {}),
            hr_unit=grants.get(row.id, {}).get("hr", ""),
            is_coach="coach" in grants.get(row.id, {}),
        )
        for row in rows
    }


def left_at(last_day: date | None) -> datetime | None:
    """Give the moment someone is gone: the end of the last day, in UTC."""
    if last_day is None:
        return None
    return datetime.combine(last_day + timedelta(days=1), time(), UTC)


def left_on(moment: datetime | None) -> date | None:
    """Give the last day of someone who is gone from a moment on."""
    return None if moment is None else (moment - timedelta(days=1)).date()


async def list_touched(external_ids: Collection[str]) -> tuple[Touched, ...]:
    """Give the running cycles in which people rate or are rated, once for each person, cycle and side."""
    found: set[Touched] = set()
    for side in ("rater", "ratee"):
        for some in chunks(external_ids):
            rows = await Assignment.filter(
                **{f"{side}__external_id__in": some}, cycle__state__in=RUNNING, is_cancelled=False
            ).values_list(f"{side}__external_id", "cycle__title")
            found.update(Touched(str(one[0]), str(one[1]), side == "ratee") for one in rows)
    return tuple(sorted(found, key=lambda one: (one.external_id, one.cycle, one.is_ratee)))


async def _managers(day: date, ids: list[str] | None) -> Mapping[str, list[str]]:
    query = Relation.filter(holds_on(day), kind="manager")
    if ids is not None:
        query = query.filter(person_id__in=ids)
    found: dict[str, list[str]] = defaultdict(list)
    for person_id, manager in await query.values_list("person_id", "other__external_id"):
        found[str(person_id)].append(str(manager))
    return found


async def _grants(day: date, ids: list[str] | None) -> Mapping[str, dict[str, str]]:
    query = Grant.filter(holds_on(day))
    if ids is not None:
        query = query.filter(person_id__in=ids)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for person_id, role, unit in await query.values_list("person_id", "role", "unit"):
        found[str(person_id)][str(role)] = str(unit)
    return found

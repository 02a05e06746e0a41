"""Reads of people, their managers, their grants and their notices."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from tortoise.expressions import Q

from surveys.models.people import Grant, Person, Relation
from surveys.models.profiles import Notice
from surveys.notice import Delivery

PAGE_SIZE = 50
# The number of the empty row that stays of somebody deleted: what others were told points to it.
FORMER = "former-"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show them, with today's managers."""

    id: str
    external_id: str
    name: str
    mail: str
    locale: str
    time_zone: str
    role_profile: str
    job_title: str
    unit: str
    in_role_since: date | None
    left_at: datetime | None
    has_left: bool
    managers: tuple[str, ...]
    manager_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people and how many there are."""

    rows: tuple[PersonRow, ...]
    n_people: int
    number: int
    n_pages: int


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A dated role in Sightline."""

    id: str
    role: str
    unit: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A dated relation with the other person's name."""

    kind: str
    other_id: str
    other: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Everything HR sees of one person."""

    person: PersonRow
    grants: tuple[GrantRow, ...]
    relations: tuple[RelationRow, ...]


def holds_on(day: date) -> Q:
    """Filter dated rows to those that hold on a day."""
    return Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day))


def is_here(day: date) -> Q:
    """Filter people to those who have not left before a day is over."""
    return Q(left_at=None) | Q(left_at__gt=datetime.combine(day, time(), UTC))


async def n_people() -> int:
    """Count everyone who was ever imported and not deleted."""
    return await Person.filter(is_somebody()).count()


async def list_people(search: str = "", *, number: int = 1, day: date) -> PeoplePage:
    """Give one page of people by name; the number of queries is the same for 10 and for 10,000 people."""
    found = Person.filter(_matches(search)) if search.strip() else Person.filter(is_somebody())
    n_found = await found.count()
    n_pages = max(1, -(-n_found // PAGE_SIZE))
    number = min(max(1, number), n_pages)
    people = await found.order_by("name", "id").offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return PeoplePage(await _rows(people, day), n_found, number, n_pages)


async def find_people(search: str, *, day: date, limit: int = 20) -> tuple[PersonRow, ...]:
    """Find people still here by a part of name, mail or number."""
    if not search.strip():
        return ()
    people = await Person.filter(_matches(search), is_here(day)).order_by("name", "id").limit(limit)
    return await _rows(people, day)


async def list_people_by_id(ids: Iterable[str], *, day: date) -> tuple[PersonRow, ...]:
    """Give chosen people by name."""
    return await _rows(await Person.filter(id__in=list(set(ids))).order_by("name", "id"), day)


async def list_role_holders(profile: str, *, day: date) -> tuple[PersonRow, ...]:
    """Give everyone who holds a role and has not left."""
    people = await Person.filter(is_here(day), role_profile=profile).order_by("name", "id")
    return await _rows(people, day)


async def find_person_card(person_id: str, *, day: date) -> PersonCard | None:
    """Give a person with grants and relations, newest first."""
    people = await _rows(await Person.filter(id=person_id), day)
    if not people:
        return None
    grants = await Grant.filter(person_id=person_id).order_by("-from_on", "id")
    relations = await Relation.filter(person_id=person_id).select_related("other").order_by("-from_on", "id")
    return PersonCard(
        people[0],
        tuple(GrantRow(one.id, one.role, one.unit, one.from_on, one.to_on) for one in grants),
        tuple(
            RelationRow(one.kind, one.other.id, one.other.name, one.from_on, one.to_on) for one in relations
        ),
    )


async def list_deliveries(profile: str, person_ids: Iterable[str]) -> dict[str, tuple[Delivery, ...]]:
    """Give what was delivered of a profile, by person."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for one in await Notice.filter(profile=profile, person_id__in=list(person_ids)):
        # The `_id` attribute is made by Tortoise and unknown to the type checker's model.
        found[str(one.person_id)].append(Delivery(one.version, one.delivered_on))  # type: ignore[attr-defined]
    return {person: tuple(deliveries) for person, deliveries in found.items()}


def is_somebody() -> Q:
    """Tell real people from a rehearsal's, and from the empty rows of those who were deleted."""
    emptied = Q(external_id__startswith=FORMER, mail="", unit="", role_profile="", left_at__isnull=False)
    return Q(~emptied, is_invented=False)


def _matches(search: str) -> Q:
    text = search.strip()[:200]
    said = Q(name__icontains=text) | Q(mail__icontains=text) | Q(external_id__icontains=text)
    return Q(said, is_somebody())


async def _rows(people: Iterable[Person], day: date) -> tuple[PersonRow, ...]:
    listed = list(people)
    managers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    relations = await Relation.filter(
        holds_on(day), person_id__in=[person.id for person in listed], kind="manager"
    ).values_list("person_id", "other_id", "other__name")
    for person_id, other_id, name in sorted(relations, key=lambda one: (str(one[2]), str(one[1]))):
        managers[str(person_id)].append((str(other_id), str(name)))
    return tuple(
        PersonRow(
            id=person.id,
            external_id=person.external_id,
            name=person.name,
            mail=person.mail,
            locale=person.locale,
            time_zone=person.time_zone,
            role_profile=person.role_profile,
            job_title=person.job_title,
            unit=person.unit,
            in_role_since=person.in_role_since,
            left_at=person.left_at,
            has_left=person.left_at is not None and person.left_at.date() <= day,
            managers=tuple(name for _, name in managers[person.id]),
            manager_ids=tuple(identifier for identifier, _ in managers[person.id]),
        )
        for person in listed
    )


async def ids_with_grant(role: str, *, day: date) -> frozenset[str]:
    """Give who holds a role in Sightline for the whole organisation on a day."""
    ids = await Grant.filter(holds_on(day), role=role, unit="").values_list("person_id", flat=True)
    return frozenset(str(one) for one in ids)


async def list_colleagues(person_id: str, *, day: date) -> tuple[tuple[PersonRow, str], ...]:
    """Give who works with someone by today's relations: people of the same manager, and direct reports."""
    relations = Relation.filter(holds_on(day), kind="manager")
    managers = await relations.filter(person_id=person_id).values_list("other_id", flat=True)
    reports = {
        str(one) for one in await relations.filter(other_id=person_id).values_list("person_id", flat=True)
    }
    peers = {
        str(one)
        for one in await relations.filter(other_id__in=[str(one) for one in managers]).values_list(
            "person_id", flat=True
        )
    }
    rows = await list_people_by_id((peers | reports) - {person_id}, day=day)
    return tuple((row, "direct_report" if row.id in reports else "peer") for row in rows if not row.has_left)

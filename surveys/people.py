"""People as a file or the database states them, and what a new file would change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from surveys.errors import Problem
from surveys.table import likeness
from surveys.table_columns import Column
from surveys.text import quoted

PEOPLE_COLUMNS: tuple[Column, ...] = (
    Column("external_id", "Your own number or code for the person; never changes", "E042", is_required=True),
    Column("name", "Name as colleagues know it", "Cleo Marsh", is_required=True),
    Column("mail", "Mail address; empty for people who sign in with a personal card", "cleo@example.org"),
    Column("locale", "Language: en, es, de or ar", "en"),
    Column("time_zone", "Time zone, as Region/City", "Europe/Berlin"),
    Column("role_profile", "Id of the role profile", "plant-shift-supervisor"),
    Column("job_title", "Title as it stands on the contract", "Shift supervisor"),
    Column("unit", "Site, department or team", "Plant North"),
    Column("manager", "external_id of the manager; several separated by ;", "E007;E008"),
    Column("in_role_since", "First day in this role, YYYY-MM-DD", "2026-09-01"),
    Column("left_on", "Last day, YYYY-MM-DD; empty while the person is here", ""),
    Column("hr", "yes for people who run cycles", "no"),
    Column(
        "hr_unit",
        "With hr = yes: empty for the whole organisation; HR of one unit is noted but opens no desk yet",
        "",
    ),
    Column("coach", "yes for coaches", "no"),
)

# A field an empty cell cannot clear: it then keeps what is known, or gets the default for a new person.
KEPT_WHEN_EMPTY = frozenset({"locale", "time_zone"})
FIRST_PERSON = "HR"  # external id of the first person of HR, whom nobody asked for a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is known of a person; managers are external ids, sorted. An empty locale or time zone is not stated."""

    external_id: str
    name: str
    mail: str = ""
    locale: str = ""
    time_zone: str = ""
    role_profile: str = ""
    job_title: str = ""
    unit: str = ""
    managers: tuple[str, ...] = ()
    in_role_since: date | None = None
    left_on: date | None = None
    is_hr: bool = False
    hr_unit: str = ""
    is_coach: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person with the row of the file that states it."""

    row: int
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTable:
    """A people file without faults: its rows, the fields it states, and what HR should approve or know."""

    rows: tuple[PersonRow, ...]
    fields: tuple[str, ...]
    sheet: str | None
    separator: str | None
    encoding: str | None
    warnings: tuple[Problem, ...]

    @property
    def people(self) -> tuple[Person, ...]:
        """Give the people without their rows, in the order of the file."""
        return tuple(row.person for row in self.rows)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one person that a file would change."""

    external_id: str
    field: str
    before: object
    after: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDiff:
    """What a file would do: nobody is removed by being missing; a leaver has a date in `left_on`."""

    new: tuple[Person, ...]
    changed: tuple[Change, ...]
    n_changed: int
    unchanged: tuple[str, ...]
    missing: tuple[str, ...]
    conflicts: tuple[Problem, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Count people by what happens to them."""
        return {
            "new": len(self.new),
            "changed": self.n_changed,
            "unchanged": len(self.unchanged),
            "missing": len(self.missing),
        }


def number_first_person(
    people: Sequence[Person], existing: Sequence[Person]
) -> tuple[tuple[Person, ...], tuple[Change, ...]]:
    """Give the first person of HR the number a file has for the same mail address; and say so as a change."""
    first = next((one for one in existing if one.external_id == FIRST_PERSON and one.mail), None)
    taken = {one.external_id for one in existing}
    if first is None or any(one.external_id == FIRST_PERSON for one in people):
        return tuple(existing), ()
    own = next((one for one in people if one.mail and likeness(one.mail) == likeness(first.mail)), None)
    if own is None or own.external_id in taken:
        return tuple(existing), ()
    numbered = replace(first, external_id=own.external_id)
    change = Change(own.external_id, "external_id", FIRST_PERSON, own.external_id)
    return tuple(numbered if one is first else one for one in existing), (change,)


def diff_people(
    people: Sequence[Person],
    existing: Sequence[Person],
    *,
    fields: Collection[str],
    numbered: Sequence[Change] = (),
) -> PeopleDiff:
    """Compare the people of a file with those known; `fields` are the fields the file states.

    A field whose column the file lacks is left as it is. Importing the same file twice gives 0 new, 0 changed.
    `numbered` are people who get a number besides (`number_first_person`).
    """
    known = {person.external_id: person for person in existing}
    changes: list[Change] = list(numbered)
    unchanged: list[str] = []
    for person in people:
        before = known.get(person.external_id)
        if before is not None:
            found = list(_changes(before, person, fields))
            changes += found
            if not found and all(one.external_id != person.external_id for one in numbered):
                unchanged.append(person.external_id)
    stated = {person.external_id for person in people}
    return PeopleDiff(
        new=tuple(person for person in people if person.external_id not in known),
        changed=tuple(changes),
        n_changed=len({change.external_id for change in changes}),
        unchanged=tuple(unchanged),
        missing=tuple(
            one.external_id for one in existing if one.external_id not in stated and one.left_on is None
        ),
        conflicts=tuple(_conflicts(people, [one for one in existing if one.external_id not in stated])),
    )


def people_template_csv() -> bytes:
    """Write the csv template: the header and one example, with the mark that makes Excel read UTF-8."""
    header = ",".join(column.name for column in PEOPLE_COLUMNS)
    example = ",".join(column.example for column in PEOPLE_COLUMNS)
    return f"\ufeff{header}\r\n{example}\r\n".encode()


def _changes(before: Person, after: Person, fields: Collection[str]) -> Iterator[Change]:
    for field in sorted(fields):
        old, new = getattr(before, field), getattr(after, field)
        if field in KEPT_WHEN_EMPTY and not new:
            continue
        if field == "managers":
            old, new = tuple(sorted(old)), tuple(sorted(new))
        if field == "mail" and likeness(old) == likeness(new):
            continue  # capitals make no other address; a changed one would sign the person out
        if old != new:
            yield Change(after.external_id, field, old, new)


def _conflicts(people: Sequence[Person], others: Sequence[Person]) -> Iterator[Problem]:
    """Name the people who look like someone known who is not in the file."""
    by_id = {likeness(other.external_id): other for other in others}
    by_mail = {likeness(other.mail): other for other in others if other.mail}
    for person in people:
        twin = by_id.get(likeness(person.external_id))
        if twin is not None:
            message = (
                f"{quoted(person.external_id)} is known as {quoted(twin.external_id)}; use the same spelling"
            )
            yield Problem(None, "external_id", message)
        twin = by_mail.get(likeness(person.mail)) if person.mail else None
        if twin is not None:
            message = (
                f"the mail of {quoted(person.external_id)} belongs to {quoted(twin.external_id)}; correct one"
            )
            yield Problem(None, "mail", message)

"""People as a file or the database states them, and what a new file would change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from surveys.errors import Problem
from surveys.table import likeness
from surveys.text import quoted

# A field an empty cell cannot clear: it then keeps what is known, or gets the default for a new person.
KEPT_WHEN_EMPTY = frozenset({"locale", "time_zone"})


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


def diff_people(
    people: Sequence[Person], existing: Sequence[Person], *, fields: Collection[str]
) -> PeopleDiff:
    """Compare the people of a file with those known; `fields` are the fields the file states.

    A field whose column the file lacks is left as it is. Importing the same file twice gives 0 new, 0 changed.
    """
    known = {person.external_id: person for person in existing}
    changes: list[Change] = []
    unchanged: list[str] = []
    for person in people:
        before = known.get(person.external_id)
        if before is not None:
            found = list(_changes(before, person, fields))
            changes += found
            if not found:
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


def _changes(before: Person, after: Person, fields: Collection[str]) -> Iterator[Change]:
    for field in sorted(fields):
        old, new = getattr(before, field), getattr(after, field)
        if field in KEPT_WHEN_EMPTY and not new:
            continue
        if field == "managers":
            old, new = tuple(sorted(old)), tuple(sorted(new))
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

"""Reads of published profiles: whom their lines reached, who may read them, and the one a person should know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tortoise.expressions import Q

from surveys.models.people import Person, Relation
from surveys.models.profiles import Notice, ProfileVersion
from surveys.models.work import OutboxMail
from surveys.queries_people import holds_on, is_here
from surveys.queries_profiles import titles_of


@dataclass(frozen=True, slots=True)
class ProfileNote:
    """The published profile of a person's role, and when it was delivered to and seen by that person."""

    id: str
    version: str
    title: str
    lang: str
    titles: Mapping[str, str]  # by language, where it is translated
    grade: str
    delivered_on: date | None
    seen_on: date | None

    def document(self, locale: str) -> dict[str, Any]:
        """Write it as the inbox carries it (JSON)."""
        is_translated = locale in self.titles and locale != self.lang
        return {
            "id": self.id,
            "version": self.version,
            "title": self.titles[locale] if is_translated else self.title,
            "lang": locale if is_translated else self.lang,
            "grade": self.grade,
            "delivered_on": self.delivered_on.isoformat() if self.delivered_on else None,
            "seen_on": self.seen_on.isoformat() if self.seen_on else None,
        }


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """Whether and how one version reached one person; `way` is empty while it did not."""

    person_id: str
    name: str
    has_mail: bool
    is_holder: bool
    way: str
    delivered_on: date | None
    seen_on: date | None
    is_mail_waiting: bool = False  # told, as its clock runs, but the mail is still in the outbox


@dataclass(frozen=True, slots=True)
class RoleLink:
    """A role somebody may read about, with whose role it is; `is_own` for a holder."""

    note: ProfileNote
    is_own: bool
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredProfile:
    """A profile version as it is stored (JSON documents, so values are `Any`)."""

    version_id: str
    document: dict[str, Any]
    overlays: dict[str, dict[str, str]]
    grade: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class CurrentVersion:
    """A version that was published or is about to be; `published_by` is empty before."""

    id: str
    profile: str
    version: str
    title: str
    locale: str
    titles: Mapping[str, str]
    grade: str
    published_by: str


async def find_profile_note(person_id: str) -> ProfileNote | None:
    """Find the published profile of the person's role."""
    person = await Person.get_or_none(id=person_id)
    if person is None or not person.role_profile:
        return None
    return (await _notes({person.role_profile}, person_id)).get(person.role_profile)


async def list_readable_roles(person_id: str, *, day: date) -> tuple[RoleLink, ...]:
    """List the published roles of a person and of the people this person manages; the own one first."""
    people = await _people_of(person_id, day)
    own = await Person.get_or_none(id=person_id)
    own_role = own.role_profile if own else ""
    wanted = {role for role, _ in people} | ({own_role} if own_role else set())
    notes = await _notes(wanted, person_id)
    links = [
        RoleLink(note, role == own_role, tuple(name for found, name in people if found == role))
        for role, note in notes.items()
    ]
    return tuple(sorted(links, key=lambda link: (not link.is_own, link.note.title)))


async def may_read_profile(person_id: str, profile: str, *, day: date) -> bool:
    """Tell whether somebody holds the role or manages someone who does."""
    if await Person.filter(id=person_id, role_profile=profile).exists():
        return True
    return any(role == profile for role, _ in await _people_of(person_id, day))


async def find_stored(profile: str, version: str) -> StoredProfile | None:
    """Find a version of a profile by its name and number."""
    row = await ProfileVersion.get_or_none(profile=profile, version=version)
    if row is None:
        return None
    return StoredProfile(row.id, dict(row.document), dict(row.overlays), row.grade, row.published_at)


async def list_deliveries_of(profile: str, version: str, *, day: date) -> tuple[DeliveryRow, ...]:
    """List everyone a version should reach: role holders, then their managers, by name."""
    holders = await Person.filter(is_here(day), role_profile=profile).order_by("name", "id")
    ids = [one.id for one in holders]
    manager_ids = await Relation.filter(holds_on(day), person_id__in=ids, kind="manager").values_list(
        "other_id", flat=True
    )
    only_managers = Q(id__in=list({str(one) for one in manager_ids})) & ~Q(id__in=ids)
    managers = await Person.filter(is_here(day)).filter(only_managers).order_by("name", "id")
    people = [(one, True) for one in holders] + [(one, False) for one in managers]
    had = await _had(profile, version, [one.id for one, _ in people])
    waiting = await _waiting(profile, version)
    return tuple(
        DeliveryRow(
            person.id,
            person.name,
            bool(person.mail),
            is_holder,
            found.way if (found := had.get(person.id)) else "",
            found.delivered_on if found else None,
            found.seen_on if found else None,
            found is not None and found.way == "mail" and person.id in waiting,
        )
        for person, is_holder in people
    )


async def current_versions(profiles: Iterable[str] = ()) -> dict[str, CurrentVersion]:
    """Give the newest published version of each profile, or of the named ones."""
    found = ProfileVersion.filter(published_at__not_isnull=True)
    wanted = list(profiles)
    rows = await (found.filter(profile__in=wanted) if wanted else found).order_by("published_at", "id")
    return {row.profile: _current(row) for row in rows}


async def find_version(version_id: str) -> CurrentVersion | None:
    """Find one version, published or not."""
    row = await ProfileVersion.get_or_none(id=version_id)
    return None if row is None else _current(row)


def _current(row: ProfileVersion) -> CurrentVersion:
    published_by = row.published_by_id  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
    return CurrentVersion(
        row.id,
        row.profile,
        row.version,
        row.title,
        row.locale,
        titles_of(row.overlays),
        row.grade,
        str(published_by or ""),
    )


async def _notes(profiles: set[str], person_id: str) -> dict[str, ProfileNote]:
    if not profiles:
        return {}
    current = await current_versions(profiles)
    had = {
        (one.profile, one.version): one
        for one in await Notice.filter(person_id=person_id, profile__in=list(profiles))
    }
    return {
        profile: ProfileNote(
            profile,
            row.version,
            row.title,
            row.locale,
            row.titles,
            row.grade,
            found.delivered_on if (found := had.get((profile, row.version))) else None,
            found.seen_on if found else None,
        )
        for profile, row in current.items()
    }


async def _people_of(manager_id: str, day: date) -> list[tuple[str, str]]:
    """Give role and name of everyone somebody manages on a day, where they hold a role."""
    ids = await Relation.filter(holds_on(day), other_id=manager_id, kind="manager").values_list(
        "person_id", flat=True
    )
    rows = await (
        Person.filter(is_here(day), id__in=[str(one) for one in ids])
        .exclude(role_profile="")
        .order_by("name", "id")
        .values_list("role_profile", "name")
    )
    return [(str(role), str(name)) for role, name in rows]


async def _waiting(profile: str, version: str) -> set[str]:
    """Give whose mail about this role has not gone out."""
    row = await ProfileVersion.get_or_none(profile=profile, version=version)
    titles = {row.title, *titles_of(row.overlays).values()} if row else set()
    mails = OutboxMail.filter(template__in=("notice", "notice_manager"))
    return {one.person_id for one in await mails if dict(one.values).get("role") in titles}


async def _had(profile: str, version: str, person_ids: list[str]) -> dict[str, Notice]:
    rows = await Notice.filter(profile=profile, version=version, person_id__in=person_ids)
    return {str(one.person_id): one for one in rows}  # type: ignore[attr-defined]  # Tortoise adds `_id`

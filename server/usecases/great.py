"""What great looks like: a published profile as its readers see it, on the phone and as a page."""

from dataclasses import dataclass
from typing import Any

from server.clock import Clock, today
from server.errors import not_found
from server.words import LOCALES
from surveys import queries_notice
from surveys.profile_file import from_document
from surveys.profile_view import view_profile
from surveys.queries_notice import RoleLink, StoredProfile


@dataclass(frozen=True, slots=True)
class GreatPage:
    """The roles somebody may read about, and the one that is shown; both empty-handed without a published role."""

    roles: tuple[RoleLink, ...]
    shown: RoleLink | None
    document: dict[str, Any]


async def read_profile(
    person_id: str, profile: str, version: str, locale: str, *, is_hr: bool, clock: Clock
) -> dict[str, Any]:
    """Give one version in one language to a role holder, a manager of one, or HR.

    Raises the Problem of a missing page for anybody else, and before the version was published.
    """
    stored = await _readable(person_id, profile, version, is_hr=is_hr, clock=clock)
    if locale not in LOCALES:
        raise not_found()
    return view_profile(from_document(stored.document), stored.overlays, locale)


async def check_may_read(person_id: str, profile: str, version: str, *, clock: Clock) -> None:
    """Raise the Problem of a missing page unless somebody holds the role, or manages someone who does."""
    await _readable(person_id, profile, version, is_hr=False, clock=clock)


async def great_page(person_id: str, profile: str, locale: str, *, clock: Clock) -> GreatPage:
    """Give the page of the own role, or of the named one; raises Problem for a role that is not theirs."""
    roles = await queries_notice.list_readable_roles(person_id, day=today(clock))
    if profile:
        shown = next((one for one in roles if one.note.id == profile), None)
        if shown is None:
            raise not_found()
    else:
        shown = roles[0] if roles else None
    if shown is None:
        return GreatPage(roles, None, {})
    stored = await queries_notice.find_stored(shown.note.id, shown.note.version)
    if stored is None:
        raise not_found()
    return GreatPage(roles, shown, view_profile(from_document(stored.document), stored.overlays, locale))


async def _readable(
    person_id: str, profile: str, version: str, *, is_hr: bool, clock: Clock
) -> StoredProfile:
    stored = await queries_notice.find_stored(profile, version)
    if stored is None:
        raise not_found()
    if is_hr:
        return stored
    if stored.published_at is None or not await queries_notice.may_read_profile(
        person_id, profile, day=today(clock)
    ):
        raise not_found()
    return stored

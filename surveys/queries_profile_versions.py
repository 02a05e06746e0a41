"""Reads of stored profile versions as values, with their translations."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from surveys.instrument_file import instruments_from_document
from surveys.instrument_schema import Instruments
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.profile_file import from_document
from surveys.profile_ids import KnownIds, known_ids
from surveys.profile_schema import RoleProfile
from surveys.profile_versions import parts_of


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One stored version: the profile, its translations, its fingerprint and how well it is founded."""

    id: str
    profile: RoleProfile
    overlays: Mapping[str, Mapping[str, str]]
    content_hash: str
    grade: str


async def find_version(version_id: str) -> StoredVersion | None:
    """Give one version by its id."""
    one = await ProfileVersion.get_or_none(id=version_id)
    return None if one is None else _stored(one)


async def list_versions(profile: str) -> tuple[StoredVersion, ...]:
    """Give every stored version of a profile, the highest number last."""
    rows = await ProfileVersion.filter(profile=profile)
    return tuple(_stored(one) for one in sorted(rows, key=lambda one: parts_of(one.version)))


async def list_known_ids() -> Mapping[str, KnownIds]:
    """Say for each stored profile which ids its versions used, so that a sheet without ids keeps them."""
    versions: dict[str, list[RoleProfile]] = defaultdict(list)
    for one in sorted(await ProfileVersion.all(), key=lambda one: parts_of(one.version)):
        versions[one.profile].append(from_document(one.document))
    return {profile: known_ids(listed) for profile, listed in versions.items()}


async def find_instruments() -> Instruments | None:
    """Give the question texts that new cycles use; None before any were imported."""
    one = await Instrument.all().order_by("-imported_at", "id").first()
    return None if one is None else instruments_from_document(one.document)


def _stored(one: ProfileVersion) -> StoredVersion:
    return StoredVersion(one.id, from_document(one.document), dict(one.overlays), one.content_hash, one.grade)

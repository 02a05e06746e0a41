"""Reads of imported profiles, instruments and exemplars."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from surveys.models.cycles import Cycle
from surveys.models.profiles import Exemplar, Instrument, ProfileVersion


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A version of a role profile that can be used."""

    id: str
    profile: str
    version: str
    title: str
    locale: str
    grade: str
    imported_at: datetime
    overlay_locales: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)  # by language, where it is translated


@dataclass(frozen=True, slots=True)
class ExemplarRow:
    """A marked exemplar; shown to HR only."""

    id: str
    person_id: str
    name: str
    reason: str
    measures: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class CycleTexts:
    """The stored documents of a profile, its translations and an instrument (JSON, so values are `Any`)."""

    profile: dict[str, Any]
    overlays: dict[str, dict[str, str]]
    instrument: dict[str, Any]


async def list_profiles() -> tuple[ProfileRow, ...]:
    """Give every imported profile version, newest version of a role first."""
    rows = await ProfileVersion.all().order_by("title", "-imported_at", "id")
    return tuple(_profile_row(one) for one in rows)


def newest_of_each(rows: Iterable[ProfileRow], *, also: str = "") -> tuple[ProfileRow, ...]:
    """Keep the newest version of each role, and the one named besides."""
    listed = tuple(rows)
    newest: dict[str, ProfileRow] = {}
    for row in listed:
        if row.profile not in newest or row.imported_at > newest[row.profile].imported_at:
            newest[row.profile] = row
    return tuple(row for row in listed if row is newest[row.profile] or row.id == also)


async def find_profile(version_id: str) -> tuple[ProfileRow, dict[str, Any]] | None:
    """Give a profile version and its document."""
    one = await ProfileVersion.get_or_none(id=version_id)
    return None if one is None else (_profile_row(one), dict(one.document))


async def get_cycle_texts(cycle_id: str) -> CycleTexts:
    """Give the documents a cycle's forms are built from."""
    cycle = await Cycle.get(id=cycle_id).select_related("profile_version", "instrument")
    version = cycle.profile_version
    return CycleTexts(dict(version.document), dict(version.overlays), dict(cycle.instrument.document))


@dataclass(frozen=True, slots=True)
class InstrumentRow:
    """Question texts that were imported."""

    name: str
    version: str
    locales: tuple[str, ...]


async def list_instruments() -> tuple[InstrumentRow, ...]:
    """Give the question texts, newest first."""
    rows = await Instrument.all().order_by("-imported_at", "id")
    return tuple(InstrumentRow(one.name, one.version, tuple(one.document["locales"])) for one in rows)


async def newest_instrument_id() -> str | None:
    """Give the instrument that new cycles use."""
    one = await Instrument.all().order_by("-imported_at", "id").first()
    return None if one is None else one.id


async def list_exemplars(profile: str) -> tuple[ExemplarRow, ...]:
    """Give the marked exemplars of a role, ended ones last."""
    rows = await Exemplar.filter(profile=profile).select_related("person").order_by("person__name", "id")
    listed = [
        ExemplarRow(one.id, one.person.id, one.person.name, one.reason, one.measures, one.from_on, one.to_on)
        for one in rows
    ]
    return tuple(sorted(listed, key=lambda one: one.to_on is not None))


def titles_of(overlays: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Give the title of a profile in each language that has one."""
    return {
        locale: strings["profile.title"] for locale, strings in overlays.items() if "profile.title" in strings
    }


def _profile_row(one: ProfileVersion) -> ProfileRow:
    return ProfileRow(
        one.id,
        one.profile,
        one.version,
        one.title,
        one.locale,
        one.grade,
        one.imported_at,
        tuple(sorted(one.overlays)),
        titles_of(one.overlays),
    )

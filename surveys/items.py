"""Item versions: immutable lines that trace to an element of a profile, with their texts in all languages."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from scoring.values import AccomplishmentSpec, ItemSpec, Relationship
from surveys.canonical import canonical
from surveys.errors import SurveysError
from surveys.profile_schema import Item, RoleProfile, Survey

Strings = Mapping[str, str]
RELATIONSHIPS: tuple[Relationship, ...] = ("self", "manager", "peer", "direct_report", "external")


class UnknownKind(SurveysError):
    """A stored cycle is of a kind this version does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemText:
    """The texts of an item in one language; complete, or the whole item falls back to the source language."""

    expect: str | None
    observe: str | None
    anchors: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemVersion:
    """One item as it is asked; any change of wording, target or element is another version (`item_hash`)."""

    item: str
    element: str
    accomplishment: str | None  # None for mental models, which roll up nowhere
    kind: str
    variation: str | None
    surveys: tuple[Survey, ...]
    relationships: tuple[Relationship, ...]
    target: int | None
    source_locale: str
    texts: Mapping[str, ItemText]

    def text(self, locale: str) -> tuple[str, ItemText]:
        """Give the language the texts are really in, and the texts."""
        found = locale if locale in self.texts else self.source_locale
        return found, self.texts[found]


def item_versions(
    profile: RoleProfile, overlays: Mapping[str, Strings], survey: Survey
) -> tuple[ItemVersion, ...]:
    """List the items a survey asks: by accomplishment in profile order, then mental models.

    `overlays` maps a language to its strings. External raters answer the lines marked external or, where the
    profile names none, the lines for peers.
    """
    asked = [item for item in profile.items if survey in item.surveys]
    has_external_lines = any("external" in item.raters for item in asked)
    versions = [
        _version(item, profile, overlays, survey, has_external_lines=has_external_lines) for item in asked
    ]
    order: list[str | None] = [accomplishment.id for accomplishment in profile.accomplishments]
    order.append(None)
    return tuple(sorted(versions, key=lambda version: order.index(version.accomplishment)))


def as_survey(kind: str) -> Survey:
    """Read the kind of a stored cycle; raises UnknownKind for a word this version does not know."""
    if kind == "clarity":
        return "clarity"
    if kind == "feedback360":
        return "feedback360"
    raise UnknownKind(f"{kind!r} is no kind of cycle; update Sightline or restore the database")


def item_hash(version: ItemVersion) -> str:
    """Hash an item version over structure and all languages (SHA-256 of its canonical JSON)."""
    return hashlib.sha256(canonical(asdict(version))).hexdigest()


def item_specs(profile: RoleProfile, survey: Survey = "feedback360") -> tuple[ItemSpec, ...]:
    """List the items of a survey as scoring needs them; the weight is the accomplishment's, 1 for mental models."""
    weights = {accomplishment.id: accomplishment.weight for accomplishment in profile.accomplishments}
    return tuple(
        ItemSpec(
            item=version.item,
            accomplishment=version.accomplishment,
            weight=weights.get(version.accomplishment or "", 1),
            target=version.target,
            relationships=version.relationships,
        )
        for version in item_versions(profile, {}, survey)
    )


def accomplishment_specs(profile: RoleProfile) -> tuple[AccomplishmentSpec, ...]:
    """List the accomplishments as scoring needs them, in profile order."""
    return tuple(AccomplishmentSpec(one.id, one.weight) for one in profile.accomplishments)


def _version(
    item: Item,
    profile: RoleProfile,
    overlays: Mapping[str, Strings],
    survey: Survey,
    *,
    has_external_lines: bool,
) -> ItemVersion:
    raters = set(item.raters)
    if not has_external_lines and "peer" in raters:
        raters.add("external")
    source = profile.profile.locale
    texts = {source: ItemText(expect=item.expect, observe=item.observe, anchors=_plain(item.anchors))}
    for locale, strings in overlays.items():
        translated = _translated(item, strings, survey)
        if translated is not None:
            texts[locale] = translated
    accomplishment, variation = _owners(profile).get(item.element, (None, None))
    return ItemVersion(
        item=item.id,
        element=item.element,
        accomplishment=accomplishment,
        kind=item.kind,
        variation=variation,
        surveys=item.surveys,
        relationships=tuple(one for one in RELATIONSHIPS if one in raters),
        target=item.target,
        source_locale=source,
        texts=texts,
    )


def _plain(anchors: Mapping[Literal["1", "3", "5"], str] | None) -> Mapping[str, str] | None:
    return None if anchors is None else {str(point): text for point, text in anchors.items()}


def _translated(item: Item, strings: Strings, survey: Survey) -> ItemText | None:
    """Give the texts of an item in one language; None when one that this survey shows is missing."""
    wanted = {f"{item.id}.expect"} if survey == "clarity" else {f"{item.id}.observe"}
    if survey == "feedback360":
        wanted |= {f"{item.id}.anchor{point}" for point in item.anchors or ()}
    if not wanted <= strings.keys():
        return None
    anchors = {point: strings.get(f"{item.id}.anchor{point}") for point in item.anchors or ()}
    complete = {str(point): text for point, text in anchors.items() if text is not None}
    return ItemText(
        expect=strings.get(f"{item.id}.expect") if item.expect else None,
        observe=strings.get(f"{item.id}.observe") if item.observe else None,
        anchors=complete if complete and len(complete) == len(anchors) else None,
    )


def _owners(profile: RoleProfile) -> dict[str, tuple[str | None, str | None]]:
    owners: dict[str, tuple[str | None, str | None]] = {}
    for one in profile.accomplishments:
        owners[one.id] = (one.id, None)
        owners.update({task.id: (one.id, task.variation) for task in one.tasks})
        owners.update({criterion.id: (one.id, None) for criterion in one.criteria})
        owners.update({barrier.id: (one.id, None) for barrier in one.barriers})
        owners.update({f"{one.id}.S{n}": (one.id, None) for n in range(1, len(one.strategies) + 1)})
    return owners

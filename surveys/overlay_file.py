"""Translations of a role profile (`role-profile-translation/1`): flat texts keyed by element and field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter

from surveys.profile_schema import Accomplishment, RoleProfile
from surveys.schema_problems import Finding, check_schema_name, checked
from surveys.schema_types import STRICT, Direction, Locale, Sentence, Short, Slug, VersionNumber
from surveys.text import quoted
from surveys.yaml_source import read_yaml

SCHEMA = "role-profile-translation/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How far the translation was checked."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    status: Literal["draft", "reviewed"]
    native_speaker_check: Literal["pending", "done"]
    note: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The texts of one profile version in one other language; a missing key falls back to the source language."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    profile: Slug
    source_locale: Locale
    source_version: VersionNumber
    locale: Locale
    language_name: Short
    dir: Direction
    review: Review
    fallback: Sentence | None = None
    strings: Mapping[str, Sentence]


_OVERLAY = TypeAdapter(Overlay)


def read_overlay(data: bytes, *, source: str, profile: RoleProfile) -> Overlay:
    """Read a translation of `profile`.

    Raises `FileRefused` with every problem at once; a key that is no text of the profile is one of them.
    """
    root = read_yaml(data, source=source)
    check_schema_name(root, SCHEMA, source=source)
    return checked(_OVERLAY, root, source=source, findings=_findings(root.plain(), profile))


def translatable_texts(profile: RoleProfile) -> dict[str, str]:
    """Map each key a translation may have to its text in the source language."""
    return dict(_texts(profile))


def missing_keys(profile: RoleProfile, strings: Mapping[str, str]) -> tuple[str, ...]:
    """List the texts that a translation leaves in the source language, in profile order."""
    return tuple(key for key in translatable_texts(profile) if key not in strings)


def _texts(profile: RoleProfile) -> Iterator[tuple[str, str]]:
    header = profile.profile
    yield from _fields(header, "profile", "title", "summary", "purpose")
    for model in profile.mental_models:
        yield model.id, model.text
    for accomplishment in profile.accomplishments:
        yield from _accomplishment_texts(accomplishment)
    for item in profile.items:
        yield from _fields(item, item.id, "expect", "observe")
        for point, text in sorted((item.anchors or {}).items()):
            yield f"{item.id}.anchor{point}", text
    for question in profile.open_questions:
        yield question.id, question.text


def _accomplishment_texts(accomplishment: Accomplishment) -> Iterator[tuple[str, str]]:
    key = accomplishment.id
    yield from _fields(accomplishment, key, "title", "statement", "why")
    for criterion in accomplishment.criteria:
        yield f"{criterion.id}.text", criterion.text
    for task in accomplishment.tasks:
        yield from _fields(task, task.id, "title", "great", "typical", "insight")
        if task.decision is not None:
            yield from _fields(task.decision, f"{task.id}.decision", "when", "choose", "cue")
    for number, strategy in enumerate(accomplishment.strategies, 1):
        yield f"{key}.S{number}", strategy
    for barrier in accomplishment.barriers:
        yield from _fields(barrier, barrier.id, "text", "workaround")


def _fields(element: object, key: str, *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        text = getattr(element, name)
        if text is not None:
            yield f"{key}.{name}", text


def _findings(file: object, profile: RoleProfile) -> Iterator[Finding]:
    if not isinstance(file, Mapping):
        return
    header = profile.profile
    for name, expected in (
        ("profile", header.id),
        ("source_version", header.version),
        ("source_locale", header.locale),
    ):
        if file.get(name) not in (None, expected):
            message = (
                f"is {quoted(file[name])}, but the profile says {quoted(expected)}; choose the right pair"
            )
            yield (name,), message
    if file.get("locale") == header.locale:
        yield ("locale",), f"is the language of the profile itself ({header.locale}); nothing to translate"
    strings = file.get("strings")
    known = translatable_texts(profile)
    for key in strings if isinstance(strings, Mapping) else ():
        if key not in known:
            yield ("strings", key), "is no text of this profile; remove it or correct the key"

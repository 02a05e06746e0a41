"""Forms: immutable, hashed lists of item versions with their texts, one per relationship."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from scoring.values import CONFIDENTIAL, Relationship
from surveys.canonical import canonical
from surveys.instrument_schema import Instruments
from surveys.items import RELATIONSHIPS, ItemVersion, Strings, item_versions
from surveys.profile_file import Grade, grade
from surveys.profile_schema import RoleProfile

Texts = Mapping[str, str]  # language -> text

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
SECONDS_PER_OPEN_QUESTION = 30
OPEN_LENGTH = 2000
MENTAL_MODELS = "mental_models"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRole:
    """The role profile a form is about, and how well founded it is."""

    id: str
    version: str
    grade: Grade
    title: Texts
    summary: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class FormScale:
    """A scale of a form: values with labels, and the label of *I have not seen this*."""

    id: str
    points: tuple[tuple[int, Texts], ...]
    not_observed: Texts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """Lines that belong together: an accomplishment, or the mental models at the end."""

    id: str
    title: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One rated line; texts and anchors of a language are complete or absent together."""

    item: str
    section: str
    variation: str | None
    text: Texts
    anchors: Mapping[str, Mapping[str, str]]  # language -> point -> text
    cell: str
    question: Texts
    scale: str
    may_be_not_observed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOpen:
    """One open question; confidential raters may sign or allow small numbers."""

    id: str
    text: Texts
    has_choices: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one relationship is asked in a cycle; `hash` covers structure and all languages."""

    kind: Literal["feedback360"]
    relationship: Relationship
    source_locale: str
    locales: tuple[str, ...]
    role: FormRole
    brief: tuple[Texts, ...]
    minutes: int
    scales: tuple[FormScale, ...]
    sections: tuple[FormSection, ...]
    lines: tuple[FormLine, ...]
    open: tuple[FormOpen, ...]
    hash: str = field(default="")


_FORM = TypeAdapter(Form)


def build_forms(
    profile: RoleProfile,
    overlays: Mapping[str, Strings],
    instruments: Instruments,
    *,
    left_out: Collection[str] = (),
) -> Mapping[Relationship, Form]:
    """Build the 360 form of each relationship from a profile, its translations and the instruments.

    `left_out` are items that are not asked of anyone (a line still in notice). A relationship nobody has a line
    for gets no form.
    """
    versions = [one for one in item_versions(profile, overlays, "feedback360") if one.item not in left_out]
    forms: dict[Relationship, Form] = {}
    for relationship in RELATIONSHIPS:
        asked = [version for version in versions if relationship in version.relationships]
        if asked:
            forms[relationship] = _form(profile, overlays, instruments, relationship, asked)
    return forms


def to_document(form: Form) -> dict[str, Any]:
    """Turn a form into the JSON document that is stored; its hash is inside."""
    document: dict[str, Any] = _FORM.dump_python(form, mode="json")
    return document


def from_document(document: Mapping[str, Any]) -> Form:
    """Read a stored form back."""
    return _FORM.validate_python(document)


def form_hash(form: Form) -> str:
    """Hash a form over structure and all languages: SHA-256 of its canonical JSON without the hash itself."""
    document = to_document(form)
    document.pop("hash")
    return hashlib.sha256(canonical(document)).hexdigest()


def direction(locale: str) -> Literal["ltr", "rtl"]:
    """Give the writing direction of a language."""
    return "rtl" if locale.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def untranslated(form: Form, locale: str) -> tuple[str, ...]:
    """List what a reader of `locale` would see in the source language; HR confirms it by name before launch."""
    return tuple(_untranslated(form, locale))


def _untranslated(form: Form, locale: str) -> Iterator[str]:
    if locale not in form.role.title or locale not in form.role.summary:
        yield form.role.id
    yield from (section.id for section in form.sections if section.title and locale not in section.title)
    yield from (line.item for line in form.lines if locale not in line.text)
    yield from (question.id for question in form.open if locale not in question.text)


def _form(
    profile: RoleProfile,
    overlays: Mapping[str, Strings],
    instruments: Instruments,
    relationship: Relationship,
    asked: list[ItemVersion],
) -> Form:
    lines = tuple(_line(version, instruments, relationship) for version in asked)
    questions = [question for question in profile.open_questions if question.survey == "feedback360"]
    source = profile.profile.locale
    seconds = (
        len(lines) * instruments.feedback360_question.seconds + len(questions) * SECONDS_PER_OPEN_QUESTION
    )
    unhashed = Form(
        kind="feedback360",
        relationship=relationship,
        source_locale=source,
        locales=tuple(sorted(instruments.locales)),
        role=_role(profile, overlays),
        brief=instruments.rater_brief,
        minutes=-(-seconds // 60),
        scales=_scales(instruments),
        sections=_sections(profile, overlays, {line.section for line in lines}),
        lines=lines,
        open=tuple(
            FormOpen(
                id=question.id,
                text=_texts(source, question.text, overlays, question.id),
                has_choices=relationship in CONFIDENTIAL,
            )
            for question in questions
        ),
    )
    # Through the document, so that a stored form and a fresh one are equal.
    return from_document({**to_document(unhashed), "hash": form_hash(unhashed)})


def _role(profile: RoleProfile, overlays: Mapping[str, Strings]) -> FormRole:
    header = profile.profile
    return FormRole(
        id=header.id,
        version=header.version,
        grade=grade(profile),
        title=_texts(header.locale, header.title, overlays, "profile.title"),
        summary=_texts(header.locale, header.summary, overlays, "profile.summary"),
    )


def _scales(instruments: Instruments) -> tuple[FormScale, ...]:
    return tuple(
        FormScale(
            id=scale.id,
            points=tuple((int(point.value), point.label) for point in scale.points),
            not_observed=scale.not_observed,
        )
        for scale in instruments.scales
        if scale.id == instruments.feedback360_question.scale
    )


def _sections(
    profile: RoleProfile, overlays: Mapping[str, Strings], used: set[str]
) -> tuple[FormSection, ...]:
    locale = profile.profile.locale
    sections = [
        FormSection(id=one.id, title=_texts(locale, one.title, overlays, f"{one.id}.title"))
        for one in profile.accomplishments
    ]
    sections.append(FormSection(id=MENTAL_MODELS, title={}))
    return tuple(section for section in sections if section.id in used)


def _line(version: ItemVersion, instruments: Instruments, relationship: Relationship) -> FormLine:
    question = instruments.feedback360_question
    return FormLine(
        item=version.item,
        section=version.accomplishment or MENTAL_MODELS,
        variation=version.variation,
        text={locale: texts.observe for locale, texts in version.texts.items() if texts.observe},
        anchors={locale: texts.anchors for locale, texts in version.texts.items() if texts.anchors},
        cell=f"{version.item}.{question.id}",
        question=question.self_text if relationship == "self" else question.other_text,
        scale=question.scale,
        may_be_not_observed=relationship != "self",
    )


def _texts(source: str, text: str, overlays: Mapping[str, Strings], key: str) -> Texts:
    translated = {locale: strings[key] for locale, strings in overlays.items() if key in strings}
    return {**translated, source: text}

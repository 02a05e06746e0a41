"""The parts every kind of form has: role, sections, scales, open questions, each text in all its languages."""

from collections.abc import Collection, Mapping, Sequence

from surveys.forms import (
    MENTAL_MODELS,
    Choice,
    FormOpen,
    FormQuestion,
    FormRole,
    FormScale,
    FormSection,
    Texts,
)
from surveys.instrument_schema import Instruments, Scale
from surveys.items import Strings
from surveys.profile_file import grade
from surveys.profile_schema import RoleProfile, Survey


def texts_of(source: str, text: str, overlays: Mapping[str, Strings], key: str) -> Texts:
    """Give a text of the profile in its own language and in every language that has it."""
    translated = {locale: strings[key] for locale, strings in overlays.items() if key in strings}
    return {**translated, source: text}


def role_part(profile: RoleProfile, overlays: Mapping[str, Strings]) -> FormRole:
    """Name the role a form is about."""
    header = profile.profile
    return FormRole(
        id=header.id,
        version=header.version,
        grade=grade(profile),
        title=texts_of(header.locale, header.title, overlays, "profile.title"),
        summary=texts_of(header.locale, header.summary, overlays, "profile.summary"),
    )


def sections_part(
    profile: RoleProfile, overlays: Mapping[str, Strings], used: Collection[str]
) -> tuple[FormSection, ...]:
    """List the sections that have a line, in profile order, mental models last."""
    locale = profile.profile.locale
    sections = [
        FormSection(id=one.id, title=texts_of(locale, one.title, overlays, f"{one.id}.title"))
        for one in profile.accomplishments
    ]
    sections.append(FormSection(id=MENTAL_MODELS, title={}))
    return tuple(section for section in sections if section.id in used)


def scales_part(
    instruments: Instruments,
    questions: Collection[FormQuestion],
    options: Mapping[str, Sequence[Choice]],
) -> tuple[FormScale, ...]:
    """List the scales that are asked on, in the order of the instrument; `options` keeps some points of a scale only."""
    used = {question.scale for question in questions}
    return tuple(_scale(scale, options.get(scale.id)) for scale in instruments.scales if scale.id in used)


def open_part(
    profile: RoleProfile, overlays: Mapping[str, Strings], survey: Survey, *, has_choices: bool
) -> tuple[FormOpen, ...]:
    """List the open questions of a survey."""
    source = profile.profile.locale
    return tuple(
        FormOpen(
            id=question.id,
            text=texts_of(source, question.text, overlays, question.id),
            has_choices=has_choices,
        )
        for question in profile.open_questions
        if question.survey == survey
    )


def _scale(scale: Scale, kept: Sequence[Choice] | None) -> FormScale:
    return FormScale(
        id=scale.id,
        points=tuple(
            (point.value, point.label) for point in scale.points if kept is None or point.value in kept
        ),
        not_observed=scale.not_observed,
        skip=scale.skip,
    )

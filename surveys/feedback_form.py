"""The forms of a 360: one text per line for self and others, rated on one scale."""

from collections.abc import Collection, Mapping

from scoring.values import CONFIDENTIAL, Relationship
from surveys.form_parts import open_part, role_part, scales_part, sections_part
from surveys.forms import (
    MENTAL_MODELS,
    TEXT_LENGTHS,
    Form,
    FormLine,
    FormNote,
    FormPractice,
    FormQuestion,
    hashed,
)
from surveys.instrument_schema import Instruments
from surveys.items import RELATIONSHIPS, ItemVersion, Strings, item_versions
from surveys.profile_schema import RoleProfile

SECONDS_PER_OPEN_QUESTION = 30


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


def _form(
    profile: RoleProfile,
    overlays: Mapping[str, Strings],
    instruments: Instruments,
    relationship: Relationship,
    asked: list[ItemVersion],
) -> Form:
    lines = tuple(_line(version, instruments, relationship) for version in asked)
    open_questions = open_part(profile, overlays, "feedback360", has_choices=relationship in CONFIDENTIAL)
    seconds = (
        len(lines) * instruments.feedback360_question.seconds
        + len(open_questions) * SECONDS_PER_OPEN_QUESTION
    )
    unhashed = Form(
        kind="feedback360",
        relationship=relationship,
        source_locale=profile.profile.locale,
        locales=tuple(sorted(instruments.locales)),
        role=role_part(profile, overlays),
        brief=instruments.rater_brief,
        minutes=-(-seconds // 60),
        scales=scales_part(instruments, [line.questions[0] for line in lines], {}),
        sections=sections_part(profile, overlays, {line.section for line in lines}),
        lines=lines,
        note=_note(instruments, relationship),
        practice=None if relationship == "self" else _practice(instruments),
        open=open_questions,
    )
    return hashed(unhashed)


def _note(instruments: Instruments, relationship: Relationship) -> FormNote | None:
    note = instruments.feedback360_question.note
    if note is None:
        return None
    return FormNote(
        cell=note.id,
        text=note.self_text if relationship == "self" else note.other_text,
        max_length=TEXT_LENGTHS[note.scale],
        among=note.among,
    )


def _practice(instruments: Instruments) -> FormPractice | None:
    """Give the invented person whom a rater may rate first; who rates oneself has nobody to compare."""
    vignette = instruments.practice_vignette
    if vignette is None or vignette.line is None:
        return None
    return FormPractice(
        line=vignette.line, story=vignette.story, reason=vignette.reason, rating=vignette.panel_rating
    )


def _line(version: ItemVersion, instruments: Instruments, relationship: Relationship) -> FormLine:
    question = instruments.feedback360_question
    return FormLine(
        item=version.item,
        section=version.accomplishment or MENTAL_MODELS,
        variation=version.variation,
        text={locale: texts.observe for locale, texts in version.texts.items() if texts.observe},
        anchors={locale: texts.anchors for locale, texts in version.texts.items() if texts.anchors},
        questions=(
            FormQuestion(
                cell=f"{version.item}.{question.id}",
                text=question.self_text if relationship == "self" else question.other_text,
                scale=question.scale,
                is_required=True,
                may_be_not_observed=relationship != "self",
            ),
        ),
    )

"""A form as the phone gets it, in one language (`docs/wire.md`, form.json)."""

from typing import Any

from surveys.errors import SurveysError
from surveys.forms import OPEN_LENGTH, Form, FormLine, FormOpen, FormScale, FormSection, Texts, direction
from surveys.text import quoted


class UnknownLanguage(SurveysError):
    """A form was asked for in a language it does not have."""


def render(form: Form, locale: str) -> dict[str, Any]:
    """Write a form in one of its languages; what is not translated stays in the source language, marked by `lang`.

    `{name}` stays in the texts: the phone puts the ratee's name in, isolated.
    The values of JSON are `Any` by nature. Raises `UnknownLanguage`.
    """
    if locale not in form.locales:
        raise UnknownLanguage(f"this form is not in {quoted(locale)}; it is in {', '.join(form.locales)}")
    language = _language(form, {"title": form.role.title, "summary": form.role.summary}, locale)
    return {
        "schema": "form/1",
        "hash": form.hash,
        "kind": form.kind,
        "relationship": form.relationship,
        "locale": locale,
        "dir": direction(locale),
        "role": {
            "id": form.role.id,
            "version": form.role.version,
            "title": form.role.title[language],
            "summary": form.role.summary[language],
            "grade": form.role.grade,
            "lang": language,
        },
        "brief": [_said(texts, locale) for texts in form.brief],
        "minutes": form.minutes,
        "scales": {scale.id: _scale(scale, locale) for scale in form.scales},
        "sections": [_section(form, section, locale) for section in form.sections],
        "lines": [_line(form, line, locale) for line in form.lines],
        "open": [_open(form, question, locale) for question in form.open],
    }


def _language(form: Form, blocks: dict[str, Texts], locale: str) -> str:
    return locale if all(locale in texts for texts in blocks.values()) else form.source_locale


def _said(texts: Texts, locale: str) -> str:
    """Choose an instrument text: these are complete in every language of the form."""
    return texts[locale]


def _scale(scale: FormScale, locale: str) -> dict[str, Any]:
    points = [{"value": value, "label": _said(label, locale)} for value, label in scale.points]
    not_observed = None if scale.not_observed is None else _said(scale.not_observed, locale)
    return {"points": points, "not_observed": not_observed}


def _section(form: Form, section: FormSection, locale: str) -> dict[str, Any]:
    if not section.title:
        return {"id": section.id, "title": "", "lang": locale}
    language = _language(form, {"title": section.title}, locale)
    return {"id": section.id, "title": section.title[language], "lang": language}


def _line(form: Form, line: FormLine, locale: str) -> dict[str, Any]:
    language = _language(form, {"text": line.text}, locale)
    question = {
        "cell": line.cell,
        "kind": "scale",
        "scale": line.scale,
        "text": _said(line.question, locale),
        "required": True,
        "not_observed": line.may_be_not_observed,
    }
    anchors = line.anchors.get(language)
    return {
        "item": line.item,
        "section": line.section,
        "text": line.text[language],
        "lang": language,
        "variation": line.variation,
        "anchors": None if anchors is None else dict(anchors),
        "questions": [question],
    }


def _open(form: Form, question: FormOpen, locale: str) -> dict[str, Any]:
    language = _language(form, {"text": question.text}, locale)
    questions: list[dict[str, Any]] = [
        {"cell": f"{question.id}.text", "kind": "text", "max": OPEN_LENGTH, "required": False}
    ]
    if question.has_choices:
        questions += [
            {"cell": f"{question.id}.{choice}", "kind": "flag", "required": False}
            for choice in ("show_name", "allow_few")
        ]
    return {"id": question.id, "text": question.text[language], "lang": language, "questions": questions}

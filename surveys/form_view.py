"""A form as the phone gets it, in one language (`docs/wire.md`, form.json and cards.json)."""

from collections.abc import Mapping
from typing import Any

from surveys.cards import render_card
from surveys.errors import SurveysError
from surveys.forms import (
    OPEN_LENGTH,
    TOP_THREE,
    Form,
    FormLine,
    FormNote,
    FormOpen,
    FormPractice,
    FormQuestion,
    FormScale,
    FormSection,
    FormStatement,
    FormTopThree,
    Texts,
    direction,
)
from surveys.text import quoted


class UnknownLanguage(SurveysError):
    """A form was asked for in a language it does not have."""


def render(form: Form, locale: str) -> dict[str, Any]:
    """Write a form in one of its languages; what is not translated stays in the source language, marked by `lang`.

    `{name}` stays in the texts: the phone puts the ratee's name in, isolated.
    The values of JSON are `Any` by nature. Raises `UnknownLanguage`.
    """
    _check_language(form, locale)
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
        **(_before_lines(form, locale) if form.kind == "clarity" else {}),
        **({} if form.practice is None else {"practice": _practice(form.practice, locale)}),
        **({} if form.note is None else {"note": _note(form.note, locale)}),
        "lines": [_line(form, line, locale) for line in form.lines],
        "open": [_open(form, question, locale) for question in form.open],
    }


def render_cards(form: Form, locale: str) -> dict[str, Any]:
    """Write the cards of a form in one of its languages. Raises `UnknownLanguage`."""
    _check_language(form, locale)
    return {
        "schema": "cards/1",
        "hash": form.hash,
        "locale": locale,
        "dir": direction(locale),
        "cards": {item: render_card(card, locale) for item, card in form.cards.items()},
    }


def _check_language(form: Form, locale: str) -> None:
    if locale not in form.locales:
        raise UnknownLanguage(f"this form is not in {quoted(locale)}; it is in {', '.join(form.locales)}")


def _before_lines(form: Form, locale: str) -> dict[str, Any]:
    return {
        "chips": [{"value": word, "label": _said(label, locale)} for word, label in form.chips],
        "pulse": [_statement(one, locale) for one in form.pulse],
        "unaided": None if form.unaided is None else _statement(form.unaided, locale),
        "top3": None if form.top3 is None else _top_three(form, form.top3, locale),
    }


def _practice(practice: FormPractice, locale: str) -> dict[str, Any]:
    texts = {"text": practice.line, "story": practice.story, "reason": practice.reason}
    return {**{name: _said(said, locale) for name, said in texts.items()}, "rating": practice.rating}


def _note(note: FormNote, locale: str) -> dict[str, Any]:
    return {
        "cell": note.cell,
        "max": note.max_length,
        "text": _said(note.text, locale),
        "among": list(note.among),
    }


def _language(form: Form, blocks: Mapping[str, Texts], locale: str) -> str:
    return locale if all(locale in texts for texts in blocks.values()) else form.source_locale


def _said(texts: Texts, locale: str) -> str:
    """Choose an instrument text: these are complete in every language of the form."""
    return texts[locale]


def _scale(scale: FormScale, locale: str) -> dict[str, Any]:
    return {
        "points": [{"value": value, "label": _said(label, locale)} for value, label in scale.points],
        "not_observed": None if scale.not_observed is None else _said(scale.not_observed, locale),
        "skip": None if scale.skip is None else _said(scale.skip, locale),
    }


def _section(form: Form, section: FormSection, locale: str) -> dict[str, Any]:
    if not section.title:
        return {"id": section.id, "title": "", "lang": locale}
    language = _language(form, {"title": section.title}, locale)
    return {"id": section.id, "title": section.title[language], "lang": language}


def _statement(one: FormStatement, locale: str) -> dict[str, Any]:
    question = _question(one.question, locale)
    return {"id": one.id, "text": _said(one.text, locale), "lang": locale, "questions": [question]}


def _line(form: Form, line: FormLine, locale: str) -> dict[str, Any]:
    language = _language(form, {"text": line.text}, locale)
    anchors = line.anchors.get(language)
    rendered: dict[str, Any] = {
        "item": line.item,
        "section": line.section,
        "text": line.text[language],
        "lang": language,
        "variation": line.variation,
        "anchors": None if anchors is None else dict(anchors),
        "questions": [_question(question, locale) for question in line.questions],
    }
    if line.gate is not None:
        rendered["gate"] = {"cell": line.gate.cell, "ends": list(line.gate.ends)}
        rendered["after"] = [_question(question, locale) for question in line.after]
        rendered["card"] = line.item in form.cards
    return rendered


def _question(question: FormQuestion, locale: str) -> dict[str, Any]:
    """Write one question; a statement's own text stands above it, so such a question has none."""
    rendered: dict[str, Any] = {"cell": question.cell, "kind": question.kind}
    if question.kind == "scale":
        rendered["scale"] = question.scale
    if question.kind == "text":
        rendered["max"] = question.max_length
    if question.text:
        rendered["text"] = _said(question.text, locale)
    rendered["required"] = question.is_required
    if question.kind == "scale":
        rendered |= {"not_observed": question.may_be_not_observed, "skip": question.may_be_skipped}
    if question.when is not None:
        rendered["when"] = {"cell": question.when.cell, "at_most": question.when.at_most}
    return rendered


def _top_three(form: Form, top3: FormTopThree, locale: str) -> dict[str, Any]:
    asked = top3.teach_back
    return {
        "cell": TOP_THREE,
        "kind": "top3",
        "text": _said(top3.text, locale),
        "most": top3.most,
        "required": True,
        "teach_back": []
        if asked is None
        else [
            {"item": line.item, **_question(asked, locale), "cell": f"{line.item}.{asked.cell}"}
            for line in form.lines
        ],
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

"""Forms: immutable, hashed lists of what one relationship is asked, with every text in all languages."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from scoring.values import Relationship
from surveys.canonical import canonical
from surveys.cards import Card
from surveys.profile_file import Grade

Texts = Mapping[str, str]  # language -> text
Choice = int | str

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
OPEN_LENGTH = 2000
TEXT_LENGTHS: Mapping[str, int] = {"text160": 160, "text500": 500}
MENTAL_MODELS = "mental_models"
NOTES = "notes"  # what raters saw, as one question of the result; never the id of an item
TOP_THREE = "@top3"


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
    """A scale of a form: values with labels, and the labels of the ways not to answer."""

    id: str
    points: tuple[tuple[Choice, Texts], ...]
    not_observed: Texts | None
    skip: Texts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """Lines that belong together: an accomplishment, or the mental models at the end."""

    id: str
    title: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class FormWhen:
    """A question that is offered only while another is rated this low."""

    cell: str
    at_most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormGate:
    """The question of a line whose answer may end the line: nothing else of it is asked or required then."""

    cell: str
    ends: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormQuestion:
    """One question with its own cell: a point of a scale, a text, or chips to tap."""

    cell: str
    kind: Literal["scale", "text", "chips"] = "scale"
    text: Texts = field(default_factory=dict)
    scale: str = ""
    max_length: int = 0
    is_required: bool = False
    may_be_not_observed: bool = False
    may_be_skipped: bool = False
    when: FormWhen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One line and what is asked about it; texts and anchors of a language are complete or absent together."""

    item: str
    section: str
    variation: str | None
    text: Texts
    anchors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # language -> point -> text
    questions: tuple[FormQuestion, ...]
    gate: FormGate | None = None
    after: tuple[FormQuestion, ...] = ()  # offered once the card has turned


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStatement:
    """A question about the role as a whole, before the lines: a line of the pulse, or the own results in own words."""

    id: str
    text: Texts
    question: FormQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class FormNote:
    """The words offered on each line while it is rated at one of `among`; the cell is `ITEM.cell`."""

    cell: str
    text: Texts
    max_length: int
    among: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPractice:
    """A line about an invented person, rated before the first real one and kept nowhere."""

    line: Texts
    story: Texts
    reason: Texts
    rating: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTopThree:
    """The lines that matter most; `teach_back` is asked for each picked one, its cell is `ITEM.cell`."""

    text: Texts
    most: int
    teach_back: FormQuestion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOpen:
    """One open question; confidential raters may sign or allow small numbers."""

    id: str
    text: Texts
    has_choices: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What one relationship is asked in a cycle; `hash` covers structure and all languages."""

    kind: Literal["feedback360", "clarity"]
    relationship: Relationship
    source_locale: str
    locales: tuple[str, ...]
    role: FormRole
    brief: tuple[Texts, ...]
    minutes: int
    scales: tuple[FormScale, ...]
    sections: tuple[FormSection, ...]
    pulse: tuple[FormStatement, ...] = ()
    unaided: FormStatement | None = None
    chips: tuple[tuple[str, Texts], ...] = ()
    lines: tuple[FormLine, ...]
    note: FormNote | None = None
    practice: FormPractice | None = None
    top3: FormTopThree | None = None
    open: tuple[FormOpen, ...]
    cards: Mapping[str, Card] = field(default_factory=dict)  # by item
    hash: str = ""


_FORM = TypeAdapter(Form)


def to_document(form: Form) -> dict[str, Any]:
    """Turn a form into the JSON document that is stored; its hash is inside, parts it does not have are left out."""
    document: dict[str, Any] = _FORM.dump_python(form, mode="json", exclude_defaults=True)
    return document


def from_document(document: Mapping[str, Any]) -> Form:
    """Read a stored form back; also one from when a line had exactly one question."""
    lines = [line if "questions" in line else _with_questions(line) for line in document["lines"]]
    return _FORM.validate_python({**document, "lines": lines})


def hashed(form: Form) -> Form:
    """Give a finished form its hash, through the document, so that a stored form and a fresh one are equal."""
    return from_document({**to_document(form), "hash": form_hash(form)})


def form_hash(form: Form) -> str:
    """Hash a form over structure and all languages: SHA-256 of its canonical JSON without the hash itself."""
    document = to_document(form)
    document.pop("hash", None)
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
    for line in form.lines:
        card = form.cards.get(line.item)
        if locale not in line.text or (card is not None and locale not in card.texts):
            yield line.item
    yield from (question.id for question in form.open if locale not in question.text)


def _with_questions(line: Mapping[str, Any]) -> dict[str, Any]:
    question = {
        "cell": line["cell"],
        "text": line["question"],
        "scale": line["scale"],
        "is_required": True,
        "may_be_not_observed": line["may_be_not_observed"],
    }
    kept = {name: line[name] for name in ("item", "section", "variation", "text", "anchors")}
    return {**kept, "questions": [question]}

"""Opening the sheets of a closing cycle, once: what is counted, and what the counted ones say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.values import CONFIDENTIAL, Comment, CountedSheet, Relationship
from surveys.form_cells import FormNeeds, is_final, needs_of
from surveys.forms import NOTES, Form
from surveys.sealed_sheet import open_sheet
from surveys.sealing import CycleKey, Unreadable
from surveys.sheet import Sheet, distinct_texts, read_value

Fate = Literal["counted", "unfinished", "empty", "orphans", "unreadable"]
FATES: tuple[Fate, ...] = ("counted", "unfinished", "empty", "orphans", "unreadable")


@dataclass(frozen=True, slots=True)
class Asked:
    """An assignment that still stands: who rates whom, under which generation."""

    id: str
    rater: str
    ratee: str
    relationship: Relationship
    generation: int


@dataclass(frozen=True, slots=True)
class Named:
    """The counted answers of self or a manager: ratings by item, texts by question."""

    assignment: str
    ratee: str
    relationship: Relationship
    ratings: Mapping[str, int | None]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """Everything the gate needs, held in memory for one run and dropped."""

    counts: Mapping[str, int]  # the five fates; they add up to the rows of the table
    counted: tuple[tuple[Asked, Sheet], ...]  # of a clarity cycle: read as pairs, not as ratings
    sheets: tuple[CountedSheet, ...]
    named: tuple[Named, ...]
    comments: tuple[Comment, ...]
    n_asked_sheets: Mapping[
        tuple[str, str], int
    ]  # (ratee, question) -> confidential raters with a counted sheet


def tally(
    rows: Iterable[tuple[str, bytes]],
    asked: Iterable[Asked],
    forms: Mapping[Relationship, Form],
    key: CycleKey,
) -> Tally:
    """Open every row of a cycle and sort it by its fate; of the counted ones, take out ratings and texts."""
    by_sheet = {key.sheet_id(one.id, one.generation): one for one in asked}
    needs = {relationship: needs_of(form) for relationship, form in forms.items()}
    fates: Counter[str] = Counter(dict.fromkeys(FATES, 0))
    counted: list[tuple[Asked, Sheet]] = []
    for sheet_id, ciphertext in rows:
        one = by_sheet.get(sheet_id)
        fate, sheet = _fate(one, ciphertext, needs, key)
        fates[fate] += 1
        if fate == "counted" and one is not None:
            counted.append((one, sheet))
    # By assignment id, so that nothing downstream can depend on the order of arrival.
    counted.sort(key=lambda pair: pair[0].id)
    if any(form.kind == "clarity" for form in forms.values()):
        return Tally(dict(fates), tuple(counted), (), (), (), {})
    return Tally(
        counts=dict(fates),
        counted=(),
        sheets=tuple(_sheet(one, sheet, forms) for one, sheet in counted if one.relationship in CONFIDENTIAL),
        named=tuple(
            _named(one, sheet, forms) for one, sheet in counted if one.relationship not in CONFIDENTIAL
        ),
        comments=_comments(counted, forms, key),
        n_asked_sheets=_n_asked(counted, forms),
    )


def _fate(
    one: Asked | None, ciphertext: bytes, needs: Mapping[Relationship, FormNeeds], key: CycleKey
) -> tuple[Fate, Sheet]:
    if one is None:
        return "orphans", {}
    try:
        sheet = open_sheet(key.sheet(one.id, one.generation), ciphertext)
    except Unreadable:
        return "unreadable", {}
    if is_final(needs[one.relationship], sheet):
        return "counted", sheet
    return ("unfinished" if sheet else "empty"), {}


def _ratings(sheet: Sheet, form: Form) -> dict[str, int | None]:
    ratings: dict[str, int | None] = {}
    for line in form.lines:
        value = read_value(sheet.get(f"{line.item}.f_match", ()))
        ratings[line.item] = value if isinstance(value, int) and not isinstance(value, bool) else None
    return ratings


def _sheet(one: Asked, sheet: Sheet, forms: Mapping[Relationship, Form]) -> CountedSheet:
    return CountedSheet(one.ratee, one.relationship, _ratings(sheet, forms[one.relationship]))


def _named(one: Asked, sheet: Sheet, forms: Mapping[Relationship, Form]) -> Named:
    form = forms[one.relationship]
    texts = dict(_texts(sheet, form))
    return Named(one.id, one.ratee, one.relationship, _ratings(sheet, form), texts)


def _texts(sheet: Sheet, form: Form) -> Iterator[tuple[str, str]]:
    """List what one rater wrote by question; the notes on all lines are one text, so that no line can be told from it."""
    for question in form.open:
        if text := _text(sheet, f"{question.id}.text"):
            yield question.id, text
    if text := _notes(sheet, form):
        yield NOTES, text


def _notes(sheet: Sheet, form: Form) -> str:
    """Join the notes that are still offered: those on lines whose rating asks for one."""
    note = form.note
    if note is None:
        return ""
    rated = _ratings(sheet, form)
    noted = (line.item for line in form.lines if rated[line.item] in note.among)
    return "\n\n".join(text for item in noted if (text := _text(sheet, f"{item}.{note.cell}")))


def _text(sheet: Sheet, cell: str) -> str:
    """Several versions of a text are one comment: its distinct values, oldest first, a blank line between."""
    return "\n\n".join(distinct_texts(sheet.get(cell, ()))).strip()


def _comments(
    counted: Iterable[tuple[Asked, Sheet]], forms: Mapping[Relationship, Form], key: CycleKey
) -> tuple[Comment, ...]:
    n_equal: Counter[tuple[str, str, str]] = Counter()
    comments: list[Comment] = []
    for one, sheet in counted:
        if one.relationship not in CONFIDENTIAL:
            continue
        for question, text in _texts(sheet, forms[one.relationship]):
            place = (one.ratee, question, text)
            comments.append(
                Comment(
                    ratee=one.ratee,
                    question=question,
                    relationship=one.relationship,
                    rater_key=one.rater,
                    text=text,
                    is_signed=read_value(sheet.get(f"{question}.show_name", ())) is True,
                    may_be_few=read_value(sheet.get(f"{question}.allow_few", ())) is True,
                    key=key.comment_key(*place, n_equal[place]),
                )
            )
            n_equal[place] += 1
    return tuple(comments)


def _n_asked(
    counted: Iterable[tuple[Asked, Sheet]], forms: Mapping[Relationship, Form]
) -> Mapping[tuple[str, str], int]:
    n_asked: dict[tuple[str, str], int] = defaultdict(int)
    for one, _ in counted:
        if one.relationship in CONFIDENTIAL:
            form = forms[one.relationship]
            for question in form.open:
                n_asked[one.ratee, question.id] += 1
            if form.note is not None:
                n_asked[one.ratee, NOTES] += 1
    return n_asked

"""What each cell of a sheet may hold, and what a sheet still needs, from the form it was asked by."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.forms import OPEN_LENGTH, TOP_THREE, Form, FormLine, FormQuestion, FormScale
from surveys.sheet import Sheet, missing, read_value
from surveys.text import has_bad_character, utf16_length

Reason = Literal["unknown_cell", "wrong_type", "out_of_range", "too_long", "bad_text"]

DECLINE_LENGTH = 160
NOT_OBSERVED = "not_observed"
SKIP = "skip"
_NO_ANSWERS = frozenset({NOT_OBSERVED, SKIP})


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSpec:
    """One cell: its kind, the numbers and words it takes, its length, and whether a final sheet needs it."""

    kind: Literal["scale", "text", "flag", "list"]
    numbers: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()  # of a list: those it may hold
    max_length: int = 0  # of a text: UTF-16 code units; of a list: entries
    is_required: bool = False
    may_be_cleared: bool = True


@dataclass(frozen=True, slots=True)
class LineNeeds:
    """What one line needs: its gate, and the rest unless the gate's answer ends the line."""

    item: str
    gate: str
    ends: tuple[object, ...]
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormNeeds:
    """What a final sheet needs, ready to be asked many times; made once for a form."""

    always: tuple[str, ...]
    lines: tuple[LineNeeds, ...] = ()
    most_picked: int = 0  # 0: no top three is asked


def cells(form: Form) -> Mapping[str, CellSpec]:
    """Map every cell a sheet of this form may have to what it may hold, in the order asked."""
    scales = {scale.id: scale for scale in form.scales}
    chips = frozenset(word for word, _ in form.chips)
    specs: dict[str, CellSpec] = {}
    for question in _questions(form):
        specs[question.cell] = _spec(question, scales, chips)
    if form.note is not None:
        note = CellSpec(kind="text", max_length=form.note.max_length)
        specs |= {f"{line.item}.{form.note.cell}": note for line in form.lines}
    if form.top3 is not None:
        items = frozenset(line.item for line in form.lines)
        specs[TOP_THREE] = CellSpec(kind="list", words=items, max_length=form.top3.most, is_required=True)
        if form.top3.teach_back is not None:
            spec = _spec(form.top3.teach_back, scales, chips)
            specs |= {f"{line.item}.{form.top3.teach_back.cell}": spec for line in form.lines}
    for question_open in form.open:
        specs[f"{question_open.id}.text"] = CellSpec(kind="text", max_length=OPEN_LENGTH)
        if question_open.has_choices:
            specs[f"{question_open.id}.show_name"] = CellSpec(kind="flag")
            specs[f"{question_open.id}.allow_few"] = CellSpec(kind="flag")
    specs["@submit"] = CellSpec(kind="flag", may_be_cleared=False)
    specs["@decline"] = CellSpec(kind="text", max_length=DECLINE_LENGTH)
    return specs


def needs_of(form: Form) -> FormNeeds:
    """Work out once what a final sheet of this form needs."""
    gated = tuple(_line_needs(line) for line in form.lines if line.gate is not None)
    before = tuple(one.question.cell for one in form.pulse if one.question.is_required)
    plain = tuple(cell for line in form.lines if line.gate is None for cell in _required(line.questions))
    return FormNeeds(before + plain, gated, 0 if form.top3 is None else form.top3.most)


def still_needed(needs: FormNeeds, sheet: Sheet) -> tuple[str, ...]:
    """List the cells that must still be answered for the sheet to be final, in the order asked.

    A line whose gate ends it needs nothing more. Of the lines that go on as many must be picked as may be, no fewer:
    picks of ended lines count as none.
    """
    found = missing(sheet, needs.always)
    if not needs.lines:
        return found
    listed = list(found)
    going_on: set[str] = set()
    for line in needs.lines:
        answer = read_value(sheet.get(line.gate, ()))
        if answer is None:
            listed.append(line.gate)
        if answer not in line.ends:
            going_on.add(line.item)
            listed += missing(sheet, line.rest)
    if needs.most_picked and _n_picked(sheet, going_on) != min(needs.most_picked, len(going_on)):
        listed.append(TOP_THREE)
    return tuple(listed)


def required_now(form: Form, sheet: Sheet) -> tuple[str, ...]:
    """List the cells that must still be answered now for the sheet to be final, in the order asked."""
    return still_needed(needs_of(form), sheet)


def is_final(needs: FormNeeds, sheet: Sheet) -> bool:
    """Tell whether the sheet was submitted with nothing missing, judged on the merged state."""
    return read_value(sheet.get("@submit", ())) is True and not still_needed(needs, sheet)


def check_value(spec: CellSpec | None, value: object) -> Reason | None:
    """Say why a value is refused (the reasons of docs/wire.md), or None when it may be stored as it is."""
    if spec is None:
        return "unknown_cell"
    if value is None:
        return None if spec.may_be_cleared else "wrong_type"
    if spec.kind == "flag":
        return None if isinstance(value, bool) else "wrong_type"
    if spec.kind == "text":
        return _check_text(spec, value)
    if spec.kind == "list":
        return _check_list(spec, value)
    return _check_rating(spec, value)


def _questions(form: Form) -> Iterable[FormQuestion]:
    yield from (one.question for one in form.pulse)
    if form.unaided is not None:
        yield form.unaided.question
    for line in form.lines:
        yield from line.questions
        yield from line.after


def _spec(question: FormQuestion, scales: Mapping[str, FormScale], chips: frozenset[str]) -> CellSpec:
    if question.kind == "text":
        return CellSpec(kind="text", max_length=question.max_length, is_required=question.is_required)
    if question.kind == "chips":
        return CellSpec(kind="list", words=chips, max_length=len(chips))
    values = [value for value, _ in scales[question.scale].points]
    words = {value for value in values if isinstance(value, str)}
    if question.may_be_not_observed:
        words.add(NOT_OBSERVED)
    if question.may_be_skipped:
        words.add(SKIP)
    return CellSpec(
        kind="scale",
        numbers=frozenset(value for value in values if isinstance(value, int)),
        words=frozenset(words),
        is_required=question.is_required,
    )


def _line_needs(line: FormLine) -> LineNeeds:
    gate = line.gate
    if gate is None:
        return LineNeeds(line.item, "", (), _required(line.questions))
    rest = tuple(cell for cell in _required(line.questions) if cell != gate.cell)
    return LineNeeds(line.item, gate.cell, gate.ends, rest)


def _required(questions: Iterable[FormQuestion]) -> tuple[str, ...]:
    return tuple(question.cell for question in questions if question.is_required)


def _n_picked(sheet: Sheet, items: Collection[str]) -> int:
    picked = read_value(sheet.get(TOP_THREE, ()))
    return sum(item in items for item in picked) if isinstance(picked, tuple) else 0


def _check_text(spec: CellSpec, value: object) -> Reason | None:
    if not isinstance(value, str):
        return "wrong_type"
    if utf16_length(value) > spec.max_length:
        return "too_long"
    return "bad_text" if has_bad_character(value) else None


def _check_list(spec: CellSpec, value: object) -> Reason | None:
    """Lists are sorted without repeats, so that two phones that pick the same write the same."""
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        return "wrong_type"
    if not 1 <= len(value) <= spec.max_length or list(value) != sorted(set(value)):
        return "out_of_range"
    return None if spec.words.issuperset(value) else "out_of_range"


def _check_rating(spec: CellSpec, value: object) -> Reason | None:
    if isinstance(value, str):
        if value in spec.words:
            return None
        # A number was asked, so a word is another type; "not observed" and "skip" are known, just not offered here.
        is_known = value in _NO_ANSWERS or not spec.numbers
        return "out_of_range" if is_known else "wrong_type"
    if isinstance(value, bool) or not isinstance(value, int):
        return "wrong_type"
    if not spec.numbers:
        return "wrong_type"
    return None if value in spec.numbers else "out_of_range"

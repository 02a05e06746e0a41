"""The answers of one side of a clarity pair as they are frozen: what was asked in the end, in plain JSON values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from surveys.forms import TOP_THREE, Form, FormLine, FormQuestion
from surveys.sheet import Sheet, distinct_texts, read_value


@dataclass(frozen=True, slots=True)
class SideAnswers:
    """Answers by cell; those of the pulse apart, because the other side never sees them."""

    answers: dict[str, Any]
    pulse: dict[str, int]


def freeze_side(form: Form, sheet: Sheet) -> SideAnswers:
    """Read a final sheet: without cells that the form no longer asks for, and without what was cleared.

    A line ended by its gate keeps the gate and the texts beside it. Of the picks only those of lines that go on
    count, and only they keep their teach-back.
    """
    going_on = [line for line in form.lines if not _is_ended(line, sheet)]
    ended = {line.item for line in form.lines} - {line.item for line in going_on}
    questions = list(_asked(form, sheet, ended))
    picked: list[str] = []
    if form.top3 is not None:
        value = read_value(sheet.get(TOP_THREE, ()))
        picked = [str(item) for item in value if item not in ended] if isinstance(value, tuple) else []
        if form.top3.teach_back is not None:
            back = form.top3.teach_back
            questions += [FormQuestion(cell=f"{item}.{back.cell}", kind="text") for item in picked]
    questions += [FormQuestion(cell=f"{one.id}.text", kind="text") for one in form.open]
    answers = {one.cell: value for one in questions if (value := _value(one, sheet)) is not None}
    if picked:
        answers[TOP_THREE] = picked
    pulse = {one.id: read_value(sheet.get(one.question.cell, ())) for one in form.pulse}
    return SideAnswers(
        answers, {f"{name}.pulse": value for name, value in pulse.items() if isinstance(value, int)}
    )


def _asked(form: Form, sheet: Sheet, ended: set[str]) -> Iterator[FormQuestion]:
    if form.unaided is not None:
        yield form.unaided.question
    for line in form.lines:
        gate = line.gate.cell if line.gate else ""
        for question in line.questions:
            if question.cell == gate or (line.item not in ended and _is_offered(question, sheet)):
                yield question
        yield from line.after


def _is_ended(line: FormLine, sheet: Sheet) -> bool:
    return line.gate is not None and read_value(sheet.get(line.gate.cell, ())) in line.gate.ends


def _is_offered(question: FormQuestion, sheet: Sheet) -> bool:
    if question.when is None:
        return True
    value = read_value(sheet.get(question.when.cell, ()))
    return isinstance(value, int) and value <= question.when.at_most


def _value(question: FormQuestion, sheet: Sheet) -> Any:  # a value of JSON
    versions = sheet.get(question.cell, ())
    if question.kind == "text":
        return "\n\n".join(distinct_texts(versions)).strip() or None
    value = read_value(versions)
    return list(value) if isinstance(value, tuple) else value

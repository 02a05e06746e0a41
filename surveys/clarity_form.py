"""The two forms of a clarity round: the same lines, asked of the employee and of the manager in parallel words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.values import Relationship
from surveys.cards import card_of
from surveys.content import CycleContent, clarity_lines
from surveys.form_parts import open_part, role_part, scales_part, sections_part
from surveys.forms import (
    MENTAL_MODELS,
    TEXT_LENGTHS,
    Choice,
    Form,
    FormGate,
    FormLine,
    FormQuestion,
    FormStatement,
    FormTopThree,
    FormWhen,
    hashed,
)
from surveys.instrument_schema import Instruments, Question
from surveys.items import ItemVersion, Strings
from surveys.profile_schema import RoleProfile

Side = Literal["self", "manager"]
SIDES: tuple[Side, ...] = ("self", "manager")

MOST_PICKED = 3
LOW = 2  # support this low opens the chips
READING_SECONDS = 5  # of the employee; a manager reads the same lines for every person
UNAIDED_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Which questions of the instrument one side is asked, in this order."""

    gate: str
    ends: tuple[Choice, ...]
    taps: tuple[str, ...]
    level: str
    top3: str
    teach_back: str | None = None
    after: tuple[str, ...] = ()
    chips: FormWhen | None = None  # by the last part of the cell


_ASKED: Mapping[Side, _Asked] = {
    "self": _Asked(
        gate="e_expected",
        ends=("none", "unsure"),
        taps=("e_clear", "e_evidence", "e_support"),
        level="e_level",
        top3="e_top3",
        teach_back="e_teach_back",
        after=("e_comment", "e_own_way"),
        chips=FormWhen(cell="e_support", at_most=LOW),
    ),
    "manager": _Asked(
        gate="m_expected",
        ends=("none",),
        taps=("m_told", "m_last_told", "m_evidence"),
        level="m_level",
        top3="m_top3",
    ),
}


def build_clarity_forms(
    profile: RoleProfile, overlays: Mapping[str, Strings], instruments: Instruments, content: CycleContent
) -> Mapping[Relationship, Form]:
    """Build the forms of both sides of a pair. Raises KeyError when the instrument lacks one of our questions."""
    lines = clarity_lines(profile, overlays, content)
    return {side: _form(profile, overlays, instruments, content, side, lines) for side in SIDES}


def _form(
    profile: RoleProfile,
    overlays: Mapping[str, Strings],
    instruments: Instruments,
    content: CycleContent,
    side: Side,
    versions: Sequence[ItemVersion],
) -> Form:
    asked = _ASKED[side]
    named = _questions(instruments, side)
    is_employee = side == "self"
    pulse = _pulse(instruments) if is_employee and content.asks_pulse else ()
    lines = tuple(_line(version, instruments, named, asked, content) for version in versions)
    unhashed = Form(
        kind="clarity",
        relationship=side,
        source_locale=profile.profile.locale,
        locales=tuple(sorted(instruments.locales)),
        role=role_part(profile, overlays),
        brief=(),
        minutes=_minutes(named, asked, content, len(lines), is_employee=is_employee),
        scales=scales_part(
            instruments,
            [*(question for line in lines for question in line.questions), *(one.question for one in pulse)],
            {question.scale: question.options for question in named.values() if question.options},
        ),
        sections=sections_part(profile, overlays, {line.section for line in lines}),
        pulse=pulse,
        unaided=_unaided(instruments) if is_employee and content.asks_pulse else None,
        chips=_chips(instruments) if asked.chips else (),
        lines=lines,
        top3=_top_three(named, asked),
        open=open_part(profile, overlays, "clarity", has_choices=False),
        cards={one.item: card_of(profile, overlays, one.element) for one in versions},
    )
    return hashed(unhashed)


def _questions(instruments: Instruments, side: Side) -> dict[str, Question]:
    questions = instruments.employee_questions if side == "self" else instruments.manager_questions
    return {question.id: question for question in questions}


def _line(
    version: ItemVersion,
    instruments: Instruments,
    named: Mapping[str, Question],
    asked: _Asked,
    content: CycleContent,
) -> FormLine:
    item = version.item
    names = [asked.gate, *asked.taps]
    questions = [_rating(item, named[name], instruments) for name in names]
    if asked.chips is not None:
        when = FormWhen(cell=f"{item}.{asked.chips.cell}", at_most=asked.chips.at_most)
        questions.append(FormQuestion(cell=f"{item}.e_chips", kind="chips", when=when))
    if content.asks_level:
        questions.append(_rating(item, named[asked.level], instruments))
    return FormLine(
        item=item,
        section=version.accomplishment or MENTAL_MODELS,
        variation=version.variation,
        text={locale: texts.expect for locale, texts in version.texts.items() if texts.expect},
        questions=tuple(questions),
        gate=FormGate(cell=f"{item}.{asked.gate}", ends=asked.ends),
        after=tuple(_text(f"{item}.{name}", named[name]) for name in asked.after),
    )


def _rating(item: str, question: Question, instruments: Instruments) -> FormQuestion:
    scale = next(scale for scale in instruments.scales if scale.id == question.scale)
    return FormQuestion(
        cell=f"{item}.{question.id}",
        text=question.text,
        scale=scale.id,
        is_required=question.core,
        # Nobody is asked whether they have seen their own work.
        may_be_not_observed=scale.not_observed is not None and question.id.startswith("m_"),
        may_be_skipped=scale.skip is not None,
    )


def _text(cell: str, question: Question) -> FormQuestion:
    return FormQuestion(cell=cell, kind="text", text=question.text, max_length=TEXT_LENGTHS[question.scale])


def _pulse(instruments: Instruments) -> tuple[FormStatement, ...]:
    scale = instruments.role_pulse.scale
    return tuple(
        FormStatement(
            id=one.id,
            text=one.text,
            question=FormQuestion(cell=f"{one.id}.pulse", scale=scale, is_required=True, may_be_skipped=True),
        )
        for one in instruments.role_pulse.items
    )


def _unaided(instruments: Instruments) -> FormStatement | None:
    asked = instruments.unaided_results
    if asked is None:  # question texts imported before this was asked
        return None
    question = FormQuestion(cell=f"{asked.id}.text", kind="text", max_length=UNAIDED_LENGTH)
    return FormStatement(id=asked.id, text=asked.text, question=question)


def _chips(instruments: Instruments) -> tuple[tuple[str, Mapping[str, str]], ...]:
    ordered = sorted(instruments.barrier_chips, key=lambda chip: chip.ask_order)
    return tuple((chip.cell, chip.text) for chip in ordered)


def _top_three(named: Mapping[str, Question], asked: _Asked) -> FormTopThree:
    teach_back = named[asked.teach_back] if asked.teach_back else None
    return FormTopThree(
        text=named[asked.top3].text,
        most=MOST_PICKED,
        teach_back=None if teach_back is None else _text(teach_back.id, teach_back),
    )


def _minutes(
    named: Mapping[str, Question], asked: _Asked, content: CycleContent, n_lines: int, *, is_employee: bool
) -> int:
    """Say how long the lines and the picks take, rounded up; pulse and own results come before and are not counted."""
    names = [asked.gate, *asked.taps, *([asked.level] if content.asks_level else [])]
    a_line = sum(named[name].seconds for name in names) + (READING_SECONDS if is_employee else 0)
    teach_back = named[asked.teach_back].seconds if asked.teach_back else 0
    n_picked = min(MOST_PICKED, n_lines)
    return -(-(n_lines * a_line + named[asked.top3].seconds + n_picked * teach_back) // 60)

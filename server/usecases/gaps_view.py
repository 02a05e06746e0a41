"""A pair's answers in the reader's words: lines, both views side by side, names of the classes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.values import ItemSpec
from server.usecases.gaps_values import Facet, GapLine, GapText, OpenAnswer, Words
from surveys.cards import render_card
from surveys.expectations import (
    TOP3_CELL,
    GapClass,
    GapList,
    GapRow,
    PairLine,
    pair_lines,
    read_pair,
)
from surveys.forms import MENTAL_MODELS, Form, FormLine, FormQuestion, Texts, direction
from surveys.items import item_specs
from surveys.queries_cycle_facts import CycleFacts, Said

# What both were asked, each in their own way; the top three has no scale, its words are the page's.
FACETS: Sequence[tuple[str, str, str]] = (
    ("expected", "e_expected", "m_expected"),
    ("clear", "e_clear", "m_told"),
    ("evidence", "e_evidence", "m_evidence"),
    ("level", "e_level", "m_level"),
    ("support", "e_support", ""),
    ("last_told", "", "m_last_told"),
)

# Which answers a class rests on: these stand on the page, the others are a tap away.
DECISIVE: Mapping[GapClass, frozenset[str]] = {
    "hidden_expectation": frozenset({"expected"}),
    "unasked_work": frozenset({"expected"}),
    "false_clarity": frozenset({"clear"}),
    "unclear": frozenset({"clear"}),
    "no_yardstick": frozenset({"evidence"}),
    "unshared_priority": frozenset({"top3"}),
    "blocked": frozenset({"support"}),
    "level_view_differs": frozenset({"level"}),
    "practice_gap": frozenset({"level"}),
    "strength": frozenset({"clear", "level"}),
    "aligned": frozenset({"expected", "clear"}),
    "out_of_scope": frozenset({"expected"}),
    "waiting": frozenset(),
}

Answers = Mapping[str, Any]  # cell -> value of a sheet, as JSON has it


@dataclass(frozen=True, slots=True)
class Sides:
    """The frozen answers of a pair; a side that is not there is None."""

    employee: Answers | None
    manager: Answers | None


@dataclass(frozen=True, slots=True)
class GapWords:
    """The words around a pair in one language: question texts, labels of scales, names of the classes."""

    cycle: CycleFacts
    locale: str
    skipped: str  # the page's word for a question that was skipped
    picked: tuple[str, str]  # its words for a line inside and outside the top three

    def said(self, texts: Texts) -> Said:
        """Choose the reader's language of a text, else the language the profile was written in, else any."""
        source = self.cycle.profile.profile.locale
        found = next(name for name in (self.locale, source, *texts) if name in texts)
        return Said(texts[found], found, direction(found))

    def gap(self, gap: GapClass) -> GapText:
        """Name a class and give its opening sentence."""
        block = next(one for one in self.cycle.instrument["gaps"] if one["id"] == gap)
        return GapText(gap, self.said(block["name"]), self.said(block["opener"]))

    def word(self, form: Form, question: FormQuestion | None, answers: Answers | None) -> str:
        """Give the label of what was chosen; empty where nothing was."""
        value = None if question is None or answers is None else answers.get(question.cell)
        if question is None or value is None:
            return ""
        scale = next(one for one in form.scales if one.id == question.scale)
        if value == "not_observed" and scale.not_observed is not None:
            return self.said(scale.not_observed).text
        labels = [self.said(label).text for point, label in scale.points if point == value]
        return labels[0] if labels else self.skipped

    def chip(self, form: Form, chip: str) -> str:
        """Give the words of a barrier."""
        return next((self.said(texts).text for word, texts in form.chips if word == chip), chip)


def specs_of(cycle: CycleFacts) -> tuple[ItemSpec, ...]:
    """List the lines of a clarity cycle in form order, with weight and target."""
    by_item = {spec.item: spec for spec in item_specs(cycle.profile, "clarity")}
    return tuple(by_item[line.item] for line in cycle.forms["self"].lines)


def read_sides(cycle: CycleFacts, sides: Sides) -> tuple[tuple[PairLine, ...], GapList]:
    """Classify the lines of a pair."""
    lines = pair_lines(specs_of(cycle), sides.employee, sides.manager)
    return lines, read_pair(lines)


def gap_lines(words: GapWords, sides: Sides) -> tuple[Mapping[str, GapLine], GapList]:
    """Put both views of every line side by side, in form order."""
    lines, gaps = read_sides(words.cycle, sides)
    found: dict[str, GapLine] = {}
    form_lines = {line.item: line for line in words.cycle.forms["self"].lines}
    manager_lines = {line.item: line for line in words.cycle.forms["manager"].lines}
    for line, row in zip(lines, gaps.rows, strict=True):
        own = form_lines[line.item]
        found[line.item] = GapLine(
            item=line.item,
            text=words.said(own.text),
            section=own.section,
            section_title=_section(words, own.section),
            gap=words.gap(row.gap),
            also=tuple(words.gap(gap) for gap in row.also),
            severity=row.severity,
            employee=line.employee,
            manager=line.manager,
            facets=tuple(_facets(words, own, manager_lines.get(line.item), sides, line, row)),
            chips=()
            if line.employee is None
            else tuple(words.chip(words.cycle.forms["self"], chip) for chip in line.employee.chips),
            written=_written(sides.employee, line.item),
            card=_card(words, line.item),
        )
    return found, gaps


def open_answers(words: GapWords, sides: Sides) -> tuple[OpenAnswer, ...]:
    """Give what both wrote to the open questions; a question nobody answered is left out."""
    questions = {one.id: one.text for form in words.cycle.forms.values() for one in form.open}
    found = (
        OpenAnswer(
            words.said(text),
            _text(sides.employee, f"{question}.text"),
            _text(sides.manager, f"{question}.text"),
        )
        for question, text in questions.items()
    )
    return tuple(one for one in found if one.employee or one.manager)


def own_results(cycle: CycleFacts, answers: Answers | None) -> str:
    """Give the employee's most important results in own words: they stay the employee's."""
    unaided = cycle.forms["self"].unaided
    return "" if unaided is None else _text(answers, unaided.question.cell)


def _facets(
    words: GapWords, own: FormLine, other: FormLine | None, sides: Sides, line: PairLine, row: GapRow
) -> Iterable[Facet]:
    forms = words.cycle.forms
    decisive = frozenset().union(*(DECISIVE[gap] for gap in (row.gap, *row.also)))
    has_ended = (
        line.employee is not None and own.gate is not None and line.employee.expected in own.gate.ends,
        line.manager is not None
        and other is not None
        and other.gate is not None
        and line.manager.expected in other.gate.ends,
    )
    for name, e_question, m_question in FACETS:
        is_gate = name == "expected"
        employee = None if has_ended[0] and not is_gate else _question(own, e_question)
        manager = None if has_ended[1] and not is_gate else _question(other, m_question)
        facet = Facet(
            name,
            words.word(forms["self"], employee, sides.employee),
            words.word(forms["manager"], manager, sides.manager),
            name in decisive,
        )
        if facet.employee or facet.manager:
            yield facet
    picks = [None if side is None else side.top3 for side in (line.employee, line.manager)]
    if any(picks):
        said = ["" if pick is None else words.picked[0 if pick else 1] for pick in picks]
        yield Facet("top3", said[0], said[1], "top3" in decisive)


def _question(line: FormLine | None, name: str) -> FormQuestion | None:
    if line is None or not name:
        return None
    return next((one for one in line.questions if one.cell == f"{line.item}.{name}"), None)


def _section(words: GapWords, section: str) -> Said | None:
    title = next((one.title for one in words.cycle.forms["self"].sections if one.id == section), {})
    return None if section == MENTAL_MODELS or not title else words.said(title)


def _written(answers: Answers | None, item: str) -> Words:
    picked = (answers or {}).get(TOP3_CELL) or ()
    return Words(
        teach_back=_text(answers, f"{item}.e_teach_back") if item in picked else "",
        comment=_text(answers, f"{item}.e_comment"),
        own_way=_text(answers, f"{item}.e_own_way"),
    )


def _card(words: GapWords, item: str) -> Mapping[str, Any] | None:
    card = words.cycle.forms["self"].cards.get(item)
    return None if card is None else render_card(card, words.locale)


def _text(answers: Answers | None, cell: str) -> str:
    value = (answers or {}).get(cell)
    return value.strip() if isinstance(value, str) else ""

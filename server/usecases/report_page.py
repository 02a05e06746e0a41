"""A report as its page shows it: numbers printed, marks placed, texts in the reader's language. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from scoring.baseline import MIN_EXEMPLARS
from scoring.values import (
    CONFIDENTIAL,
    Band,
    ConfidentialGroup,
    GroupName,
    GroupValue,
    Mean,
    NamedCell,
    NamedValue,
    NoAnswer,
    NotAsked,
    NotObserved,
    Reference,
    ReleasedComment,
    Report,
    ReportRow,
    Scale,
    Withheld,
)
from scoring.wording import band_text, one_decimal
from server.plot import Axis, band_lane, empty_lane, point_lane
from server.usecases.report_values import (
    BaselineView,
    GroupView,
    LineView,
    NumbersView,
    QuestionView,
    ReferenceView,
    SectionView,
    SourceView,
    StartView,
    State,
)
from surveys.queries_cycle_facts import CycleFacts, CycleTexts, Said

HINT_BELOW = 5
MOST_NAMED = 3
TALK = ("strength", "level_view_differs", "practice_gap")
KEEP_WORDS = frozenset({"strength", "hidden_strength", "clearly_higher"})
TRY_WORDS = frozenset({"blind_spot", "development_area", "clearly_lower"})
TESTED_WORDS = KEEP_WORDS | TRY_WORDS | {"about_the_same", "no_clear_difference"}
# Said once at the top of the page instead of on every line.
SILENT_WORDS = frozenset({"target_only", "number_only", "cannot_tell", "no_comparison"})

NAMED: tuple[Literal["self", "manager"], ...] = ("self", "manager")


def numbers_view(
    report: Report,
    cycle: CycleFacts,
    texts: CycleTexts,
    *,
    scale: Scale,
    is_rtl: bool,
    is_named_over: bool = False,
) -> NumbersView:
    """Lay out a report; nothing here looks at anything but released and named numbers."""
    axis = Axis(scale, is_rtl)
    lines = {row.id: _line(row, texts.line(row.id), axis) for row in (*report.items, *report.mental_models)}
    sections = tuple(_sections(report, cycle, texts, lines, axis))
    return NumbersView(
        scale=scale,
        ticks=axis.ticks(),
        scale_points=texts.scale_points(),
        groups=tuple(
            GroupView(
                group.group,
                group.n_raters,
                group.n_raters < HINT_BELOW,
                group.members,
                group.group == "colleagues",
            )
            for group in report.groups
        ),
        left_out=_left_out(report, cycle),
        named=()
        if is_named_over
        else tuple((name, _has_answers(report, name)) for name in NAMED if name in cycle.forms),
        noise="" if report.noise_points is None else one_decimal(Fraction(report.noise_points)),
        has_withheld=report.n_withheld_cells > 0,
        baseline=_baseline(report),
        start=_start(report, lines),
        sections=sections,
        mental_models=tuple(lines[row.id] for row in report.mental_models),
    )


def questions_view(
    comments: Sequence[ReleasedComment],
    named: Mapping[Literal["self", "manager"], Mapping[str, str]],
    texts: CycleTexts,
) -> tuple[QuestionView, ...]:
    """Put comments under their questions; a question nobody's answer may be shown of is left out."""
    views = []
    for question in texts.question_ids():
        found = [comment for comment in comments if comment.question == question]
        by_name = tuple((name, named[name][question]) for name in NAMED if named.get(name, {}).get(question))
        if found or by_name:
            plain = tuple(comment.text for comment in found if comment.signed_by is None)
            signed = tuple(
                (comment.text, comment.signed_by) for comment in found if comment.signed_by is not None
            )
            views.append(QuestionView(question, texts.question(question), plain, signed, by_name))
    return tuple(views)


def talk_view(texts: CycleTexts) -> tuple[tuple[str, Said], ...]:
    """Give the three questions of the conversation guide, as the instruments word them."""
    openers = ((gap, texts.opener(gap)) for gap in TALK)
    return tuple((gap, said) for gap, said in openers if said is not None)


def _sections(
    report: Report, cycle: CycleFacts, texts: CycleTexts, lines: Mapping[str, LineView], axis: Axis
) -> Iterable[SectionView]:
    of_item = {spec.item: spec.accomplishment for spec in cycle.items()}
    for row in report.accomplishments:
        title = texts.title(row.id)
        yield SectionView(
            row.id,
            title,
            texts.profile(f"{row.id}.statement"),
            texts.profile(f"{row.id}.why"),
            _line(row, title, axis, is_item=False),
            tuple(lines[item.id] for item in report.items if of_item[item.id] == row.id),
        )


def _line(row: ReportRow, text: Said, axis: Axis, *, is_item: bool = True) -> LineView:
    has_groups = bool(row.groups)
    marks = _Marks(axis, row.reference, is_item)
    sources = (
        marks.named("self", row.self_value),
        marks.named("manager", row.manager_value),
        *(marks.group(name, value) for name, value in row.groups.items()),
    )
    shown = tuple(source for source in sources if source.state != "not_asked")
    return LineView(
        row.id, text, shown, marks.reference(), row.words, has_groups and row.words not in SILENT_WORDS
    )


@dataclass(frozen=True, slots=True)
class _Marks:
    """Draws every source of one row on the same axis with the same comparison mark."""

    axis: Axis
    compared: Reference
    is_item: bool  # then a named answer is a whole number; over several items it is a mean

    def named(self, key: Literal["self", "manager"], cell: NamedCell) -> SourceView:
        match cell:
            case NamedValue():
                shape: Literal["ring", "square"] = "ring" if key == "self" else "square"
                lane = point_lane(
                    self.axis,
                    cell.value,
                    shape=shape,
                    reference=self.compared.value,
                    reference_kind=self.compared.kind,
                )
                return SourceView(key, "value", self._named_text(cell.value), "", "", False, None, lane)
            case NotObserved():
                return self._without(key, "not_observed")
            case NoAnswer():
                return self._without(key, "no_answer")
            case NotAsked():
                return self._without(key, "not_asked")

    def group(self, key: GroupName, value: GroupValue) -> SourceView:
        match value:
            case Withheld():
                return self._without(key, "withheld")
            case NotAsked():
                return self._without(key, "not_asked")
            case Band():
                lane = band_lane(
                    self.axis,
                    value.low,
                    value.high,
                    reference=self.compared.value,
                    reference_kind=self.compared.kind,
                )
                return SourceView(key, "value", band_text(value), "", "", False, value.n, lane)
            case Mean():
                return self._mean(key, value)

    def _named_text(self, value: Fraction) -> str:
        return str(value) if self.is_item else one_decimal(value)

    def _mean(self, key: GroupName, mean: Mean) -> SourceView:
        lane = point_lane(
            self.axis,
            mean.value,
            shape="dot",
            low=mean.low,
            high=mean.high,
            is_width_assumed=mean.is_width_assumed,
            reference=self.compared.value,
            reference_kind=self.compared.kind,
        )
        low = "" if mean.low is None else one_decimal(Fraction(mean.low))
        high = "" if mean.high is None else one_decimal(Fraction(mean.high))
        return SourceView(
            key, "value", one_decimal(mean.value), low, high, mean.is_width_assumed, mean.n, lane
        )

    def reference(self) -> ReferenceView | None:
        if self.compared.value is None:
            return None
        lane = point_lane(
            self.axis,
            self.compared.value,
            shape="none",
            reference=self.compared.value,
            reference_kind=self.compared.kind,
        )
        n = self.compared.n_exemplars
        return ReferenceView(self.compared.kind, one_decimal(self.compared.value), n, lane)

    def _without(self, key: str, state: State) -> SourceView:
        return SourceView(key, state, "", "", "", False, None, empty_lane())


def _left_out(report: Report, cycle: CycleFacts) -> tuple[ConfidentialGroup, ...]:
    shown = {member for group in report.groups for member in group.members}
    return tuple(group for group in CONFIDENTIAL if cycle.n_asked.get(group) and group not in shown)


def _has_answers(report: Report, name: Literal["self", "manager"]) -> bool:
    rows = (*report.items, *report.mental_models)
    cells = [row.self_value if name == "self" else row.manager_value for row in rows]
    return any(not isinstance(cell, NoAnswer | NotAsked) for cell in cells)


def _baseline(report: Report) -> BaselineView:
    rows = (*report.items, *report.mental_models)
    kinds = [row.reference.kind for row in rows]
    return BaselineView(
        has_any="baseline" in kinds,
        has_all=all(kind == "baseline" for kind in kinds),
        n_exemplars=max((row.reference.n_exemplars for row in rows), default=0),
        needed=MIN_EXEMPLARS,
    )


def _start(report: Report, lines: Mapping[str, LineView]) -> StartView:
    rows = [row for row in (*report.items, *report.mental_models) if row.gap_others_to_reference is not None]
    keep = _largest((row for row in rows if row.words in KEEP_WORDS), lines)
    try_ = _largest((row for row in rows if row.words in TRY_WORDS), lines)
    if not report.groups:
        return StartView("no_groups", (), ())
    if keep or try_:
        return StartView("named", keep, try_)
    return StartView("same_as_self" if _is_seen_alike(report) else "none_reliable", (), ())


def _largest(rows: Iterable[ReportRow], lines: Mapping[str, LineView]) -> tuple[LineView, ...]:
    ordered = sorted(rows, key=lambda row: abs(row.gap_others_to_reference or Fraction(0)), reverse=True)
    return tuple(lines[row.id] for row in ordered[:MOST_NAMED])


def _is_seen_alike(report: Report) -> bool:
    """Tell whether no line shows a difference between the own view and others beyond this report's noise."""
    if report.noise_points is None:
        return False
    gaps = [row.gap_self_to_others for row in report.items if row.gap_self_to_others is not None]
    return bool(gaps) and all(abs(gap) <= report.noise_points for gap in gaps)

"""A report as its page shows it: frozen values, printed and placed, that a template only writes out."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scoring.values import ConfidentialGroup, GroupName, Relationship, Scale
from server.plot import Lane, ReferenceKind, Tick
from surveys.queries_cycle_facts import Said

Audience = Literal["ratee", "manager", "coach"]
State = Literal["value", "withheld", "not_asked", "not_observed", "no_answer"]
StartKind = Literal["named", "same_as_self", "none_reliable", "no_groups"]


@dataclass(frozen=True, slots=True)
class SourceView:
    """One source on one line: what is printed, and the mark that is drawn."""

    key: str
    state: State
    value: str
    low: str
    high: str
    is_width_assumed: bool
    n: int | None
    lane: Lane


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """What a line is compared with."""

    kind: ReferenceKind
    value: str
    n_exemplars: int
    lane: Lane


@dataclass(frozen=True, slots=True)
class LineView:
    """A line, or an accomplishment, with every source side by side."""

    id: str
    text: Said
    sources: tuple[SourceView, ...]
    reference: ReferenceView | None
    words: str
    says_words: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """An accomplishment with what it means, its own numbers, and the lines behind them."""

    id: str
    title: Said
    statement: Said
    why: Said
    overview: LineView
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group that is shown: how many answered, and which relationships it is made of."""

    key: GroupName
    n: int
    is_hint: bool
    members: tuple[ConfidentialGroup, ...]
    is_pool: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """An open question with what was written: first in keyed order, then signed, then by self and manager."""

    id: str
    text: Said
    comments: tuple[str, ...]
    signed: tuple[tuple[str, str], ...]
    named: tuple[tuple[Literal["self", "manager"], str], ...]


@dataclass(frozen=True, slots=True)
class StartView:
    """What the reader should take along: at most three to keep and three to try, and only reliable ones."""

    kind: StartKind
    keep: tuple[LineView, ...]
    try_: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class BaselineView:
    """Whether there is a baseline at all, and how far away it is."""

    has_any: bool
    has_all: bool
    n_exemplars: int
    needed: int


@dataclass(frozen=True, slots=True)
class NumbersView:
    """Everything on the page that comes from numbers."""

    scale: Scale
    ticks: tuple[Tick, ...]
    scale_points: tuple[tuple[int, Said], ...]
    groups: tuple[GroupView, ...]
    left_out: tuple[ConfidentialGroup, ...]
    named: tuple[tuple[Relationship, bool], ...]
    noise: str
    has_withheld: bool
    baseline: BaselineView
    start: StartView
    sections: tuple[SectionView, ...]
    mental_models: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class SharingView:
    """Who else sees the report, from when, and whether the comments are shared."""

    managers: tuple[str, ...]
    coaches: tuple[str, ...]
    others_from: datetime
    is_open_to_others: bool
    is_shared: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One person's report for one reader."""

    cycle: str
    cycle_title: str
    purpose: str
    audience: Audience
    ratee: str
    ratee_name: str
    role: Said
    grade: str
    k: int
    k_comments: int
    min_commenters: int
    numbers: NumbersView
    promise: tuple[str, ...]
    may_see_comments: bool
    has_comments: bool
    questions: tuple[QuestionView, ...]
    talk: tuple[tuple[str, Said], ...]
    sharing: SharingView
    named_until: date | None  # until when the answers of self and manager are kept
    is_named_over: bool

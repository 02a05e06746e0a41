"""What the page and the document of one clarity pair show: frozen values, already in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from surveys.expectations import EmployeeSide, GapClass, GapList, ManagerSide, Severity
from surveys.queries_cycle_facts import Said

You = Literal["employee", "manager"]
# over: the retention date has come; lost: opened before an older backup was restored; alone: a side is missing
PairState = Literal["waiting", "open", "own", "over", "lost", "alone"]

MINUTES: Mapping[str, int] = {"strength": 3, "gaps": 20, "agree": 5, "manager": 2}


@dataclass(frozen=True, slots=True)
class Facet:
    """One question both were asked in their own way, with the word each chose; empty where one was not asked."""

    id: str
    employee: str
    manager: str
    is_decisive: bool = False  # the class of the line rests on it


@dataclass(frozen=True, slots=True)
class GapText:
    """The name of a class, and the sentence that opens the talk about it."""

    id: GapClass
    name: Said
    opener: Said


@dataclass(frozen=True, slots=True)
class Words:
    """What the employee wrote about one line."""

    teach_back: str
    comment: str
    own_way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """One line with both views side by side."""

    item: str
    text: Said
    section: str
    section_title: Said | None
    gap: GapText
    also: tuple[GapText, ...]
    severity: Severity
    employee: EmployeeSide | None
    manager: ManagerSide | None
    facets: tuple[Facet, ...]
    chips: tuple[str, ...]  # in words
    written: Words
    card: Mapping[str, Any] | None  # as in cards.json


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """An open question with what each of the two wrote."""

    question: Said
    employee: str
    manager: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPage:
    """A pair as one of its two people sees it; `gaps` only when both views are open."""

    cycle: str
    title: str
    state: PairState
    is_closed: bool
    you: You
    employee: str
    employee_name: str
    manager_name: str
    is_you_missing: bool  # of a pair that is `alone`: the reader's side, not the other's
    opens_at: datetime
    ends_at: datetime
    has_opened: bool  # the questions are there to be answered
    you_answered: bool
    other_answered: bool
    gaps: GapList | None
    lines: Mapping[str, GapLine]  # by item, in form order
    answers: tuple[OpenAnswer, ...]
    own_results: str  # the employee's, never shown to the manager
    kept_until: date | None  # the retention date

    @property
    def other_name(self) -> str:
        """Name the one of the two who is not reading."""
        return self.manager_name if self.you == "employee" else self.employee_name

    @property
    def strength(self) -> GapLine | None:
        """Give the line to open the talk with."""
        found = None if self.gaps is None else self.gaps.open_with_strength
        return None if found is None else self.lines[found]

    @property
    def agenda(self) -> tuple[GapLine, ...]:
        """Give the lines to talk about now."""
        return () if self.gaps is None else tuple(self.lines[item] for item in self.gaps.agenda)

    @property
    def parked(self) -> tuple[GapLine, ...]:
        """Give the lines that are left for another day."""
        return () if self.gaps is None else tuple(self.lines[item] for item in self.gaps.parked)

    def of_class(self, *classes: str) -> tuple[GapLine, ...]:
        """Give the lines of some classes in form order."""
        return tuple(line for line in self.lines.values() if line.gap.id in classes)

    @property
    def blocked(self) -> tuple[GapLine, ...]:
        """Give the lines the employee lacks something for: what the manager can take away with them."""
        return tuple(line for line in self.lines.values() if line.chips)


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in a list: its counts by class only once both views are open."""

    cycle: str
    title: str
    employee: str
    employee_name: str
    manager_name: str
    state: PairState
    is_you_missing: bool
    is_closed: bool
    has_opened: bool
    opens_at: datetime
    ends_at: datetime
    employee_answered: bool
    manager_answered: bool
    n_agenda: int
    n_parked: int
    kept_until: date | None
    shared: tuple[int, int]  # shared expectations, of how many
    counts: tuple[tuple[GapText, int], ...]  # open gaps by class, in order of precedence


@dataclass(frozen=True, slots=True)
class PairsPage:
    """A person's pairs: with the own manager, and with the people managed."""

    own: tuple[PairRow, ...]
    managed: tuple[PairRow, ...]

"""What a workbook is made of: plain values, without anything that can write one."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from exports.errors import NotForHr, UnknownText
from exports.read_me import CycleInfo
from exports.words import Words
from scoring.values import (
    CONFIDENTIAL,
    GroupName,
    Reference,
    Relationship,
    ReleasedCell,
    ReleasedComment,
    Report,
    RollupCell,
    Withheld,
)

POOL: Final[GroupName] = "colleagues"


@dataclass(frozen=True, slots=True)
class ClosingCounts:
    """The five counts of the closing record; together they are all sheets of the cycle."""

    counted: int
    unfinished: int
    empty: int
    orphans: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class HrItem:
    """A line of the form with what it is compared with; `accomplishment` is empty for a mental model."""

    id: str
    text: str
    accomplishment_id: str
    accomplishment: str
    relationships: tuple[Relationship, ...]
    reference: Reference


@dataclass(frozen=True, slots=True)
class Person:
    """A person rated, as HR knows them."""

    external_id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class HrBook:
    """All of HR's workbook: released values only, whose groups have no place for self or manager.

    `people` are the people rated by the id that scoring knows them by; `cells` are `scoring.audience.hr_view`, `rollups`
    are `hr_rollup`. A book that holds more than HR may see cannot be made.
    """

    cycle: CycleInfo
    closing: ClosingCounts
    items: tuple[HrItem, ...]
    groups_invited: Mapping[Relationship, int]
    people: Mapping[str, Person]
    cells: tuple[ReleasedCell, ...]
    rollups: tuple[RollupCell, ...]
    words: Words

    def __post_init__(self) -> None:
        """Refuse what the type checker could not see: data is read at run time."""
        _refuse_unknown("person", {cell.ratee for cell in self.cells} - self.people.keys())
        named = {cell.item for cell in self.cells} | {rollup.item for rollup in self.rollups}
        _refuse_unknown("item", named - {item.id for item in self.items})
        k_hr = self.cycle.policy.k_hr
        for cell in self.cells:
            _refuse_named(cell.group, cell.item)
            if cell.n < k_hr:
                raise NotForHr(f"Item {cell.item} has {cell.n} answers in a group; HR sees {k_hr} or more.")
        for rollup in self.rollups:
            _refuse_named(rollup.group, rollup.item)
            counts = (rollup.n_ratees, rollup.n)
            is_shown = [not isinstance(value, Withheld) for value in (*counts, rollup.mean)]
            if any(is_shown) and not all(isinstance(n, int) and n >= k_hr for n in counts):
                raise NotForHr(f"Role {rollup.role}, item {rollup.item}: HR sees {k_hr} people or more.")


def _refuse_unknown(kind: str, missing: Set[str]) -> None:
    if missing:
        raise UnknownText(
            f"The book names {kind} {min(missing)!r} and does not hold it. Pass all {kind}s of the cycle."
        )


def _refuse_named(group: str, item: str) -> None:
    if group not in (*CONFIDENTIAL, POOL):
        raise NotForHr(f"Item {item}: answers of {group!r} carry a name and are never in HR's workbook.")


@dataclass(frozen=True, slots=True)
class RateeBook:
    """All of one ratee's workbook. Texts are by id; `sentences` are by the `words` key of a report row."""

    cycle: CycleInfo
    person_name: str
    report: Report
    item_texts: Mapping[str, str]
    item_accomplishments: Mapping[str, str]
    accomplishment_titles: Mapping[str, str]
    question_texts: Mapping[str, str]
    sentences: Mapping[str, str]
    comments: tuple[ReleasedComment, ...]
    words: Words
    named_over: str = ""  # why self and manager are not there: their retention date has come


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column to be filled in: the heading the import reads, what it means, a value, and the values it may take."""

    header: str
    meaning: str
    example: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet to be filled in: its name, its columns with their widths in letters, and its rows as texts."""

    name: str
    columns: tuple[TemplateColumn, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[tuple[str, str, str], ...] = ()  # what its rows are: name, meaning, example

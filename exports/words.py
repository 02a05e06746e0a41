"""The words a workbook is written in, as one frozen value per language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.values import GroupName, Relationship

CycleKind = Literal["clarity", "feedback360", "pulse"]
ProfileGrade = Literal["sketched", "checked", "studied"]
ReferenceKind = Literal["baseline", "target", "none"]
SmallGroups = Literal["pool", "drop"]
Part = Literal["strength", "now", "parked", "shared", "left_out", "waiting"]


@dataclass(frozen=True, slots=True)
class ColumnText:
    """The heading of a column with the sentence that explains it in the dictionary."""

    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SheetText:
    """The title of a sheet, the sentence about it on the first page, and what it says while it is empty."""

    title: str
    meaning: str
    empty: str


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Words that stand in a cell where no number may stand."""

    withheld: str
    not_asked: str
    not_observed: str
    no_answer: str
    no_comparison: str
    no_reference: str
    undefined: str
    cut: str


@dataclass(frozen=True, slots=True)
class PageWords:
    """Labels and sentences of the first page; `{k}`-like places are filled from the frozen policy."""

    results_of: str
    hr_title: str
    ratee_title: str
    about: str
    organisation: str
    cycle: str
    kind: str
    profile: str
    grade: str
    opened_on: str
    deadline: str
    closed_on: str
    person: str
    purpose: str
    promise: str
    withheld: str
    withheld_means: tuple[str, ...]
    numbers: str
    numbers_made: tuple[str, ...]
    small_groups: Mapping[SmallGroups, str]
    hr_numbers: tuple[str, ...]
    ratee_numbers: tuple[str, ...]
    noise: str
    closing: str
    counted: str
    unfinished: str
    empty: str
    orphans: str
    unreadable: str
    sheets: str
    renamed: str


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Every sheet of every workbook."""

    read_me: str
    hr_groups: SheetText
    hr_overview: SheetText
    hr_roles: SheetText
    hr_items: SheetText
    hr_baseline: SheetText
    groups: SheetText
    accomplishments: SheetText
    items: SheetText
    mental_models: SheetText
    comments: SheetText
    dictionary: SheetText
    columns: str


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """Every column; `{group}`, `{item}` and `{line}` are filled from the form."""

    group: ColumnText
    invited: ColumnText
    shown_how: ColumnText
    role: ColumnText
    person_id: ColumnText
    person_name: ColumnText
    accomplishment: ColumnText
    item_id: ColumnText
    item: ColumnText
    role_item: ColumnText
    n_people: ColumnText
    n_answers: ColumnText
    mean: ColumnText
    group_value: ColumnText
    group_n: ColumnText
    group_range: ColumnText
    reference: ColumnText
    reference_kind: ColumnText
    n_exemplars: ColumnText
    n_raters: ColumnText
    members: ColumnText
    how_to_read: ColumnText
    self_value: ColumnText
    manager_value: ColumnText
    others: ColumnText
    gap_others: ColumnText
    gap_self: ColumnText
    gap_words: ColumnText
    model_id: ColumnText
    model: ColumnText
    question: ColumnText
    comment: ColumnText
    signed_by: ColumnText
    sheet: ColumnText
    column: ColumnText
    meaning: ColumnText
    example: ColumnText


@dataclass(frozen=True, slots=True)
class Words:
    """Everything a workbook says in one language."""

    locale: str
    is_rtl: bool
    values: ValueWords
    page: PageWords
    sheets: SheetWords
    columns: ColumnWords
    groups: Mapping[GroupName | Relationship, str]
    kinds: Mapping[CycleKind, str]
    grades: Mapping[ProfileGrade, str]
    references: Mapping[ReferenceKind, str]
    shown_named: str
    shown_grouped: str
    read_hint: str
    read_normal: str
    confidential: str
    assumed_width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarityWords:
    """What only the workbooks of a clarity round say; `{name}`, `{gap}`, `{k_hr}` are filled from the book."""

    pair_title: str
    summary: str
    no_rating: str
    talk: SheetText
    lines: SheetText
    classes: SheetText
    pulse: SheetText
    columns: Mapping[str, ColumnText]
    parts: Mapping[Part, str]
    weights: Mapping[str, str]
    hr_numbers: tuple[str, ...]
    opened: str
    shown_how: str
    no_unit: str

"""What the workbooks of a clarity round are made of: plain values, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from exports.books import ClosingCounts
from exports.errors import NotForHr
from exports.read_me import CycleInfo
from exports.words import Part, Words
from scoring.values import Band, Relationship, Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBookRow:
    """One line of a pair; `employee` and `manager` are the words each chose, by question."""

    item: str
    section: str
    line: str
    part: Part
    place: int  # in the talk; 0 for what is not talked about
    gap: str
    also: tuple[str, ...]
    is_high: bool
    opener: str
    employee: Mapping[str, str]
    manager: Mapping[str, str]
    barriers: tuple[str, ...]
    teach_back: str
    comment: str
    own_way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairBook:
    """The workbook of one pair for one of its two people: both views, or the own side of a pair that never opened."""

    cycle: CycleInfo
    employee_name: str
    manager_name: str
    summary: str
    rows: tuple[PairBookRow, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class ClassCounts:
    """Lines per gap class over the pairs of one block; None where the block is withheld."""

    role: str
    units: tuple[str, ...]
    n_pairs: int | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PulseRow:
    """One statement of the role pulse in one block."""

    role: str
    units: tuple[str, ...]
    statement: str
    n: int | Withheld
    mean: Fraction | Band | Withheld


@dataclass(frozen=True, slots=True, kw_only=True)
class ClarityHrBook:
    """All of HR's workbook of a clarity round: counts over blocks of `k_hr` people or more, and no line of anybody."""

    cycle: CycleInfo
    closing: ClosingCounts
    groups_invited: Mapping[Relationship, int]
    classes: tuple[tuple[str, str], ...]  # id and name, in order of precedence
    blocks: tuple[ClassCounts, ...]
    pulse: tuple[PulseRow, ...]
    words: Words

    def __post_init__(self) -> None:
        """Refuse what is not for HR: the type checker cannot see how many people stand behind a number."""
        k_hr = self.cycle.policy.k_hr
        sizes = [block.n_pairs for block in self.blocks] + [row.n for row in self.pulse]
        if any(isinstance(n, int) and n < k_hr for n in sizes):
            raise NotForHr(f"A group has fewer than {k_hr} people; HR sees {k_hr} or more.")
        if any(block.n_pairs is None and block.counts for block in self.blocks):
            raise NotForHr("A withheld group holds counts; pass it without them.")

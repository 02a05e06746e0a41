"""The values that cross the door of the scoring room.

All are frozen. A value that cannot be given is a typed object with its reason, never NaN, infinity, 0 or a blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Relationship = Literal["self", "manager", "peer", "direct_report", "external"]
ConfidentialGroup = Literal["peer", "direct_report", "external"]
GroupName = Literal[
    "peer", "direct_report", "external", "colleagues"
]  # colleagues = the pool of small groups
CONFIDENTIAL: tuple[ConfidentialGroup, ...] = ("peer", "direct_report", "external")


@dataclass(frozen=True, slots=True)
class Scale:
    """An integer rating scale, both ends included."""

    low: int = 1
    top: int = 5


@dataclass(frozen=True, slots=True)
class CountedSheet:
    """One counted (final) sheet: who was rated, by which relationship, and one integer per item asked.

    None = not observed or skipped; an item that was not asked has no key.
    """

    ratee: str
    relationship: Relationship
    ratings: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """What was promised to raters; frozen at launch, `k` never falls."""

    k: int = 3
    small_groups: Literal["pool", "drop"] = "pool"
    k_hr: int = 5
    k_comments: int = 5
    min_commenters: int = 3


@dataclass(frozen=True, slots=True)
class ReleasedGroup:
    """A group that is shown for one ratee: counted sheets in it and the relationships it is made of."""

    ratee: str
    group: GroupName
    n_raters: int
    members: tuple[ConfidentialGroup, ...]


@dataclass(frozen=True, slots=True)
class ReleasedCell:
    """One released number: either the exact `total` of n answers, or a `band` at an end of the scale (total is then None)."""

    ratee: str
    group: GroupName
    item: str
    n: int
    total: int | None
    band: Literal["low", "high"] | None


@dataclass(frozen=True, slots=True)
class Release:
    """Everything the gate lets out of one cycle, in a fixed order (ratee, group, item), and how many cells it kept back."""

    groups: tuple[ReleasedGroup, ...]
    cells: tuple[ReleasedCell, ...]
    n_withheld_cells: int


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """An item as scoring needs it: `accomplishment` is None for mental-model items, which roll up nowhere."""

    item: str
    accomplishment: str | None
    weight: int
    target: int | None
    relationships: tuple[Relationship, ...]


@dataclass(frozen=True, slots=True)
class AccomplishmentSpec:
    """An accomplishment of the profile with its weight (1-5), in profile order."""

    accomplishment: str
    weight: int


@dataclass(frozen=True, slots=True)
class PooledSd:
    """Standard deviation within groups of one rater class on one item, in scale points, rounded to 0.05.

    `df` is None when it is assumed.
    """

    group: GroupName
    item: str
    sd: float
    df: int | None  # None: the planning width 0.2 x (top - low), drawn dashed, no flags


@dataclass(frozen=True, slots=True)
class BaselineCell:
    """The exemplars' mean on one item: equal weight per exemplar, exact; shown from 5 exemplars with a released cell."""

    item: str
    mean: Fraction
    n_exemplars: int
    sd: float | None = None  # between exemplars, rounded to 0.05; only from 8 exemplars on


@dataclass(frozen=True, slots=True)
class Withheld:
    """A number that exists but is not shown; the words for the reader are the same for every reason."""


@dataclass(frozen=True, slots=True)
class Undefined:
    """A statistic that does not exist for these numbers, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotAsked:
    """The group or named rater was not asked the item."""


@dataclass(frozen=True, slots=True)
class NotObserved:
    """A named rater answered 'I have not seen this' or skipped."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A named rater (self, manager) handed in no counted sheet."""


@dataclass(frozen=True, slots=True)
class NamedValue:
    """The answer of a named rater: an integer on an item, an exact mean on an accomplishment."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Mean:
    """A released mean, exact, with its 95 % interval in scale points (None: undefined), clipped to the scale."""

    n: int
    value: Fraction
    low: float | None
    high: float | None
    is_width_assumed: bool


@dataclass(frozen=True, slots=True)
class Band:
    """A released value at an end of the scale, printed as the range [low, high]."""

    n: int
    low: Fraction
    high: Fraction


GroupValue = Mean | Band | Withheld | NotAsked
NamedCell = NamedValue | NotObserved | NoAnswer | NotAsked


@dataclass(frozen=True, slots=True)
class Reference:
    """What a row is compared with: the exemplars' baseline, or the panel's target while there is none."""

    kind: Literal["baseline", "target", "none"]
    value: Fraction | None
    n_exemplars: int  # for a target: how many there are so far ("appears with 5; you have 3")


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One item or one accomplishment of one ratee, every source side by side; there is no number over all raters."""

    id: str
    self_value: NamedCell
    manager_value: NamedCell
    groups: Mapping[GroupName, GroupValue]
    others: Mean | Withheld  # equal-weight mean of the released confidential groups
    reference: Reference
    gap_others_to_reference: Fraction | None
    gap_self_to_others: Fraction | None
    words: str  # key of the sentence that may be said about the gap, see docs/scoring.md


@dataclass(frozen=True, slots=True)
class Report:
    """All numbers one ratee's report prints; a function of released and named cells only."""

    ratee: str
    groups: tuple[ReleasedGroup, ...]
    accomplishments: tuple[ReportRow, ...]
    items: tuple[ReportRow, ...]
    mental_models: tuple[ReportRow, ...]
    n_released_cells: int
    n_withheld_cells: int
    noise_points: float | None  # differences smaller than this are noise in this report


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as collected from one counted sheet; `key` orders it unguessably."""

    ratee: str
    question: str
    relationship: Relationship
    rater_key: str
    text: str
    is_signed: bool
    may_be_few: bool
    key: str


@dataclass(frozen=True, slots=True)
class ReleasedComment:
    """A comment that may be shown: confidential, or standing apart under its writer's name."""

    ratee: str
    question: str
    text: str
    signed_by: str | None
    key: str


@dataclass(frozen=True, slots=True)
class RollupCell:
    """A number over the people of one role, for HR: the mean of all n released answers about them, or withheld throughout."""

    role: str
    group: GroupName
    item: str
    n_ratees: int | Withheld
    n: int | Withheld  # answers
    mean: Fraction | Withheld

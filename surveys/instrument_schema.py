"""The values of an instrument file (`instrument/1`): scales, question texts, notices, in all its languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from surveys.profile_schema import BarrierCell
from surveys.schema_types import STRICT, ItemId, Locale, Sentence, Slug, VersionNumber, Whole, YesNo

SCHEMA = "instrument/1"
BUILT_IN_KINDS = frozenset({"text160", "text500", "pick3"})

Text = Mapping[Locale, Sentence]
Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a scale: an integer on an ordinal scale, a word on a nominal one."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    value: Whole | Word
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The points of a scale with their labels, and the ways not to answer."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    type: Literal["ordinal", "nominal"]
    points: tuple[Point, ...]
    skip: Text | None = None
    not_observed: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A clarity question of one side; `scale` is a scale or one of text160, text500, pick3."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    core: YesNo
    scale: Word
    seconds: Whole
    text: Text
    per: Literal["line", "top3"] = "line"
    options: tuple[Word, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackNote:
    """The words offered beside a rating at one of the points in `among`; never required."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    scale: Literal["text160", "text500"]
    among: tuple[Whole, ...]
    self_text: Text
    other_text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackQuestion:
    """The one question of a 360, in the wording for oneself and for others."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    scale: Word
    seconds: Whole
    self_text: Text
    other_text: Text
    note: FeedbackNote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseItem:
    """A statement of the role pulse and what it measures."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ItemId
    construct: Word
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePulse:
    """Six statements about the clarity of the role, reported from a minimum of people."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    scale: Word
    frequency: Literal["monthly", "quarterly", "yearly"]
    report_minimum: Annotated[Whole, Field(ge=5)]
    items: tuple[PulseItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnaidedResults:
    """The own results in own words, asked before any line of the profile is shown."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ItemId
    seconds: Whole
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A barrier to tap, in the order asked."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    cell: BarrierCell
    ask_order: Whole
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class GapText:
    """The name of a gap class and the sentence that opens the talk about it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Word
    name: Text
    opener: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Vignette:
    """An invented person to practise on: line, story, the panel's rating and its reason.

    `line` is how the item reads to raters whose own profile does not have it; without it nobody practises.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    item: ItemId
    panel_rating: Annotated[Whole, Field(ge=1, le=5)]
    line: Text | None = None
    story: Text
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """Everything that is asked or said besides the profile, in each of `locales`; the first is the source."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Slug
    version: VersionNumber
    locales: tuple[Locale, ...]
    notes: tuple[Sentence, ...] = ()
    scales: tuple[Scale, ...]
    employee_questions: tuple[Question, ...]
    manager_questions: tuple[Question, ...]
    feedback360_question: FeedbackQuestion
    role_pulse: RolePulse
    unaided_results: UnaidedResults | None = None
    barrier_chips: tuple[Chip, ...]
    gaps: tuple[GapText, ...]
    messages: Mapping[Word, Text]
    rater_brief: tuple[Text, ...]
    practice_vignette: Vignette | None = None

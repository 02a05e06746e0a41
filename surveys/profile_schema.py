"""The values of a role profile (`role-profile/1`), as the file has them and as everyone else reads them.

They are plain frozen dataclasses; the annotations carry the limits that `surveys.profile_file` enforces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from surveys.schema_types import (
    STRICT,
    Day,
    Direction,
    ElementId,
    Figure,
    ItemId,
    Level,
    Locale,
    Sentence,
    Share,
    Short,
    Slug,
    VersionNumber,
    Whole,
)

SCHEMA = "role-profile/1"

BarrierCell = Literal[
    "env_information", "env_resources", "env_incentives", "own_knowledge", "own_capacity", "own_motives"
]
Consent = Literal["named", "alias", "aggregate_only"]
Survey = Literal["clarity", "feedback360"]
Rater = Literal["self", "manager", "peer", "direct_report", "external"]
ItemKind = Literal["accomplishment", "behaviour", "decision", "interaction", "mental_model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who the profile is for, which version it is and who answers for it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: Slug
    version: VersionNumber
    status: Literal["draft", "published", "retired"]
    locale: Locale
    dir: Direction = "ltr"
    role_family: Short | None = None
    title: Short
    summary: Sentence
    purpose: Sentence | None = None
    owner: Short | None = None
    effective_from: Day
    review_due: Day


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A measure by which exemplars were chosen, what it is adjusted for, and the cut."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    measure: Short
    adjust_for: Short
    cut: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """How exemplars were chosen: population, window, outcomes, gates and numbers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    population: Whole
    window_months: Whole
    criteria: tuple[Outcome, ...] = ()
    gates: tuple[Short, ...] = ()
    shortlisted: Whole | None = None
    included: Whole = 0
    manager_nominations: Whole | None = None
    manager_nominations_also_in_data: Whole | None = None
    spread: tuple[Short, ...] = ()
    contrast_group: Whole | None = None
    caution: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One interview, observation or artefact, by performer alias, with the consent given."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    kind: Short
    performer: Short
    consent: Consent
    minutes: Whole | None = None
    debrief_minutes: Whole | None = None
    cases: Whole | None = None
    note: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationStep:
    """One check of the profile with what came out of it; the grade is read from these."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    step: Short
    asked: Whole | None = None
    answered: Whole | None = None
    changed_statements: Whole | None = None
    rule: Sentence | None = None
    kept: Whole | None = None
    dropped: Whole | None = None
    could_do_this_here: Share | None = None
    by: Short | None = None
    result: Short | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the profile comes from; a sketch may have no selection and no evidence yet."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    selection: Selection | None = None
    evidence: tuple[Evidence, ...] = ()
    validation: tuple[ValidationStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MentalModel:
    """How top performers think, in their voice."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    text: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A figure of an accomplishment; only the scope `person` may be compared with one person."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    text: Sentence
    unit: Short
    better: Literal["higher", "lower"]
    typical: Figure | None = None
    meets: Figure
    great: Figure | None = None
    source: Short
    scope: Literal["person", "crew", "team"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """When it comes up, what top performers choose, and the cue they use."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    when: Sentence
    choose: Sentence
    cue: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """With whom, for what and how often."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    counterpart: Annotated[Short, Field(alias="with")]
    purpose: Sentence
    rhythm: Short


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTask:
    """A task as great and as typical performers do it, and how free the way is."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    title: Short
    great: Sentence
    typical: Sentence
    decision: Decision | None = None
    insight: Sentence | None = None
    tools: tuple[Short, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    variation: Literal["fixed", "bounded", "free"] = "bounded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """What stands in the way, in which cell of Gilbert's model, and how top performers get round it."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    text: Sentence
    cell: BarrierCell
    workaround: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accomplishment:
    """A result of the role with its weight, figures, tasks, strategies and barriers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ElementId
    title: Short
    statement: Sentence | None = None
    why: Sentence | None = None
    weight: Level = 3
    criteria: tuple[Criterion, ...] = ()
    tasks: tuple[KeyTask, ...] = ()
    strategies: tuple[Sentence, ...] = ()
    barriers: tuple[Barrier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line that is asked: the element it traces to, where and of whom it is asked, its texts and target."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ItemId
    element: Annotated[ElementId, Field(alias="from")]
    kind: ItemKind
    surveys: tuple[Survey, ...]
    raters: tuple[Rater, ...]
    target: Level | None = None
    expect: Sentence | None = None
    observe: Sentence | None = None
    anchors: Mapping[Literal["1", "3", "5"], Sentence] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question answered in words; never required."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: ItemId
    survey: Survey
    text: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleProfile:
    """What great looks like in one role, as proven by the organisation's own top performers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    profile: Header
    provenance: Provenance
    mental_models: tuple[MentalModel, ...] = ()
    accomplishments: tuple[Accomplishment, ...]
    items: tuple[Item, ...]
    open_questions: tuple[OpenQuestion, ...] = ()

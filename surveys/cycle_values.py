"""What a cycle is to the rules and pages around it: frozen values without storage."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CycleCard:
    """A cycle with what was fixed for it; `k` and `small_groups` come from its policy."""

    id: str
    kind: str
    title: str
    purpose: str
    state: str
    profile_version_id: str
    profile: str
    version: str
    role: str
    grade: str
    source_locale: str
    overlay_locales: tuple[str, ...]
    instrument_locales: tuple[str, ...]
    policy: dict[str, Any]  # JSON as stored
    opens_at: datetime
    closes_at: datetime
    grace_hours: int
    notice_days: int
    clarity_reason: str
    clarity_held_on: date | None
    launched_by: str
    launched_at: datetime | None
    released_at: datetime | None
    is_extended: bool
    end_reason: str
    roles: Mapping[str, str] = field(default_factory=dict)  # the role by language, where it is translated
    content: Mapping[str, Any] = field(default_factory=dict)  # surveys.content as stored; {} = defaults
    leaves_out: bool = False  # a line still in notice is left out for all; else the date moves
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class RaterRow:
    """Someone asked to rate one person; there is no word here on whether they did."""

    assignment_id: str
    person_id: str
    external_id: str
    name: str
    mail: str
    locale: str
    relationship: str
    is_cancelled: bool
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class RateeRow:
    """Someone who is rated, with the raters."""

    person_id: str
    external_id: str
    name: str
    unit: str
    in_role_since: date | None
    left_at: datetime | None
    is_cancelled: bool
    raters: tuple[RaterRow, ...]


@dataclass(frozen=True, slots=True)
class OtherCycle:
    """Another cycle about the same person, with who is asked while that is still known."""

    cycle_id: str
    title: str
    ratee_id: str
    opens_at: datetime
    ends_at: datetime
    asked: frozenset[tuple[str, str]] | None  # (relationship, rater id); None once it is closed and forgotten


@dataclass(frozen=True, slots=True)
class ClarityRound:
    """A launched clarity round of a role and one person in it; `ends_at` is the end of grace."""

    cycle_id: str
    title: str
    ratee_id: str
    is_closed: bool
    opens_at: datetime
    ends_at: datetime

"""What the checks before a launch look at, and what they find."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from scoring.values import ReleasePolicy
from surveys.canonical import canonical
from surveys.cycle_values import ClarityRound, CycleCard, OtherCycle, RateeRow, RaterRow
from surveys.notice import Delivery

Line = Mapping[str, str | int | date]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact found before launch: its code, and a line for each person or language it is about."""

    code: str
    is_error: bool
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """Name this finding with what it is about; a confirmation holds for exactly this and no more."""
        told = [{key: str(value) for key, value in line.items()} for line in self.lines]
        return f"{self.code}.{hashlib.sha256(canonical([self.code, told])).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the checks look at."""

    cycle: CycleCard
    policy: ReleasePolicy
    ratees: tuple[RateeRow, ...]
    deliveries: Mapping[str, tuple[Delivery, ...]]
    loads: Mapping[str, int]
    others: tuple[OtherCycle, ...]
    n_untranslated: Mapping[str, int]  # language -> texts that readers would see in the source language
    viewers: Mapping[str, frozenset[str]]  # ratee -> managers and coaches who would see the report
    rater_managers: Mapping[str, frozenset[str]]  # rater -> whom the people file names as managers
    hr_ids: frozenset[str]
    asked_relationships: frozenset[str]  # those the profile has a line for
    clarity_rounds: tuple[ClarityRound, ...] = ()  # of the same role, about the same people
    line_dates: Mapping[str, Mapping[str, date | None]] = field(
        default_factory=dict
    )  # ratee -> line -> first day


def present_ratees(plan: Plan) -> Iterator[RateeRow]:
    """List who takes part."""
    return (ratee for ratee in plan.ratees if not ratee.is_cancelled)


def asked_raters(ratee: RateeRow) -> Iterator[RaterRow]:
    """List who is asked about a person."""
    return (rater for rater in ratee.raters if not rater.is_cancelled)

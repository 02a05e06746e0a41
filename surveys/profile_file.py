"""Role profile files: read, checked as a whole, kept as one JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from surveys.profile_checks import findings
from surveys.profile_schema import SCHEMA, RoleProfile, ValidationStep
from surveys.schema_problems import Finding, check_schema_name, checked, violations
from surveys.yaml_source import read_yaml

Grade = Literal["sketched", "checked", "studied"]

FEASIBILITY, ENDORSEMENT = "role_holder_feasibility", "top_performer_endorsement"
LEAST_FEASIBLE = 3
LEAST_EXEMPLARS = 3
LEAST_OUTCOMES = 2

_PROFILE = TypeAdapter(RoleProfile)


def read_profile(data: bytes, *, source: str) -> RoleProfile:
    """Read a `role-profile/1` YAML file.

    Raises `FileRefused` with every problem at once, each with its line, its field and what to do.
    """
    root = read_yaml(data, source=source)
    check_schema_name(root, SCHEMA, source=source)
    return checked(_PROFILE, root, source=source, findings=findings(root.plain()))


def check_document(plain: Mapping[str, object]) -> tuple[RoleProfile | None, tuple[Finding, ...]]:
    """Build a profile from plain values that came by another way than YAML, or say where they break the schema."""
    try:
        return _PROFILE.validate_python(plain), ()
    except ValidationError as error:
        return None, violations(error)


def canonical_document(profile: RoleProfile) -> dict[str, Any]:
    """Turn a profile into the JSON document that is stored and hashed: the fields of the file, no floats."""
    document: dict[str, Any] = _PROFILE.dump_python(profile, mode="json", by_alias=True, exclude_none=True)
    return {"schema": SCHEMA, **document}


def from_document(document: Mapping[str, Any]) -> RoleProfile:
    """Read a stored document back; it was checked before it was stored."""
    return _PROFILE.validate_python({key: value for key, value in document.items() if key != "schema"})


@dataclass(frozen=True, slots=True)
class GradeStep:
    """One thing a grade needs: how much there is of how much, and which grade it counts for."""

    name: Literal["feasible", "exemplars", "outcomes", "endorsed"]
    grade: Grade
    n: int
    least: int

    @property
    def is_done(self) -> bool:
        """Say whether there is enough."""
        return self.n >= self.least


def grade_steps(profile: RoleProfile) -> tuple[GradeStep, ...]:
    """List what each grade needs and what is there, the lower grade first."""
    steps = {step.step: step for step in profile.provenance.validation}
    selection, vote = profile.provenance.selection, steps.get(ENDORSEMENT)
    return (
        GradeStep("feasible", "checked", _n_feasible(steps.get(FEASIBILITY)), LEAST_FEASIBLE),
        GradeStep("exemplars", "studied", selection.included if selection else 0, LEAST_EXEMPLARS),
        GradeStep("outcomes", "studied", len(selection.criteria) if selection else 0, LEAST_OUTCOMES),
        GradeStep("endorsed", "studied", (vote.kept or 0) if vote else 0, 1),
    )


def grade(profile: RoleProfile) -> Grade:
    """Say how well a profile is founded, from its provenance.

    sketched: clarity surveys only. checked: 3 role holders said "could do this here"; a 360 is allowed.
    studied: besides, 3 exemplars chosen by at least 2 outcomes and statements kept by a two-thirds vote;
    a baseline is allowed.
    """
    steps = grade_steps(profile)
    if not all(step.is_done for step in steps if step.grade == "checked"):
        return "sketched"
    return "studied" if all(step.is_done for step in steps) else "checked"


def _n_feasible(step: ValidationStep | None) -> int:
    if step is None or step.could_do_this_here is None:
        return 0
    return int(((step.answered or 0) * step.could_do_this_here).to_integral_value(ROUND_HALF_UP))

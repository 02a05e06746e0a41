"""Role profile files: read, checked as a whole, kept as one JSON document."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from surveys.profile_checks import findings
from surveys.profile_schema import SCHEMA, RoleProfile, ValidationStep
from surveys.schema_problems import Finding, check_schema_name, checked, violations
from surveys.yaml_source import read_yaml

Grade = Literal["sketched", "checked", "studied"]

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


def grade(profile: RoleProfile) -> Grade:
    """Say how well a profile is founded, from its provenance.

    sketched: clarity surveys only. checked: 3 role holders said "could do this here"; a 360 is allowed.
    studied: besides, 3 exemplars chosen by at least 2 outcomes and statements kept by a two-thirds vote;
    a baseline is allowed.
    """
    steps = {step.step: step for step in profile.provenance.validation}
    if _n_feasible(steps.get("role_holder_feasibility")) < LEAST_FEASIBLE:
        return "sketched"
    selection = profile.provenance.selection
    vote = steps.get("top_performer_endorsement")
    if selection is None or selection.included < LEAST_EXEMPLARS or len(selection.criteria) < LEAST_OUTCOMES:
        return "checked"
    return "studied" if vote is not None and vote.kept else "checked"


def _n_feasible(step: ValidationStep | None) -> int:
    if step is None or step.could_do_this_here is None:
        return 0
    return int(((step.answered or 0) * step.could_do_this_here).to_integral_value(ROUND_HALF_UP))

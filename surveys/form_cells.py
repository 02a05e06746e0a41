"""What each cell of a sheet may hold, from the form it was asked by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.forms import OPEN_LENGTH, Form
from surveys.text import has_bad_character, utf16_length

Reason = Literal["unknown_cell", "wrong_type", "out_of_range", "too_long", "bad_text"]

DECLINE_LENGTH = 160
NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellSpec:
    """One cell: its kind, the numbers and words it takes, its length, and whether a final sheet needs it."""

    kind: Literal["scale", "text", "flag"]
    numbers: frozenset[int] = frozenset()
    words: frozenset[str] = frozenset()
    max_length: int = 0  # UTF-16 code units
    is_required: bool = False
    may_be_cleared: bool = True


def cells(form: Form) -> Mapping[str, CellSpec]:
    """Map every cell a sheet of this form may have to what it may hold, in the order asked."""
    numbers = {scale.id: frozenset(value for value, _ in scale.points) for scale in form.scales}
    specs: dict[str, CellSpec] = {}
    for line in form.lines:
        words = frozenset({NOT_OBSERVED}) if line.may_be_not_observed else frozenset[str]()
        specs[line.cell] = CellSpec(kind="scale", numbers=numbers[line.scale], words=words, is_required=True)
    for question in form.open:
        specs[f"{question.id}.text"] = CellSpec(kind="text", max_length=OPEN_LENGTH)
        if question.has_choices:
            specs[f"{question.id}.show_name"] = CellSpec(kind="flag")
            specs[f"{question.id}.allow_few"] = CellSpec(kind="flag")
    specs["@submit"] = CellSpec(kind="flag", may_be_cleared=False)
    specs["@decline"] = CellSpec(kind="text", max_length=DECLINE_LENGTH)
    return specs


def required_cells(form: Form) -> tuple[str, ...]:
    """List the cells a final sheet must have answered, in the order asked."""
    return tuple(cell for cell, spec in cells(form).items() if spec.is_required)


def check_value(spec: CellSpec | None, value: object) -> Reason | None:
    """Say why a value is refused (the reasons of docs/wire.md), or None when it may be stored as it is."""
    if spec is None:
        return "unknown_cell"
    if value is None:
        return None if spec.may_be_cleared else "wrong_type"
    if spec.kind == "flag":
        return None if isinstance(value, bool) else "wrong_type"
    if spec.kind == "text":
        return _check_text(spec, value)
    return _check_rating(spec, value)


def _check_text(spec: CellSpec, value: object) -> Reason | None:
    if not isinstance(value, str):
        return "wrong_type"
    if utf16_length(value) > spec.max_length:
        return "too_long"
    return "bad_text" if has_bad_character(value) else None


def _check_rating(spec: CellSpec, value: object) -> Reason | None:
    if isinstance(value, str):
        if value in spec.words:
            return None
        return "out_of_range" if value == NOT_OBSERVED else "wrong_type"
    if isinstance(value, bool) or not isinstance(value, int):
        return "wrong_type"
    return None if value in spec.numbers else "out_of_range"

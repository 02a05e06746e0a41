"""What was typed into a plain page, as values of cells; what cannot be one is left for the merge to refuse by name."""

import re
from collections.abc import Mapping, Sequence

from surveys.form_cells import CellSpec
from surveys.sheet import Value

CLEAR = "-"  # of a rating: takes the answer back
LONGEST_CHOICE = 64
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def typed_values(
    specs: Mapping[str, CellSpec], fields: Sequence[str], posted: Mapping[str, Sequence[str]]
) -> dict[str, Value]:
    """Read the fields of a page; a rating that was not touched is not there, an empty box is."""
    values: dict[str, Value] = {}
    for cell in fields:
        spec = specs.get(cell)
        typed = posted.get(cell, ())
        if spec is None or (spec.kind in ("scale", "text") and not typed):
            continue
        values[cell] = _value(spec, typed)
    return values


def _value(spec: CellSpec, typed: Sequence[str]) -> Value:
    if spec.kind == "text":
        return clean_text(typed[0]) or None
    if spec.kind == "flag":
        return bool(typed)
    if spec.kind == "list":
        return tuple(sorted({one[:LONGEST_CHOICE] for one in typed})) or None
    if typed[0] == CLEAR:
        return None
    number = typed[0][:LONGEST_CHOICE]
    # Spelled as the form spells it, or not at all: "04" is no point of a scale.
    return next((one for one in spec.numbers if str(one) == number), number)


def clean_text(typed: str) -> str:
    """Do what the phone does before it stores a text: CRLF becomes LF; controls and halves of characters go."""
    plain = typed.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", plain)

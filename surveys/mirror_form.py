"""The five lines of a mirror, asked as a clarity round asks them."""

from collections.abc import Mapping, Sequence
from typing import Any

from surveys.clarity_form import build_clarity_forms
from surveys.content import CycleContent
from surveys.forms import Form
from surveys.instrument_file import instruments_from_document
from surveys.items import Strings, item_versions
from surveys.profile_file import from_document
from surveys.profile_schema import RoleProfile
from surveys.queries_mirror import Side

N_LINES = 5


def five_lines(profile: RoleProfile) -> tuple[str, ...]:
    """Choose five lines: one of each accomplishment in the order of the profile, then more until there are five."""
    lines = item_versions(profile, {}, "clarity")
    firsts = list({line.accomplishment: line.item for line in reversed(lines)}.values())[::-1]
    rest = [line.item for line in lines if line.item not in firsts]
    chosen = set([*firsts, *rest][:N_LINES])
    return tuple(line.item for line in lines if line.item in chosen)


def mirror_forms(
    profile: Mapping[str, Any],
    overlays: Mapping[str, Strings],
    instrument: Mapping[str, Any],
    items: Sequence[str],
) -> dict[Side, Form]:
    """Build the form of each side from stored documents (JSON, so values are `Any`)."""
    content = CycleContent(items=tuple(items), asks_level=False, asks_pulse=False)
    forms = build_clarity_forms(
        from_document(profile), overlays, instruments_from_document(instrument), content
    )
    return {"self": forms["self"], "manager": forms["manager"]}

"""What a clarity round asks: which lines, whether the own level, whether the role pulse."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.errors import SurveysError
from surveys.items import ItemVersion, Strings, item_versions
from surveys.profile_schema import RoleProfile

MOST_LINES = 12


class ContentRefused(SurveysError):
    """What a cycle is to ask cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleContent:
    """The lines of a clarity round in the order of the profile, and what is asked besides.

    With the pulse, once a quarter, goes the question for the own three results.
    """

    items: tuple[str, ...]
    asks_level: bool
    asks_pulse: bool


def default_content(profile: RoleProfile, *, has_earlier_round: bool) -> CycleContent:
    """Choose at most 12 lines: every accomplishment at least once, the rest by weight, then in profile order.

    Levels are asked from the second round of a role on: clarity comes before level.
    """
    weights = {one.id: one.weight for one in profile.accomplishments}
    lines = item_versions(profile, {}, "clarity")

    def weight(line: ItemVersion) -> int:
        return weights.get(line.accomplishment or "", 0)  # mental models last

    first: dict[str, ItemVersion] = {}
    for line in lines:
        if line.accomplishment is not None:
            first.setdefault(line.accomplishment, line)
    firsts = {line.item for line in first.values()}
    by_need = sorted(lines, key=lambda line: (line.item not in firsts, -weight(line)))
    chosen = {line.item for line in by_need[:MOST_LINES]}
    return CycleContent(
        items=_in_order(lines, chosen),
        asks_level=has_earlier_round,
        asks_pulse=True,
    )


def to_document(content: CycleContent) -> dict[str, Any]:
    """Turn what a cycle asks into the JSON document that is stored."""
    return {
        "items": list(content.items),
        "asks_level": content.asks_level,
        "asks_pulse": content.asks_pulse,
    }


def from_document(document: Mapping[str, Any], default: CycleContent) -> CycleContent:
    """Read what a cycle asks; what HR has not chosen, `{}` being nothing, is as in `default`.

    Raises ContentRefused for a document with other fields or types.
    """
    known = {"items": list, "asks_level": bool, "asks_pulse": bool}
    for name, value in document.items():
        if name not in known or type(value) is not known[name]:
            raise ContentRefused(f"what this cycle asks has an unknown {name!r}; choose its lines again")
    return CycleContent(
        items=tuple(str(item) for item in document.get("items", default.items)),
        asks_level=bool(document.get("asks_level", default.asks_level)),
        asks_pulse=bool(document.get("asks_pulse", default.asks_pulse)),
    )


def clarity_lines(
    profile: RoleProfile, overlays: Mapping[str, Strings], content: CycleContent
) -> tuple[ItemVersion, ...]:
    """Give the chosen lines in the order of the profile.

    Raises ContentRefused for none, for more than a form may have, and for a line that is no clarity line.
    """
    lines = item_versions(profile, overlays, "clarity")
    unknown = set(content.items) - {line.item for line in lines}
    if unknown:
        raise ContentRefused(f"no clarity line of this profile: {', '.join(sorted(unknown))}. Choose again")
    chosen = tuple(line for line in lines if line.item in set(content.items))
    if not 1 <= len(chosen) <= MOST_LINES:
        raise ContentRefused(f"{len(chosen)} lines are chosen; choose 1 to {MOST_LINES}")
    return chosen


def _in_order(lines: Iterable[ItemVersion], chosen: set[str]) -> tuple[str, ...]:
    return tuple(line.item for line in lines if line.item in chosen)

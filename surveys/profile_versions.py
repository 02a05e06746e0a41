"""What changed between two versions of a profile, and which number the next version gets.

major: a result or a figure changed, so it is agreed anew. minor: a task, an insight or a wording changed, so people
are told. patch: who answers for it, checks, dates, translations, or a typo that HR calls one.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from surveys.profile_schema import Accomplishment, RoleProfile

Change = Literal["same", "patch", "minor", "major"]
CHANGES: tuple[Change, ...] = ("same", "patch", "minor", "major")
Overlays = Mapping[str, Mapping[str, str]]


def change_between(
    old: RoleProfile,
    new: RoleProfile,
    old_overlays: Overlays | None = None,
    new_overlays: Overlays | None = None,
) -> Change:
    """Say how much changed; the version number itself is no change."""
    if _results(old) != _results(new):
        return "major"
    if _meaning(old) != _meaning(new):
        return "minor"
    if _unnumbered(old) != _unnumbered(new) or (old_overlays or {}) != (new_overlays or {}):
        return "patch"
    return "same"


def next_version(version: str, change: Change) -> str:
    """Give the number after a version for a change; for no change the version itself."""
    major, minor, patch = parts_of(version)
    match change:
        case "major":
            return f"{major + 1}.0.0"
        case "minor":
            return f"{major}.{minor + 1}.0"
        case "patch":
            return f"{major}.{minor}.{patch + 1}"
        case "same":
            return version


def parts_of(version: str) -> tuple[int, int, int]:
    """Give the three numbers of a version, in the order they compare."""
    major, minor, patch = (int(part) for part in version.split("."))
    return major, minor, patch


def step_between(old: str, new: str) -> Change:
    """Say which step a version number claims; an older or equal number claims none."""
    before, after = parts_of(old), parts_of(new)
    if after <= before:
        return "same"
    if after[0] != before[0]:
        return "major"
    return "minor" if after[1] != before[1] else "patch"


def with_version(profile: RoleProfile, version: str) -> RoleProfile:
    """Give the profile another version number."""
    return replace(profile, profile=replace(profile.profile, version=version))


def _results(profile: RoleProfile) -> object:
    return [(one.id, one.title, one.statement, one.weight, one.criteria) for one in profile.accomplishments]


def _meaning(profile: RoleProfile) -> object:
    header = profile.profile
    return (
        (header.title, header.summary, header.purpose),
        profile.mental_models,
        [_how(one) for one in profile.accomplishments],
        profile.items,
        profile.open_questions,
    )


def _how(one: Accomplishment) -> object:
    return one.why, one.tasks, one.strategies, one.barriers


def _unnumbered(profile: RoleProfile) -> RoleProfile:
    return with_version(profile, "0.0.0")

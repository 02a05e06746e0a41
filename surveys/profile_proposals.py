"""Under which version a file would be stored, beside what is stored already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.profile_schema import RoleProfile
from surveys.profile_versions import (
    Change,
    change_between,
    next_version,
    parts_of,
    step_between,
    with_version,
)

State = Literal["new", "same", "translations", "next", "given", "taken"]
STEPS: tuple[Change, ...] = ("patch", "minor", "major")
Overlays = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a file would become.

    new: the first version. same: here already. translations: only its translations are new. next: the file leaves
    the version open. given: the file has a number nobody used. taken: its number is stored with other words.
    """

    state: State
    version: str
    change: Change
    before: str | None  # the version it is compared with
    choices: tuple[tuple[Change, str], ...] = ()
    is_step_small: bool = False  # the number claims less than what changed

    @property
    def stores(self) -> bool:
        """Say whether anything would be stored without a choice."""
        return self.state not in ("same", "taken")


@dataclass(frozen=True, slots=True)
class Known:
    """A stored version to compare with."""

    profile: RoleProfile
    overlays: Overlays


def propose(
    profile: RoleProfile, overlays: Overlays, known: Sequence[Known], *, has_version: bool
) -> Proposal:
    """Say what a file would become; `known` are the stored versions of its profile, the highest last."""
    version = profile.profile.version
    if not known:
        return Proposal(state="new", version=version, change="same", before=None)
    stored = next((one for one in known if one.profile.profile.version == version), None)
    if has_version and stored is not None and stored.profile == profile:
        return _same(version, overlays, stored)
    newest = known[-1]
    number = newest.profile.profile.version
    change = change_between(newest.profile, profile, newest.overlays, overlays or newest.overlays)
    if not has_version and with_version(profile, number) == newest.profile:
        return _same(number, overlays, newest)
    if has_version and stored is None:
        is_small = parts_of(version) > parts_of(number) and STEPS.index(
            step_between(number, version)
        ) < STEPS.index(change if change != "same" else "patch")
        return Proposal(state="given", version=version, change=change, before=number, is_step_small=is_small)
    choices = tuple((step, next_version(number, step)) for step in STEPS)
    proposed = change if change != "same" else "patch"
    return Proposal(
        state="taken" if has_version else "next",
        version=next_version(number, proposed),
        change=change,
        before=number,
        choices=choices,
    )


def _same(version: str, overlays: Overlays, stored: Known) -> Proposal:
    is_new = any(stored.overlays.get(locale) != strings for locale, strings in overlays.items())
    state: State = "translations" if is_new else "same"
    return Proposal(state=state, version=version, change="patch" if is_new else "same", before=version)

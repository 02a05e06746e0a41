"""HR records how a profile was checked: by role holders, and by a vote of top performers.

Each record is a new patch version, because a stored version never changes.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from server.clock import Clock
from server.errors import not_found
from server.usecases.mistakes import Mistake, Mistakes
from server.usecases.profiles import Stored, store_profile
from server.usecases.uploads import Upload
from surveys.keeper import Keeper
from surveys.profile_file import ENDORSEMENT, FEASIBILITY
from surveys.profile_schema import RoleProfile, ValidationStep
from surveys.profile_versions import parts_of, with_version
from surveys.queries_profile_versions import find_version, list_versions

MOST_PEOPLE = 100_000
SHARE_DIGITS = Decimal("0.000001")
COUNTS = {FEASIBILITY: ("asked", "answered", "could"), ENDORSEMENT: ("kept", "dropped")}


async def record_check(
    version_id: str, step: str, typed: Mapping[str, str], *, actor: str, keeper: Keeper, clock: Clock
) -> Stored:
    """Store the profile with one check more, as the next patch version with the same translations.

    Raises Mistakes for numbers that cannot be.
    """
    found = await find_version(version_id)
    if found is None or step not in COUNTS:
        raise not_found()
    counts = _counts(step, typed)
    checked = _with_step(found.profile, _step(step, counts))
    version = await _free_patch(found.profile)
    return await store_profile(
        with_version(checked, version),
        found.overlays,
        Upload(found.profile.profile.title, b""),
        actor=actor,
        keeper=keeper,
        clock=clock,
    )


def _counts(step: str, typed: Mapping[str, str]) -> dict[str, int]:
    wrong: dict[str, Mistake] = {}
    counts: dict[str, int] = {}
    for name in COUNTS[step]:
        text = typed.get(name, "").strip()
        is_number = text.isascii() and text.isdecimal() and len(text) < 7
        if not is_number or int(text) > MOST_PEOPLE:
            wrong[name] = Mistake("profiles.mistake_count")
        else:
            counts[name] = int(text)
    for smaller, larger in (("answered", "asked"), ("could", "answered")):
        if counts.get(smaller, 0) > counts.get(larger, MOST_PEOPLE):
            wrong.setdefault(smaller, Mistake("profiles.mistake_more", {"most": counts[larger]}))
    if step == ENDORSEMENT and not wrong and counts["kept"] == 0:
        wrong["kept"] = Mistake("profiles.mistake_kept")
    if step == FEASIBILITY and not wrong and counts["answered"] == 0:
        wrong["answered"] = Mistake("profiles.mistake_nobody_answered")
    if wrong:
        raise Mistakes(wrong)
    return counts


def _step(step: str, counts: Mapping[str, int]) -> ValidationStep:
    if step == ENDORSEMENT:
        return ValidationStep(step=step, kept=counts["kept"], dropped=counts["dropped"])
    share = (Decimal(counts["could"]) / Decimal(counts["answered"])).quantize(SHARE_DIGITS).normalize()
    return ValidationStep(
        step=step, asked=counts["asked"], answered=counts["answered"], could_do_this_here=share
    )


def _with_step(profile: RoleProfile, step: ValidationStep) -> RoleProfile:
    others = tuple(one for one in profile.provenance.validation if one.step != step.step)
    return replace(profile, provenance=replace(profile.provenance, validation=(*others, step)))


async def _free_patch(profile: RoleProfile) -> str:
    major, minor, _ = parts_of(profile.profile.version)
    numbers = [parts_of(one.profile.profile.version) for one in await list_versions(profile.profile.id)]
    highest = max(
        patch for one_major, one_minor, patch in numbers if (one_major, one_minor) == (major, minor)
    )
    return f"{major}.{minor}.{highest + 1}"

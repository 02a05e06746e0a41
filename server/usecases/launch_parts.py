"""What a launch freezes: the forms of each relationship, and who may see what becomes of the answers."""

from collections.abc import Collection, Iterable, Mapping

from scoring.values import CONFIDENTIAL, Relationship
from server.clock import Clock, today
from server.errors import Problem
from surveys import queries_people, queries_profiles
from surveys.clarity_form import build_clarity_forms
from surveys.content import ContentRefused, CycleContent, default_content
from surveys.content import from_document as content_from_document
from surveys.cycle_values import CycleCard, RateeRow, RaterRow
from surveys.feedback_form import build_forms
from surveys.forms import Form
from surveys.instrument_file import instruments_from_document
from surveys.policy import Policy
from surveys.profile_file import from_document as profile_from_document
from surveys.queries_cycle_plan import has_closed_round

Viewers = Mapping[str, dict[str, list[str]]]  # by person rated


async def chosen_content(card: CycleCard) -> CycleContent | None:
    """Give what a clarity cycle asks, with the defaults of this moment; None for a cycle of another kind.

    Raises Problem 422 when what was chosen cannot be read.
    """
    if card.kind != "clarity":
        return None
    texts = await queries_profiles.get_cycle_texts(card.id)
    default = default_content(
        profile_from_document(texts.profile),
        has_earlier_round=await has_closed_round(card.profile),
    )
    try:
        return content_from_document(card.content, default)
    except ContentRefused as error:
        raise _cannot_ask(error) from None


async def forms_to_launch(
    card: CycleCard, content: CycleContent | None, left_out: Collection[str]
) -> Mapping[Relationship, Form]:
    """Build the forms of a cycle; of a 360 without lines still in notice. Raises Problem 422."""
    texts = await queries_profiles.get_cycle_texts(card.id)
    profile = profile_from_document(texts.profile)
    instruments = instruments_from_document(texts.instrument)
    if content is None:
        return build_forms(profile, texts.overlays, instruments, left_out=left_out)
    try:
        return build_clarity_forms(profile, texts.overlays, instruments, content)
    except ContentRefused as error:
        raise _cannot_ask(error) from None


def check_pairs(ratees: Iterable[RateeRow]) -> None:
    """Refuse a clarity cycle in which somebody has not exactly the own sheet and one manager. Raises Problem 422."""
    for ratee in ratees:
        standing = [one for one in ratee.raters if not one.is_cancelled]
        found = sorted(one.relationship for one in standing)
        if found != ["manager", "self"] or _side(standing, "self") != ratee.person_id:
            raise Problem(
                422,
                "no_pair",
                f"{ratee.name} has no manager to talk to, or more than one",
                "Choose one manager for each person, or take the person out.",
            )


async def fix_viewers(
    card: CycleCard, ratees: Iterable[RateeRow], policy: Policy, *, starter_id: str, clock: Clock
) -> Viewers:
    """Fix who may see what becomes of a cycle; about the invented person of a rehearsal, all who take part."""
    if card.kind == "clarity":
        return pair_viewers(ratees)
    if card.is_rehearsal:
        return {
            ratee.person_id: {
                "manager": sorted({starter_id} | {one.person_id for one in ratee.raters}),
                "coach": [],
                "hr": [],
            }
            for ratee in ratees
        }
    return await report_viewers(ratees, policy, clock)


def pair_viewers(ratees: Iterable[RateeRow]) -> Viewers:
    """Fix the manager of each pair: this person and the employee see the gap list, nobody else does."""
    return {
        ratee.person_id: {
            "manager": [_side([one for one in ratee.raters if not one.is_cancelled], "manager")],
            "coach": [],
            "hr": [],
        }
        for ratee in ratees
    }


async def report_viewers(ratees: Iterable[RateeRow], policy: Policy, clock: Clock) -> Viewers:
    """Fix who may see each report: never someone who rates the same person in confidence."""
    rows = list(ratees)
    day = today(clock)
    people = {
        one.id: one
        for one in await queries_people.list_people_by_id([row.person_id for row in rows], day=day)
    }
    hr = await queries_people.ids_with_grant("hr", day=day)
    fixed: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        raters = {
            one.person_id for one in row.raters if one.relationship in CONFIDENTIAL and not one.is_cancelled
        }
        wanted = {"manager": set(people[row.person_id].manager_ids), "coach": set[str](), "hr": set(hr)}
        fixed[row.person_id] = {
            role: sorted(ids - raters - {row.person_id}) if role in policy.viewers else []
            for role, ids in wanted.items()
        }
    return fixed


def _side(raters: Iterable[RaterRow], relationship: str) -> str:
    return next((one.person_id for one in raters if one.relationship == relationship), "")


def _cannot_ask(error: ContentRefused) -> Problem:
    return Problem(422, "content", "This cannot be asked", f"{error}.")

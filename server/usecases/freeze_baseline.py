"""The baseline of a cycle, frozen at its launch: what colleagues said about the exemplars the last time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tortoise.expressions import Q

from scoring.baseline import baseline, count_exemplars, hr_baseline
from scoring.values import BaselineCell, Relationship
from server.clock import Clock, today
from surveys.forms import Form
from surveys.models.cycles import Cycle
from surveys.models.profiles import Exemplar
from surveys.policy import release_policy
from surveys.queries_access import RELEASED_STATES
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.queries_results import list_ratees, load_release


@dataclass(frozen=True, slots=True)
class Frozen:
    """One B per item for every reader, and how many exemplars there are so far on each."""

    exemplars: frozenset[str] = frozenset()
    n_exemplars: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[str, BaselineCell] = field(default_factory=dict)
    for_hr: frozenset[str] = frozenset()  # items whose B gives HR no single exemplar away


async def freeze_baseline(profile: str, forms: Mapping[Relationship, Form], *, clock: Clock) -> Frozen:
    """Compute the baseline from the latest closed 360 of the role; a first 360 has none yet."""
    items = list(dict.fromkeys(line.item for form in forms.values() for line in form.lines))
    day = today(clock)
    marked = await Exemplar.filter(
        Q(from_on__lte=day) & (Q(to_on=None) | Q(to_on__gt=day)), profile=profile
    ).values_list("person_id", flat=True)
    exemplars = frozenset(str(one) for one in marked)
    previous = (
        await Cycle.filter(kind="feedback360", state__in=RELEASED_STATES, profile_version__profile=profile)
        .filter(is_rehearsal=False)
        .order_by("-closes_at", "-id")
        .first()
    )
    facts = await find_cycle_facts(previous.id) if previous is not None else None
    if facts is None or not exemplars:
        return Frozen(exemplars, dict.fromkeys(items, 0))
    shared = [spec.item for spec in facts.items() if spec.item in set(items)]
    # The whole cycle, not the exemplars alone: HR also has its roll-up, and its remainder must not be a few people.
    ratees = [ratee.id for ratee in await list_ratees(facts.id)]
    release = await load_release(facts, ratees)
    cells = {cell.item: cell for cell in baseline(release, exemplars, shared, scale=facts.scale())}
    counts = count_exemplars(release, exemplars, shared)
    roles = dict.fromkeys(ratees, facts.profile.profile.id)
    shown = hr_baseline(tuple(cells.values()), release, exemplars, release_policy(facts.policy), roles=roles)
    return Frozen(
        exemplars,
        {item: counts.get(item, 0) for item in items},
        cells,
        frozenset(cell.item for cell in shown),
    )

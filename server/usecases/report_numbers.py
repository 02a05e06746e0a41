"""One person's numbers, scored from what the closing left behind: released cells, named answers, the frozen baseline."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from scoring.report import score
from scoring.values import ItemSpec, Relationship, ReleasedComment, Report
from server.errors import KEYS_MISSING, not_found
from server.usecases.retention import is_over
from surveys.keeper import Keeper, KeyMissing, Ratings
from surveys.queries_access import RELEASED_STATES
from surveys.queries_cycle_facts import CycleFacts, find_cycle_facts
from surveys.queries_results import (
    Closing,
    RateeFacts,
    find_ratee,
    list_named_ciphertexts,
    load_baseline,
    load_closing,
    load_comments,
    load_release,
)
from surveys.sealing import Unreadable

Named = Literal["self", "manager"]
NAMED = frozenset({"self", "manager"})


@dataclass(frozen=True, slots=True)
class NamedAnswers:
    """What self and manager answered: ratings by item, texts by question."""

    ratings: Mapping[Relationship, Ratings]
    texts: Mapping[Named, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A report's numbers and comments with the cycle they belong to."""

    cycle: CycleFacts
    ratee: RateeFacts
    closing: Closing
    report: Report
    comments: tuple[ReleasedComment, ...]
    named_texts: Mapping[Named, Mapping[str, str]]
    is_named_over: bool  # the retention date has come: self and manager are left out


async def load_scored(cycle_id: str, ratee_id: str, *, keeper: Keeper, today: date) -> Scored:
    """Load and score one report.

    Raises Problem 404 when there is no such report, or none yet.
    """
    cycle = await find_cycle_facts(cycle_id)
    if cycle is None or cycle.state not in RELEASED_STATES:
        raise not_found()
    ratee = await find_ratee(cycle_id, ratee_id)
    closing = await load_closing(cycle_id)
    if ratee is None or closing is None:
        raise not_found()
    baseline = await load_baseline(cycle_id)
    is_named_over = is_over(cycle.named_until, today)
    named = NamedAnswers({}, {}) if is_named_over else await _named(cycle_id, ratee_id, keeper)
    report = score(
        ratee_id,
        release=await load_release(cycle, [ratee_id]),
        named=named.ratings,
        items=_without_named(cycle.items()) if is_named_over else cycle.items(),
        accomplishments=cycle.accomplishments(),
        sds=closing.sds,
        baseline=baseline.cells,
        n_exemplars=baseline.n_exemplars,
        scale=cycle.scale(),
    )
    comments = await load_comments(cycle_id, ratee_id)
    return Scored(cycle, ratee, closing, report, comments, named.texts, is_named_over)


def _without_named(specs: tuple[ItemSpec, ...]) -> tuple[ItemSpec, ...]:
    """Leave self and manager out, so that nothing says of them that they did not answer."""
    return tuple(
        replace(spec, relationships=tuple(one for one in spec.relationships if one not in NAMED))
        for spec in specs
    )


async def _named(cycle_id: str, ratee_id: str, keeper: Keeper) -> NamedAnswers:
    """Open the named answers; of several managers the first row counts."""
    ratings: dict[Relationship, Ratings] = {}
    texts: dict[Named, Mapping[str, str]] = {}
    for kind, sealed in await list_named_ciphertexts(cycle_id, ratee_id):
        name: Named = "self" if kind.startswith("self") else "manager"
        try:
            if kind.endswith("/texts"):
                texts.setdefault(name, keeper.open_texts(cycle_id, ratee_id, name, sealed))
            else:
                ratings.setdefault(name, keeper.open_named(cycle_id, ratee_id, name, sealed))
        except (KeyMissing, Unreadable) as error:
            raise KEYS_MISSING from error
    return NamedAnswers(ratings, texts)

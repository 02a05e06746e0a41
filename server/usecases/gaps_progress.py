"""Whether the two people of clarity pairs have answered: both were told that the other sees this, and nothing more."""

from collections.abc import Mapping, Sequence

from server.usecases.sheets_found import is_answered
from surveys import sheet_store
from surveys.database import reader
from surveys.form_cells import needs_of
from surveys.forms import from_document
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.lifecycle import TAKES_ANSWERS
from surveys.models.cycles import Assignment, FormDocument
from surveys.queries_pairs import PairFacts
from surveys.sealing import CycleKey

NAMED = ("self", "manager")
Answered = Mapping[tuple[str, str, str], bool]  # (cycle, employee, relationship)


async def answered(pairs: Sequence[PairFacts], *, keeper: Keeper) -> Answered:
    """Tell who has answered in the pairs that still take answers; the number of queries does not grow with them."""
    asking = [pair for pair in pairs if pair.state in (*TAKES_ANSWERS, "scheduled") and not pair.sides]
    if not asking:
        return {}
    rows = await Assignment.filter(
        cycle_id__in={pair.cycle for pair in asking},
        ratee_id__in={pair.employee for pair in asking},
        relationship__in=NAMED,
        is_cancelled=False,
    ).select_related("cycle", "ratee")
    forms = {
        form.hash: needs_of(from_document(form.document))
        for form in await FormDocument.filter(hash__in={row.form for row in rows})
    }
    keys = {cycle: _key(keeper, cycle) for cycle in {row.cycle.id for row in rows}}
    sheets = {
        row.id: key.sheet(row.id, row.generation) for row in rows if (key := keys[row.cycle.id]) is not None
    }
    stored = await sheet_store.read(
        reader(), [(row.cycle.id, sheets[row.id].sheet_id) for row in rows if row.id in sheets]
    )
    found: dict[tuple[str, str, str], bool] = {}
    for row in rows:
        sealed = stored.get((row.cycle.id, sheets[row.id].sheet_id)) if row.id in sheets else None
        found[row.cycle.id, row.ratee.id, row.relationship] = sealed is not None and is_answered(
            forms[row.form], sheets[row.id], sealed, cycle=row.cycle.id
        )
    return found


def _key(keeper: Keeper, cycle: str) -> CycleKey | None:
    try:
        return keeper.open_cycle(cycle)
    except (CycleIsClosed, KeyMissing):
        # Closed since the page was asked for, or a key that `doctor` reports: the page is of use without this.
        return None

"""Whether self and managers have answered about one person: named sheets only, as their raters were told."""

from server.usecases.advance import RUNNING
from server.usecases.sheets_found import is_answered
from surveys import sheet_store
from surveys.cycle_values import CycleCard
from surveys.database import reader
from surveys.form_cells import needs_of
from surveys.forms import from_document
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.cycles import Assignment, FormDocument

NAMED = ("self", "manager")


async def named_progress(cycle: CycleCard, ratee_id: str, *, keeper: Keeper) -> dict[str, bool]:
    """Give answered or not yet by assignment, for the named raters of one person while the cycle runs.

    Confidential sheets are never opened here: nobody but the closing learns whether they hold anything.
    """
    if cycle.state not in RUNNING:
        return {}
    rows = await Assignment.filter(
        cycle_id=cycle.id, ratee_id=ratee_id, relationship__in=NAMED, is_cancelled=False
    )
    forms = {
        form.hash: needs_of(from_document(form.document))
        for form in await FormDocument.filter(hash__in=list({row.form for row in rows}))
    }
    try:
        key = keeper.open_cycle(cycle.id)
    except (CycleIsClosed, KeyMissing):
        # Closed since the page was asked for, or a key that `doctor` reports: the page is of use without this.
        return {}
    keys = {row.id: key.sheet(row.id, row.generation) for row in rows}
    places = {one: (key.cycle, sheet_key.sheet_id) for one, sheet_key in keys.items()}
    sealed = await sheet_store.read(reader(), list(places.values()))
    return {
        row.id: is_answered(forms[row.form], keys[row.id], sealed[places[row.id]], cycle=cycle.id)
        for row in rows
        if places[row.id] in sealed
    }

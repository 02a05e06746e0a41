"""Progress of confidential sheets: for the whole cycle and units fixed at launch, in steps, counted once a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import CONFIDENTIAL
from server.clock import Clock, new_id, today
from server.usecases.sheets_found import is_answered
from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.form_cells import needs_of
from surveys.forms import from_document
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.cycles import Assignment, Cycle, FormDocument, Progress
from surveys.progress import may_be_shown, n_by_unit, shown_units, step_of

OPEN_STATES = ("open", "grace")


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One line of progress: the whole cycle (an empty unit) or a unit; `step` is 0, 25, 50 or 75 per cent reached."""

    unit: str
    step: int
    counted_on: date


async def fix_units(tx: BaseDBAsyncClient, cycle_id: str, *, clock: Clock) -> None:
    """Note at launch of whom progress will be shown; nobody who is added later changes it.

    In a clarity pair the employee's unit is noted: the closing counts by it, whatever the people file says by then.
    """
    await fix_unit_of_employees(cycle_id)
    rows = await Assignment.filter(
        cycle_id=cycle_id, relationship__in=list(CONFIDENTIAL), is_cancelled=False
    ).select_related("rater")
    raters: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        raters[row.rater.unit].add(row.rater.id)
    if not may_be_shown(len({row.rater.id for row in rows})):
        return
    units = shown_units(raters)
    for unit in units:
        mine = [row.id for row in rows if row.rater.unit == unit]
        await Assignment.filter(id__in=mine).update(unit=unit)
    await Progress.bulk_create(
        [Progress(id=new_id(clock), cycle_id=cycle_id, unit=unit, step=0) for unit in ("", *units)]
    )


async def fix_unit_of_employees(cycle_id: str, employee: str | None = None) -> None:
    """Note the units of the employees of clarity pairs, or of one who is added later."""
    rows = Assignment.filter(cycle_id=cycle_id, cycle__kind="clarity", relationship="self")
    for row in await (rows.filter(ratee_id=employee) if employee else rows).select_related("ratee"):
        await Assignment.filter(id=row.id).update(unit=row.ratee.unit)


async def count_progress(*, keeper: Keeper, clock: Clock) -> None:
    """Count every open cycle anew, once a day: what changes in between is not seen by anyone."""
    day = today(clock)
    for cycle in await Cycle.filter(state__in=OPEN_STATES):
        known = await Progress.filter(cycle_id=cycle.id)
        if not known or any(one.counted_on == day for one in known):
            continue
        try:
            counts = await _count(cycle.id, keeper)
        except (CycleIsClosed, KeyMissing):
            continue
        await _note(known, counts, day)


async def has_progress(cycle_id: str) -> bool:
    """Tell whether progress of a cycle is shown at all: not where it would be that of single people."""
    return await Progress.filter(cycle_id=cycle_id).exists()


async def list_progress(cycle_id: str) -> tuple[ProgressRow, ...]:
    """Give the progress as it was counted last, the whole cycle first; empty before the first count and after closing."""
    rows = await Progress.filter(cycle_id=cycle_id, cycle__state__in=OPEN_STATES).order_by("unit")
    return tuple(
        ProgressRow(one.unit, one.step, one.counted_on) for one in rows if one.counted_on is not None
    )


async def _note(known: Collection[Progress], counts: Mapping[str, tuple[int, int]], day: date) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        for one in known:
            # A step once shown stays: falling back, it would tell that somebody just cancelled had answered.
            step = max(one.step, step_of(*counts.get(one.unit, (0, 0))))
            await Progress.filter(id=one.id).update(step=step, counted_on=day)

    await write_tx(body)


async def _count(cycle_id: str, keeper: Keeper) -> dict[str, tuple[int, int]]:
    rows = await Assignment.filter(cycle_id=cycle_id, relationship__in=list(CONFIDENTIAL))
    forms = {
        form.hash: needs_of(from_document(form.document))
        for form in await FormDocument.filter(hash__in=list({row.form for row in rows}))
    }
    key = keeper.open_cycle(cycle_id)
    asked = {key.sheet_id(row.id, row.generation): row for row in rows if not row.is_cancelled}
    final: set[str] = set()
    async for sheet_id, ciphertext in sheet_store.each(reader(), cycle_id):
        row = asked.get(sheet_id)
        if row is not None and is_answered(
            forms[row.form], key.sheet(row.id, row.generation), ciphertext, cycle=cycle_id
        ):
            final.add(row.id)
    # A cancelled rater is still among those asked, so cancelling somebody moves nothing that could be read off.
    return n_by_unit((row.unit, row.id in final) for row in rows)

"""Stored sheets as pages and jobs meet them: one that does not open holds nothing yet, and the doctor counts it."""

import logging
from collections.abc import Collection
from functools import cache

from surveys import sheet_store
from surveys.database import reader
from surveys.form_cells import FormNeeds, is_final
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.cycles import Assignment
from surveys.models.results import PairView
from surveys.queries_pairs import LOST
from surveys.sealed_sheet import open_sheet
from surveys.sealing import CycleKey, SheetKey, Unreadable

log = logging.getLogger("sightline.sheets")


def is_answered(needs: FormNeeds, key: SheetKey, sealed: bytes, *, cycle: str) -> bool:
    """Tell whether a stored sheet is final; one that does not open is "not yet", and said in the log once."""
    try:
        return is_final(needs, open_sheet(key, sealed))
    except Unreadable:
        say_unreadable(cycle)
        return False


@cache
def say_unreadable(cycle: str) -> None:
    """Say once, for as long as the server runs, that something stored in a cycle does not open; never what or whose."""
    log.error("a stored sheet does not open; see `sightline doctor`", extra={"cycle": cycle})


async def count_unreadable(cycles: Collection[str], *, keeper: Keeper) -> int:
    """Count the sheets and opened pairs of running cycles that do not open; what is in the others is not looked at."""
    n_found = 0
    for cycle in cycles:
        try:
            key = keeper.open_cycle(cycle)
        except (CycleIsClosed, KeyMissing):
            continue  # closing this moment, or a key that another check reports
        n_found += await _count_sheets(key) + await _count_pairs(cycle, keeper)
    return n_found


async def _count_sheets(key: CycleKey) -> int:
    asked = {
        key.sheet_id(row.id, row.generation): row
        for row in await Assignment.filter(cycle_id=key.cycle, is_cancelled=False)
    }
    n_found = 0
    async for sheet_id, sealed in sheet_store.each(reader(), key.cycle):
        row = asked.get(sheet_id)
        if row is None:
            continue
        try:
            open_sheet(key.sheet(row.id, row.generation), sealed)
        except Unreadable:
            n_found += 1
    return n_found


async def _count_pairs(cycle: str, keeper: Keeper) -> int:
    n_found = 0
    for view in await PairView.filter(cycle_id=cycle).exclude(sides=LOST):
        try:
            keeper.open_pair(cycle, view.ratee_id, bytes(view.ciphertext))
        except (Unreadable, KeyMissing):
            n_found += 1
    return n_found

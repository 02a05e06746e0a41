"""Opening clarity pairs: once both sides are final, both are frozen for the two people and their sheets are gone."""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.usecases.outbox import queue_mail
from surveys import sheet_store
from surveys.database import lock_cycles, reader, write_tx
from surveys.form_cells import is_final, needs_of
from surveys.forms import Form
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.results import PairView
from surveys.pair_answers import freeze_side
from surveys.queries_answers import PairSide, find_open_pairs, find_states, load_forms
from surveys.sealed_sheet import key_of, open_sheet, sheet_key
from surveys.sealing import CycleKey, Unreadable
from surveys.sheet import Sheet

log = logging.getLogger("sightline.pairs")

CAN_OPEN = ("open", "grace", "closing")
Pair = tuple[str, str]  # cycle, employee


@dataclass(frozen=True, slots=True)
class _Found:
    """The two sides of a pair that is not open yet."""

    own: PairSide
    other: PairSide

    @property
    def pair(self) -> Pair:
        return self.own.place.cycle, self.own.ratee


async def open_ready_pairs(
    cycle_ids: Collection[str], *, keeper: Keeper, clock: Clock, only: Collection[Pair] | None = None
) -> int:
    """Open every pair of these cycles whose two sheets are final; give how many were opened.

    `only` looks at some pairs of them. What is not a clarity cycle, not running, or opened already is left alone, so
    calling it too often is harmless.
    """
    states = await find_states(reader(), set(cycle_ids), now=clock.now())
    running = sorted(cycle for cycle, state in states.items() if state in CAN_OPEN)
    n_opened = 0
    for cycle_id in running:
        found = _both_sides(await find_open_pairs(reader(), cycle_id))
        wanted = [one for one in found if only is None or one.pair in only]
        if wanted:
            n_opened += await _open_in_cycle(cycle_id, wanted, keeper, clock)
    return n_opened


async def open_all_ready_pairs(*, keeper: Keeper, clock: Clock) -> int:
    """Open what is ready in any cycle: at start and regularly, for what a worker that died left behind."""
    cycles = await Cycle.filter(kind="clarity", state__in=("scheduled", *CAN_OPEN)).values_list(
        "id", flat=True
    )
    return await open_ready_pairs([str(one) for one in cycles], keeper=keeper, clock=clock)


async def _open_in_cycle(cycle_id: str, found: Iterable[_Found], keeper: Keeper, clock: Clock) -> int:
    pairs = list(found)
    try:
        key = keeper.open_cycle(cycle_id)
    except (CycleIsClosed, KeyMissing) as error:
        log.error("pairs are not opened: %s", error, extra={"cycle": cycle_id})
        return 0
    forms = await load_forms({side.form for one in pairs for side in (one.own, one.other)})
    by_hash = {name: asked.form for name, asked in forms.items()}
    n_opened = 0
    for one in pairs:
        try:
            sheets = await _read(reader(), one, key, is_to_change=False)
            if _are_final(one, sheets, by_hash):
                n_opened += await _open_pair(one, by_hash, keeper, clock)
        except Unreadable:
            # The closing counts it and asks the operator; the other pairs go on.
            log.error("a stored sheet does not open", extra={"cycle": cycle_id})
    return n_opened


async def _open_pair(one: _Found, forms: Mapping[str, Form], keeper: Keeper, clock: Clock) -> bool:
    """Open one pair in a transaction that looks at everything again; False when it was not to be opened after all."""
    cycle_id, employee = one.pair

    async def body(tx: BaseDBAsyncClient) -> bool:
        await lock_cycles(tx, [cycle_id], is_shared=True)
        if one not in _both_sides(await find_open_pairs(tx, cycle_id, employee=employee)):
            return False  # opened, cancelled, or given new tokens since
        if not await _has_its_manager(cycle_id, employee):
            log.error("a pair without its one manager is not opened", extra={"cycle": cycle_id})
            return False
        key = keeper.open_cycle(cycle_id)
        # Whoever writes one of the two now waits, or is waited for: a reopened sheet is seen here.
        sheets = await _read(tx, one, key, is_to_change=True)
        if not _are_final(one, sheets, forms):
            return False
        await PairView.create(
            id=key.comment_key(employee, "pair", "", 0),
            cycle_id=cycle_id,
            ratee_id=employee,
            sides="both",
            ciphertext=keeper.seal_pair(cycle_id, employee, pair_document(one, sheets, forms)),
        )
        await sheet_store.remove(tx, cycle_id, [key_of(key, side.place)[1] for side in (one.own, one.other)])
        # Last before the commit, and before anybody can read: a mark without its pair is harmless until a restore.
        keeper.mark_opened(cycle_id, employee)
        await _tell_both(cycle_id, [side.place.assignment for side in (one.own, one.other)], clock)
        return True

    return await write_tx(body)


async def _has_its_manager(cycle_id: str, employee: str) -> bool:
    """Tell whether exactly one manager is asked, and it is the one who will read the pair."""
    ratee = await Ratee.get_or_none(cycle_id=cycle_id, person_id=employee, is_cancelled=False)
    asked = await Assignment.filter(
        cycle_id=cycle_id, ratee_id=employee, relationship="manager", is_cancelled=False
    ).values_list("rater_id", flat=True)
    return ratee is not None and len(asked) == 1 and list(asked) == ratee.viewers.get("manager")


async def _tell_both(cycle_id: str, assignments: Collection[str], clock: Clock) -> None:
    """Say to the two people, in their daily mail, that both views lie open."""
    title = (await Cycle.get(id=cycle_id)).title
    for row in await Assignment.filter(id__in=list(assignments)).order_by("id"):
        rater_id = str(row.rater_id)  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
        await queue_mail(rater_id, "pair_open", {"title": title}, clock=clock)


def pair_document(one: _Found, sheets: Mapping[str, Sheet], forms: Mapping[str, Form]) -> dict[str, Any]:
    """Write what is kept of an opened pair (JSON, so values are `Any`)."""
    own = freeze_side(forms[one.own.form], sheets[one.own.place.assignment])
    other = freeze_side(forms[one.other.form], sheets[one.other.place.assignment])
    return {
        "forms": {"self": one.own.form, "manager": one.other.form},
        "self": own.answers,
        "manager": other.answers,
        "pulse": own.pulse,
    }


def _both_sides(sides: Iterable[PairSide]) -> list[_Found]:
    by_employee: dict[str, dict[str, PairSide]] = {}
    for side in sides:
        by_employee.setdefault(side.ratee, {})[side.relationship] = side
    return [
        _Found(found["self"], found["manager"])
        for _, found in sorted(by_employee.items())
        if found.keys() == {"self", "manager"}
    ]


async def _read(
    client: BaseDBAsyncClient, one: _Found, key: CycleKey, *, is_to_change: bool
) -> dict[str, Sheet]:
    """Read the sheets of both sides by assignment; one that is gone is left out."""
    keys = {key_of(key, side.place): sheet_key(key, side.place) for side in (one.own, one.other)}
    stored = await sheet_store.read(client, keys, is_to_change=is_to_change)
    return {
        side.place.assignment: open_sheet(keys[place], stored[place])
        for side in (one.own, one.other)
        if (place := key_of(key, side.place)) in stored
    }


def _are_final(one: _Found, sheets: Mapping[str, Sheet], forms: Mapping[str, Form]) -> bool:
    return all(
        side.place.assignment in sheets
        and is_final(needs_of(forms[side.form]), sheets[side.place.assignment])
        for side in (one.own, one.other)
    )

"""After a restore: what was taken back since the backup is taken back again, by the list in `keys/`."""

from dataclasses import dataclass
from functools import partial

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import F

from server.clock import Clock, today
from server.usecases.binding import take_back
from server.usecases.cancel import cancel_assignments
from server.usecases.renew_tokens import renew_tokens
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cards import Card, IdentityChange
from surveys.models.cycles import Assignment
from surveys.models.people import Person


@dataclass(frozen=True, slots=True)
class Redone:
    """How much was taken back again; the people to delete again stand by their numbers."""

    n_cards: int = 0
    n_changes: int = 0
    n_cancelled: int = 0
    n_renewed: int = 0
    to_delete: tuple[str, ...] = ()
    not_redone: tuple[str, ...] = ()  # cycles whose key is missing: their tokens are as the backup had them


async def redo_revocations(*, keeper: Keeper, clock: Clock) -> Redone:
    """Take back again what the list in `keys/` names and the restored database still gives."""
    n_cards = await write_tx(lambda _: _end_cards(keeper, clock))
    n_changes = await write_tx(lambda _: _withdraw_changes(keeper, clock))
    n_cancelled = n_renewed = 0
    without_key: list[str] = []
    running = Assignment.filter(is_cancelled=False).exclude(auth="")
    for cycle in sorted({str(one) for one in await running.values_list("cycle_id", flat=True)}):
        if not keeper.has_key(cycle) or keeper.is_closed(cycle) or not keeper.can_open(cycle):
            without_key.append(cycle)
            continue
        n_cancelled += await _cancel(cycle, keeper)
        n_renewed += await _renew(cycle, keeper)
        n_cancelled += await _cancel(cycle, keeper)  # what had new tokens before it was cancelled
    people = {one.id: one.external_id for one in await Person.all()}
    gone = keeper.find_revoked("person", people)
    to_delete = tuple(sorted(people[one] for one in gone if people[one] != f"former-{one[:12]}"))
    return Redone(n_cards, n_changes, n_cancelled, n_renewed, to_delete, tuple(without_key))


async def _end_cards(keeper: Keeper, clock: Clock) -> int:
    holders = {one.id: str(one.person_id) for one in await Card.filter(ended_on=None)}  # type: ignore[attr-defined]  # Tortoise's
    gone = keeper.find_revoked("card", holders)
    # The key of shared phones went on with the card, and does not come back either.
    people = {holders[one] for one in gone}
    await Person.filter(id__in=list(people)).update(phone_generation=F("phone_generation") + 1)
    return await Card.filter(id__in=list(gone)).update(ended_on=today(clock))


async def _withdraw_changes(keeper: Keeper, clock: Clock) -> int:
    waiting = {one.id: one for one in await IdentityChange.filter(state="waiting")}
    gone = keeper.find_revoked("change", waiting)
    for one in sorted(gone):
        await take_back(waiting[one], clock)
    return len(gone)


async def _cancel(cycle: str, keeper: Keeper) -> int:
    async def body(tx: BaseDBAsyncClient) -> int:
        rows = await Assignment.filter(cycle_id=cycle, is_cancelled=False).exclude(auth="")
        named = {f"{row.id} {row.auth}": row for row in rows}
        gone = keeper.find_revoked("assignment", named)
        if gone:
            await cancel_assignments(tx, cycle, [named[one] for one in sorted(gone)], keeper)
        return len(gone)

    return await write_tx(body)


async def _renew(cycle: str, keeper: Keeper) -> int:
    """Renew until no token is one that was renewed before: a phone may have lost its tokens more than once."""
    n_done = 0
    while True:
        rows = await Assignment.filter(cycle_id=cycle, is_cancelled=False).exclude(auth="")
        gone = keeper.find_revoked("auth", [row.auth for row in rows])
        before = {row.auth for row in rows}
        raters = sorted({str(row.rater_id) for row in rows if row.auth in gone})  # type: ignore[attr-defined]  # Tortoise's
        for rater in raters:
            await write_tx(partial(renew_tokens, person_id=rater, keeper=keeper, only=cycle))
        after = Assignment.filter(cycle_id=cycle, is_cancelled=False).exclude(auth="")
        if before == {str(one) for one in await after.values_list("auth", flat=True)}:
            return n_done
        n_done += len(gone)

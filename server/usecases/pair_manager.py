"""Another manager takes over a clarity pair that is not open yet: what the former one wrote goes, unseen."""

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import Problem, not_found
from server.usecases.cancel import cancel_assignments, checked_reason
from server.usecases.outbox import queue_mail
from server.usecases.running_add import ask, hold_running, note, refuse_raters
from server.usecases.running_refusals import ASKED_BEFORE
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Ratee
from surveys.models.results import PairView

PAIR_IS_OPEN = Problem(
    409,
    "pair_is_open",
    "Both views of this pair are open",
    "No other manager reads them; to take them away, cancel the employee.",
)


async def replace_manager(
    cycle_id: str,
    employee_id: str,
    manager_id: str,
    *,
    actor_id: str,
    reason: str,
    keeper: Keeper,
    clock: Clock,
) -> None:
    """Ask another manager of the people file in place of the one of a pair, or after that one was cancelled.

    The employee's answers stay hers to change, and she is told by mail. Raises Problem; nothing is changed then.
    """
    reason = checked_reason(reason)

    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        card = await hold_running(tx, cycle_id, clock)
        ratee = await Ratee.get_or_none(cycle_id=cycle_id, person_id=employee_id, is_cancelled=False)
        if card.kind != "clarity" or ratee is None:
            raise not_found()
        if await PairView.filter(cycle_id=cycle_id, ratee_id=employee_id).exists():
            raise PAIR_IS_OPEN
        rows = await Assignment.filter(
            cycle_id=cycle_id, ratee_id=employee_id, relationship="manager", is_cancelled=False
        )
        # The `_id` attribute is made by Tortoise and unknown to the type checker's model.
        if manager_id in {str(row.rater_id) for row in rows}:  # type: ignore[attr-defined]
            raise ASKED_BEFORE
        await cancel_assignments(tx, cycle_id, rows, keeper)
        await ask(tx, card, employee_id, {manager_id: "manager"}, keeper=keeper, clock=clock)
        await refuse_raters(card, employee_id, clock)
        await Ratee.filter(id=ratee.id).update(viewers={**dict(ratee.viewers), "manager": [manager_id]})
        await queue_mail(employee_id, "pair_manager", {"title": card.title}, clock=clock)
        return await note(tx, "pair.manager_replaced", ratee.id, reason, actor_id, keeper, clock)

    keeper.pin_audit(*await write_tx(body))

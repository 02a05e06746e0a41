"""A clarity round in a test: Ben manages Cleo, Dan and Eve; what they answer, and pairs whose views lie open."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.running_progress import fix_unit_of_employees
from surveys import sheet_store
from surveys.clarity_form import build_clarity_forms
from surveys.content import CycleContent
from surveys.content import to_document as content_document
from surveys.database import write_tx
from surveys.forms import Form
from surveys.forms import to_document as form_document
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle, CycleForm, FormDocument, Ratee
from surveys.models.people import Grant, Relation
from surveys.models.results import PairView
from surveys.policy import Policy
from surveys.policy import to_document as policy_document
from surveys.sealed_sheet import Place, seal_sheet, sheet_key
from surveys.sheet import Version
from tests.factories import MANAGER, RATEE, ROLE, id_of
from tests.site import Site
from tests.surveys import content
from tests.surveys.clarity_case import employee_cells, items, manager_cells

CYCLE = id_of("clarity round")
TITLE = "Autumn clarity"
COACH = "hugo"
FORMER_MANAGER = "iris"
EMPLOYEES = (RATEE, "dan", "eve")
SIDES = ("self", "manager")

Cells = Mapping[str, Any]


def keeper_of(site: Site) -> Keeper:
    """Give the keeper of the running application."""
    keeper: Keeper = site.app.state.keeper
    return keeper


@cache
def forms() -> Mapping[str, Form]:
    """Build the forms of both sides once: the lines of the invented pair, with levels."""
    built = build_clarity_forms(
        content.profile(),
        content.overlays("ar", "de", "es"),
        content.instruments(),
        CycleContent(items=items(), asks_level=True, asks_pulse=True),
    )
    return {str(side): form for side, form in built.items()}


def url_of(employee: str = RATEE, *, cycle: str = CYCLE) -> str:
    """Give the address of a pair's page."""
    return f"/gaps/{cycle}/{id_of(employee)}"


def api_of(employee: str = RATEE, locale: str = "en") -> str:
    """Give the address of a pair's document."""
    return f"/api/v1/pairs/{CYCLE}/{id_of(employee)}/{locale}.json"


async def start_round(site: Site, employees: Sequence[str] = EMPLOYEES, *, manager: str = MANAGER) -> None:
    """Store a launched clarity round as the launch leaves it."""
    key = keeper_of(site).create_cycle(CYCLE)
    asked = forms()

    async def body(tx: BaseDBAsyncClient) -> None:
        await _store_cycle(site, asked)
        rows = [_assignment(one, side, manager) for one in employees for side in SIDES]
        for one in employees:
            await Ratee.create(
                id=id_of(f"pair {one}"),
                cycle_id=CYCLE,
                person_id=id_of(one),
                viewers={"manager": [id_of(manager)], "coach": [], "hr": []},
            )
        for row in rows:
            row.form = asked[row.relationship].hash
        await Assignment.bulk_create(rows)
        await fix_unit_of_employees(CYCLE)
        await sheet_store.prepare(tx, CYCLE)
        await sheet_store.write(
            tx, [seal_sheet(sheet_key(key, Place(CYCLE, row.id, 1)), CYCLE, {}) for row in rows]
        )
        await _store_others()

    await write_tx(body)


async def _store_cycle(site: Site, asked: Mapping[str, Form]) -> None:
    now = site.clock.now()
    await Cycle.create(
        id=CYCLE,
        kind="clarity",
        title=TITLE,
        purpose="A talk about what is expected.",
        state="open",
        profile_version_id=id_of(ROLE),
        instrument_id=id_of("instruments"),
        policy=policy_document(Policy()),
        content=content_document(CycleContent(items=items(), asks_level=True, asks_pulse=True)),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=13),
        launched_at=now - timedelta(days=1),
    )
    for side, form in asked.items():
        await FormDocument.get_or_create(hash=form.hash, defaults={"document": form_document(form)})
        await CycleForm.create(
            id=id_of(f"form {side}"), cycle_id=CYCLE, relationship=side, form_id=form.hash, n_asked=3
        )


def _assignment(employee: str, side: str, manager: str) -> Assignment:
    rater = employee if side == "self" else manager
    return Assignment(
        id=id_of(f"{side} {employee}"),
        cycle_id=CYCLE,
        rater_id=id_of(rater),
        ratee_id=id_of(employee),
        relationship=side,
        form="",
        auth=id_of(f"auth {side} {employee}") * 2,
    )


async def _store_others() -> None:
    """Add a coach, and someone who managed Cleo before Ben."""
    await Grant.create(id=id_of("coach"), person_id=id_of(COACH), role="coach", from_on=date(2026, 1, 1))
    await Relation.create(
        id=id_of("former"),
        person_id=id_of(RATEE),
        kind="manager",
        other_id=id_of(FORMER_MANAGER),
        from_on=date(2025, 1, 1),
        to_on=date(2026, 1, 1),
    )


async def answer(
    site: Site, side: str, cells: Cells, *, employee: str = RATEE, is_final: bool = True
) -> None:
    """Hand in one side's sheet."""
    key = keeper_of(site).open_cycle(CYCLE)
    values = {**cells, "@submit": True} if is_final else dict(cells)
    sheet = {
        cell: (Version(v=tuple(v) if isinstance(v, list) else v, hlc=1, d="0" * 16, n=n, seen={}),)
        for n, (cell, v) in enumerate(values.items(), 1)
    }
    sealed = seal_sheet(sheet_key(key, Place(CYCLE, id_of(f"{side} {employee}"), 1)), CYCLE, sheet)

    async def body(tx: BaseDBAsyncClient) -> None:
        await sheet_store.write(tx, [sealed])

    await write_tx(body)


def complete(cells: Cells) -> dict[str, Any]:
    """Add what a final sheet of the employee needs besides the lines: the role pulse."""
    return {**cells, **{f"G{n}.pulse": 4 for n in range(1, 7)}}


async def open_views(
    site: Site,
    employee: str = RATEE,
    *,
    sides: str = "both",
    own: Cells | None = None,
    managers: Cells | None = None,
) -> None:
    """Let the views of a pair lie open, as the opening leaves them: the sheets are gone."""
    document = {
        "forms": {side: form.hash for side, form in forms().items()},
        "self": {**employee_cells(), **(own or {})} if sides != "manager" else {},
        "manager": {**manager_cells(), **(managers or {})} if sides != "self" else {},
        "pulse": {f"G{n}.pulse": 4 for n in range(1, 7)},
    }
    keeper = keeper_of(site)
    key = keeper.open_cycle(CYCLE)
    sealed = keeper.seal_pair(CYCLE, id_of(employee), document)
    gone = [key.sheet_id(id_of(f"{side} {employee}"), 1) for side in SIDES]

    async def body(tx: BaseDBAsyncClient) -> None:
        await PairView.create(
            id=id_of(f"view {employee}"),
            cycle_id=CYCLE,
            ratee_id=id_of(employee),
            sides=sides,
            ciphertext=sealed,
        )
        await sheet_store.remove(tx, CYCLE, gone)

    await write_tx(body)


async def set_state(state: str) -> None:
    """Move the round to a state; from closing on nobody is asked any more."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.filter(id=CYCLE).update(
            state=state, released_at=datetime(2026, 11, 20, tzinfo=UTC) if state == "released" else None
        )
        if state in ("released", "done"):
            await Assignment.filter(cycle_id=CYCLE).delete()

    await write_tx(body)

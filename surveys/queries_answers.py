"""Reads around the sealed sheets: whose token it is, what the cycle's state is, which cells a form has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.form_cells import CellSpec, FormNeeds, cells, needs_of
from surveys.forms import from_document
from surveys.lifecycle import State, as_state, state_at
from surveys.models.cycles import Cycle, FormDocument
from surveys.sealed_sheet import Place


@dataclass(frozen=True, slots=True)
class SheetOwner:
    """The assignment a write token belongs to."""

    auth: str
    place: Place
    form: str
    may_read: bool  # the identity binding is unchanged since launch


@dataclass(frozen=True, slots=True)
class FormCells:
    """What a form asks, ready for checking."""

    specs: Mapping[str, CellSpec]
    needs: FormNeeds


async def find_owners(client: BaseDBAsyncClient, auths: Collection[str]) -> dict[str, SheetOwner]:
    """Find whose tokens these are; cancelled assignments own none."""
    # Plain statements here: building them through the ORM took as long as merging the sheets.
    rows = await _select(
        client,
        "SELECT auth, id, cycle_id, generation, form, is_identity_changed FROM assignment "
        "WHERE auth IN ({marks}) AND NOT is_cancelled",
        auths,
    )
    return {
        row["auth"]: SheetOwner(
            row["auth"],
            Place(row["cycle_id"], row["id"], row["generation"]),
            row["form"],
            not row["is_identity_changed"],
        )
        for row in rows
    }


async def find_revoked(client: BaseDBAsyncClient, auths: Collection[str]) -> set[tuple[str, str]]:
    """Find which of these once opened a sheet: (auth, cycle)."""
    rows = await _select(client, "SELECT auth, cycle_id FROM revoked_auth WHERE auth IN ({marks})", auths)
    return {(row["auth"], row["cycle_id"]) for row in rows}


async def find_states(
    client: BaseDBAsyncClient, cycle_ids: Collection[str], *, now: datetime
) -> dict[str, State]:
    """Give the state of each cycle that exists; a scheduled one opens by the clock, even before the job has run."""
    rows = await _select(client, "SELECT id, state FROM cycle WHERE id IN ({marks})", cycle_ids)
    states = {row["id"]: as_state(row["state"]) for row in rows}
    scheduled = [one for one, state in states.items() if state == "scheduled"]
    if scheduled:
        for cycle in await Cycle.filter(id__in=scheduled).using_db(client):
            states[cycle.id] = state_at(opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=now)
    return states


async def load_forms(hashes: Iterable[str]) -> dict[str, FormCells]:
    """Load forms for checking; a form never changes, so the caller may keep them."""
    rows = await FormDocument.filter(hash__in=list(set(hashes)))
    forms = {row.hash: from_document(row.document) for row in rows}
    return {name: FormCells(cells(form), needs_of(form)) for name, form in forms.items()}


async def _select(client: BaseDBAsyncClient, statement: str, values: Collection[str]) -> Sequence[Any]:
    """Run a statement over a list of texts; rows of both drivers are read by column name."""
    if not values:
        return ()
    is_postgres = client.capabilities.dialect == "postgres"
    marks = (
        ", ".join(f"${n + 1}" for n in range(len(values))) if is_postgres else ", ".join("?" * len(values))
    )
    _, rows = await client.execute_query(statement.replace("{marks}", marks), list(values))
    return rows

"""Reads around the sealed sheets: whose token it is, what the cycle's state is, which cells a form has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.form_cells import CellSpec, FormNeeds, cells, needs_of
from surveys.forms import Form, from_document
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
    ratee: str
    is_opened: bool  # both sides of the clarity pair were final: its answers are frozen


@dataclass(frozen=True, slots=True)
class PairSide:
    """One side of a clarity pair that is not open yet."""

    ratee: str
    relationship: str
    form: str
    place: Place


@dataclass(frozen=True, slots=True)
class FormCells:
    """What a form asks, ready for checking."""

    form: Form
    specs: Mapping[str, CellSpec]
    needs: FormNeeds


async def find_owners(client: BaseDBAsyncClient, auths: Collection[str]) -> dict[str, SheetOwner]:
    """Find whose tokens these are; cancelled assignments own none."""
    # Plain statements here: building them through the ORM took as long as merging the sheets.
    rows = await _select(
        client,
        "SELECT a.auth, a.id, a.cycle_id, a.ratee_id, a.generation, a.form, a.is_identity_changed, p.id AS pair_id "
        "FROM assignment a LEFT JOIN pair_view p ON p.cycle_id = a.cycle_id AND p.ratee_id = a.ratee_id "
        "WHERE a.auth IN ({marks}) AND NOT a.is_cancelled",
        auths,
    )
    return {
        row["auth"]: SheetOwner(
            row["auth"],
            Place(row["cycle_id"], row["id"], row["generation"]),
            row["form"],
            not row["is_identity_changed"],
            row["ratee_id"],
            row["pair_id"] is not None,
        )
        for row in rows
    }


async def find_open_pairs(
    client: BaseDBAsyncClient, cycle_id: str, *, employee: str | None = None
) -> tuple[PairSide, ...]:
    """Find the sides of the clarity pairs of a cycle that are not open yet; none in a cycle of another kind."""
    rows = await _select(
        client,
        "SELECT a.id, a.ratee_id, a.relationship, a.form, a.generation FROM assignment a "
        "JOIN cycle c ON c.id = a.cycle_id "
        "LEFT JOIN pair_view p ON p.cycle_id = a.cycle_id AND p.ratee_id = a.ratee_id "
        "WHERE a.cycle_id IN ({marks}) AND c.kind = 'clarity' AND NOT a.is_cancelled AND p.id IS NULL ORDER BY a.id",
        [cycle_id],
    )
    return tuple(
        PairSide(
            row["ratee_id"],
            row["relationship"],
            row["form"],
            Place(cycle_id, row["id"], row["generation"]),
        )
        for row in rows
        if employee is None or row["ratee_id"] == employee
    )


async def find_opened(client: BaseDBAsyncClient, auths: Collection[str]) -> set[str]:
    """Find which of these tokens belong to a pair that is open."""
    return {auth for auth, owner in (await find_owners(client, auths)).items() if owner.is_opened}


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
    return {name: FormCells(form, cells(form), needs_of(form)) for name, form in forms.items()}


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

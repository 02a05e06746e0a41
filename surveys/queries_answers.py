"""Reads around the sealed sheets: whose token it is, what the cycle's state is, which cells a form has."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import Relationship
from surveys import sheet_store
from surveys.database import reader
from surveys.form_cells import CellSpec, cells, required_cells
from surveys.forms import Form, from_document
from surveys.items import RELATIONSHIPS
from surveys.keeper import Keeper
from surveys.lifecycle import State, as_state, state_at
from surveys.models.cycles import Assignment, Cycle, CycleForm, FormDocument, RevokedAuth
from surveys.sealed_sheet import Place, key_of, open_sheet
from surveys.sheet import is_final


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
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment as the closing reads it."""

    place: Place
    rater: str
    ratee: str
    relationship: Relationship
    form: str


async def find_owners(client: BaseDBAsyncClient, auths: Collection[str]) -> dict[str, SheetOwner]:
    """Find whose tokens these are; cancelled assignments own none."""
    rows = (
        await Assignment.filter(auth__in=list(auths), is_cancelled=False)
        .using_db(client)
        .values_list("auth", "id", "cycle_id", "generation", "form", "is_identity_changed")
    )
    return {
        str(auth): SheetOwner(
            str(auth), Place(str(cycle), str(one), int(generation)), str(form), not is_changed
        )
        for auth, one, cycle, generation, form, is_changed in rows
    }


async def find_revoked(client: BaseDBAsyncClient, auths: Collection[str]) -> set[tuple[str, str]]:
    """Find which of these once opened a sheet: (auth, cycle)."""
    if not auths:
        return set()
    rows = await RevokedAuth.filter(auth__in=list(auths)).using_db(client).values_list("auth", "cycle_id")
    return {(str(auth), str(cycle)) for auth, cycle in rows}


async def find_states(
    client: BaseDBAsyncClient, cycle_ids: Collection[str], *, now: datetime
) -> dict[str, State]:
    """Give the state of each cycle that exists; a scheduled one opens by the clock, even before the job has run."""
    rows = (
        await Cycle.filter(id__in=list(cycle_ids))
        .using_db(client)
        .values_list("id", "state", "opens_at", "closes_at")
    )
    found: dict[str, State] = {}
    for cycle_id, word, opens_at, closes_at in rows:
        state = as_state(str(word))
        if state == "scheduled":
            state = state_at(opens_at=opens_at, closes_at=closes_at, now=now)
        found[str(cycle_id)] = state
    return found


async def load_forms(hashes: Iterable[str]) -> dict[str, FormCells]:
    """Load forms for checking; a form never changes, so the caller may keep them."""
    rows = await FormDocument.filter(hash__in=list(set(hashes)))
    return {row.hash: cells_of(from_document(row.document)) for row in rows}


def cells_of(form: Form) -> FormCells:
    """Give what a form asks."""
    return FormCells(cells(form), required_cells(form))


async def load_cycle_forms(cycle_id: str) -> dict[Relationship, Form]:
    """Load the forms of a cycle by relationship."""
    rows = await CycleForm.filter(cycle_id=cycle_id).select_related("form")
    by_name = {row.relationship: from_document(row.form.document) for row in rows}
    return {name: by_name[name] for name in RELATIONSHIPS if name in by_name}


async def list_rows(client: BaseDBAsyncClient, cycle_id: str) -> list[Row]:
    """List the assignments of a cycle that are not cancelled, by id."""
    rows = (
        await Assignment.filter(cycle_id=cycle_id, is_cancelled=False)
        .using_db(client)
        .order_by("id")
        .values_list("id", "generation", "rater_id", "ratee_id", "relationship", "form")
    )
    known: dict[str, Relationship] = {name: name for name in RELATIONSHIPS}
    return [
        Row(Place(cycle_id, str(one), int(generation)), str(rater), str(ratee), known[str(name)], str(form))
        for one, generation, rater, ratee, name, form in rows
    ]


async def is_sheet_final(assignment_id: str, *, keeper: Keeper) -> bool:
    """Tell whether a sheet is final now; the answer is used and forgotten, never stored."""
    row = await Assignment.get(id=assignment_id)
    cycle_id = str(row.cycle_id)  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute
    place = Place(cycle_id, row.id, row.generation)
    key = keeper.open_cycle(cycle_id)
    found = await sheet_store.read(reader(), [key_of(key, place)])
    if not found:
        return False
    forms = await load_forms([row.form])
    return is_final(open_sheet(key, place, found[key_of(key, place)]), forms[row.form].required)

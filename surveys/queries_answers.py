"""Reads around the sealed sheets: whose token it is, what the cycle's state is, which cells a form has."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.form_cells import CellSpec, cells, required_cells
from surveys.forms import from_document
from surveys.lifecycle import State, as_state, state_at
from surveys.models.cycles import Assignment, Cycle, FormDocument, RevokedAuth
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
    required: tuple[str, ...]


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
    forms = {row.hash: from_document(row.document) for row in rows}
    return {name: FormCells(cells(form), required_cells(form)) for name, form in forms.items()}

"""New tokens for a person: what lies in a lost or foreign phone opens nothing any more, what was answered stays."""

from collections import defaultdict

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys import sheet_store
from surveys.database import lock_cycles
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, RevokedAuth
from surveys.sealed_sheet import Place, key_of, open_sheet, seal_sheet, sheet_key
from surveys.sealing import auth_of

TAKES_NEW_TOKENS = ("scheduled", "open", "grace")


async def renew_tokens(
    tx: BaseDBAsyncClient, person_id: str, *, keeper: Keeper, only: str | None = None
) -> None:
    """Move every open sheet of a rater, of one cycle or of all, to a new generation; inside the caller's transaction."""
    cycles = await _open_rows(person_id, only)
    await lock_cycles(tx, cycles, is_shared=False)
    for cycle, rows in (await _open_rows(person_id, only)).items():
        key = keeper.open_cycle(cycle)
        for row in rows:
            old, new = (Place(cycle, row.id, row.generation + step) for step in (0, 1))
            found = await sheet_store.read(tx, [key_of(key, old)], is_to_change=True)
            if not found:
                continue  # the pair is open: there is nothing left to write into
            sheet = open_sheet(sheet_key(key, old), found[key_of(key, old)])
            await sheet_store.write(tx, [seal_sheet(sheet_key(key, new), cycle, sheet)])
            await sheet_store.remove(tx, cycle, [key_of(key, old)[1]])
            await RevokedAuth.create(auth=row.auth, cycle_id=cycle)
            keeper.note_revoked("auth", [row.auth])
            auth = auth_of(key.write_token(row.id, new.generation))
            await Assignment.filter(id=row.id).update(generation=new.generation, auth=auth)


async def _open_rows(person_id: str, only: str | None) -> dict[str, list[Assignment]]:
    rows: dict[str, list[Assignment]] = defaultdict(list)
    asked = Assignment.filter(rater_id=person_id, is_cancelled=False, cycle__state__in=TAKES_NEW_TOKENS)
    if only is not None:
        asked = asked.filter(cycle_id=only)
    for row in await asked.exclude(auth="").order_by("cycle_id", "id"):
        rows[str(row.cycle_id)].append(row)  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
    return rows

"""The table of sealed sheets, in bulk statements for both databases."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.errors import SurveysError

CYCLE_ID = re.compile(r"[0-9a-f]{32}")
BATCH = 400  # well under the number of values a statement may carry
T = TypeVar("T")
Key = tuple[str, str]  # cycle, sheet id

_UPSERT = {
    "sqlite": (
        "INSERT INTO sheet (cycle, sheet_id, rev, ciphertext) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (cycle, sheet_id) DO UPDATE SET rev = excluded.rev, ciphertext = excluded.ciphertext"
    ),
    "postgres": (
        "INSERT INTO sheet (cycle, sheet_id, rev, ciphertext) "
        "SELECT * FROM unnest($1::varchar[], $2::varchar[], $3::varchar[], $4::bytea[]) "
        "ON CONFLICT (cycle, sheet_id) DO UPDATE SET rev = excluded.rev, ciphertext = excluded.ciphertext"
    ),
}


class UnknownCycle(SurveysError):
    """A name that is no id of a cycle; it never reaches a statement."""


@dataclass(frozen=True, slots=True)
class SealedSheet:
    """One row: nothing in it says whose it is, when it was written, or whether anything is in it."""

    cycle: str
    sheet_id: str
    rev: str
    ciphertext: bytes


async def prepare(tx: BaseDBAsyncClient, cycle: str) -> None:
    """Make room for the sheets of a cycle: on PostgreSQL a partition, so that they can go in one piece."""
    if _is_postgres(tx):
        await tx.execute_query(
            f"CREATE TABLE IF NOT EXISTS \"sheet_{_checked(cycle)}\" PARTITION OF sheet FOR VALUES IN ('{cycle}')"
        )


async def destroy(tx: BaseDBAsyncClient, cycle: str) -> None:
    """Remove every sheet of a cycle."""
    if _is_postgres(tx):
        await tx.execute_query(f'DROP TABLE IF EXISTS "sheet_{_checked(cycle)}"')
    else:
        await tx.execute_query("DELETE FROM sheet WHERE cycle = ?", [cycle])


async def write(tx: BaseDBAsyncClient, sheets: Sequence[SealedSheet]) -> None:
    """Insert or replace sheets, ordered by id, in one statement for each few hundred."""
    ordered = sorted(sheets, key=lambda sheet: (sheet.cycle, sheet.sheet_id))
    for some in _batches(ordered):
        rows = [[one.cycle, one.sheet_id, one.rev, one.ciphertext] for one in some]
        if _is_postgres(tx):
            await tx.execute_query(_UPSERT["postgres"], [list(column) for column in zip(*rows, strict=True)])
        else:
            await tx.execute_many(_UPSERT["sqlite"], rows)


async def read(
    client: BaseDBAsyncClient, keys: Iterable[Key], *, is_to_change: bool = False
) -> dict[Key, bytes]:
    """Read sheets by id; those that are not there are left out.

    `is_to_change` holds them, in the order of their ids, until the transaction ends.
    """
    by_cycle: dict[str, list[str]] = defaultdict(list)
    for cycle, sheet_id in sorted(set(keys)):
        by_cycle[cycle].append(sheet_id)
    found: dict[Key, bytes] = {}
    for cycle, sheet_ids in by_cycle.items():
        for some in _batches(sheet_ids):
            for row in await _select(client, cycle, some, is_to_change=is_to_change):
                found[cycle, str(row["sheet_id"])] = bytes(row["ciphertext"])
    return found


async def remove(tx: BaseDBAsyncClient, cycle: str, sheet_ids: Sequence[str]) -> None:
    """Remove some sheets of a cycle."""
    for some in _batches(sheet_ids):
        marks = _marks(tx, len(some), start=2)
        first = "$1" if _is_postgres(tx) else "?"
        await tx.execute_query(
            f"DELETE FROM sheet WHERE cycle = {first} AND sheet_id IN ({marks})", [cycle, *some]
        )


async def count(client: BaseDBAsyncClient, cycle: str) -> int:
    """Count the sheets of a cycle."""
    mark = "$1" if _is_postgres(client) else "?"
    _, rows = await client.execute_query(f"SELECT count(*) AS n FROM sheet WHERE cycle = {mark}", [cycle])
    return int(rows[0]["n"])


async def each(client: BaseDBAsyncClient, cycle: str) -> AsyncIterator[tuple[str, bytes]]:
    """Go through all sheets of a cycle in the order of their ids, a few hundred at a time."""
    after = ""
    cycle_mark, after_mark = ("$1", "$2") if _is_postgres(client) else ("?", "?")
    statement = (
        f"SELECT sheet_id, ciphertext FROM sheet WHERE cycle = {cycle_mark} AND sheet_id > {after_mark} "
        f"ORDER BY sheet_id LIMIT {BATCH}"
    )
    while True:
        _, rows = await client.execute_query(statement, [cycle, after])
        for row in rows:
            after = str(row["sheet_id"])
            yield after, bytes(row["ciphertext"])
        if len(rows) < BATCH:
            return


async def _select(
    client: BaseDBAsyncClient, cycle: str, sheet_ids: Sequence[str], *, is_to_change: bool
) -> Sequence[Any]:
    marks = _marks(client, len(sheet_ids), start=2)
    first = "$1" if _is_postgres(client) else "?"
    lock = " ORDER BY sheet_id FOR UPDATE" if is_to_change and _is_postgres(client) else ""
    _, rows = await client.execute_query(
        f"SELECT sheet_id, ciphertext FROM sheet WHERE cycle = {first} AND sheet_id IN ({marks}){lock}",
        [cycle, *sheet_ids],
    )
    return rows


def _is_postgres(client: BaseDBAsyncClient) -> bool:
    return client.capabilities.dialect == "postgres"


def _marks(client: BaseDBAsyncClient, n: int, *, start: int) -> str:
    if _is_postgres(client):
        return ", ".join(f"${number}" for number in range(start, start + n))
    return ", ".join("?" * n)


def _batches(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]


def _checked(cycle: str) -> str:
    if not CYCLE_ID.fullmatch(cycle):
        raise UnknownCycle(f"{cycle!r} is no id of a cycle")
    return cycle

"""One batch of sheets in one transaction of the database; what it comes to is decided in `sync_merge`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, millis
from server.usecases.sync_merge import Batch, Pair, Reply, Standing, check
from server.wire import SentSheet
from surveys import sheet_store
from surveys.database import lock_cycles, reader, write_tx
from surveys.keeper import Keeper
from surveys.queries_answers import (
    FormCells,
    find_opened,
    find_owners,
    find_revoked,
    find_states,
    load_forms,
)
from surveys.sealing import auth_of
from surveys.sheet_store import Key


@dataclass(frozen=True, slots=True)
class Applied:
    """What a commit stored: the reply to each sheet, and the clarity pairs of which one side became final."""

    replies: list[Reply]
    ready: frozenset[Pair]


@dataclass(slots=True)
class Known:
    """What never changes and need not be read again: the form each token was made for, and what each form asks."""

    form_of: dict[str, str] = field(default_factory=dict)  # by auth
    forms: dict[str, FormCells] = field(default_factory=dict)  # by hash

    def cells(self, auth: str) -> FormCells | None:
        """Give what the sheet of a token may hold; None for a token nobody made."""
        return self.forms.get(self.form_of.get(auth, ""))

    async def learn(self, auths: Collection[str]) -> None:
        """Look up tokens seen for the first time."""
        new = set(auths) - self.form_of.keys()
        if not new:
            return
        found = {auth: owner.form for auth, owner in (await find_owners(reader(), new)).items()}
        hashes = set(found.values()) - self.forms.keys()
        if hashes:
            self.forms.update(await load_forms(hashes))
        self.form_of.update(found)


async def apply_batch(sheets: Sequence[SentSheet], *, keeper: Keeper, clock: Clock, known: Known) -> Applied:
    """Merge the sheets in order and give each its reply; raises what the database raises, then nothing is stored."""
    auths = [auth_of(sent.write) for sent in sheets]
    await known.learn(auths)
    forms = [known.cells(auth) for auth in auths]
    now_ms = millis(clock.now())
    checked = [check(sent, form, now_ms) for sent, form in zip(sheets, forms, strict=True)]

    async def body(tx: BaseDBAsyncClient) -> Applied:
        await lock_cycles(tx, (sent.cycle for sent in sheets), is_shared=True)
        batch = Batch(await _standing(tx, sheets, auths, clock))
        await _load(tx, batch, batch.keys(sheets, auths, keeper.open_cycle))
        replies = [batch.take(*one) for one in zip(sheets, auths, forms, checked, strict=True)]
        await sheet_store.write(tx, list(batch.dirty.values()))
        return Applied(replies, frozenset(batch.ready))

    return await write_tx(body)


async def _load(tx: BaseDBAsyncClient, batch: Batch, keys: Mapping[Key, str]) -> None:
    stored = await sheet_store.read(tx, keys, is_to_change=True)
    gone = {auth for key, auth in keys.items() if key not in stored}
    if gone:
        # Its pair was opened while this transaction waited for the sheet; writing it again would lose the answers.
        batch.standing.opened.update(await find_opened(tx, gone))
    batch.open(keys, stored)


async def _standing(
    client: BaseDBAsyncClient, sheets: Sequence[SentSheet], auths: Sequence[str], clock: Clock
) -> Standing:
    owners = await find_owners(client, set(auths))
    states = await find_states(client, {sent.cycle for sent in sheets}, now=clock.now())
    opened = {auth for auth, owner in owners.items() if owner.is_opened}
    return Standing(states, owners, await find_revoked(client, set(auths) - owners.keys()), opened)

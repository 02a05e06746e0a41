"""One batch of sheets: who may write, what is refused, what is merged, what each phone is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, millis
from server.usecases.sync_named import Refused, unnamed, wanted
from server.wire import MOST_SEEN, SentSheet, SentVersion
from surveys import sheet_store
from surveys.database import lock_cycles, reader, write_tx
from surveys.form_cells import check_value, is_final, still_needed
from surveys.keeper import Keeper
from surveys.lifecycle import ENDED, TAKES_ANSWERS, State
from surveys.queries_answers import (
    FormCells,
    SheetOwner,
    find_opened,
    find_owners,
    find_revoked,
    find_states,
    load_forms,
)
from surveys.sealed_sheet import open_sheet, seal_sheet, sheet_key
from surveys.sealing import CycleKey, SheetKey, SheetTooLarge, auth_of, is_equal
from surveys.sheet import Sheet, Version, merge_bounded, merge_versions, read_value, to_document
from surveys.sheet_store import Key, SealedSheet

MOST_AHEAD_MS = 60 * 60 * 1000

Reply = dict[str, Any]  # JSON
Pair = tuple[str, str]  # cycle, employee


@dataclass(slots=True)
class Checked:
    """What of a sent sheet may be merged, and what is refused with its reason."""

    accepted: Sheet = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says now about the tokens and cycles of a batch."""

    states: Mapping[str, State]
    owners: Mapping[str, SheetOwner]
    revoked: set[tuple[str, str]]
    opened: set[str]  # tokens of pairs that were opened

    def status(self, sent: SentSheet, auth: str) -> str:
        """Decide the status of a sheet, in the order of docs/wire.md."""
        state = self.states.get(sent.cycle)
        if state is None:
            return "unknown"
        if state in ENDED:
            return "closed"
        owner = self.owners.get(auth)
        if owner is not None and owner.place.cycle == sent.cycle:
            if auth in self.opened:
                return "opened"
            if state in TAKES_ANSWERS:
                return "ok"
        return "revoked" if (auth, sent.cycle) in self.revoked else "unknown"


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
    now_ms = millis(clock.now())
    checked = [_check(sent, known.cells(auth), now_ms) for sent, auth in zip(sheets, auths, strict=True)]

    async def body(tx: BaseDBAsyncClient) -> Applied:
        await lock_cycles(tx, (sent.cycle for sent in sheets), is_shared=True)
        standing = await _standing(tx, sheets, auths, clock)
        batch = _Batch(standing, known, keeper)
        await batch.load(tx, sheets, auths)
        replies = [batch.take(*one) for one in zip(sheets, auths, checked, strict=True)]
        await sheet_store.write(tx, list(batch.dirty.values()))
        return Applied(replies, frozenset(batch.ready))

    return await write_tx(body)


def reply_without_storing(sent: SentSheet) -> Reply:
    """Say honestly that nothing was taken: every named cell is still wanted."""
    named = {cell for cell, versions in sent.cells.items() if versions}
    return {"status": "ok", "want": sorted(named.union(*(set(held) for held in sent.have.values())))}


class _Batch:
    """The sheets of one transaction while it lasts; two requests for one sheet meet here in order."""

    def __init__(self, standing: Standing, known: Known, keeper: Keeper) -> None:
        self.standing = standing
        self.dirty: dict[Key, SealedSheet] = {}
        self.ready: set[Pair] = set()
        self._known = known
        self._keeper = keeper
        self._keys: dict[str, CycleKey] = {}
        self._sheet_keys: dict[str, SheetKey] = {}  # by auth
        self._sheets: dict[Key, dict[str, tuple[Version, ...]]] = {}

    async def load(self, tx: BaseDBAsyncClient, sheets: Sequence[SentSheet], auths: Sequence[str]) -> None:
        """Read and open every sheet that may be written."""
        owners = [
            self.standing.owners[auth]
            for sent, auth in zip(sheets, auths, strict=True)
            if self.standing.status(sent, auth) == "ok"
        ]
        self._keys = {cycle: self._keeper.open_cycle(cycle) for cycle in {one.place.cycle for one in owners}}
        for one in owners:
            self._sheet_keys[one.auth] = sheet_key(self._keys[one.place.cycle], one.place)
        keys = {
            (one.place.cycle, self._sheet_keys[one.auth].sheet_id): self._sheet_keys[one.auth]
            for one in owners
        }
        stored = await sheet_store.read(tx, keys, is_to_change=True)
        gone = {
            one.auth for one in owners if (one.place.cycle, self._sheet_keys[one.auth].sheet_id) not in stored
        }
        if gone:
            # Its pair was opened while this transaction waited for the sheet; writing it again would lose the answers.
            self.standing.opened.update(await find_opened(tx, gone))
        for key, one_key in keys.items():
            sealed = stored.get(key)
            self._sheets[key] = {} if sealed is None else dict(open_sheet(one_key, sealed))

    def take(self, sent: SentSheet, auth: str, checked: Checked) -> Reply:
        """Merge one sent sheet and write its reply."""
        status = self.standing.status(sent, auth)
        if status != "ok":
            return {"status": status, "want": []}
        owner = self.standing.owners[auth]
        key = (owner.place.cycle, self._sheet_keys[auth].sheet_id)
        form = self._known.cells(auth)
        if form is None:
            return reply_without_storing(sent)
        current = self._sheets[key]
        merged, no_room = _merged(current, checked.accepted)
        refused = checked.refused + no_room
        if merged != current:
            try:
                self.dirty[key] = seal_sheet(self._sheet_keys[auth], owner.place.cycle, merged)
            except SheetTooLarge:
                refused = checked.refused + [
                    _refuse(cell, version, "too_long")
                    for cell, versions in checked.accepted.items()
                    for version in versions
                ]
                merged = current
            self._sheets[key] = merged
            if form.form.kind == "clarity" and is_final(form.needs, merged):
                self.ready.add((owner.place.cycle, owner.ratee))
        reply: Reply = {"status": "ok", "want": wanted(sent, merged, refused, form)}
        if refused:
            reply["refused"] = refused
        if self._may_read(sent, owner, self._keys[owner.place.cycle]):
            needs = still_needed(form.needs, merged)
            reply |= {
                "cells": to_document(unnamed(sent, merged)),
                "final": not needs and read_value(merged.get("@submit", ())) is True,
                "needs": list(needs),
            }
        return reply

    def _may_read(self, sent: SentSheet, owner: SheetOwner, key: CycleKey) -> bool:
        if sent.read is None or not owner.may_read:
            return False
        return is_equal(sent.read, key.read_token(owner.place.assignment, owner.place.generation))


async def _standing(
    client: BaseDBAsyncClient, sheets: Sequence[SentSheet], auths: Sequence[str], clock: Clock
) -> Standing:
    owners = await find_owners(client, set(auths))
    states = await find_states(client, {sent.cycle for sent in sheets}, now=clock.now())
    opened = {auth for auth, owner in owners.items() if owner.is_opened}
    return Standing(states, owners, await find_revoked(client, set(auths) - owners.keys()), opened)


def _check(sent: SentSheet, form: FormCells | None, now_ms: int) -> Checked:
    checked = Checked()
    if form is None:
        return checked
    accepted: dict[str, tuple[Version, ...]] = {}
    latest = now_ms + MOST_AHEAD_MS
    for cell, versions in sent.cells.items():
        spec = form.specs.get(cell)
        kept = []
        for one in versions:
            reason = _reason(one, latest) or check_value(spec, one.v)
            if reason is None:
                # The only list a form takes is one of words.
                value = tuple(one.v) if isinstance(one.v, list) else one.v
                kept.append(Version(value, one.hlc, one.d, one.n, one.seen))
            else:
                checked.refused.append(_refuse(cell, one, reason))
        if kept:
            accepted[cell] = tuple(kept) if len(kept) == 1 else merge_versions((), kept)
    checked.accepted = accepted
    return checked


def _merged(
    current: Mapping[str, tuple[Version, ...]], accepted: Sheet
) -> tuple[dict[str, tuple[Version, ...]], list[Refused]]:
    merged = dict(current)
    refused: list[Refused] = []
    for cell, versions in accepted.items():
        merged[cell], no_room = merge_bounded(current.get(cell, ()), versions)
        refused += [_refuse(cell, one, "bad_version") for one in no_room]
    return merged, refused


def _reason(version: SentVersion, latest: int) -> str | None:
    if version.hlc > latest:
        return "clock"
    seen = version.seen
    if len(seen) > MOST_SEEN or seen.get(version.d, 0) >= version.n:
        return "bad_version"
    return None


def _refuse(cell: str, version: SentVersion | Version, reason: str) -> Refused:
    return {"cell": cell, "d": version.d, "n": version.n, "reason": reason}

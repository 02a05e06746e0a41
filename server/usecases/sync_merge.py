"""What one batch of sheets comes to: who may write, what is refused, what is merged, what each phone is told.

Nothing here reads or writes a database, so that any order of faults can be played against the very same rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.usecases.sync_named import Refused, unnamed, wanted
from server.wire import MOST_SEEN, SentSheet, SentVersion
from surveys.form_cells import check_value, is_final, still_needed
from surveys.lifecycle import ENDED, TAKES_ANSWERS, State
from surveys.queries_answers import FormCells, SheetOwner
from surveys.sealed_sheet import open_sheet, seal_sheet, sheet_key
from surveys.sealing import CycleKey, SheetKey, SheetTooLarge, is_equal
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


def reply_without_storing(sent: SentSheet) -> Reply:
    """Say honestly that nothing was taken: every named cell is still wanted."""
    named = {cell for cell, versions in sent.cells.items() if versions}
    return {"status": "ok", "want": sorted(named.union(*(set(held) for held in sent.have.values())))}


class Batch:
    """The sheets of one transaction while it lasts; two requests for one sheet meet here in order."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.dirty: dict[Key, SealedSheet] = {}
        self.ready: set[Pair] = set()
        self._keys: dict[str, CycleKey] = {}
        self._sheet_keys: dict[str, SheetKey] = {}  # by auth
        self._sheets: dict[Key, dict[str, tuple[Version, ...]]] = {}

    def keys(
        self, sheets: Sequence[SentSheet], auths: Sequence[str], open_cycle: Callable[[str], CycleKey]
    ) -> dict[Key, str]:
        """Name the row of every sheet that may be written, with its token; raises what `open_cycle` raises."""
        owners = [
            self.standing.owners[auth]
            for sent, auth in zip(sheets, auths, strict=True)
            if self.standing.status(sent, auth) == "ok"
        ]
        self._keys = {cycle: open_cycle(cycle) for cycle in {one.place.cycle for one in owners}}
        for one in owners:
            self._sheet_keys[one.auth] = sheet_key(self._keys[one.place.cycle], one.place)
        return {(one.place.cycle, self._sheet_keys[one.auth].sheet_id): one.auth for one in owners}

    def open(self, keys: Mapping[Key, str], stored: Mapping[Key, bytes]) -> None:
        """Open the stored sheets; one that was never stored is empty. Raises Unreadable."""
        for key, auth in keys.items():
            sealed = stored.get(key)
            self._sheets[key] = {} if sealed is None else dict(open_sheet(self._sheet_keys[auth], sealed))

    def take(self, sent: SentSheet, auth: str, form: FormCells | None, checked: Checked) -> Reply:
        """Merge one sent sheet and write its reply."""
        status = self.standing.status(sent, auth)
        if status != "ok":
            return {"status": status, "want": []}
        owner = self.standing.owners[auth]
        key = (owner.place.cycle, self._sheet_keys[auth].sheet_id)
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


def check(sent: SentSheet, form: FormCells | None, now_ms: int) -> Checked:
    """Sort what was sent into what may be merged and what is refused; `form` is None for a token nobody made."""
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

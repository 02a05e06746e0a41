"""One simulated server: rows in memory, and the real functions that decide what becomes of them."""

import copy
import os
from dataclasses import replace
from typing import Any, Literal

from bench.sim.forms import BY_HASH, FEEDBACK, OTHER, OWN
from bench.sim.tables import Marks, Row, Tables
from server.errors import KEYS_MISSING, Problem
from server.usecases.sync import answer_to_failure
from server.usecases.sync_merge import Batch, Pair, Reply, Standing, check
from server.wire import PROTOCOL, SentSheet, read_request
from surveys.form_cells import is_final
from surveys.keeper import CycleIsClosed, KeyMissing
from surveys.lifecycle import TAKES_ANSWERS
from surveys.pair_answers import freeze_side
from surveys.queries_answers import SheetOwner
from surveys.sealed_sheet import Place, key_of, open_sheet, seal_sheet, sheet_key
from surveys.sealing import CycleKey, auth_of
from surveys.sheet import Sheet, to_document
from surveys.sheet_store import Key

ROUND, CLARITY = "c" * 32, "e" * 32
Fate = Literal["ok", "cancelled", "opened", "closed"]
Json = dict[str, Any]


class SimServer:
    """A server with one 360 round and one clarity pair; `c1`, `c2` are asked by Ada, `own` too, `other` by Ben."""

    def __init__(self) -> None:
        rows = [
            Row(name.ljust(32, "0"), ROUND, "ada", f"ratee {name}", "peer", FEEDBACK.form.hash)
            for name in ("c1", "c2")
        ]
        rows.append(Row("a0".ljust(32, "0"), CLARITY, "ada", "ada", "self", OWN.form.hash))
        rows.append(Row("b0".ljust(32, "0"), CLARITY, "ben", "ada", "manager", OTHER.form.hash))
        self.marks = Marks({cycle: os.urandom(32) for cycle in (ROUND, CLARITY)})
        self.tables = Tables({}, {ROUND: "open", CLARITY: "open"})
        self.epoch = 1
        self.frozen: dict[str, Json] = {}  # what was frozen when a cycle was closed or a pair opened
        self._at_close: dict[Key, bytes] = {}
        self._backup = copy.deepcopy(self.tables)
        self._ready: set[Pair] = set()
        for row in rows:
            self._put(row, {})
        self.back_up()

    # What the operator, HR and the hours do.

    def back_up(self) -> None:
        """Take a copy of the database."""
        self._backup = copy.deepcopy(self.tables)

    def restore(self) -> None:
        """Put the copy back; what `keys/` remembers is done again, as `server.usecases.redo` does."""
        self.tables = copy.deepcopy(self._backup)
        self.epoch += 1
        self._ready.clear()
        for cycle in self.marks.closed:
            self.tables.states[cycle] = "closing"
        for pair in self.marks.opened - self.tables.opened.keys():
            self.tables.opened[pair] = b""
            for row in self._pair_rows(pair):
                self.tables.sheets.pop(self._place_key(row), None)
        running = [row for row in self.tables.rows.values() if row.cycle not in self.marks.closed]
        for row in running:
            while (row := self.tables.rows[row.id]).auth in self.marks.renewed and not self._is_opened(row):
                self.renew(row.id)
            if row.id in self.marks.cancelled and not row.is_cancelled:
                self.cancel(row.id)
        self._at_close = {key: self.tables.sheets[key] for key in self._at_close if key in self.tables.sheets}

    def close(self, cycle: str) -> None:
        """Close a cycle: from here on its sheets are only read."""
        if cycle in self.marks.closed:
            return
        for row in self._live(cycle):
            if not self._is_opened(row):
                self.frozen[row.id] = to_document(self._read(row))
                self._at_close[self._place_key(row)] = self.tables.sheets[self._place_key(row)]
        self.tables.states[cycle] = "closing"
        self.marks.closed.add(cycle)

    def cancel(self, assignment: str) -> None:
        """Take a rater out."""
        row = self.tables.rows[assignment]
        if row.is_cancelled or self.tables.states[row.cycle] not in TAKES_ANSWERS or self._is_opened(row):
            return
        self.tables.sheets.pop(self._place_key(row), None)
        self.tables.revoked.add((row.auth, row.cycle))
        self.marks.cancelled.add(row.id)
        self.tables.rows[row.id] = replace(row, is_cancelled=True, auth="")

    def renew(self, assignment: str) -> None:
        """Move a sheet to a new generation, as `server.usecases.renew_tokens` does."""
        row = self.tables.rows[assignment]
        if row.is_cancelled or self.tables.states[row.cycle] not in TAKES_ANSWERS or self._is_opened(row):
            return
        sheet = self._read(row)
        del self.tables.sheets[self._place_key(row)]
        self.tables.revoked.add((row.auth, row.cycle))
        self.marks.renewed.add(row.auth)
        self._put(replace(row, generation=row.generation + 1), sheet)

    def rekey(self, cycle: str) -> None:
        """A lost key: all sheets go, every generation goes on, phones bring back what they hold."""
        if self.tables.states[cycle] not in TAKES_ANSWERS:
            return
        self.marks.secrets[cycle] = os.urandom(32)
        for row in self._live(cycle):
            if not self._is_opened(row):
                self.tables.revoked.add((row.auth, row.cycle))
                self._put(replace(row, generation=row.generation + 1), {})
        self.tables.sheets = {
            key: sealed
            for key, sealed in self.tables.sheets.items()
            if key[0] != cycle or key in {self._place_key(row) for row in self._live(cycle)}
        }
        self.back_up()  # an older copy opens with no key any more

    def lose_keys(self, is_missing: bool) -> None:
        """Let the folder of keys be away for a while."""
        self.marks.is_missing = is_missing

    def open_pairs(self) -> list[str]:
        """Open what is ready, as `server.usecases.pairs` does after a commit; name the sheets that were frozen."""
        found: list[str] = []
        ready, self._ready = self._ready, set()
        for pair in sorted(ready):
            rows = self._pair_rows(pair)
            is_running = self.tables.states[pair[0]] in TAKES_ANSWERS
            if pair in self.tables.opened or not is_running or len(rows) != 2 or self.marks.is_missing:
                continue
            sheets = {row.id: self._read(row) for row in rows}
            if not all(is_final(BY_HASH[row.form].needs, sheets[row.id]) for row in rows):
                continue
            sides = [freeze_side(BY_HASH[row.form].form, sheets[row.id]).answers for row in rows]
            self.tables.opened[pair] = repr(sides).encode()
            self.marks.opened.add(pair)
            for row in rows:
                self.frozen[row.id] = to_document(sheets[row.id])
                del self.tables.sheets[self._place_key(row)]
                found.append(row.id)
        return found

    # What phones ask.

    def inbox(self, person: str, may_read: bool, now_ms: int) -> tuple[int, Json]:
        """Write the inbox of a person, in the shape of docs/wire.md; 503 while the keys are away."""
        if self.marks.is_missing:
            return KEYS_MISSING.status, {"code": KEYS_MISSING.code}
        asked = [
            row
            for cycle in (ROUND, CLARITY)
            for row in self._live(cycle)
            if self.tables.states[cycle] in TAKES_ANSWERS and row.rater == person and not self._is_opened(row)
        ]
        return 200, {
            "protocol": PROTOCOL,
            "now": now_ms,
            "epoch": str(self.epoch),
            "person": {"id": person, "name": person, "locale": "en"},
            "assignments": [self._assignment(row, may_read) for row in asked],
            "reports": [],
            "pairs": [],
            "profile": None,
        }

    def sync(self, body: str, now_ms: int, opens_pairs: bool) -> tuple[int, Json, Json]:
        """Answer a request as the route and its queue do; beside the reply, what each named sheet holds now."""
        try:
            request = read_request(body.encode(), {"content-type": "application/json"})
            try:
                replies: list[Reply] = self._commit(request.sheets, now_ms)
            except (CycleIsClosed, KeyMissing):
                replies = [self._alone(sent, now_ms) for sent in request.sheets]
        except Problem as problem:
            return problem.status, {"code": problem.code}, {}
        held = {sent.write: self._held(sent) for sent in request.sheets if sent.cells or sent.have}
        if opens_pairs:
            self.open_pairs()
        return 200, {"now": now_ms, "epoch": str(self.epoch), "sheets": replies}, held

    def dump(self) -> Json:
        """Give every sheet in the open, with what became of it."""
        found: Json = {}
        for row in self.tables.rows.values():
            fate = self._fate(row)
            live = {} if fate != "ok" else to_document(self._read(row))
            found[row.id] = {
                "fate": fate,
                "cells": self.frozen.get(row.id, live),
                "rater": row.rater,
                "write": self._write(row),
            }
        is_same = all(self.tables.sheets.get(key) == sealed for key, sealed in self._at_close.items())
        return {
            "epoch": str(self.epoch),
            "sheets": found,
            "violations": [] if is_same else ["a closed sheet changed"],
        }

    def _commit(self, sheets: list[SentSheet], now_ms: int) -> list[Reply]:
        auths = [auth_of(sent.write) for sent in sheets]
        owners = {row.auth: self._owner(row) for row in self.tables.rows.values() if row.auth}
        owners = {auth: owner for auth, owner in owners.items() if auth in auths}
        opened = {auth for auth, owner in owners.items() if owner.is_opened}
        batch = Batch(Standing(self.tables.states, owners, self.tables.revoked, opened))
        keys = batch.keys(sheets, auths, self._open_cycle)
        batch.open(keys, self.tables.sheets)
        forms = [BY_HASH.get(owners[auth].form) if auth in owners else None for auth in auths]
        replies = [
            batch.take(sent, auth, form, check(sent, form, now_ms))
            for sent, auth, form in zip(sheets, auths, forms, strict=True)
        ]
        for key, sealed in batch.dirty.items():
            self.tables.sheets[key] = sealed.ciphertext
        self._ready |= batch.ready
        return replies

    def _alone(self, sent: SentSheet, now_ms: int) -> Reply:
        try:
            return self._commit([sent], now_ms)[0]
        except (CycleIsClosed, KeyMissing) as error:
            answer = answer_to_failure(error, sent)
            if isinstance(answer, Problem):
                raise answer from None
            return answer

    def _open_cycle(self, cycle: str) -> CycleKey:
        if self.marks.is_missing:
            raise KeyMissing(cycle)
        return self._key(cycle)

    def _key(self, cycle: str) -> CycleKey:
        return CycleKey(cycle, self.marks.secrets[cycle], os.urandom)

    def _owner(self, row: Row) -> SheetOwner:
        place = Place(row.cycle, row.id, row.generation)
        return SheetOwner(row.auth, place, row.form, True, row.ratee, self._is_opened(row))

    def _put(self, row: Row, sheet: Sheet) -> None:
        key = self._key(row.cycle)
        row = replace(row, auth=auth_of(key.write_token(row.id, row.generation)))
        self.tables.rows[row.id] = row
        sealed = seal_sheet(sheet_key(key, self._place(row)), row.cycle, sheet)
        self.tables.sheets[self._place_key(row)] = sealed.ciphertext

    def _read(self, row: Row) -> Sheet:
        return open_sheet(
            sheet_key(self._key(row.cycle), self._place(row)), self.tables.sheets[self._place_key(row)]
        )

    def _held(self, sent: SentSheet) -> Json | None:
        row = next((one for one in self.tables.rows.values() if one.auth == auth_of(sent.write)), None)
        if row is None or self._place_key(row) not in self.tables.sheets:
            return None
        return {
            cell: [[one.d, one.n, one.seen] for one in versions] for cell, versions in self._read(row).items()
        }

    def _assignment(self, row: Row, may_read: bool) -> Json:
        key = self._key(row.cycle)
        kind = "clarity" if row.cycle == CLARITY else "feedback360"
        read = {"read": key.read_token(row.id, row.generation)} if may_read else {}
        return {
            "id": row.id, "cycle": row.cycle, "title": "Autumn", "kind": kind, "state": "open",
            "relationship": row.relationship, "ratee": {"name": row.ratee}, "form": row.form, "locales": ["en"],
            "write": key.write_token(row.id, row.generation), **read, "named": False, "purpose": "",
            "promise": {"hash": "", "lines": []}, "opens_at": 0, "closes_at": 0, "grace_until": 0, "minutes": 1,
            "pair": None, "why": "",
        }  # fmt: skip

    def _fate(self, row: Row) -> Fate:
        if row.is_cancelled:
            return "cancelled"
        if self._is_opened(row):
            return "opened"
        return "ok" if self.tables.states[row.cycle] in TAKES_ANSWERS else "closed"

    def _write(self, row: Row) -> str:
        return self._key(row.cycle).write_token(row.id, row.generation)

    def _live(self, cycle: str) -> list[Row]:
        return [row for row in self.tables.rows.values() if row.cycle == cycle and not row.is_cancelled]

    def _pair_rows(self, pair: Pair) -> list[Row]:
        return [row for row in self._live(pair[0]) if row.ratee == pair[1]]

    def _is_opened(self, row: Row) -> bool:
        return (row.cycle, row.ratee) in self.tables.opened

    def _place(self, row: Row) -> Place:
        return Place(row.cycle, row.id, row.generation)

    def _place_key(self, row: Row) -> Key:
        return key_of(self._key(row.cycle), self._place(row))

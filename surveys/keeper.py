"""The keeper of the cycle keys: the only reader of the folder `keys/`. Nothing is held across a state change.

Files: `CYCLE.key` (K_c, opens sheets), `CYCLE.results` (K_r, opens the named answers until the retention date),
`CYCLE.closed` (tombstone: never opened again), `CYCLE.opened` (a mark for each clarity pair that was opened),
`ratchet.N` (with the operator's secret it wraps both kinds; a new one at every close makes older copies of the folder
useless), `revoked` (what was taken back; a restore takes it back again).
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surveys import key_files
from surveys.errors import SurveysError
from surveys.sealing import KEY_BYTES, CycleKey, Unreadable, derive, fields, seal, unseal

MAGIC = b"SLK1"
GENERATION_BYTES = 4
KINDS = ("key", "results")
CYCLE_ID = re.compile(r"[0-9a-f]{32}")

Ratings = Mapping[str, int | None]


class KeyMissing(SurveysError):
    """The key of a cycle is not in the folder, or does not open with this secret."""


class CycleIsClosed(SurveysError):
    """A tombstone stands: this cycle is never opened again, not even after a restore."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Reads and writes the keys of cycles."""

    folder: Path
    secret: str = field(repr=False)
    random_bytes: Callable[[int], bytes] = field(repr=False)

    def create_cycle(self, cycle: str) -> CycleKey:
        """Make the keys of a cycle durable before its launch commits; a key left by a crashed launch is used again.

        Raises CycleIsClosed.
        """
        if self.is_closed(cycle):
            raise CycleIsClosed(f"cycle {cycle} was closed before; launch a new one")
        with key_files.alone(self.folder):
            if not self._generations():
                key_files.write_new(self._ratchet(1), self.random_bytes(KEY_BYTES))
            for kind in KINDS:
                if not self._path(cycle, kind).exists():
                    wrapped = self._wrap(cycle, kind, self.random_bytes(KEY_BYTES), self._generations()[-1])
                    key_files.write_new(self._path(cycle, kind), wrapped)
        return self.open_cycle(cycle)

    def open_cycle(self, cycle: str) -> CycleKey:
        """Read the key of a cycle, anew at every call. Raises KeyMissing, CycleIsClosed."""
        if self.is_closed(cycle):
            raise CycleIsClosed(f"cycle {cycle} is closed")
        return CycleKey(cycle, self._read(cycle, "key"), self.random_bytes)

    def reopen_to_close(self, cycle: str) -> CycleKey:
        """Read the key of a cycle whose tombstone may stand already: only the closing itself may ask."""
        return CycleKey(cycle, self._read(cycle, "key"), self.random_bytes)

    def has_key(self, cycle: str) -> bool:
        """Tell whether the answers of a cycle can still be opened."""
        return self._path(cycle, "key").exists()

    def has_results(self, cycle: str) -> bool:
        """Tell whether the named answers of a cycle can still be opened."""
        return self._path(cycle, "results").exists()

    def can_open(self, cycle: str) -> bool:
        """Tell whether the key of a cycle reads with this secret, or is rightly gone because it was closed."""
        try:
            self.open_cycle(cycle)
        except KeyMissing:
            return False
        except CycleIsClosed:
            return True
        return True

    def is_closed(self, cycle: str) -> bool:
        """Tell whether a tombstone stands."""
        return self._path(cycle, "closed").exists()

    def bury(self, cycle: str, results_hash: str) -> None:
        """Set the tombstone; a second time is fine."""
        with key_files.alone(self.folder):
            if self.is_closed(cycle):
                return
            key_files.write_new(self._path(cycle, "closed"), results_hash.encode() + b"\n")

    def mark_opened(self, cycle: str, employee: str) -> None:
        """Note outside the database that a clarity pair was opened, so that a restored older backup cannot ask again."""
        with key_files.alone(self.folder):
            key_files.append(self._path(cycle, "opened"), [self._opened_mark(cycle, employee)])

    def was_opened(self, cycle: str, employee: str) -> bool:
        """Tell whether a clarity pair was ever opened."""
        path = self._path(cycle, "opened")
        return path.exists() and self._opened_mark(cycle, employee) in path.read_text("ascii").split()

    def destroy_cycle(self, cycle: str) -> None:
        """Destroy the key that opens answers, then make every older copy of the folder useless."""
        with key_files.alone(self.folder):
            key_files.destroy(self._path(cycle, "key"), self.random_bytes(256))
            self._path(cycle, "opened").unlink(missing_ok=True)
        self.advance_ratchet()

    def destroy_results(self, cycle: str) -> None:
        """Destroy the key of the named answers: the end of their retention."""
        with key_files.alone(self.folder):
            key_files.destroy(self._path(cycle, "results"), self.random_bytes(256))

    def advance_ratchet(self) -> None:
        """Wrap every key anew under a new ratchet and destroy the old one; goes on where a crash stopped it.

        One worker at a time: two at once would each destroy the ratchet the other has just wrapped keys under.
        """
        with key_files.alone(self.folder):
            self._advance()

    def _advance(self) -> None:
        generations = self._generations()
        if not generations:
            return
        newest = generations[-1] + 1
        key_files.write_new(self._ratchet(newest), self.random_bytes(KEY_BYTES))
        for path in sorted(self.folder.iterdir()):
            cycle, _, kind = path.name.partition(".")
            if kind in KINDS and CYCLE_ID.fullmatch(cycle):
                key_files.replace(path, self._wrap(cycle, kind, self._unwrap(cycle, kind), newest))
        for generation in generations:
            key_files.destroy(self._ratchet(generation), self.random_bytes(KEY_BYTES))

    def seal_named(self, cycle: str, ratee: str, relationship: str, ratings: Ratings) -> bytes:
        """Seal the answers of self or manager under the results key."""
        text = json.dumps(dict(ratings), sort_keys=True).encode()
        return seal(self._read(cycle, "results"), text, fields(cycle, ratee, relationship), self.random_bytes)

    def open_named(self, cycle: str, ratee: str, relationship: str, sealed: bytes) -> Ratings:
        """Open the answers of self or manager. Raises KeyMissing, Unreadable."""
        text = unseal(self._read(cycle, "results"), sealed, fields(cycle, ratee, relationship))
        ratings: dict[str, int | None] = json.loads(text)
        return ratings

    def seal_texts(self, cycle: str, ratee: str, relationship: str, texts: Mapping[str, str]) -> bytes:
        """Seal the comments of self or manager, by question, under the results key."""
        place = fields(cycle, ratee, relationship, "texts")
        text = json.dumps(dict(texts), sort_keys=True, ensure_ascii=False).encode()
        return seal(self._read(cycle, "results"), text, place, self.random_bytes)

    def open_texts(self, cycle: str, ratee: str, relationship: str, sealed: bytes) -> Mapping[str, str]:
        """Open the comments of self or manager. Raises KeyMissing, Unreadable."""
        place = fields(cycle, ratee, relationship, "texts")
        texts: dict[str, str] = json.loads(unseal(self._read(cycle, "results"), sealed, place))
        return texts

    def seal_pair(self, cycle: str, ratee: str, document: Mapping[str, Any]) -> bytes:
        """Seal the frozen answers of a clarity pair under the results key."""
        text = json.dumps(dict(document), sort_keys=True, ensure_ascii=False).encode()
        return seal(self._read(cycle, "results"), text, fields(cycle, ratee, "pair"), self.random_bytes)

    def open_pair(self, cycle: str, ratee: str, sealed: bytes) -> dict[str, Any]:
        """Open the frozen answers of a clarity pair. Raises KeyMissing, Unreadable."""
        text = unseal(self._read(cycle, "results"), sealed, fields(cycle, ratee, "pair"))
        document: dict[str, Any] = json.loads(text)
        return document

    def audit_key(self) -> bytes:
        """Give the key of the audit chain; it comes from the operator's secret and is not in the database."""
        return derive(self.secret.encode(), b"", b"audit")

    def phone_key(self, person: str, generation: int) -> bytes:
        """Give the key under which a shared phone keeps what a person has not sent; the phone forgets it at the end.

        A generation is over when the person's way of signing in has changed: its successor opens nothing of before.
        """
        return derive(self.secret.encode(), b"", b"phone" + fields(person, str(generation)))

    def pin_hash(self, card: str, pin: str) -> str:
        """Give what is stored of the number that goes with a card; without the operator's secret nobody can try numbers."""
        return derive(self.secret.encode(), b"", b"pin" + fields(card, pin)).hex()

    def note_revoked(self, kind: str, ids: Iterable[str]) -> None:
        """Write down, outside the database, what was taken back, so that a restored backup cannot give it again.

        Of an id only a keyed hash is written. What is there already is not written twice.
        """
        with key_files.alone(self.folder):
            known = self._revoked()
            new = dict.fromkeys(self._revoked_line(kind, one) for one in ids)
            key_files.append(self.folder / "revoked", [line for line in new if line not in known])

    def find_revoked(self, kind: str, ids: Iterable[str]) -> frozenset[str]:
        """Give which of these were taken back."""
        known = self._revoked()
        return frozenset(one for one in ids if self._revoked_line(kind, one) in known)

    def _revoked(self) -> frozenset[str]:
        path = self.folder / "revoked"
        return frozenset(path.read_text("ascii").split()) if path.exists() else frozenset()

    def _revoked_line(self, kind: str, one: str) -> str:
        key = derive(self.secret.encode(), b"", b"revoked")
        return derive(key, b"", fields(kind, one)).hex()

    def pin_audit(self, seq: int, mac: str) -> None:
        """Note the end of the audit chain outside the database, so that a cut tail is found."""
        with key_files.alone(self.folder):
            key_files.replace(self.folder / "audit.head", f"{seq} {mac}\n".encode())

    def audit_pin(self) -> tuple[int, str] | None:
        """Give the noted end of the audit chain."""
        path = self.folder / "audit.head"
        if not path.exists():
            return None
        seq, mac = path.read_text().split()
        return int(seq), mac

    def _opened_mark(self, cycle: str, employee: str) -> str:
        return derive(self.secret.encode(), b"", fields(cycle, employee, "opened")).hex()

    def _path(self, cycle: str, kind: str) -> Path:
        if not CYCLE_ID.fullmatch(cycle):
            raise KeyMissing(f"{cycle!r} is no id of a cycle")
        return self.folder / f"{cycle}.{kind}"

    def _ratchet(self, generation: int) -> Path:
        return self.folder / f"ratchet.{generation}"

    def _generations(self) -> list[int]:
        return sorted(int(path.suffix[1:]) for path in self.folder.glob("ratchet.*"))

    def _wrapping_key(self, generation: int) -> bytes:
        return derive(self.secret.encode(), self._ratchet(generation).read_bytes(), b"wrap")

    def _wrap(self, cycle: str, kind: str, key: bytes, generation: int) -> bytes:
        sealed = seal(self._wrapping_key(generation), key, fields(cycle, kind), self.random_bytes)
        return MAGIC + generation.to_bytes(GENERATION_BYTES) + sealed

    def _read(self, cycle: str, kind: str) -> bytes:
        try:
            return self._unwrap(cycle, kind)
        except KeyMissing:
            if not self._path(cycle, kind).exists():
                raise
        with key_files.alone(self.folder):  # another worker may just have wrapped it under a new ratchet
            return self._unwrap(cycle, kind)

    def _unwrap(self, cycle: str, kind: str) -> bytes:
        try:
            content = self._path(cycle, kind).read_bytes()
            start = len(MAGIC) + GENERATION_BYTES
            generation = int.from_bytes(content[len(MAGIC) : start])
            return unseal(self._wrapping_key(generation), content[start:], fields(cycle, kind))
        except (OSError, Unreadable) as error:
            raise KeyMissing(
                f"the {kind} of cycle {cycle} cannot be read. Give back the folder keys/ and the secret it was made with."
            ) from error

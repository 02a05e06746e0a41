"""What one cycle key opens: tokens, sheet ids, and the sealing of sheets. Knows no file and no database."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from surveys.errors import SurveysError

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
LENGTH_BYTES = 4
# A sheet takes one of three sizes, whatever is in it.
SIZES = (8 * 1024, 64 * 1024, 512 * 1024)
MOST_SHEET_BYTES = SIZES[-1] - NONCE_BYTES - TAG_BYTES - LENGTH_BYTES


class Unreadable(SurveysError):
    """A sealed text does not open: another key, another place, or damaged."""


class SheetTooLarge(SurveysError):
    """A sheet does not fit the largest size; nothing of it was stored."""


@dataclass(frozen=True, slots=True)
class CycleKey:
    """The key of one cycle, held for one batch and then dropped."""

    cycle: str
    secret: bytes = field(repr=False)
    random_bytes: Callable[[int], bytes] = field(repr=False)

    def write_token(self, assignment: str, generation: int) -> str:
        """Give the token whose possession lets write the sheet of an assignment."""
        return self._mac("w", assignment, str(generation))

    def read_token(self, assignment: str, generation: int) -> str:
        """Give the token that lets read the sheet back."""
        return self._mac("r", assignment, str(generation))

    def sheet_id(self, assignment: str, generation: int) -> str:
        """Give the id of the sheet: without the key nobody can tell whose it is."""
        return self._mac("sheet", assignment, str(generation))

    def sheet(self, assignment: str, generation: int) -> "SheetKey":
        """Give what opens and seals the one sheet of an assignment."""
        sheet_id = self.sheet_id(assignment, generation)
        key = derive(self.secret, fields(assignment, str(generation)), b"enc")
        return SheetKey(sheet_id, key, fields(self.cycle, sheet_id), self.random_bytes)

    def comment_key(self, ratee: str, question: str, text: str, occurrence: int) -> str:
        """Give the key that orders a comment: equal on every run, unguessable once this key is gone."""
        shuffle = derive(self.secret, b"", b"shuffle")
        return hmac.digest(shuffle, fields(ratee, question, text, str(occurrence)), "sha256").hex()

    def _mac(self, *parts: str) -> str:
        return hmac.digest(self.secret, fields(*parts), "sha256").hex()


@dataclass(frozen=True, slots=True)
class SheetKey:
    """What opens and seals one sheet, in its place only."""

    sheet_id: str
    key: bytes = field(repr=False)
    place: bytes = field(repr=False)
    random_bytes: Callable[[int], bytes] = field(repr=False)

    def seal(self, text: bytes) -> bytes:
        """Seal a sheet. Raises SheetTooLarge."""
        return seal(self.key, pad(text), self.place, self.random_bytes)

    def open(self, sealed: bytes) -> bytes:
        """Open a sheet. Raises Unreadable."""
        return unpad(unseal(self.key, sealed, self.place))


def auth_of(write_token: str) -> str:
    """Give what the database may hold of a write token."""
    return hashlib.sha256(fields("auth", write_token)).hexdigest()


def is_equal(token: str, other: str) -> bool:
    """Compare tokens without telling how much of them is right."""
    return hmac.compare_digest(token.encode(), other.encode())


def fields(*parts: str) -> bytes:
    """Join texts with their lengths, so that no two lists give the same bytes."""
    encoded = [part.encode("utf-8") for part in parts]
    return b"".join(len(part).to_bytes(LENGTH_BYTES) + part for part in encoded)


def derive(secret: bytes, salt: bytes, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose: HKDF-SHA256 (RFC 5869), whose one block is two HMACs."""
    extracted = hmac.digest(salt or bytes(KEY_BYTES), secret, "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")


def seal(key: bytes, text: bytes, place: bytes, random_bytes: Callable[[int], bytes]) -> bytes:
    """Encrypt a text for one place with AES-256-GCM."""
    nonce = random_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, text, place)


def unseal(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Decrypt a text. Raises Unreadable."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("a sealed text does not open with the key of this cycle") from error


def pad(text: bytes) -> bytes:
    """Fill a text up so that sealed it has one of the three sizes. Raises SheetTooLarge."""
    for size in SIZES:
        room = size - NONCE_BYTES - TAG_BYTES - LENGTH_BYTES
        if len(text) <= room:
            return len(text).to_bytes(LENGTH_BYTES) + text.ljust(room, b"\0")
    raise SheetTooLarge(f"a sheet of {len(text)} bytes does not fit {MOST_SHEET_BYTES}")


def unpad(padded: bytes) -> bytes:
    """Take the text out of a filled-up one."""
    length = int.from_bytes(padded[:LENGTH_BYTES])
    return padded[LENGTH_BYTES : LENGTH_BYTES + length]

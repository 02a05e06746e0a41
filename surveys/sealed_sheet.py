"""A sheet as it lies in the database: sealed, padded, under an id only the key of its cycle can tell."""

import json
from dataclasses import dataclass
from typing import Any

from surveys.sealing import CycleKey, SheetKey, Unreadable
from surveys.sheet import Sheet, Version
from surveys.sheet_store import Key, SealedSheet

REV_BYTES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answers of one assignment lie; a new generation is a new place."""

    cycle: str
    assignment: str
    generation: int


def sheet_key(key: CycleKey, place: Place) -> SheetKey:
    """Give what opens and seals the sheet of a place."""
    return key.sheet(place.assignment, place.generation)


def key_of(key: CycleKey, place: Place) -> Key:
    """Name the row of a sheet."""
    return place.cycle, key.sheet_id(place.assignment, place.generation)


def seal_sheet(key: SheetKey, cycle: str, sheet: Sheet) -> SealedSheet:
    """Seal a sheet as a row. Raises SheetTooLarge."""
    return SealedSheet(cycle, key.sheet_id, key.random_bytes(REV_BYTES).hex(), key.seal(encode(sheet)))


def open_sheet(key: SheetKey, ciphertext: bytes) -> Sheet:
    """Open the sheet of a row. Raises Unreadable."""
    return decode(key.open(ciphertext))


def encode(sheet: Sheet) -> bytes:
    """Write a sheet in a short form: an array for each version, because a full sheet is written at every sync."""
    return json.dumps(sheet, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def decode(text: bytes) -> Sheet:
    """Read a sheet back. Raises Unreadable when it is none."""
    try:
        cells: dict[str, list[list[Any]]] = json.loads(text)  # checked before it was stored
        return {cell: tuple(map(_version, versions)) for cell, versions in cells.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise Unreadable("a sheet opens, but what is in it is no sheet") from error


def _version(fields: list[Any]) -> Version:
    version = Version._make(fields)
    return version._replace(v=tuple(version.v)) if isinstance(version.v, list) else version

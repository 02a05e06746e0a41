"""A sheet as it lies in the database: sealed, padded, under an id only the key of its cycle can tell."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.canonical import canonical
from surveys.sealing import CycleKey
from surveys.sheet import Sheet, from_document, to_document
from surveys.sheet_store import Key, SealedSheet

REV_BYTES = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answers of one assignment lie; a new generation is a new place."""

    cycle: str
    assignment: str
    generation: int


def key_of(key: CycleKey, place: Place) -> Key:
    """Name the row of a sheet."""
    return place.cycle, key.sheet_id(place.assignment, place.generation)


def seal_sheet(key: CycleKey, place: Place, sheet: Sheet) -> SealedSheet:
    """Seal a sheet as a row. Raises SheetTooLarge."""
    ciphertext = key.seal(place.assignment, place.generation, canonical(to_document(sheet)))
    return SealedSheet(*key_of(key, place), key.random_bytes(REV_BYTES).hex(), ciphertext)


def open_sheet(key: CycleKey, place: Place, ciphertext: bytes) -> Sheet:
    """Open the sheet of a row. Raises Unreadable."""
    document: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads(
        key.open(place.assignment, place.generation, ciphertext)
    )
    return from_document(document)

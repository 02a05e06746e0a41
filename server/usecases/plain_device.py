"""A plain page as one more device (answers.md 1): what it was rendered from, and the versions it writes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.wire import MOST_SEEN, SentVersion
from surveys.canonical import canonical
from surveys.form_cells import CellSpec
from surveys.sheet import Sheet, Value, Version, distinct_texts, read_value

SEEN_KEPT = 16
HOUR_MS = 3_600_000
CELLS_A_SUBMIT = 1000  # room for the numbers of one submit, more than any form has cells
DIGEST_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """One field as it was rendered: what stood in it, and what a new version of it replaces."""

    digest: str
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PageLoad:
    """One rendered page: its device id, when it was rendered, the highest stamp and the fields on it."""

    d: str
    shown_at: int
    highest: int
    fields: Mapping[str, Shown]


def page_load(sheet: Sheet, specs: Mapping[str, CellSpec], *, d: str, now: int) -> PageLoad:
    """Note what the fields of a page are rendered from."""
    fields = {
        cell: Shown(digest(shown_value(spec, sheet.get(cell, ()))), seen_by(sheet.get(cell, ())))
        for cell, spec in specs.items()
    }
    stamps = [one.hlc for cell in specs for one in sheet.get(cell, ())]
    return PageLoad(d, now, max(stamps, default=0), fields)


def shown_value(spec: CellSpec, versions: Iterable[Version]) -> Value:
    """Give what a field shows: of a text that was written on two devices both, as the closing will read them."""
    if spec.kind == "text":
        return "\n\n".join(distinct_texts(versions)) or None
    value = read_value(versions)
    return bool(value) if spec.kind == "flag" else value  # a box without a mark says no, answered or not


def digest(value: Value) -> str:
    """Shorten a value, so that a page need not carry each text twice."""
    return hashlib.sha256(canonical(value)).hexdigest()[:DIGEST_LENGTH]


def seen_by(replaced: Iterable[Version]) -> dict[str, int]:
    """Say what a version replaces that was written from these; what they had seen is kept as far as there is room."""
    direct: dict[str, int] = {}
    older: dict[str, int] = {}
    for one in replaced:
        direct[one.d] = max(one.n, direct.get(one.d, 0))
        for load, n in one.seen.items():
            older[load] = max(n, older.get(load, 0))
    seen = {load: max(n, older.get(load, 0)) for load, n in direct.items()}
    rest = sorted((load for load in older if load not in seen), key=lambda load: (-older[load], load))
    seen |= {load: older[load] for load in rest[: max(0, SEEN_KEPT - 1 - len(seen))]}
    return dict(list(seen.items())[: MOST_SEEN - 1])


def versions_of(page: PageLoad, values: Mapping[str, Value], *, now: int) -> dict[str, SentVersion]:
    """Write the versions of what differs from the page as it was rendered.

    The numbers grow with the time since rendering, and each replaces all earlier ones of its page: the same page sent
    twice, or sent again after *Back*, leaves one version. A page rendered later than now is no device that can be
    counted on; the caller draws another.
    """
    changed = [
        cell
        for cell, value in values.items()
        if cell in page.fields and digest(value) != page.fields[cell].digest
    ]
    first = (now - page.shown_at) * CELLS_A_SUBMIT
    stamp = max(now, min(page.highest, now + HOUR_MS - 1)) + 1
    return {
        cell: _version(page, cell, values[cell], n=first + i + 1, stamp=stamp)
        for i, cell in enumerate(changed)
    }


def _version(page: PageLoad, cell: str, value: Value, *, n: int, stamp: int) -> SentVersion:
    own = {page.d: n - 1} if n > 1 else {}
    sent = list(value) if isinstance(value, tuple) else value
    return SentVersion(v=sent, hlc=stamp, d=page.d, n=n, seen={**page.fields[cell].seen, **own})

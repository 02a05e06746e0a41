"""A sheet is a small replicated map; this is its merge, the same as `pwa/src/core/sheet.ts`.

Sending twice, late, out of order or to a restored server is harmless, because merging only ever unites
versions and drops those that a later version says it replaced.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from surveys.canonical import canonical

MOST_VERSIONS = 64  # of one cell: in one request, and side by side in a stored sheet

Value = str | int | bool | None | tuple["Value", ...]


class Version(NamedTuple):
    """One entered value: hybrid clock in ms, page load `d`, its counter there, and what it replaces.

    A named tuple, because a full sheet makes eighty of them at every sync and a frozen dataclass takes three times
    as long to make.
    """

    v: Value
    hlc: int
    d: str
    n: int
    seen: Mapping[str, int]


Sheet = Mapping[str, tuple[Version, ...]]


def covers(newer: Version, older: Version) -> bool:
    """Say whether `newer` was written having seen `older`, or something after it from its page load."""
    return (newer.d, newer.n) != (older.d, older.n) and newer.seen.get(older.d, 0) >= older.n


def merge_versions(a: Iterable[Version], b: Iterable[Version]) -> tuple[Version, ...]:
    """Unite two sets of versions of one cell, without those that are replaced, in the order of (d, n)."""
    a, b = tuple(a), tuple(b)
    if not a and len(b) == 1:
        return b
    if len(a) == len(b) == 1 and covers(b[0], a[0]) and not covers(a[0], b[0]):
        return b  # by far the most common case: one edit after the other
    united: dict[tuple[str, int], Version] = {}
    for version in (*a, *b):
        key = (version.d, version.n)
        known = united.get(key)
        united[key] = version if known is None else max(known, version, key=_content)
    highest = _highest_seen(united.values())
    kept = [one for one in united.values() if not _is_covered(one, highest.get(one.d, ()))]
    return tuple(sorted(kept, key=lambda version: (version.d, version.n)))


def merge_bounded(
    stored: tuple[Version, ...], sent: Iterable[Version]
) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    """Merge as `merge_versions`, but let no cell grow past MOST_VERSIONS: what is kept, and what was not taken in.

    What is stored stays, unless what replaces it is kept; of the rest the newest come first.
    """
    sent = tuple(sent)
    kept = merge_versions(stored, sent)
    if len(kept) <= MOST_VERSIONS:
        return kept, ()
    kept = stored
    names = {(old.d, old.n) for old in stored}
    lowest: dict[str, int] = {}
    for old in stored:
        lowest[old.d] = min(old.n, lowest.get(old.d, old.n))
    plain, left = [], []
    for one in sorted(sent, key=_age, reverse=True):
        replaces = any(n >= lowest.get(load, n + 1) for load, n in one.seen.items())
        if not replaces and (one.d, one.n) not in names:
            plain.append(one)
            continue
        merged = merge_versions(kept, (one,))
        if len(merged) <= max(MOST_VERSIONS, len(kept)):
            kept = merged
        else:
            left.append(one)
    room = max(0, MOST_VERSIONS - len(kept))
    return merge_versions(kept, plain[:room]), (*left, *plain[room:])


def merge(a: Sheet, b: Sheet) -> Sheet:
    """Merge two sheets cell by cell: commutative, idempotent, associative while no `seen` entry drops."""
    return {cell: merge_versions(a.get(cell, ()), b.get(cell, ())) for cell in sorted({*a, *b})}


def read_value(versions: Iterable[Version]) -> Value:
    """Read the value of a rating, a choice or `@submit`: the latest by (hlc, d); None when unanswered."""
    latest = max(versions, key=_age, default=None)
    return None if latest is None else latest.v


def distinct_texts(versions: Iterable[Version]) -> tuple[str, ...]:
    """List the texts of one comment, oldest first, without those contained in a later one."""
    texts = [version.v for version in sorted(versions, key=_age) if isinstance(version.v, str) and version.v]
    return tuple(text for i, text in enumerate(texts) if not any(text in later for later in texts[i + 1 :]))


def missing(sheet: Sheet, required: Iterable[str]) -> tuple[str, ...]:
    """List the required cells that read as unanswered, in the order asked."""
    return tuple(cell for cell in required if read_value(sheet.get(cell, ())) is None)


def is_final(sheet: Sheet, required_cells: Iterable[str]) -> bool:
    """Say whether the sheet was submitted with every required cell answered, judged on the merged state."""
    return read_value(sheet.get("@submit", ())) is True and not missing(sheet, required_cells)


def to_document(sheet: Sheet) -> dict[str, list[dict[str, Any]]]:
    """Turn a sheet into plain JSON values; the values of JSON are `Any` by nature."""
    return {cell: [_plain(version) for version in versions] for cell, versions in sheet.items()}


def from_document(document: Mapping[str, Sequence[Mapping[str, Any]]]) -> Sheet:
    """Read a sheet back from JSON values whose shape has been checked."""
    return {cell: tuple(_version(plain) for plain in versions) for cell, versions in document.items()}


def _highest_seen(versions: Iterable[Version]) -> dict[str, list[tuple[int, str, int]]]:
    """Give for every page load the highest count seen and by whom, and the highest seen by any other version."""
    highest: dict[str, list[tuple[int, str, int]]] = {}
    for one in versions:
        for load, n in one.seen.items():
            first_two = highest.setdefault(load, [])
            first_two.append((n, one.d, one.n))
            if len(first_two) > 1:
                first_two.sort(reverse=True)
                del first_two[2:]
    return highest


def _is_covered(one: Version, highest: Iterable[tuple[int, str, int]]) -> bool:
    return any(n >= one.n and (d, own) != (one.d, one.n) for n, d, own in highest)


def _age(version: Version) -> tuple[int, str, int]:
    return version.hlc, version.d, version.n


def _content(version: Version) -> bytes:
    return canonical(_plain(version))


def _plain(version: Version) -> dict[str, Any]:
    seen = dict(version.seen)
    return {"v": _thawed(version.v), "hlc": version.hlc, "d": version.d, "n": version.n, "seen": seen}


def _version(plain: Mapping[str, Any]) -> Version:
    return Version(_frozen(plain["v"]), plain["hlc"], plain["d"], plain["n"], dict(plain["seen"]))


def _thawed(value: Value) -> object:
    return [_thawed(part) for part in value] if isinstance(value, tuple) else value


def _frozen(value: object) -> Value:
    if isinstance(value, list | tuple):
        return tuple(_frozen(part) for part in value)
    if value is None or isinstance(value, str | int):
        return value
    raise ValueError(f"a cell cannot hold a {type(value).__name__}")

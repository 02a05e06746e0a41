"""What a phone is told about the versions it named, and which others there are."""

from collections.abc import Iterable

from server.wire import SentSheet
from surveys.queries_answers import FormCells
from surveys.sheet import Sheet, Version

Refused = dict[str, str | int]


def wanted(sent: SentSheet, merged: Sheet, refused: Iterable[Refused], form: FormCells) -> list[str]:
    """List the cells with a version that is named, not refused, and neither stored nor covered after the merge."""
    not_again = {(one["cell"], one["d"], one["n"]) for one in refused}
    named = [(cell, load, n) for load, held in sent.have.items() for cell, n in held.items()]
    held = {cell: _Held(merged.get(cell, ())) for cell in {cell for cell, _, _ in named} & form.specs.keys()}
    return sorted(
        {
            one[0]
            for one in named
            if one[0] in held and one not in not_again and not held[one[0]].has(*one[1:])
        }
    )


class _Held:
    """What a cell holds or knows to be replaced, looked up once and not for every version a phone names."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self._names = set[tuple[str, int]]()
        self._seen: dict[str, int] = {}
        for one in versions:
            self._names.add((one.d, one.n))
            for load, n in one.seen.items():
                self._seen[load] = max(n, self._seen.get(load, 0))

    def has(self, load: str, n: int) -> bool:
        return (load, n) in self._names or self._seen.get(load, 0) >= n


def unnamed(sent: SentSheet, merged: Sheet) -> Sheet:
    """Give the versions here that the phone did not name."""
    found: dict[str, tuple[Version, ...]] = {}
    for cell, versions in merged.items():
        named = {(one.d, one.n) for one in sent.cells.get(cell, ())}
        new = tuple(
            one
            for one in versions
            if (one.d, one.n) not in named and sent.have.get(one.d, {}).get(cell) != one.n
        )
        if new:
            found[cell] = new
    return found

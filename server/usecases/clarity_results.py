"""What HR may know of a closed clarity cycle: counts per class and means of the role pulse, for large groups only.

Everyone is in at most one block of a role, a block holds at least `least` people, and no total over blocks is given:
whatever is added or subtracted, a result is about nobody or about `least` people or more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.values import Scale
from surveys.expectations import GAP_CLASSES, GapList

LEAST = 5
PULSE_SCALE = Scale()


@dataclass(frozen=True, slots=True)
class ClosedPair:
    """One pair at closing: the role and unit of the employee, the gaps of an opened pair, the employee's pulse."""

    ratee_id: str
    role: str
    unit: str
    gaps: GapList | None
    pulse: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Block:
    """People who are only ever shown together: one unit, or several of which some are too small alone."""

    role: str
    units: tuple[str, ...]
    pairs: tuple[ClosedPair, ...]


def clarity_parameters(pairs: Sequence[ClosedPair], *, least: int = LEAST) -> dict[str, Any]:
    """Write what the closing record keeps of all pairs: nothing of fewer than `least` people."""
    gap_blocks, gaps_withheld = _blocks(pairs, least, lambda pair: pair.gaps is not None)
    pulse_blocks, pulse_withheld = _blocks(pairs, least, lambda pair: bool(pair.pulse))
    return {
        "least": least,
        "groups": [
            {**_place(block), "n_pairs": len(block.pairs), "counts": _counts(block)} for block in gap_blocks
        ],
        "withheld": [_place(block) for block in gaps_withheld],
        "pulse": [
            {**_place(block), "n_people": len(block.pairs), "items": _pulse_items(block, least)}
            for block in pulse_blocks
        ],
        "pulse_withheld": [_place(block) for block in pulse_withheld],
    }


def _blocks(
    pairs: Sequence[ClosedPair], least: int, is_counted: Callable[[ClosedPair], bool]
) -> tuple[list[Block], list[Block]]:
    """Give the blocks that are shown and those that are withheld, by role and unit."""
    by_role: dict[str, dict[str, list[ClosedPair]]] = defaultdict(lambda: defaultdict(list))
    for pair in sorted(pairs, key=lambda one: one.ratee_id):
        if is_counted(pair):
            by_role[pair.role][pair.unit].append(pair)
    shown: list[Block] = []
    withheld: list[Block] = []
    for role, by_unit in sorted(by_role.items()):
        for block in _blocks_of_role(role, by_unit, least):
            (shown if len(block.pairs) >= least else withheld).append(block)
    return shown, withheld


def _blocks_of_role(role: str, by_unit: Mapping[str, Sequence[ClosedPair]], least: int) -> tuple[Block, ...]:
    """Put units that are too small together; while that is still too few, the smallest large one joins them.

    Who joins is decided by the numbers of people alone, never by what they said.
    """
    large = sorted(
        (unit for unit, found in by_unit.items() if len(found) >= least),
        key=lambda unit: (len(by_unit[unit]), unit),
    )
    together = [unit for unit in by_unit if unit not in large]
    while together and large and sum(len(by_unit[unit]) for unit in together) < least:
        together.append(large.pop(0))
    parts = [[unit] for unit in sorted(large)] + ([sorted(together)] if together else [])
    return tuple(
        Block(role, tuple(units), tuple(pair for unit in units for pair in by_unit[unit])) for units in parts
    )


def _place(block: Block) -> dict[str, Any]:
    return {"role": block.role, "units": list(block.units)}


def _counts(block: Block) -> dict[str, int]:
    found = Counter(row.gap for pair in block.pairs if pair.gaps is not None for row in pair.gaps.rows)
    return {gap: found[gap] for gap in GAP_CLASSES if gap != "waiting"}


def _pulse_items(block: Block, least: int) -> dict[str, Any]:
    items = sorted({cell.partition(".")[0] for pair in block.pairs for cell in pair.pulse})
    return {item: _pulse_item(block, item, least) for item in items}


def _pulse_item(block: Block, item: str, least: int) -> dict[str, Any] | None:
    given = [pair.pulse[f"{item}.pulse"] for pair in block.pairs if f"{item}.pulse" in pair.pulse]
    n, total = len(given), sum(given)
    if n < least:
        return None
    # As for every released mean: at an end of the scale the exact total would tell what each one said.
    band = "high" if total >= n * PULSE_SCALE.top - 1 else "low" if total <= n * PULSE_SCALE.low + 1 else None
    return {"n": n, "total": None if band else total, "band": band}

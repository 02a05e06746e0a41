"""How much of a cycle's progress may be known: whole units of some size, in four steps, never a person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

LEAST_UNIT = 20  # raters of a unit whose progress is shown
LEAST_SHOWN = 5  # raters of the whole cycle, and of whatever is left beside the units shown
STEPS = (75, 50, 25)


def shown_units(raters: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Choose the units whose progress will be shown, from unit -> raters, at launch.

    Who is asked outside of them is nobody or at least five people: else the whole less the units would be those few.
    """
    sizes = {unit: len(set(people)) for unit, people in raters.items()}
    large = sorted(
        (unit for unit in sizes if unit and sizes[unit] >= LEAST_UNIT), key=lambda u: (-sizes[u], u)
    )
    everyone = {one for people in raters.values() for one in people}
    while large:
        inside = {one for unit in large for one in raters[unit]}
        if not 0 < len(everyone - inside) < LEAST_SHOWN:
            break
        large.pop()
    return tuple(sorted(large))


def step_of(n_final: int, n_asked: int) -> int:
    """Give the step reached: 0, 25, 50 or 75 per cent."""
    return next((step for step in STEPS if 100 * n_final >= step * n_asked > 0), 0)


def may_be_shown(n_raters: int) -> bool:
    """Tell whether progress of a whole cycle may be shown: with fewer it would be that of single people."""
    return n_raters >= LEAST_SHOWN


def n_by_unit(asked: Iterable[tuple[str, bool]]) -> dict[str, tuple[int, int]]:
    """Count (final, asked) by unit and for the whole cycle (""), from (unit, is final) of every sheet asked for."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for unit, is_final in asked:
        for name in {unit, ""}:
            found[name][0] += is_final
            found[name][1] += 1
    return {unit: (counts[0], counts[1]) for unit, counts in found.items()}

"""Who of HR may see the counts of a closed clarity round: nobody who could subtract the own pairs and read a few others."""

from collections.abc import Sequence
from dataclasses import replace

from surveys.queries_pairs import ClarityResults, PairFacts, list_cycle_pairs, load_clarity_results


async def results_for(cycle_id: str, viewer: str) -> ClarityResults | None:
    """Load the counts of a closed round as one person of HR may see them; an empty viewer is the operator's shell."""
    results = await load_clarity_results(cycle_id)
    if results is None or not viewer:
        return results
    return without_own(results, await list_cycle_pairs(cycle_id), viewer)


def without_own(results: ClarityResults, pairs: Sequence[PairFacts], viewer: str) -> ClarityResults:
    """Withhold all counts, or all of the pulse, from a viewer whose own pairs would leave few others in any group.

    All or nothing: which group was withheld would tell where the own pairs were counted.
    """
    n_own = sum(viewer in (pair.employee, pair.manager) for pair in pairs)
    knows_all = n_own == len(pairs)
    if not knows_all and any(group.n_pairs - n_own < results.least for group in results.groups):
        results = replace(
            results,
            groups=(),
            withheld=(*(group.units for group in results.groups), *results.withheld),
            is_too_near=n_own > 0,
        )
    # The pulse reaches nobody but the employee: of it everyone knows one at most.
    n_answered = sum(viewer == pair.employee for pair in pairs)
    numbers = [value.n for group in results.pulse for value in group.items.values() if value is not None]
    if any(n - n_answered < results.least for n in numbers):
        withheld = (*(group.units for group in results.pulse), *results.pulse_withheld)
        results = replace(results, pulse=(), pulse_withheld=withheld, is_too_near=True)
    return results

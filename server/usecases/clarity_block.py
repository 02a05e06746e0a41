"""What HR's page shows of a closed clarity round: counts over large groups, and what is withheld by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.values import Band, Withheld
from scoring.wording import band_text, one_decimal
from server.usecases.clarity_books import COUNTED, mean_of
from server.usecases.clarity_viewers import results_for
from surveys.expectations import SHARED
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.queries_pairs import GroupCounts, GroupPulse

Texts = Mapping[str, str]  # language -> text


@dataclass(frozen=True, slots=True)
class CountsView:
    """One group: lines per class, those that occur, and how many lines are shared expectations."""

    units: tuple[str, ...]
    n_pairs: int
    classes: tuple[tuple[str, Texts, int], ...]
    n_shared: int
    n_in_scope: int


@dataclass(frozen=True, slots=True)
class PulseView:
    """One group: each statement with its printed mean; empty where withheld."""

    units: tuple[str, ...]
    n_people: int
    statements: tuple[tuple[Texts, str], ...]


@dataclass(frozen=True, slots=True)
class ClarityBlock:
    """Everything of a closed clarity round that HR may see."""

    least: int
    groups: tuple[CountsView, ...]
    withheld: tuple[tuple[str, ...], ...]
    pulse: tuple[PulseView, ...]
    is_too_near: bool  # something is withheld from this reader alone


async def clarity_block(cycle_id: str, viewer: str) -> ClarityBlock | None:
    """Read the counts of a closed clarity round as one person of HR may see them; None for anything else."""
    results = await results_for(cycle_id, viewer)
    cycle = None if results is None else await find_cycle_facts(cycle_id)
    if results is None or cycle is None:
        return None
    names: Mapping[str, Texts] = {block["id"]: block["name"] for block in cycle.instrument["gaps"]}
    statements = {one.id: one.text for one in cycle.forms["self"].pulse}
    return ClarityBlock(
        least=results.least,
        groups=tuple(_counts(one, names) for one in results.groups),
        withheld=results.withheld,
        pulse=tuple(_pulse(one, statements) for one in results.pulse),
        is_too_near=results.is_too_near,
    )


def _counts(group: GroupCounts, names: Mapping[str, Texts]) -> CountsView:
    return CountsView(
        units=group.units,
        n_pairs=group.n_pairs,
        classes=tuple((gap, names[gap], group.counts[gap]) for gap in COUNTED if group.counts[gap]),
        n_shared=sum(group.counts[gap] for gap in SHARED),
        n_in_scope=sum(n for gap, n in group.counts.items() if gap != "out_of_scope"),
    )


def _pulse(group: GroupPulse, statements: Mapping[str, Texts]) -> PulseView:
    printed = tuple((statements[item], _printed(mean_of(value))) for item, value in group.items.items())
    return PulseView(group.units, group.n_people, printed)


def _printed(mean: Fraction | Band | Withheld) -> str:
    match mean:
        case Withheld():
            return ""
        case Band():
            return band_text(mean)
        case Fraction():
            return one_decimal(mean)

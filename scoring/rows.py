"""One line of a report before its words: every source side by side, for an item or an accomplishment."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from scoring.audience import exact_mean
from scoring.estimate import Estimate, average_groups, average_items, band_of, estimate_cell, mean_of
from scoring.values import (
    BaselineCell,
    GroupName,
    GroupValue,
    ItemSpec,
    NamedCell,
    NamedValue,
    NoAnswer,
    NotAsked,
    NotObserved,
    PooledSd,
    Reference,
    Relationship,
    ReleasedCell,
    ReleasedGroup,
    Scale,
    Withheld,
)

MIN_COVERAGE: Final = Fraction(7, 10)


@dataclass(frozen=True, slots=True)
class Sources:
    """All that may be said about one ratee, ready to look up."""

    groups: tuple[ReleasedGroup, ...]
    cells: Mapping[tuple[GroupName, str], ReleasedCell]
    named: Mapping[Relationship, Mapping[str, int | None]]
    sds: Mapping[tuple[GroupName, str], PooledSd]
    baseline: Mapping[str, BaselineCell]
    n_exemplars: Mapping[str, int]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Row:
    """A report row without words; `others`, `reference` and `own` are over the same items with the same weights."""

    id: str
    self_value: NamedCell
    manager_value: NamedCell
    groups: Mapping[GroupName, GroupValue]
    others: Estimate | None
    reference: Reference
    reference_error: float | None
    own: Fraction | None


def item_row(item: ItemSpec, sources: Sources) -> Row:
    """Put every source of one item side by side.

    Parameters
    ----------
    item : ItemSpec
        Who was asked it and its target.
    sources : Sources
        Of one ratee.

    Returns
    -------
    Row
        Scale points, exact. Per shown group: Mean or Band of n ratings, NotAsked when no member was asked, else
        Withheld; others is the equal-weight mean of the shown values (a band with its mid value), None without any.

    Source
    ------
    docs/scoring.md, Rows and Others.

    Examples
    --------
    >>> spec = ItemSpec("A", None, 1, None, ("self", "peer"))
    >>> item_row(spec, Sources((), {}, {"self": {"A": 4}}, {}, {}, {}, Scale())).self_value
    NamedValue(value=Fraction(4, 1))
    """
    values: dict[GroupName, GroupValue] = {}
    estimates: list[Estimate] = []
    for group in sources.groups:
        cell = sources.cells.get((group.group, item.item))
        if not _is_asked(group, item):
            values[group.group] = NotAsked()
        elif cell is None:
            values[group.group] = Withheld()
        else:
            estimate = _estimate(cell, sources)
            estimates.append(estimate)
            values[group.group] = (
                mean_of(estimate, sources.scale) if cell.band is None else band_of(cell, sources.scale)
            )
    reference, error = _reference({item: Fraction(1)}, sources)
    own = _named_value("self", item, sources)
    return Row(
        id=item.item,
        self_value=own,
        manager_value=_named_value("manager", item, sources),
        groups=values,
        others=average_groups(estimates) if estimates else None,
        reference=reference,
        reference_error=error,
        own=own.value if isinstance(own, NamedValue) else None,
    )


def accomplishment_row(accomplishment: str, items: Sequence[ItemSpec], sources: Sources) -> Row:
    """Roll the items of one accomplishment up, per source, from released cells alone.

    Parameters
    ----------
    accomplishment : str
        Its id.
    items : sequence of ItemSpec
        Its items; those of weight 0 count nowhere, all others equally.
    sources : Sources
        Of one ratee.

    Returns
    -------
    Row
        Scale points, exact. Per shown group the mean over its released items, Withheld when these are under 70 % of
        the items it was asked, NotAsked when it was asked none; n is the smallest n of an item. Others is the
        equal-weight mean of the shown groups. Reference and own answers are averaged over the very items behind
        others, with the same weights; without others, over all items. Named values need the same 70 %.

    Source
    ------
    docs/scoring.md, Roll-up.

    Examples
    --------
    >>> spec = ItemSpec("A", "A1", 1, 4, ("self", "peer"))
    >>> accomplishment_row("A1", [spec], Sources((), {}, {}, {}, {}, {"A": 3}, Scale())).reference
    Reference(kind='target', value=Fraction(4, 1), n_exemplars=3)
    """
    counted = [item for item in items if item.weight > 0]
    values: dict[GroupName, GroupValue] = {}
    estimates: list[Estimate] = []
    shown: list[list[ItemSpec]] = []
    for group in sources.groups:
        asked = [item for item in counted if _is_asked(group, item)]
        released = [item for item in asked if (group.group, item.item) in sources.cells]
        if not asked:
            values[group.group] = NotAsked()
        elif len(released) < MIN_COVERAGE * len(asked):
            values[group.group] = Withheld()
        else:
            estimate = average_items(
                [_estimate(sources.cells[group.group, item.item], sources) for item in released]
            )
            estimates.append(estimate)
            shown.append(released)
            values[group.group] = mean_of(estimate, sources.scale)
    weights = _weights(shown or [counted])
    reference, error = _reference(weights, sources)
    return Row(
        id=accomplishment,
        self_value=_named_mean("self", counted, sources),
        manager_value=_named_mean("manager", counted, sources),
        groups=values,
        others=average_groups(estimates) if estimates else None,
        reference=reference,
        reference_error=error,
        own=_own(weights, sources),
    )


def _is_asked(group: ReleasedGroup, item: ItemSpec) -> bool:
    return any(member in item.relationships for member in group.members)


def _estimate(cell: ReleasedCell, sources: Sources) -> Estimate:
    return estimate_cell(cell, sources.sds.get((cell.group, cell.item)), sources.scale)


def _named_value(relationship: Relationship, item: ItemSpec, sources: Sources) -> NamedCell:
    if relationship not in item.relationships:
        return NotAsked()
    if relationship not in sources.named:
        return NoAnswer()
    rating = sources.named[relationship].get(item.item)
    return NotObserved() if rating is None else NamedValue(Fraction(rating))


def _named_mean(relationship: Relationship, items: Sequence[ItemSpec], sources: Sources) -> NamedCell:
    cells = [_named_value(relationship, item, sources) for item in items]
    asked = [cell for cell in cells if not isinstance(cell, NotAsked)]
    given = [cell.value for cell in asked if isinstance(cell, NamedValue)]
    if not asked:
        return NotAsked()
    if relationship not in sources.named:
        return NoAnswer()
    if not given or len(given) < MIN_COVERAGE * len(asked):
        return NotObserved()
    return NamedValue(exact_mean(given))


def _weights(shown: Sequence[Sequence[ItemSpec]]) -> dict[ItemSpec, Fraction]:
    """Return the share of each item in an equal-weight mean over groups of equal-weight means over items."""
    weights: dict[ItemSpec, Fraction] = defaultdict(Fraction)
    for items in shown:
        for item in items:
            weights[item] += Fraction(1, len(shown) * len(items))
    return weights


def _own(weights: Mapping[ItemSpec, Fraction], sources: Sources) -> Fraction | None:
    cells = [_named_value("self", item, sources) for item in weights]
    given = [cell.value for cell in cells if isinstance(cell, NamedValue)]
    return _weighted(weights, given) if given and len(given) == len(weights) else None


def _weighted(weights: Mapping[ItemSpec, Fraction], values: Sequence[Fraction]) -> Fraction:
    if len(set(weights.values())) == 1:
        return exact_mean(values)
    return sum((share * value for share, value in zip(weights.values(), values, strict=True)), Fraction(0))


def _reference(weights: Mapping[ItemSpec, Fraction], sources: Sources) -> tuple[Reference, float | None]:
    """Return what these items are compared with, and the standard error of a baseline."""
    cells = [sources.baseline[item.item] for item in weights if item.item in sources.baseline]
    if weights and len(cells) == len(weights):
        value = _weighted(weights, [cell.mean for cell in cells])
        return Reference("baseline", value, min(cell.n_exemplars for cell in cells)), _error(weights, cells)
    n_so_far = min((sources.n_exemplars.get(item.item, 0) for item in weights), default=0)
    targets = [Fraction(item.target) for item in weights if item.target is not None]
    if weights and len(targets) == len(weights):
        return Reference("target", _weighted(weights, targets), n_so_far), None
    return Reference("none", None, n_so_far), None


def _error(weights: Mapping[ItemSpec, Fraction], cells: Sequence[BaselineCell]) -> float | None:
    """Return the largest standard error the mean over these items can have: the exemplars are the same people."""
    errors = [
        float(share) * cell.sd / math.sqrt(cell.n_exemplars)
        for share, cell in zip(weights.values(), cells, strict=True)
        if cell.sd is not None
    ]
    return sum(errors) if len(errors) == len(cells) else None

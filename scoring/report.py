"""All numbers of one person's report, from released cells and the answers of named raters alone."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from scoring.errors import UnknownItem, UnknownRelationship
from scoring.estimate import mean_of
from scoring.gaps import Comparison, Words, words_for
from scoring.inference import t_quantile
from scoring.rows import Row, Sources, accomplishment_row, item_row
from scoring.values import (
    AccomplishmentSpec,
    Band,
    BaselineCell,
    ItemSpec,
    Mean,
    PooledSd,
    Relationship,
    Release,
    Report,
    ReportRow,
    Scale,
    Withheld,
)


def score(
    ratee: str,
    *,
    release: Release,
    named: Mapping[Relationship, Mapping[str, int | None]],
    items: Sequence[ItemSpec],
    accomplishments: Sequence[AccomplishmentSpec],
    sds: Sequence[PooledSd],
    baseline: Sequence[BaselineCell],
    n_exemplars: Mapping[str, int],
    scale: Scale,
) -> Report:
    """Compute one ratee's report.

    Parameters
    ----------
    ratee : str
        Whose report; other ratees' cells in `release` are passed over.
    release : Release
        Of the cycle, or only the ratee's part of it.
    named : mapping of "self" and "manager" to item -> rating
        The one counted sheet of each; a relationship left out handed in none. Ratings in scale points, None or no
        key means not observed or skipped.
    items, accomplishments : sequences of ItemSpec and AccomplishmentSpec
        In the order of the form and of the profile.
    sds : sequence of PooledSd
        Cycle-wide widths per (group, item); one left out leaves the intervals of its cells undefined.
    baseline : sequence of BaselineCell
        Frozen at launch; only cells that may be shown.
    n_exemplars : mapping of item to count
        How many exemplars there are so far, for items without a baseline; missing counts 0.
    scale : Scale
        The scale of the cycle.

    Returns
    -------
    Report
        Rows in the order given: accomplishments, items with an accomplishment, mental-model items. Every withheld,
        unasked, unobserved or unanswered number is its own type. `n_released_cells` and `n_withheld_cells` count the
        (shown group, item) values of the item and mental-model rows. `noise_points` is 1.96 x sqrt(2) x the median
        standard error of others over the items, None without any.

    Raises
    ------
    UnknownItem, UnknownRelationship
        An item names an accomplishment that is not in the list, an id appears twice, a named answer has no place.

    Source
    ------
    docs/scoring.md, Rows, Others, Roll-up, Gap words.

    Examples
    --------
    >>> report = score(
    ...     "cleo", release=Release((), (), 0), named={"self": {"A": 4}}, items=[ItemSpec("A", None, 1, 4, ("self",))],
    ...     accomplishments=[], sds=[], baseline=[], n_exemplars={}, scale=Scale(),
    ... )
    >>> report.mental_models[0].words
    'too_few_answers'
    """
    _check(named, items, accomplishments)
    sources = Sources(
        groups=tuple(group for group in release.groups if group.ratee == ratee),
        cells={(cell.group, cell.item): cell for cell in release.cells if cell.ratee == ratee},
        named=named,
        sds={(sd.group, sd.item): sd for sd in sds},
        baseline={cell.item: cell for cell in baseline},
        n_exemplars=n_exemplars,
        scale=scale,
    )
    of_accomplishments = [
        accomplishment_row(spec.accomplishment, _items_of(spec, items), sources) for spec in accomplishments
    ]
    of_items = [item_row(item, sources) for item in items if item.accomplishment is not None]
    of_models = [item_row(item, sources) for item in items if item.accomplishment is None]
    rows = _with_words([*of_accomplishments, *of_items, *of_models], scale)
    n_before_items = len(of_accomplishments)
    n_before_models = n_before_items + len(of_items)
    return Report(
        ratee=ratee,
        groups=sources.groups,
        accomplishments=tuple(rows[:n_before_items]),
        items=tuple(rows[n_before_items:n_before_models]),
        mental_models=tuple(rows[n_before_models:]),
        n_released_cells=_count(rows[n_before_items:], Mean, Band),
        n_withheld_cells=_count(rows[n_before_items:], Withheld),
        noise_points=_noise_points(of_items),
    )


def _items_of(spec: AccomplishmentSpec, items: Iterable[ItemSpec]) -> list[ItemSpec]:
    return [item for item in items if item.accomplishment == spec.accomplishment]


def _with_words(rows: Sequence[Row], scale: Scale) -> list[ReportRow]:
    comparisons = [Comparison(row.others, row.reference, row.reference_error, row.own) for row in rows]
    words = words_for(comparisons, scale)
    return [
        _finished(row, comparison, word, scale)
        for row, comparison, word in zip(rows, comparisons, words, strict=True)
    ]


def _finished(row: Row, comparison: Comparison, words: Words, scale: Scale) -> ReportRow:
    return ReportRow(
        id=row.id,
        self_value=row.self_value,
        manager_value=row.manager_value,
        groups=row.groups,
        others=Withheld() if row.others is None else mean_of(row.others, scale),
        reference=row.reference,
        gap_others_to_reference=comparison.gap,
        gap_self_to_others=None if row.own is None or row.others is None else row.own - row.others.value,
        words=words,
    )


def _count(rows: Sequence[ReportRow], *kinds: type) -> int:
    return sum(isinstance(value, kinds) for row in rows for value in row.groups.values())


def _noise_points(rows: Sequence[Row]) -> float | None:
    errors = [row.others.error for row in rows if row.others is not None and row.others.error is not None]
    return t_quantile(0.975, None) * math.sqrt(2) * median(errors) if errors else None


def _check(
    named: Mapping[Relationship, Mapping[str, int | None]],
    items: Sequence[ItemSpec],
    accomplishments: Sequence[AccomplishmentSpec],
) -> None:
    for relationship in named:
        if relationship not in ("self", "manager"):
            raise UnknownRelationship(
                f"{relationship!r} is confidential; only self and manager answer by name"
            )
    known = {spec.accomplishment for spec in accomplishments}
    for item in items:
        if item.accomplishment is not None and item.accomplishment not in known:
            raise UnknownItem(
                f"item {item.item!r} belongs to {item.accomplishment!r}, which the profile lacks"
            )
    if len({item.item for item in items}) != len(items) or len(known) != len(accomplishments):
        raise UnknownItem("an item or an accomplishment is given twice")

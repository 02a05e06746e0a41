"""What HR may see of a release: large cells one by one, and roll-ups over enough people."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.errors import InconsistentCube, UnknownRatee
from scoring.gate import GROUP_NAMES, check_policy
from scoring.values import (
    GroupName,
    Release,
    ReleasedCell,
    ReleasedGroup,
    ReleasePolicy,
    RollupCell,
    Scale,
    Withheld,
)


def hr_groups(release: Release, policy: ReleasePolicy) -> tuple[ReleasedGroup, ...]:
    """List the released groups whose size HR may see: `k_hr` raters or more.

    Same order as the release; n is `n_raters` (counted sheets, no ratings involved); smaller groups are left out, not
    marked. Raises PolicyTooWeak. Source: GATE-5 per audience (docs/scoring.md, Audiences).

    Examples
    --------
    >>> hr_groups(Release((ReleasedGroup("cleo", "peer", 4, ("peer",)),), (), 0), ReleasePolicy())
    ()
    """
    check_policy(policy)
    return tuple(group for group in release.groups if group.n_raters >= policy.k_hr)


def hr_view(release: Release, policy: ReleasePolicy) -> tuple[ReleasedCell, ...]:
    """List the cells HR may see one by one: those with `k_hr` ratings or more.

    Parameters
    ----------
    release : Release
        Of one cycle; it holds confidential groups only, so no self or manager value can come through.
    policy : ReleasePolicy
        As frozen at launch.

    Returns
    -------
    tuple of ReleasedCell
        Same order, totals and bands as in the release (scale points); withheld cells are absent. n counts ratings.

    Raises
    ------
    PolicyTooWeak

    Source
    ------
    GATE-5 per audience (docs/scoring.md, Audiences).

    Examples
    --------
    >>> hr_view(Release((), (ReleasedCell("cleo", "peer", "A", 4, 15, None),), 0), ReleasePolicy())
    ()
    """
    check_policy(policy)
    return tuple(cell for cell in release.cells if cell.n >= policy.k_hr)


def hr_rollup(
    release: Release, *, roles: Mapping[str, str], policy: ReleasePolicy, scale: Scale | None = None
) -> tuple[RollupCell, ...]:
    """Average the released cells of the people of one role, for HR.

    Parameters
    ----------
    release : Release
        Of one cycle.
    roles : mapping of ratee to role
        Every ratee with a released cell has exactly one role.
    policy : ReleasePolicy
        `k_hr` is the least number of people.
    scale : Scale, optional
        The scale of the cycle, for the mid values of bands; 1 to 5 when left out.

    Returns
    -------
    tuple of RollupCell
        One per (role, group, item) with a released cell, in the order role, group, first appearance of the item.
        The mean is over all n ratings in the cells (scale points, exact); a band enters with its mid value. Withheld
        throughout (no counts either) unless the cells are of at least `k_hr` ratees and the ratees whose cell HR does
        not see in `hr_view` number 0 or at least `k_hr`.

    Raises
    ------
    PolicyTooWeak, UnknownRatee

    Notes
    -----
    Closed under subtraction: each cell is in exactly one aggregate, so all HR can derive is, per aggregate, the sum
    over the cells it does not see: of nobody, or of `k_hr` people together. Ratings weigh equally so that this
    remainder is a single integer (in half points); a mean of means would let HR read its parts off the denominators.

    Source
    ------
    GATE-10 and closure per audience (docs/scoring.md, Audiences).

    Examples
    --------
    >>> cells = tuple(ReleasedCell(f"p{i}", "peer", "A", 4, 12 + i, None) for i in range(5))
    >>> row, = hr_rollup(Release((), cells, 0), roles={f"p{i}": "lead" for i in range(5)}, policy=ReleasePolicy())
    >>> row.n_ratees, row.n, row.mean
    (5, 20, Fraction(7, 2))
    """
    check_policy(policy)
    place = {item: index for index, item in enumerate(dict.fromkeys(cell.item for cell in release.cells))}
    parts: dict[tuple[str, GroupName, str], list[ReleasedCell]] = defaultdict(list)
    for cell in release.cells:
        if cell.ratee not in roles:
            raise UnknownRatee(f"ratee {cell.ratee!r} has no role; give every ratee of the cycle one")
        parts[roles[cell.ratee], cell.group, cell.item].append(cell)
    keys = sorted(parts, key=lambda key: (key[0], GROUP_NAMES.index(key[1]), place[key[2]]))
    return tuple(_rollup_cell(key, parts[key], policy.k_hr, scale or Scale()) for key in keys)


def cell_total(cell: ReleasedCell, scale: Scale) -> Fraction:
    """Return the sum of ratings a released cell stands for, exact; a band counts with its mid value (half a point in).

    The total is in scale points over the n ratings of the cell; a withheld cell does not exist here. Raises
    InconsistentCube for a cell with neither total nor band. Source: GATE-6 (docs/scoring.md, Release).

    Examples
    --------
    >>> cell_total(ReleasedCell("cleo", "peer", "A", 3, None, "high"), Scale())
    Fraction(29, 2)
    """
    if cell.total is not None:
        return Fraction(cell.total)
    if cell.band == "high":
        return cell.n * scale.top - Fraction(1, 2)
    if cell.band == "low":
        return cell.n * scale.low + Fraction(1, 2)
    raise InconsistentCube(f"the cell of item {cell.item!r} has neither a total nor a band")


def cell_mean(cell: ReleasedCell, scale: Scale) -> Fraction:
    """Return the mean a released cell stands for: `cell_total` over n, exact, in scale points.

    A band counts with its mid value; a withheld cell does not exist here; n counts ratings. Raises InconsistentCube.
    Source: GATE-6 (docs/scoring.md, Release).

    Examples
    --------
    >>> cell_mean(ReleasedCell("cleo", "peer", "A", 4, 15, None), Scale())
    Fraction(15, 4)
    """
    return Fraction(cell.total, cell.n) if cell.total is not None else cell_total(cell, scale) / cell.n


def exact_mean(values: Sequence[Fraction]) -> Fraction:
    """Return the equal-weight mean of exact values; they are added over one denominator, which is fast.

    Unit as given; at least one value, none missing; n is their number. Raises ZeroDivisionError without values.
    Source: none needed.

    Examples
    --------
    >>> exact_mean([Fraction(1, 2), Fraction(1, 3)])
    Fraction(5, 12)
    """
    below = math.lcm(*(value.denominator for value in values))
    above = sum(value.numerator * (below // value.denominator) for value in values)
    return Fraction(above, below * len(values))


def _rollup_cell(
    key: tuple[str, GroupName, str], cells: Sequence[ReleasedCell], k_hr: int, scale: Scale
) -> RollupCell:
    n_ratees = len({cell.ratee for cell in cells})
    n_unseen = len({cell.ratee for cell in cells if cell.n < k_hr})
    if n_ratees < k_hr or 0 < n_unseen < k_hr:
        return RollupCell(*key, Withheld(), Withheld(), Withheld())
    n = sum(cell.n for cell in cells)
    total = sum((cell_total(cell, scale) for cell in cells), Fraction(0))
    return RollupCell(*key, n_ratees, n, total / n)

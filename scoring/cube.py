"""Integer histograms per ratee, confidential relationship and item: exact, mergeable, free of order."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.errors import CubeMismatch, RatingOutOfScale, UnknownItem, UnknownRelationship
from scoring.values import CONFIDENTIAL, CountedSheet, Scale

Integers = npt.NDArray[np.integer]
Booleans = npt.NDArray[np.bool_]

NOT_ASKED: Final = 0
NO_RATING: Final = 1
FIRST_POINT: Final = 2
_NAMED: Final = ("self", "manager")
_N_GROUPS: Final = len(CONFIDENTIAL)
_GROUP_INDEX: Final[Mapping[str, int]] = {group: index for index, group in enumerate(CONFIDENTIAL)}


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Counts of one cycle; axes are ratee (sorted), relationship (`CONFIDENTIAL`), item (form order), scale point."""

    items: tuple[str, ...]
    scale: Scale
    ratees: tuple[str, ...]
    n_sheets: npt.NDArray[np.int32]  # (ratee, relationship): counted sheets
    n_asked: npt.NDArray[np.int32]  # (ratee, relationship, item): counted sheets whose form held the item
    counts: npt.NDArray[np.int32]  # (ratee, relationship, item, point): ratings given

    def __eq__(self, other: object) -> bool:
        """Two cubes are equal when every count is."""
        if not isinstance(other, Cube):
            return NotImplemented
        same_frame = (self.items, self.scale, self.ratees) == (other.items, other.scale, other.ratees)
        return same_frame and all(
            np.array_equal(mine, theirs)
            for mine, theirs in (
                (self.n_sheets, other.n_sheets),
                (self.n_asked, other.n_asked),
                (self.counts, other.counts),
            )
        )

    __hash__ = None  # type: ignore[assignment]  # arrays are compared by content, so a cube is no key


def build_cube(sheets: Iterable[CountedSheet], *, items: Sequence[str], scale: Scale) -> Cube:
    """Count the ratings of all confidential sheets of one cycle.

    Parameters
    ----------
    sheets : iterable of CountedSheet
        Final sheets in any order, each once. A key in `ratings` means the item was asked; its value None means
        not observed or skipped. Sheets of self and manager are named, so they take no part here.
    items : sequence of str
        Every item of the cycle in form order, without repeats.
    scale : Scale
        The one scale of the cycle; ratings are integers from `low` to `top`.

    Returns
    -------
    Cube
        Shape (ratees, 3, items, points); equal for every order of the sheets and every way of chunking and merging.

    Raises
    ------
    UnknownItem, UnknownRelationship, RatingOutOfScale
        The closing stops; nothing is released from sheets that do not fit the form.

    Notes
    -----
    n counts integers only; None is never 0 and never a midpoint.

    Source
    ------
    The histogram is a sufficient statistic for every figure of the product (docs/scoring.md, Cube).

    Examples
    --------
    >>> cube = build_cube(
    ...     [CountedSheet("cleo", "peer", {"A": 5}), CountedSheet("cleo", "peer", {"A": None})], items=["A"], scale=Scale()
    ... )
    >>> int(cube.n_sheets[0, 0]), int(cube.n_asked[0, 0, 0]), cube.counts[0, 0, 0].tolist()
    (2, 2, [0, 0, 0, 0, 1])
    """
    columns = _columns(items, scale)
    rows = array("q")
    codes = bytearray()
    index_of: dict[str, int] = {}
    for sheet in sheets:
        if sheet.relationship in _NAMED:
            continue
        group = _GROUP_INDEX.get(sheet.relationship)
        if group is None:
            raise UnknownRelationship(
                f"relationship {sheet.relationship!r} is not one of {', '.join(CONFIDENTIAL)}"
            )
        rows.append(index_of.setdefault(sheet.ratee, len(index_of)) * _N_GROUPS + group)
        codes += _encode(sheet, columns, scale)
    return cube_of_codes(
        np.frombuffer(codes, dtype=np.uint8).reshape(len(rows), len(columns)),
        rows=np.array(rows, dtype=np.int64),
        ratees=tuple(index_of),
        items=items,
        scale=scale,
    )


def cube_of_codes(
    codes: npt.NDArray[np.uint8], *, rows: Integers, ratees: Sequence[str], items: Sequence[str], scale: Scale
) -> Cube:
    """Count ratings that are already coded as small integers, for whole cycles in one pass.

    Parameters
    ----------
    codes : array of uint8, shape (sheets, items)
        0 not asked, 1 asked without a rating, 2 the lowest point of the scale, 3 the next one, and so on.
    rows : array of int, shape (sheets,)
        3 x position in `ratees` + position in `CONFIDENTIAL`.
    ratees, items : sequences of str
        Names in any order (ratees) and in form order (items).
    scale : Scale
        The one scale of the cycle.

    Returns
    -------
    Cube
        The same cube as `build_cube` over the same sheets. n counts codes from 2 on; missing stays missing.

    Raises
    ------
    RatingOutOfScale, UnknownItem, CubeMismatch
        A code above the top point, a bad item list, a row that names no ratee.

    Source
    ------
    One `numpy.bincount` per item (docs/scoring.md, Cube).

    Examples
    --------
    >>> coded = np.array([[6], [1]], dtype=np.uint8)
    >>> cube_of_codes(coded, rows=np.array([0, 0]), ratees=["cleo"], items=["A"], scale=Scale()).counts.sum().item()
    1
    """
    _columns(items, scale)
    n_points = scale.top - scale.low + 1
    n_cells = len(ratees) * _N_GROUPS
    if codes.size and int(codes.max()) >= FIRST_POINT + n_points:
        raise RatingOutOfScale(f"a coded rating lies outside {scale.low}..{scale.top}")
    if len(rows) and not 0 <= int(rows.min()) <= int(rows.max()) < n_cells:
        raise CubeMismatch("a row names no ratee of the list")
    n_asked = np.zeros((n_cells, len(items)), dtype=np.int32)
    counts = np.zeros((n_cells, len(items), n_points), dtype=np.int32)
    width = FIRST_POINT + n_points
    for column in range(len(items)):
        bins = np.bincount(rows * width + codes[:, column], minlength=n_cells * width).reshape(n_cells, width)
        n_asked[:, column] = bins[:, NO_RATING:].sum(axis=1)
        counts[:, column] = bins[:, FIRST_POINT:]
    order = sorted(range(len(ratees)), key=ratees.__getitem__)
    return Cube(
        items=tuple(items),
        scale=scale,
        ratees=tuple(ratees[index] for index in order),
        n_sheets=np.bincount(rows, minlength=n_cells).astype(np.int32).reshape(-1, _N_GROUPS)[order],
        n_asked=n_asked.reshape(len(ratees), _N_GROUPS, len(items))[order],
        counts=counts.reshape(len(ratees), _N_GROUPS, len(items), n_points)[order],
    )


def merge_cubes(first: Cube, second: Cube) -> Cube:
    """Add two cubes of the same cycle that were counted from different sheets.

    Parameters
    ----------
    first, second : Cube
        Same items in the same order and same scale; ratees may overlap.

    Returns
    -------
    Cube
        Counts added cell by cell; n and missing add up like the sheets themselves.

    Raises
    ------
    CubeMismatch
        Items or scale differ.

    Source
    ------
    Integer addition is commutative and associative, hence any chunking gives the same bits (docs/scoring.md, Cube).

    Examples
    --------
    >>> part = build_cube([CountedSheet("cleo", "peer", {"A": 5})], items=["A"], scale=Scale())
    >>> int(merge_cubes(part, part).n_sheets[0, 0])
    2
    """
    if (first.items, first.scale) != (second.items, second.scale):
        raise CubeMismatch("the two cubes have other items or another scale; they are of different cycles")
    ratees = tuple(sorted({*first.ratees, *second.ratees}))
    place = {ratee: index for index, ratee in enumerate(ratees)}
    n_points = first.scale.top - first.scale.low + 1
    n_sheets = np.zeros((len(ratees), _N_GROUPS), dtype=np.int32)
    n_asked = np.zeros((len(ratees), _N_GROUPS, len(first.items)), dtype=np.int32)
    counts = np.zeros((len(ratees), _N_GROUPS, len(first.items), n_points), dtype=np.int32)
    for cube in (first, second):
        at = np.array([place[ratee] for ratee in cube.ratees], dtype=np.int64)
        n_sheets[at] += cube.n_sheets
        n_asked[at] += cube.n_asked
        counts[at] += cube.counts
    return Cube(first.items, first.scale, ratees, n_sheets, n_asked, counts)


def by_group(members: Booleans, values: Integers) -> Integers:
    """Add values (ratee, relationship, item) up to (ratee, group, item) by the relationships each group is made of.

    `members` has the shape (ratee, group, relationship); a group without members gets 0, so read it together with
    `members`. Unit and n are those of the values. Source: docs/scoring.md, Cube.

    Examples
    --------
    >>> by_group(np.array([[[True, True, False]]]), np.array([[[2], [3], [9]]])).tolist()
    [[[5]]]
    """
    added = np.zeros((len(values), members.shape[1], values.shape[2]), dtype=np.int32)
    for part in range(members.shape[2]):
        added += members[:, :, part, None] * values[:, part, None, :].astype(np.int32)
    return added


def _columns(items: Sequence[str], scale: Scale) -> dict[str, int]:
    columns = {item: column for column, item in enumerate(items)}
    if len(columns) != len(items):
        raise UnknownItem("the item list names an item twice; give each item once, in form order")
    if not 1 <= scale.top - scale.low <= 100:  # a code must fit one byte
        raise RatingOutOfScale(f"a scale from {scale.low} to {scale.top} is none; it needs 2 to 101 points")
    return columns


def _encode(sheet: CountedSheet, columns: Mapping[str, int], scale: Scale) -> bytearray:
    row = bytearray(len(columns))
    for item, rating in sheet.ratings.items():
        column = columns.get(item)
        if column is None:
            raise UnknownItem(f"item {item!r} is on a sheet but not in the item list of the cycle")
        if rating is None:
            row[column] = NO_RATING
        elif type(rating) is int and scale.low <= rating <= scale.top:
            row[column] = FIRST_POINT + rating - scale.low
        else:
            raise RatingOutOfScale(f"a rating on item {item!r} is no integer from {scale.low} to {scale.top}")
    return row

"""Counting sheets: exact, whole, and refusing what does not fit."""

from dataclasses import replace

import numpy as np
import pytest

from scoring.cube import build_cube, cube_of_codes, merge_cubes
from scoring.errors import CubeMismatch, RatingOutOfScale, UnknownItem, UnknownRelationship
from scoring.values import CountedSheet, Scale

CLEO = "cleo"


def test_a_cube_counts_ratings_asked_and_sheets_apart() -> None:
    sheets = [
        CountedSheet(CLEO, "peer", {"A": 5, "B": None}),
        CountedSheet(CLEO, "peer", {"A": 4}),
        CountedSheet("dan", "external", {"B": 1}),
    ]
    cube = build_cube(sheets, items=["A", "B"], scale=Scale())
    assert cube.ratees == (CLEO, "dan")
    assert cube.n_sheets.tolist() == [[2, 0, 0], [0, 0, 1]]
    assert cube.n_asked[0, 0].tolist() == [2, 1]
    assert cube.counts[0, 0].tolist() == [[0, 0, 0, 1, 1], [0, 0, 0, 0, 0]]
    assert cube.counts[1, 2].tolist() == [[0, 0, 0, 0, 0], [1, 0, 0, 0, 0]]


def test_self_and_manager_sheets_are_never_counted_among_confidential_ones() -> None:
    sheets = [CountedSheet(CLEO, "self", {"A": 5}), CountedSheet(CLEO, "manager", {"A": 1})]
    assert build_cube(sheets, items=["A"], scale=Scale()).ratees == ()


@pytest.mark.parametrize("rating", [0, 6, -1, True, 4.0, "4"])
def test_a_rating_that_is_no_point_of_the_scale_stops_the_count(rating: object) -> None:
    sheet = CountedSheet(CLEO, "peer", {"A": rating})  # type: ignore[dict-item]  # what must be refused
    with pytest.raises(RatingOutOfScale, match="item 'A'"):
        build_cube([sheet], items=["A"], scale=Scale())


def test_an_item_outside_the_list_stops_the_count() -> None:
    with pytest.raises(UnknownItem, match="'Z'"):
        build_cube([CountedSheet(CLEO, "peer", {"Z": 3})], items=["A"], scale=Scale())


def test_an_item_listed_twice_stops_the_count() -> None:
    with pytest.raises(UnknownItem, match="twice"):
        build_cube([], items=["A", "A"], scale=Scale())


def test_an_unknown_relationship_stops_the_count() -> None:
    sheet = CountedSheet(CLEO, "mallory", {"A": 3})  # type: ignore[arg-type]  # what must be refused
    with pytest.raises(UnknownRelationship, match="mallory"):
        build_cube([sheet], items=["A"], scale=Scale())


def test_cubes_of_different_cycles_are_not_added() -> None:
    one = build_cube([], items=["A"], scale=Scale())
    with pytest.raises(CubeMismatch):
        merge_cubes(one, build_cube([], items=["B"], scale=Scale()))
    with pytest.raises(CubeMismatch):
        merge_cubes(one, build_cube([], items=["A"], scale=Scale(1, 7)))


def test_merging_adds_ratees_that_only_one_cube_has() -> None:
    first = build_cube([CountedSheet("b", "peer", {"A": 5})], items=["A"], scale=Scale())
    second = build_cube([CountedSheet("a", "peer", {"A": 1})], items=["A"], scale=Scale())
    merged = merge_cubes(first, second)
    assert merged.ratees == ("a", "b")
    assert merged.counts[:, 0, 0].tolist() == [[1, 0, 0, 0, 0], [0, 0, 0, 0, 1]]


def test_cubes_differ_when_one_count_differs() -> None:
    cube = build_cube([CountedSheet(CLEO, "peer", {"A": 5})], items=["A"], scale=Scale())
    assert cube != replace(cube, n_asked=cube.n_asked + 1)
    assert cube != "a cube"


def test_coded_ratings_outside_the_frame_are_refused() -> None:
    with pytest.raises(RatingOutOfScale):
        cube_of_codes(np.array([[7]], np.uint8), rows=np.array([0]), ratees=["a"], items=["A"], scale=Scale())
    with pytest.raises(CubeMismatch):
        cube_of_codes(np.array([[6]], np.uint8), rows=np.array([3]), ratees=["a"], items=["A"], scale=Scale())


def test_a_scale_of_one_point_is_refused() -> None:
    with pytest.raises(RatingOutOfScale, match="2 to 101 points"):
        build_cube([], items=["A"], scale=Scale(3, 3))

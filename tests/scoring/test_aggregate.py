"""Widths pooled over released cells, and the planning width where they would say too much or too little."""

from fractions import Fraction

import numpy as np
import pytest

from scoring.aggregate import pooled_sds
from scoring.cube import Cube, build_cube
from scoring.errors import CubeMismatch
from scoring.release import release
from scoring.values import (
    ConfidentialGroup,
    CountedSheet,
    PooledSd,
    Relationship,
    Release,
    ReleasePolicy,
    Scale,
)


def cube_of(ratings_of: list[list[int]], relationship: Relationship = "peer") -> Cube:
    sheets = [
        CountedSheet(f"p{index:03d}", relationship, {"A": rating})
        for index, ratings in enumerate(ratings_of)
        for rating in ratings
    ]
    return build_cube(sheets, items=["A"], scale=Scale())


def sds_of(ratings_of: list[list[int]]) -> tuple[PooledSd, ...]:
    cube = cube_of(ratings_of)
    return pooled_sds(cube, release(cube, ReleasePolicy()), scale=Scale())


ASSUMED = (PooledSd("peer", "A", 0.8, None),)


def test_the_pooled_width_is_the_root_of_the_mean_variance_within_people() -> None:
    # variance of (2, 3, 4, 4) is 11/12; root 0.957 -> 0.95
    assert sds_of([[2, 3, 4, 4]] * 10) == (PooledSd("peer", "A", 0.95, 30),)


def test_banded_cells_take_part_in_the_width() -> None:
    # 8 x variance 11/12 and 4 x variance 1/4 of (5, 5, 5, 4): 25/36, root 0.833 -> 0.85
    assert sds_of([[2, 3, 4, 4]] * 8 + [[5, 5, 5, 4]] * 4) == (PooledSd("peer", "A", 0.85, 36),)


def test_nine_people_are_too_few_for_a_width_of_their_own() -> None:
    assert sds_of([[2, 3, 4, 4, 4]] * 9) == ASSUMED


def test_twenty_nine_degrees_of_freedom_are_too_few() -> None:
    assert sds_of([[2, 3, 4]] * 13 + [[2, 3, 4, 4]]) == ASSUMED
    assert sds_of([[2, 3, 4]] * 15)[0].df == 30


def test_one_person_with_over_a_fifth_of_the_freedom_stops_the_width() -> None:
    assert sds_of([[2, 3, 4, 4]] * 12 + [[2, 3] * 5]) == (PooledSd("peer", "A", 0.9, 45),)  # 9 of 45
    assert sds_of([[2, 3, 4, 4]] * 12 + [[2, 3] * 5 + [3]]) == ASSUMED  # 10 of 46


def test_a_width_of_nothing_is_replaced_by_the_planning_width() -> None:
    assert sds_of([[3, 3, 3, 3]] * 12) == ASSUMED


def test_withheld_answers_move_no_width() -> None:
    shown = [[2, 3, 4, 4]] * 10
    assert sds_of([*shown, [1, 5]]) == sds_of([*shown, [3, 3]]) == sds_of(shown)


def test_each_class_of_raters_has_its_own_width() -> None:
    ratings_of: dict[ConfidentialGroup, tuple[int, ...]] = {"peer": (2, 3, 4, 4), "external": (1, 3, 5, 5)}
    sheets = [
        CountedSheet(f"p{index}", relationship, {"A": rating})
        for index in range(10)
        for relationship, ratings in ratings_of.items()
        for rating in ratings
    ]
    cube = build_cube(sheets, items=["A"], scale=Scale())
    sds = pooled_sds(cube, release(cube, ReleasePolicy()), scale=Scale())
    assert [(sd.group, sd.sd) for sd in sds] == [("peer", 0.95), ("external", 1.9)]


def test_the_width_agrees_with_numpy_on_random_cycles() -> None:
    random = np.random.default_rng(7)
    for _ in range(20):
        people = [random.integers(1, 6, random.integers(3, 8)).tolist() for _ in range(25)]
        (found,) = sds_of(people)
        squares = sum((len(person) - 1) * np.var(person, ddof=1) for person in people)
        df = sum(len(person) - 1 for person in people)
        assert found.df == df
        assert found.sd == pytest.approx(np.sqrt(squares / df), abs=0.0251)
        assert Fraction(str(found.sd)) % Fraction(1, 20) == 0


def test_a_release_of_another_cycle_is_refused() -> None:
    cube = cube_of([[2, 3, 4]])
    released = release(cube, ReleasePolicy())
    with pytest.raises(CubeMismatch, match="p000"):
        pooled_sds(build_cube([], items=["A"], scale=Scale()), released, scale=Scale())


def test_nothing_released_has_no_width() -> None:
    assert pooled_sds(cube_of([[2, 3]]), Release((), (), 1), scale=Scale()) == ()

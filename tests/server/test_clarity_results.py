"""What HR gets of a clarity cycle: blocks of five or more, and nothing about fewer by any sum or difference."""

import itertools
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.usecases.clarity_results import ClosedPair, clarity_parameters
from surveys.expectations import EmployeeSide, GapList, ManagerSide, PairLine, read_pair

ROLE = "plant-shift-supervisor"


def gaps(*, clear: int = 5) -> GapList:
    """Read a pair of one line: not clear yet, or nothing to clear up."""
    employee = EmployeeSide(expected="full", clear=clear, evidence=None, support=None, top3=False, level=None)
    manager = ManagerSide(expected="full", told=3, last_told=None, evidence=None, top3=False, level=None)
    return read_pair([PairLine("SS01", 1, 4, employee, manager)])


def pairs(
    *units: tuple[str, int], role: str = ROLE, clear: int = 5, pulse: int | None = 4
) -> list[ClosedPair]:
    """Make some pairs of each unit."""
    return [
        ClosedPair(
            f"{role} {unit} {n}", role, unit, gaps(clear=clear), {} if pulse is None else {"G1.pulse": pulse}
        )
        for unit, n_pairs in units
        for n in range(n_pairs)
    ]


def places(parameters: dict[str, Any], name: str = "groups") -> list[tuple[str, ...]]:
    return [tuple(block["units"]) for block in parameters[name]]


def test_a_unit_of_five_pairs_is_counted_and_four_pairs_alone_are_withheld() -> None:
    five, four = clarity_parameters(pairs(("North", 5))), clarity_parameters(pairs(("North", 4)))

    assert [block["n_pairs"] for block in five["groups"]] == [5]
    assert five["groups"][0]["counts"]["aligned"] == 5
    assert four["groups"] == []
    assert four["withheld"] == [{"role": ROLE, "units": ["North"]}]
    assert four["pulse"] == []
    assert "4" not in str(four["withheld"])


def test_units_that_are_too_small_are_shown_together() -> None:
    found = clarity_parameters(pairs(("North", 6), ("South", 3), ("West", 2)))

    assert places(found) == [("North",), ("South", "West")]
    assert [block["n_pairs"] for block in found["groups"]] == [6, 5]


def test_one_small_unit_takes_the_smallest_large_one_with_it() -> None:
    found = clarity_parameters(pairs(("North", 9), ("South", 6), ("West", 2)))

    assert places(found) == [("North",), ("South", "West")]
    assert [block["n_pairs"] for block in found["groups"]] == [9, 8]


def test_roles_are_never_put_together() -> None:
    found = clarity_parameters([*pairs(("North", 5)), *pairs(("North", 4), role="account-executive")])

    assert [(block["role"], block["n_pairs"]) for block in found["groups"]] == [(ROLE, 5)]
    assert found["withheld"] == [{"role": "account-executive", "units": ["North"]}]


def test_only_opened_pairs_count_for_the_classes_and_only_given_ones_for_the_pulse() -> None:
    unopened = [ClosedPair(f"x{n}", ROLE, "North", None, {"G1.pulse": 3}) for n in range(2)]

    found = clarity_parameters([*pairs(("North", 5), pulse=None), *unopened])

    assert found["groups"][0]["n_pairs"] == 5
    assert found["pulse"] == []
    assert found["pulse_withheld"] == [{"role": ROLE, "units": ["North"]}]


def test_a_pulse_line_that_four_answered_is_withheld_in_a_group_of_six() -> None:
    some = [
        ClosedPair(f"p{n}", ROLE, "North", None, {"G1.pulse": 3, **({"G2.pulse": 2} if n < 4 else {})})
        for n in range(6)
    ]

    items = clarity_parameters(some)["pulse"][0]["items"]

    assert items == {"G1": {"n": 6, "total": 18, "band": None}, "G2": None}


def test_a_pulse_at_an_end_of_the_scale_is_a_band_without_its_total() -> None:
    high = clarity_parameters(pairs(("North", 5), pulse=5))["pulse"][0]["items"]["G1"]
    low = clarity_parameters(pairs(("North", 5), pulse=1))["pulse"][0]["items"]["G1"]

    assert high == {"n": 5, "total": None, "band": "high"}
    assert low == {"n": 5, "total": None, "band": "low"}


SIZES = st.lists(st.integers(0, 9), min_size=1, max_size=5)


@settings(max_examples=150)
@given(SIZES)
def test_no_sum_or_difference_of_what_is_shown_is_about_one_to_four_people(sizes: Sequence[int]) -> None:
    units = [(f"U{n}", size) for n, size in enumerate(sizes)]
    n_in = dict(units)

    found = clarity_parameters(pairs(*units))

    for name in ("groups", "pulse"):
        # An attacker knows how many people each unit has; every shown number is a sum over a set of units.
        sums = [frozenset(place) for place in places(found, name)]
        for signs in itertools.product((-1, 0, 1), repeat=len(sums)):
            weight = dict.fromkeys(n_in, 0)
            for sign, members in zip(signs, sums, strict=True):
                for unit in members:
                    weight[unit] += sign
            n_about = sum(n_in[unit] for unit, w in weight.items() if w)
            assert n_about == 0 or n_about >= 5
        shown = set().union(*sums) if sums else set()
        assert sum(sizes) < 5 or shown == {unit for unit, size in units if size}


@given(SIZES, st.data())
def test_who_is_shown_together_never_depends_on_what_they_said(
    sizes: Sequence[int], data: st.DataObject
) -> None:
    units = [(f"U{n}", size) for n, size in enumerate(sizes)]
    everybody = pairs(*units)
    other = [
        ClosedPair(
            one.ratee_id, one.role, one.unit, gaps(clear=data.draw(st.integers(1, 5))), {"G1.pulse": 2}
        )
        for one in everybody
    ]

    first, second = clarity_parameters(everybody), clarity_parameters(other)

    assert places(first) == places(second)
    assert places(first, "pulse") == places(second, "pulse")
    assert first["withheld"] == second["withheld"]


def test_answers_of_a_withheld_group_change_no_byte() -> None:
    large = pairs(("North", 5))

    one = clarity_parameters([*large, *pairs(("West", 4), role="other", clear=1, pulse=1)])
    two = clarity_parameters([*large, *pairs(("West", 4), role="other", clear=5, pulse=5)])

    assert one == two

"""Gap classes: the invented pair, and every combination of answers against rules written a second time as tables."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.expectations import (
    GAP_CLASSES,
    PRECEDENCE,
    EmployeeSide,
    GapList,
    ManagerSide,
    PairLine,
    classify,
    employee_side,
    manager_side,
    pair_lines,
    read_pair,
)
from surveys.items import item_specs
from tests.surveys import content
from tests.surveys.clarity_case import clarity_case, employee_cells, items, manager_cells

LEVELS = (None, 1, 2, 3, 4, 5)
YES = {"full", "partly"}
DOUBT = {"none", "unsure"}

# The rules of the file as a table: a class and the answers it needs; a class with two rows needs either.
ENDS: tuple[tuple[str, set[str], set[str]], ...] = (
    ("out_of_scope", {"none"}, {"none"}),
    ("hidden_expectation", DOUBT, YES),
    ("unasked_work", {"full", "partly", "unsure"}, {"none"}),
)
BY_LEVEL: dict[str, set[tuple[int | None, ...]]] = {
    "level_view_differs": {
        (e, m) for e in range(1, 6) for m in range(1, 6) if e - m in (-4, -3, -2, 2, 3, 4)
    },
    "practice_gap": {(m, t) for t in range(1, 6) for m in range(1, t)},
}
TABLE: tuple[tuple[str, dict[str, set[Any]]], ...] = (
    ("false_clarity", {"clear": {1, 2}, "told": {4, 5}}),
    ("unclear", {"clear": {1, 2}, "told": {None, 1, 2, 3}}),
    ("no_yardstick", {"e_evidence": {1, 2}}),
    ("no_yardstick", {"m_evidence": {1, 2}}),
    ("unshared_priority", {"top3": {(True, False), (False, True)}}),
    ("blocked", {"support": {1, 2}}),
    ("level_view_differs", {"levels": BY_LEVEL["level_view_differs"]}),
    ("practice_gap", {"to_target": BY_LEVEL["practice_gap"]}),
)


def oracle(line: PairLine) -> tuple[str, tuple[str, ...]]:
    """Look the class up in the tables."""
    employee, manager = line.employee, line.manager
    assert employee is not None
    assert manager is not None
    for gap, employee_says, manager_says in ENDS:
        if employee.expected in employee_says and manager.expected in manager_says:
            return gap, ()
    given_ = {
        "clear": employee.clear,
        "told": manager.told,
        "e_evidence": employee.evidence,
        "m_evidence": manager.evidence,
        "support": employee.support,
        "top3": (employee.top3, manager.top3),
        "levels": (employee.level, manager.level),
        "to_target": (manager.level, line.target),
    }
    hits = [gap for gap, needs in TABLE if all(given_[name] in values for name, values in needs.items())]
    unique = list(dict.fromkeys(hits))
    if not unique:
        unique = ["aligned" if None in given_["to_target"] else "strength"]  # type: ignore[operator]  # a pair
    return unique[0], tuple(unique[1:])


def employee(**changes: Any) -> EmployeeSide:
    values: dict[str, Any] = dict.fromkeys(("clear", "evidence", "support", "level"))
    return EmployeeSide(**{"expected": "full", "top3": False, **values, **changes})


def manager(**changes: Any) -> ManagerSide:
    values: dict[str, Any] = dict.fromkeys(("told", "last_told", "evidence", "level"))
    return ManagerSide(**{"expected": "full", "top3": False, **values, **changes})


def the_pair() -> GapList:
    by_item = {spec.item: spec for spec in item_specs(content.profile(), "clarity")}
    specs = [by_item[item] for item in items()]
    return read_pair(pair_lines(specs, employee_cells(), manager_cells()))


@pytest.mark.parametrize("n", range(len(items())), ids=items())
def test_every_line_of_the_invented_pair_has_the_class_of_the_file(n: int) -> None:
    expected, row = clarity_case()["rows"][n], the_pair().rows[n]

    assert row.item == expected["item"]
    assert {"gap": row.gap, "also": list(row.also), "severity": row.severity} == expected["expected"]


def test_the_summary_of_the_invented_pair_is_that_of_the_file() -> None:
    found, expected = the_pair(), clarity_case()["expected_summary"]

    assert {name: getattr(found, name) for name in expected if name not in ("agenda", "parked")} == {
        name: value for name, value in expected.items() if name not in ("agenda", "parked")
    }
    assert list(found.agenda) == expected["agenda"]
    assert list(found.parked) == expected["parked"]


def test_the_invented_pair_shows_every_class_but_waiting() -> None:
    assert {row.gap for row in the_pair().rows} == set(GAP_CLASSES) - {"waiting"}


def test_every_combination_of_answers_to_an_expected_line_has_one_class_in_order() -> None:
    degrees, told = (None, 2, 3), (None, 3, 4)
    n = 0
    for clear, evidence, support, is_told, proof in itertools.product(
        degrees, degrees, degrees, told, degrees
    ):
        for e_level, m_level, target in itertools.product(LEVELS, LEVELS, (None, 3)):
            for e_top3, m_top3 in itertools.product((False, True), repeat=2):
                line = PairLine(
                    "SS01",
                    1,
                    target,
                    employee(clear=clear, evidence=evidence, support=support, top3=e_top3, level=e_level),
                    manager(told=is_told, evidence=proof, top3=m_top3, level=m_level),
                )
                row = classify(line)
                assert (row.gap, row.also) == oracle(line), line
                n += 1
    assert n == 3**5 * 36 * 2 * 4


DEGREE = st.sampled_from(LEVELS)
LINES = st.builds(
    PairLine,
    st.sampled_from([f"SS{n:02}" for n in range(1, 13)]),
    st.integers(1, 5),
    DEGREE,
    st.builds(
        EmployeeSide,
        expected=st.sampled_from(["full", "partly", "none", "unsure"]),
        clear=DEGREE,
        evidence=DEGREE,
        support=DEGREE,
        top3=st.booleans(),
        level=DEGREE,
    ),
    st.builds(
        ManagerSide,
        expected=st.sampled_from(["full", "partly", "none"]),
        told=DEGREE,
        last_told=st.none(),
        evidence=DEGREE,
        top3=st.booleans(),
        level=DEGREE,
    ),
)


@given(LINES)
def test_one_class_in_order_whatever_both_say(line: PairLine) -> None:
    row = classify(line)

    assert (row.gap, row.also) == oracle(line)
    assert row.gap in GAP_CLASSES
    if row.gap in ("hidden_expectation", "unasked_work", "out_of_scope", "strength", "aligned"):
        assert row.also == ()
    else:
        places = [PRECEDENCE.index(gap) for gap in (row.gap, *row.also)]
        assert places == sorted(set(places))
    assert line.employee is not None
    assert line.manager is not None
    is_picked = line.employee.top3 or line.manager.top3
    assert (row.severity == "high") == (is_picked or line.weight == 5)


@given(st.lists(LINES, max_size=12, unique_by=lambda line: line.item))
def test_agenda_and_parked_hold_every_open_gap_once_the_weightiest_first(lines: list[PairLine]) -> None:
    found = read_pair(lines)
    rows = {row.item: row for row in found.rows}
    listed = (*found.agenda, *found.parked)

    assert sorted(listed) == sorted(item for item, row in rows.items() if row.gap in PRECEDENCE)
    assert len(found.agenda) == min(3, len(listed))
    ranks = [
        (rows[item].severity == "normal", PRECEDENCE.index(rows[item].gap), list(rows).index(item))
        for item in listed
    ]
    assert ranks == sorted(ranks)
    strengths = [item for item, row in rows.items() if row.gap == "strength"]
    weighty = [item for item in strengths if rows[item].severity == "high"]
    assert found.open_with_strength == ([*weighty, *strengths, None])[0]
    assert found.in_scope == len([row for row in found.rows if row.gap != "out_of_scope"])
    not_shared = {"hidden_expectation", "unasked_work", "false_clarity", "unclear", "no_yardstick"}
    not_shared |= {"unshared_priority", "out_of_scope"}
    assert found.shared_expectations == len([row for row in found.rows if row.gap not in not_shared])


@pytest.mark.parametrize(
    ("clear", "evidence", "index"),
    [(1, 1, 0), (5, 5, 100), (3, None, 50), (None, None, None), (1, 2, 13), (2, 3, 38), (4, 5, 88)],
)
def test_the_clarity_index_is_rounded_half_up_over_what_was_given(
    clear: int | None, evidence: int | None, index: int | None
) -> None:
    line = PairLine("SS01", 1, 4, employee(clear=clear, evidence=evidence), manager())

    assert read_pair([line]).clarity_index == index


@pytest.mark.parametrize(
    "line",
    [
        PairLine("SS01", 5, 4, None, manager(told=5)),
        PairLine("SS01", 5, 4, employee(clear=1, top3=True), None),
        PairLine("SS01", 5, 4, employee(expected=None), manager(told=5)),
        PairLine("SS01", 5, 4, employee(clear=1), manager(expected=None)),
    ],
    ids=[
        "no employee",
        "no manager",
        "employee without the first answer",
        "manager without the first answer",
    ],
)
def test_without_both_sides_a_line_is_waiting_and_nothing_else(line: PairLine) -> None:
    row = classify(line)

    assert (row.gap, row.also, row.severity) == ("waiting", (), "normal")


@pytest.mark.parametrize("word", ["none", "unsure"])
def test_what_stands_behind_a_no_of_the_employee_is_no_answer_any_more(word: str) -> None:
    cells = {"SS01.e_expected": word, "SS01.e_clear": 1, "SS01.e_support": 1, "@top3": ["SS01"]}

    side = employee_side({**cells, "SS01.e_chips": ["env_resources"]}, "SS01")

    assert side == employee(expected=word, top3=True)


def test_what_stands_behind_a_no_of_the_manager_is_no_answer_any_more() -> None:
    side = manager_side({"SS01.m_expected": "none", "SS01.m_told": 5, "SS01.m_level": 2}, "SS01")

    assert side == manager(expected="none")


def test_skipped_and_not_seen_count_as_not_given() -> None:
    e_side = employee_side({"SS01.e_expected": "full", "SS01.e_clear": "skip", "SS01.e_evidence": 4}, "SS01")
    m_side = manager_side(
        {"SS01.m_expected": "partly", "SS01.m_level": "not_observed", "SS01.m_last_told": "never"}, "SS01"
    )

    assert e_side == employee(evidence=4)
    assert m_side == manager(expected="partly", last_told="never")


@pytest.mark.parametrize(("support", "chips"), [(2, ("env_resources",)), (3, ()), ("skip", ())])
def test_barriers_count_only_while_support_is_low(support: int | str, chips: tuple[str, ...]) -> None:
    cells = {"SS01.e_expected": "full", "SS01.e_support": support, "SS01.e_chips": ["env_resources"]}

    assert employee_side(cells, "SS01").chips == chips

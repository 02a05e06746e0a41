from collections.abc import Mapping

import pytest

from surveys.assignments import Request
from surveys.errors import FileRefused
from surveys.raters import RatersTable
from surveys.raters_file import read_raters
from tests.surveys.spreadsheets import csv_of, xlsx_of

Managers = Mapping[str, tuple[str, ...]]

HEADER = ("ratee", "rater", "relationship")
PEOPLE = {"E01", "M01", "p1", "p2", "r1"}
MANAGERS: Managers = {"E01": ("M01",), "p1": ("M01",), "p2": ("M01",), "r1": ("E01",)}


def read(*rows: tuple[str, str, str], managers: Managers | None = None) -> RatersTable:
    return read_raters(csv_of(HEADER, *rows), filename="raters.csv", known_people=PEOPLE, managers=managers)


def refusal(*rows: tuple[str, str, str], managers: Managers | None = MANAGERS) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read(*rows, managers=managers)
    return caught.value


def places(error: FileRefused) -> set[tuple[int | None, str | None]]:
    return {(problem.line, problem.column) for problem in error.problems}


def test_a_raters_sheet_is_read_from_xlsx_and_csv_alike() -> None:
    rows = (
        ("E01", "E01", "Self"),
        ("E01", "M01", "manager"),
        ("E01", "p1", "peer"),
        ("E01", "r1", "Direct report"),
    )
    from_csv = read(*rows, managers=MANAGERS)
    data = xlsx_of(HEADER, *rows, sheet="raters")
    from_xlsx = read_raters(data, filename="raters.xlsx", known_people=PEOPLE, managers=MANAGERS)
    assert from_csv.requests == from_xlsx.requests
    assert from_csv.requests[3] == Request(ratee="E01", rater="r1", relationship="direct_report")
    assert [row.row for row in from_csv.rows] == [2, 3, 4, 5]


def test_a_skip_level_counts_as_external() -> None:
    assert read(("E01", "p1", "skip level")).requests[0].relationship == "external"


def test_every_problem_of_a_raters_file_is_listed_at_once() -> None:
    error = refusal(
        ("E01", "nobody", "peer"),
        ("E01", "P1", "peer"),
        ("E01", "p1", "friend"),
        ("E01", "", "peer"),
        ("E01", "E01", "peer"),
        ("E01", "p2", "peer"),
        ("E01", "p2", "external"),
        ("E01", "M01", "peer"),
    )
    assert places(error) == {(2, "B"), (3, "B"), (4, "C"), (5, "B"), (6, "C"), (8, "B"), (9, "C")}
    assert "“p1” elsewhere" in str(error)


def test_without_managers_only_the_rules_that_need_none_bite() -> None:
    assert len(read(("E01", "p1", "manager"), ("E01", "p2", "direct_report")).rows) == 2
    assert places(refusal(("E01", "E01", "peer"), managers=None)) == {(2, "C")}


def test_the_load_of_each_rater_is_shown() -> None:
    people = {f"E{n}" for n in range(10)} | {"Dan"}
    rows = [(f"E{n}", "Dan", "peer") for n in range(9)]
    table = read_raters(csv_of(HEADER, *rows), filename="raters.csv", known_people=people)
    assert [(load.rater, load.n_requests, load.level) for load in table.loads] == [("Dan", 9, "hr_only")]


def test_a_missing_header_an_empty_file_and_a_formula_are_refused() -> None:
    for data, name in (
        (csv_of(("ratee", "rater"), ("E01", "p1")), "raters.csv"),
        (csv_of(HEADER), "raters.csv"),
        (xlsx_of(HEADER, ("E01", "=B3", "peer")), "raters.xlsx"),
    ):
        with pytest.raises(FileRefused):
            read_raters(data, filename=name, known_people=PEOPLE)

"""Figures that tests prove count the run that was just made, and only of the same tree."""

from pathlib import Path

import pytest

from bench import by_tests

XML = """<testsuites><testsuite>
<testcase classname="tests.server.test_claim" name="test_case_43_a[sqlite]"/>
<testcase classname="tests.server.test_claim" name="test_case_44_b[sqlite]"><failure/></testcase>
<testcase classname="tests.server.test_claim" name="test_other"/>
<testcase classname="tests.server_more.test_x" name="test_case_1"/>
</testsuite></testsuites>"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the state of a tree whose tests were just run; a test changes it."""
    state = ["commit"]
    monkeypatch.setattr(by_tests, "RESULTS", tmp_path / "tests.xml")
    monkeypatch.setattr(by_tests, "TREE", tmp_path / "tests.tree")
    monkeypatch.setattr(by_tests, "_tree", lambda: "\n".join(state))
    monkeypatch.setattr(by_tests, "run_now", lambda *paths, named: by_tests.Ran(99, 0))
    by_tests.note_tree()
    by_tests.RESULTS.write_text(XML, "utf-8")
    return state


def test_what_the_run_of_this_tree_found_is_counted(tree: list[str]) -> None:
    assert by_tests.run_tests("tests/server", named=("test_case",)) == by_tests.Ran(1, 1)
    assert by_tests.run_tests("tests/server/test_claim.py::test_other") == by_tests.Ran(1, 0)
    assert not by_tests.run_tests("tests/nowhere").is_green


@pytest.mark.parametrize("then", [["other commit"], ["commit", " M a file"]])
def test_of_another_or_a_changed_tree_the_tests_run_again(tree: list[str], then: list[str]) -> None:
    tree[:] = then
    assert by_tests.run_tests("tests/server").n_passed == 99


def test_a_tree_that_was_changed_while_its_tests_ran_counts_for_nothing(tree: list[str]) -> None:
    tree[:] = ["commit", " M a file"]
    by_tests.note_tree()
    by_tests.RESULTS.write_text(XML, "utf-8")
    assert by_tests.run_tests("tests/server").n_passed == 99

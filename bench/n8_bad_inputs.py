"""N8: the bad inputs of the reliability list whose part exists, by number, from the names of their tests."""

import re
from pathlib import Path
from typing import Any

from bench.by_tests import run_tests

TESTS = Path(__file__).parent.parent / "tests"
# Cases of the list that this stage must answer; later stages add theirs.
NEEDED = frozenset([*range(1, 16), *range(18, 25), *range(36, 46), 48, *range(51, 82), 85, *range(87, 91)])
CASE = re.compile(r"test_cases?_(\d+(?:_(?:and_)?\d+)*)_")


def automated() -> set[int]:
    """Read the numbers out of the tests' names: `test_case_55_...`, `test_cases_6_7_...`."""
    found: set[int] = set()
    for path in TESTS.rglob("*.py"):
        for numbers in CASE.findall(path.read_text("utf-8")):
            found.update(int(one) for one in re.findall(r"\d+", numbers))
    return found


def run(tier: str) -> list[dict[str, Any]]:
    """Run every numbered test and list what is missing."""
    missing = sorted(NEEDED - automated())
    ran = run_tests("tests/server", "tests/surveys", named=("test_case",))
    return [
        {
            "id": "N8",
            "name": "bad inputs automated with their stated effect",
            "value": f"{len(NEEDED) - len(missing)} of {len(NEEDED)}",
            "target": "all whose part exists",
            "bound": None,
            "reached": not missing and ran.is_green,
            "note": f"missing {missing or 'none'}; {ran.n_passed} tests passed, {ran.n_not_passed} not",
        }
    ]

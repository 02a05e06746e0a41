"""N6: every route against someone without rights, generated from the router."""

from typing import Any

from bench.by_tests import run_tests

PAIRS = "tests/server/test_gaps.py::test_for_everybody_but_the_two_a_pair_is_missing"


def run(tier: str) -> list[dict[str, Any]]:
    """Run the generated access tests on both databases."""
    ran = run_tests("tests/server/test_http_edge.py", PAIRS)
    return [
        {
            "id": "N6",
            "name": "routes x a person without rights, on both databases",
            "value": "100 %" if ran.is_green else f"{ran.n_not_passed} tests failed",
            "target": "100 %",
            "bound": None,
            "reached": ran.is_green,
            "note": f"{ran.n_passed} tests; objects of clarity pairs included; check-by-check removal: not yet",
        }
    ]

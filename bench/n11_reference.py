"""N11: published reference values reproduced to their tolerance."""

from typing import Any

from bench.by_tests import ROOT, run_tests


def run(tier: str) -> list[dict[str, Any]]:
    """Run the reference tests and count the files they read."""
    n_files = len(list((ROOT / "tests" / "reference").glob("s*.json")))
    ran = run_tests("tests/scoring", "tests/reference", named=("reference", "published", "reproduc"))
    return [
        {
            "id": "N11",
            "name": "published reference values reproduced",
            "value": f"{n_files} files, {ran.n_passed} tests",
            "target": "all, to their tolerance",
            "bound": None,
            "reached": ran.is_green,
            "note": "" if ran.is_green else f"{ran.n_not_passed} not reproduced",
        }
    ]

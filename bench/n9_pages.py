"""N9: what axe, the content policy, the console and the hosts asked say of every page and every screen of the app."""

import json
import os
from typing import Any

from bench.by_tests import TREE, Ran, run_now, run_tests
from tests.browser.page_counts import KINDS, RESULTS

TEST = "tests/browser/test_every_page.py"
ALL = "SIGHTLINE_ALL_LOOKS"  # every page in every cell; a change samples six of the eight
COUNTED = KINDS[:-1]


def run(tier: str) -> list[dict[str, Any]]:
    """Count the faults of the looks that were just taken at this tree, or take them now; nightly at everything."""
    ran = _look_at_all() if tier == "nightly" else run_tests(TEST)
    found = _found()
    faults = found.get("faults", {})
    value = ", ".join(f"{kind} {faults.get(kind, '?')}" for kind in COUNTED)
    n_other = faults.get("other", "?")
    return [
        {
            "id": "N9",
            "name": "axe, CSP, console, requests to foreign hosts, on every page and state",
            "value": value,
            "target": "0",
            "bound": None,
            "reached": bool(found) and ran.is_green and not any(faults.values()),
            "note": f"{found.get('looks', 0)} looks in {found.get('cells', 0)} cells (en, ar x light, dark x phone, desk"
            f"{'' if tier == 'nightly' else '; six of them sampled'}); size, direction, language: {n_other}",
        }
    ]


def _look_at_all() -> Ran:
    os.environ[ALL] = "1"
    try:
        return run_now(TEST)
    finally:
        del os.environ[ALL]


def _found() -> dict[str, Any]:
    """Read what the test wrote; what is older than the last whole run is of another tree."""
    if not RESULTS.exists() or (TREE.exists() and RESULTS.stat().st_mtime < TREE.stat().st_mtime):
        return {}
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return found

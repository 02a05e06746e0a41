"""F21: clicks and new terms from signing in to a launched clarity round, counted by the browser test."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from bench.by_tests import run_now

MOST_CLICKS, MOST_TERMS = 12, 5


def run(tier: str) -> list[dict[str, Any]]:
    """Let a browser do it once and read what it counted."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "f21.json"
        os.environ["SIGHTLINE_F21"] = str(target)
        try:
            ran = run_now("tests/browser/test_clarity_launch.py")
        finally:
            del os.environ["SIGHTLINE_F21"]
        found = json.loads(target.read_text("utf-8")) if target.exists() else None
    value = f"{found['clicks']} clicks, {len(found['terms'])} terms" if found else "not measured"
    is_reached = (
        found is not None
        and ran.is_green
        and found["clicks"] <= MOST_CLICKS
        and len(found["terms"]) <= MOST_TERMS
    )
    return [
        {
            "id": "F21",
            "name": "HR: sign-in to launched clarity cycle",
            "value": value,
            "target": f"<= {MOST_CLICKS} clicks, <= {MOST_TERMS} new terms",
            "bound": None,
            "reached": is_reached,
            "note": "terms: " + (", ".join(found["terms"]) if found else "the browser test failed"),
        }
    ]

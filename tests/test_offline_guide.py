"""The table of failures names tests that exist, and leaves none of the known faults out."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "offline.md").read_text("utf-8")
NAMED = re.compile(r"`([\w./]+\.(?:ts|py))::([^`]+)`")
ROW = re.compile(r"^\| .+ \|$", re.MULTILINE)


@cache
def _text(name: str) -> str:
    [path] = [one for folder in ("pwa/test", "tests", "bench") for one in (ROOT / folder).rglob(name)]
    return path.read_text("utf-8")


def test_every_test_the_guide_names_exists() -> None:
    named = NAMED.findall(GUIDE)
    assert len(named) > 60
    for file, test in named:
        written = f'"{test}"' if file.endswith(".ts") else f"def {test}("
        assert written in _text(file), f"{file}::{test}"


def test_every_known_fault_and_every_failure_has_a_test() -> None:
    rows = [row for row in ROW.findall(GUIDE) if not row.startswith(("| id ", "| failure ", "| --- "))]
    faults = [found.group(1) for row in rows if (found := re.match(r"\| (B\d+) \|", row))]
    assert faults == [f"B{number}" for number in range(1, 35)]
    assert len(rows) - len(faults) >= 26
    for row in rows:
        assert NAMED.search(row), row

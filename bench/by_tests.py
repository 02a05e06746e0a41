"""Figures that the test suite proves: run those tests and count them."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of some tests came to."""

    n_passed: int
    n_not_passed: int

    @property
    def is_green(self) -> bool:
        """All of them passed, and there was at least one."""
        return self.n_passed > 0 and self.n_not_passed == 0


def run_tests(*arguments: str) -> Ran:
    """Run pytest with these arguments in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,  # a failing test is a figure here, not an error
    )
    found = dict.fromkeys(("passed", "failed", "skipped", "error"), 0)
    for n, word in COUNT.findall(done.stdout.splitlines()[-1] if done.stdout else ""):
        found[word.removesuffix("s") if word.startswith("error") else word] = int(n)
    return Ran(found["passed"], sum(found.values()) - found["passed"])

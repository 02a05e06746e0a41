"""Figures that the test suite proves: count those tests; `python -m bench.by_tests` before a whole run of them."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "build" / "tests.xml"  # pytest writes it in `make test`
TREE = ROOT / "build" / "tests.tree"
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


def run_tests(*paths: str, named: tuple[str, ...] = ()) -> Ran:
    """Count the tests at some paths, or those of them with one of the words in their id.

    What `make test` has just found out about this very tree counts; without it pytest runs them now.
    """
    known = _known()
    if known is None:
        return run_now(*paths, named=named)
    wanted = [ok for test, ok in known if _is_at(test, paths) and _is_named(test, named)]
    return Ran(sum(wanted), len(wanted) - sum(wanted))


def note_tree() -> None:
    """Write down, before the tests run, which tree they will be of; what an earlier run left is removed."""
    RESULTS.unlink(missing_ok=True)
    RESULTS.parent.mkdir(exist_ok=True)
    TREE.write_text(_tree(), "utf-8")


def _tree() -> str:
    asked = (["git", "rev-parse", "HEAD"], ["git", "status", "--porcelain"])
    return "".join(
        subprocess.run(one, cwd=ROOT, capture_output=True, text=True, check=True).stdout for one in asked
    )


def _known() -> list[tuple[str, bool]] | None:
    """Give each test of the last whole run and whether it passed; None unless it was of this commit, unchanged."""
    if not RESULTS.exists() or not TREE.exists():
        return None
    tree = _tree()
    is_clean = len(tree.splitlines()) == 1
    if not is_clean or tree != TREE.read_text("utf-8"):
        return None
    cases = ElementTree.parse(RESULTS).iter("testcase")  # noqa: S314  # our own pytest wrote it
    return [
        (f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}", len(case) == 0)
        for case in cases
    ]


def _is_at(test: str, paths: tuple[str, ...]) -> bool:
    return any(test == path or test.startswith((f"{path}/", f"{path}::", f"{path}[")) for path in paths)


def _is_named(test: str, named: tuple[str, ...]) -> bool:
    return not named or any(word in test for word in named)


def run_now(*paths: str, named: tuple[str, ...] = ()) -> Ran:
    """Run tests in a process of its own, whatever is known about them."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--no-header", *paths, "-k", " or ".join(named)],
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


if __name__ == "__main__":
    note_tree()

"""Every storage test runs on SQLite and on PostgreSQL."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATABASE = re.compile(r"(?<=[\[-])(sqlite|postgres)(?=[\]-])")


def _other(database: re.Match[str]) -> str:
    return "postgres" if database[0] == "sqlite" else "sqlite"


def test_the_test_ids_of_both_databases_are_the_same() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/server", "tests/surveys"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    named = {line for line in listed if DATABASE.search(line)}
    assert len(named) > 200
    assert {DATABASE.sub(_other, line) for line in named} == named

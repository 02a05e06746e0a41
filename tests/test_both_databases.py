"""Every storage test runs on SQLite and on PostgreSQL."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SQLITE = re.compile(r"[\[-]sqlite[\]-]")
POSTGRES = re.compile(r"[\[-]postgres[\]-]")


def test_the_test_ids_of_both_databases_are_the_same() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/server", "tests/surveys"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    sqlite = {
        line.replace("[sqlite", "[DB").replace("-sqlite", "-DB") for line in listed if SQLITE.search(line)
    }
    postgres = {
        line.replace("[postgres", "[DB").replace("-postgres", "-DB")
        for line in listed
        if POSTGRES.search(line)
    }
    assert len(sqlite) > 100
    assert sqlite == postgres

"""F20: installed size of the run-time parts, and how many are named directly."""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MAX_MB = 350
MAX_PARTS = 25


def _installed_mb() -> float:
    folder = Path(tempfile.mkdtemp(prefix="sightline-size-"))
    try:
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
        ]
        subprocess.run(
            [*command, "--target", str(folder), "-r", str(ROOT / "requirements/run.txt")], check=True
        )
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(tier: str) -> list[dict[str, Any]]:
    """Install the pinned run-time parts into an empty folder and add up the files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    parts = {re.split(r"[><=\[ ]", one)[0] for one in project["dependencies"]}
    size = _installed_mb()
    return [
        {"id": "F20", "name": "installed size of the core; direct run-time parts",
         "value": f"{size:.0f} MB; {len(parts)}",
         "target": f"<= {MAX_MB} MB; <= {MAX_PARTS}", "bound": None,
         "reached": size <= MAX_MB and len(parts) <= MAX_PARTS, "note": ""}
    ]  # fmt: skip

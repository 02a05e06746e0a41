"""Builds of the phone app in a folder of their own: as it is, or with one mistake that a proof must be able to see."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def build(folder: Path) -> Path:
    """Build the app as it is; give the folder to serve."""
    _run(ROOT, folder)
    return folder


def build_with(folder: Path, source: str, right: str, wrong: str) -> Path:
    """Build a copy in which one place of one source is wrong; give the folder to serve."""
    copy = folder / "source"
    shutil.copytree(ROOT / "pwa", copy / "pwa", ignore=shutil.ignore_patterns("dist", "test", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    path = copy / "pwa" / "src" / source
    text = path.read_text("utf-8")
    if text.count(right) != 1:
        raise ValueError(f"{source} has the place {text.count(right)} times: {right}")
    path.write_text(text.replace(right, wrong), "utf-8")
    _run(copy, folder / "dist", "--any-size")
    return folder / "dist"


def _run(root: Path, place: Path, *flags: str) -> None:
    node = shutil.which("node")
    if node is None:
        raise FileNotFoundError("node is a part of `make setup`")
    subprocess.run([node, "pwa/build.mjs", str(place), *flags], cwd=root, check=True, capture_output=True)

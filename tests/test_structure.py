"""The shape of the code: sizes, empty package files, words, and imports where they can be seen."""

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOM_BYTES, may_hold_tests

ROOT = Path(__file__).parent.parent
ROOMS = ("server", "surveys", "scoring", "exports", "pwa")
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60
FORBIDDEN_WORDS = re.compile(r"\b(reviewee|feedback_giver|anonymous survey)\b", re.IGNORECASE)


def _modules() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _n_code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines without its docstring, which in `scoring` states formula, shape and source."""
    n_lines = (node.end_lineno or 0) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        n_lines -= (first.end_lineno or 0) - first.lineno + 1
    return n_lines


@pytest.mark.parametrize("path", list(_modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_keeps_to_its_size_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{path.name} has no docstring"
    assert text.count("\n") <= MAX_MODULE_LINES
    too_long = {node.name: n for node in _functions(tree) if (n := _n_code_lines(node)) > MAX_FUNCTION_LINES}
    assert not too_long
    hidden = [
        node.name
        for node in _functions(tree)
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert not hidden, f"imports inside functions of {path.name}: {hidden}"
    assert not FORBIDDEN_WORDS.search(text)


def test_folders_of_tests_lie_in_memory_only_where_there_is_room_and_programs_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(free_bytes: int, flags: int = 0) -> bool:
        said = os.statvfs_result((1, 1, free_bytes, free_bytes, free_bytes, 1, 1, 1, flags, 255))
        monkeypatch.setattr(os, "statvfs", lambda _: said)
        return may_hold_tests(tmp_path)

    assert found(ROOM_BYTES)
    assert not found(ROOM_BYTES - 1)
    assert not found(ROOM_BYTES, os.ST_NOEXEC)
    assert not may_hold_tests(tmp_path / "missing")


def test_package_files_hold_a_docstring_only() -> None:
    for path in _modules():
        if path.name == "__init__.py" and path.parent.name != "pwa":
            assert len(ast.parse(path.read_text("utf-8")).body) == 1, path


def test_only_the_clock_reads_time_and_secrets() -> None:
    readers = re.compile(
        r"datetime\.now|datetime\.utcnow|date\.today|time\.time\(|secrets\.|os\.urandom|random\.random"
    )
    found = [
        str(path.relative_to(ROOT))
        for path in _modules()
        if path.relative_to(ROOT) != Path("server/clock.py") and readers.search(path.read_text("utf-8"))
    ]
    assert found == []


def test_every_page_word_exists_in_english_and_arabic() -> None:
    used: set[str] = set()
    for path in (ROOT / "server" / "templates").rglob("*.html"):
        used.update(re.findall(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", path.read_text("utf-8")))
    for locale in ("en", "ar"):
        words = json.loads((ROOT / "server" / "catalogues" / f"{locale}.json").read_text("utf-8"))
        assert sorted(used - set(words)) == [], locale


def test_templates_carry_no_inline_code() -> None:
    for path in (ROOT / "server" / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|hx-on|js:|\son[a-z]+=|<script(?![^>]*\ssrc=)", text), path

"""The tests of the tests: each rule that keeps answers safe is taken out of a copy, and something turns red."""

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bench.sim.play import Job, play, with_node
from server.usecases import sync_merge
from surveys.sheet import Version

ROOT = Path(__file__).parents[1]
MOST_SEEDS = 1000


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule taken out of the phone: what stands there, and what stands there instead."""

    rule: str
    file: str
    text: str
    instead: str
    red: str  # part of a violation the simulator names, or the test file that fails


BROKEN_PHONES = (
    Broken(
        "merge: covered by seen",
        "core/sheet.ts",
        "(newer.seen[older.d] ?? 0) >= older.n",
        "newer.seen[older.d] === -1",
        "was replaced",
    ),
    Broken(
        "merge: union",
        "core/merge.ts",
        "of [...a, ...b]) {\n    const key",
        "of b) {\n    const key",
        "left the disk",
    ),
    Broken(
        "clean per version",
        "core/settle.ts",
        "if (!wasCarried && !sent.named.has(name)) return row;",
        "",
        "called clean and is not on the server",
    ),
    Broken(
        "refused is set aside",
        "core/settle.ts",
        "return changeSheet(phone, id, (sheet) => setAside(sheet, row, refusal.reason));",
        "return phone;",
        "a refused version stays in the queue",
    ),
    Broken(
        "a new epoch asks for everything",
        "core/settle.ts",
        "if (isRestored) after = fullDue(after);",
        "",
        "believes to be on the server what is not",
    ),
    Broken(
        "a refused clock is stamped anew",
        "core/settle.ts",
        'if (refusal.reason === "clock") return writtenAgain(phone, id, row, wall, false);',
        "",
        "because of a wrong clock",
    ),
    Broken("strict durability", "store/database.ts", '{ durability: "strict" }', "{}", "is not durable"),
    Broken(
        "saved only when complete",
        "store/database.ts",
        "await Promise.all([work, tx.done]);",
        "tx.done.catch(() => undefined);\n        await work;",
        "before the disk held it",
    ),
    Broken(
        "the owner is the one who is signed in",
        "app/app.ts",
        "if (owner?.id === person.id) return owner;",
        "if (owner !== null) return owner;",
        "a sheet of one person came to another",
    ),
)
# The simulator has no service worker; its own tests are what turns red.
BROKEN_WORKER = Broken(
    "a failure fails the install",
    "sw.ts",
    "if (!reply.ok) throw new Error(`${url} answered ${reply.status}`);",
    "if (!reply.ok) return;",
    "worker.test.ts",
)


def broken_copy(one: Broken, folder: Path) -> Path:
    """Copy the phone's sources and take the rule out."""
    sources = folder / "pwa/src"
    shutil.copytree(ROOT / "pwa/src", sources)
    file = sources / one.file
    text = file.read_text("utf-8")
    assert text.count(one.text) == 1, f"{one.file} no longer has the text of the rule {one.rule!r} once"
    file.write_text(text.replace(one.text, one.instead), "utf-8")
    return sources


def violations(sources: Path | None = None) -> set[str]:
    """Play schedules until a promise is broken, or there are enough of them; name what was broken."""
    report = play(Job(1, MOST_SEEDS, most_failed=1, at_once=8, shrinks=0), sources=sources)
    return {what for failure in report.failures for what in failure.violations}


@pytest.mark.parametrize("one", BROKEN_PHONES, ids=lambda one: one.rule)
def test_the_simulator_misses_a_rule_taken_out_of_the_phone(one: Broken, tmp_path: Path) -> None:
    found = violations(broken_copy(one, tmp_path))
    assert any(one.red in what for what in found), found


def test_the_workers_own_tests_miss_that_a_failure_fails_the_install(tmp_path: Path) -> None:
    broken_copy(BROKEN_WORKER, tmp_path)
    for name in ("test", "package.json", "vitest.config.ts", "tsconfig.json"):
        at = ROOT / "pwa" / name
        if at.is_dir():
            shutil.copytree(at, tmp_path / "pwa" / name)
        elif at.exists():
            shutil.copy(at, tmp_path / "pwa" / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/vectors").symlink_to(ROOT / "tests/vectors")
    done = subprocess.run(
        [
            "node",
            str(ROOT / "node_modules/vitest/vitest.mjs"),
            "run",
            "--root",
            "pwa",
            "--reporter=tap-flat",
            f"test/{BROKEN_WORKER.red}",
        ],
        cwd=tmp_path,
        env=with_node(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "not ok" in done.stdout, done.stdout + done.stderr
    assert "\nok" in done.stdout, "not one test ran as before: the copy itself does not work"


def latest_only(
    stored: tuple[Version, ...], sent: Iterable[Version]
) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    """Merge as a server would that lets the last writer win."""
    return (max((*stored, *sent), key=lambda one: (one.hlc, one.d)),), ()


def side_by_side(
    stored: tuple[Version, ...], sent: Iterable[Version]
) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    """Merge as a server would that knows nothing of what a version replaces."""
    return tuple({(one.d, one.n): one for one in (*stored, *sent)}.values()), ()


@pytest.mark.parametrize(
    ("name", "instead", "red"),
    [
        ("merge_bounded", latest_only, "called clean and is not on the server"),
        ("merge_bounded", side_by_side, "beside the one that replaced it"),
        ("MOST_AHEAD_MS", 10**15, "a stamp far ahead was taken"),
        ("ENDED", frozenset(), "status"),
    ],
    ids=["union", "covered by seen", "clock", "closed"],
)
def test_the_simulator_misses_a_rule_taken_out_of_the_server(
    name: str, instead: Any, red: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hasattr(sync_merge, name)
    monkeypatch.setattr(sync_merge, name, instead)
    if name == "ENDED":
        monkeypatch.setattr(sync_merge, "TAKES_ANSWERS", frozenset({"open", "grace", "closing"}))
        red = "a closed sheet changed"
    found = violations()
    assert any(red in what for what in found), found


def test_with_every_rule_in_place_nothing_is_broken() -> None:
    report = play(Job(1, 40, shrinks=0))
    assert (report.n_played, report.failures) == (40, ())

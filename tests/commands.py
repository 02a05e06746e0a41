"""A command of ours in a process of its own, forked from one that has all modules loaded: a start takes a second less."""

import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

ROOT = Path(__file__).parents[1]
LONGEST_S = 60.0
_loaded = multiprocessing.get_context("forkserver")
_loaded.set_forkserver_preload(["server.cli"])


def sightline(
    *arguments: str, cwd: Path = ROOT, typed: str = "", environ: Mapping[str, str] | None = None
) -> CompletedProcess[str]:
    """Run `python -m server` to its end; it has no terminal, `typed` comes through a file."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("typed", "output", "errors")]
        files[0].write_text(typed, "utf-8")
        process = _loaded.Process(
            target=_run, args=(arguments, cwd, {**os.environ, **(environ or {})}, files)
        )
        process.start()
        process.join(LONGEST_S)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(["sightline", *arguments], LONGEST_S)
        said, errors = (path.read_text("utf-8") for path in files[1:])
        done = CompletedProcess(["sightline", *arguments], process.exitcode, said, errors)
        process.close()
    return done


def _run(arguments: tuple[str, ...], cwd: Path, environ: dict[str, str], files: list[Path]) -> None:
    for number, path in enumerate(files):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(descriptor, number)
        os.close(descriptor)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(n, "r" if n == 0 else "w", encoding="utf-8") for n in range(3)
    )
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv[1:] = arguments
    runpy.run_module("server", run_name="__main__", alter_sys=True)

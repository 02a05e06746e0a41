"""Starting a real server on loopback for a figure, and ending it by its own process id."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answered: where, its process, and how long the first reply took."""

    url: str
    pid: int
    seconds_to_first_reply: float

    def rss_mib(self) -> float:
        """Read the resident memory of the process."""
        status = Path(f"/proc/{self.pid}/status").read_text("utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


def free_port() -> int:
    """Ask the system for a port nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(command: list[str], *, port: int, path: str = "/api/v1/ping") -> Iterator[Served]:
    """Run a command that serves, until it answers; stop it at the end."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=dict(os.environ), stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        while True:
            try:
                with urllib.request.urlopen(url + path, timeout=2):
                    break
            except (urllib.error.URLError, ConnectionError):
                if process.poll() is not None or time.perf_counter() - started > START_TIMEOUT_S:
                    raise
                time.sleep(0.01)
        yield Served(url, process.pid, time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=START_TIMEOUT_S)


def install(folder: Path, *, port: int) -> None:
    """Make an empty installation by the command a person types."""
    subprocess.run(
        [
            sys.executable, "-m", "server", "init", "--organisation", "Messwerk (fictional)", "--hr-mail", "hr@messwerk.example",
            "--data", str(folder), "--port", str(port), "--public-url", f"http://127.0.0.1:{port}",
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip

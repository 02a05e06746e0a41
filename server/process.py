"""One process per SQLite folder: an OS file lock, and a control socket through which commands reach the holder."""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

LOCK_NAME = "sightline.lock"
SOCKET_NAME = "control.sock"
MAX_LINE_BYTES = 64 * 1024 * 1024

Handler = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


class FolderInUse(RuntimeError):
    """Another process holds the data folder."""


class ControlFailed(RuntimeError):
    """The running server refused a command or did not answer."""


@contextmanager
def hold_folder(data_dir: Path) -> Iterator[None]:
    """Hold the data folder for this process; the lock goes with the process, however it ends.

    Raises FolderInUse when another process holds it.
    """
    descriptor = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise FolderInUse(
                f"{data_dir} is in use by a running server. Stop it first, or let the command go through it."
            ) from error
        yield
    finally:
        os.close(descriptor)


def is_held(data_dir: Path) -> bool:
    """Tell whether a process holds the data folder now."""
    try:
        with hold_folder(data_dir):
            return False
    except FolderInUse:
        return True


@asynccontextmanager
async def listen(data_dir: Path, handle: Handler) -> AsyncIterator[None]:
    """Listen on the control socket; only the owner of the folder can reach it."""
    path = data_dir / SOCKET_NAME
    path.unlink(missing_ok=True)

    async def serve(reader: asyncio.StreamReader, stream: asyncio.StreamWriter) -> None:
        try:
            request = json.loads(await reader.readline())
            reply = await handle(str(request["command"]), dict(request["arguments"]))
        except (ValueError, KeyError, TypeError) as error:
            reply = {"error": f"the command cannot be read ({type(error).__name__})"}
        stream.write(json.dumps(reply).encode() + b"\n")
        await stream.drain()
        stream.close()

    old_mask = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(serve, path=str(path), limit=MAX_LINE_BYTES)
    finally:
        os.umask(old_mask)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)


async def ask(data_dir: Path, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Send one command to the server that holds the folder and wait for its reply.

    Raises ControlFailed when there is no answer.
    """
    try:
        reader, stream = await asyncio.open_unix_connection(str(data_dir / SOCKET_NAME), limit=MAX_LINE_BYTES)
    except OSError as error:
        raise ControlFailed(
            f"{data_dir} is held by a process that does not listen. Wait for it to end, or stop it."
        ) from error
    stream.write(json.dumps({"command": command, "arguments": arguments}).encode() + b"\n")
    await stream.drain()
    line = await reader.readline()
    stream.close()
    if not line:
        raise ControlFailed("The server ended before it answered. Look at its log and try again.")
    reply: dict[str, Any] = json.loads(line)
    return reply

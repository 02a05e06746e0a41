"""A file between dry run and commit: one random name, readable by the server alone, gone afterwards."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from server.clock import Clock
from server.errors import Problem

TOKEN = re.compile(r"[0-9a-f]{32}")
LIFE_S = 3600
MOST_BYTES = 20 * 1024 * 1024
GONE = Problem(
    410,
    "upload_gone",
    "The file is no longer here",
    "Files wait one hour. Choose it again; nothing was stored.",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, with the name its sender gave it."""

    filename: str
    data: bytes


def keep_upload(upload: Upload, *, folder: Path, owner: str, clock: Clock) -> str:
    """Put a file aside and give its token; files that nobody came back for are removed."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now_s = clock.now().timestamp()
    _sweep(folder, oldest=now_s - LIFE_S)
    token = clock.random_bytes(16).hex()
    descriptor = os.open(_path(folder, owner, token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            upload.filename[:200].encode("utf-8", "replace").replace(b"\n", b" ") + b"\n" + upload.data
        )
    os.utime(_path(folder, owner, token), (now_s, now_s))
    return token


def read_upload(token: str, *, folder: Path, owner: str) -> Upload:
    """Give a kept file back to the person who sent it.

    Raises Problem `upload_gone` for anyone else and for anything else.
    """
    if not TOKEN.fullmatch(token):
        raise GONE
    try:
        name, _, data = _path(folder, owner, token).read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise GONE from None
    return Upload(name.decode("utf-8"), data)


def drop_upload(token: str, *, folder: Path, owner: str) -> None:
    """Remove a kept file; one that is gone already is no matter."""
    if TOKEN.fullmatch(token):
        _path(folder, owner, token).unlink(missing_ok=True)


def _path(folder: Path, owner: str, token: str) -> Path:
    return folder / f"{owner}-{token}"


def _sweep(folder: Path, *, oldest: float) -> None:
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)

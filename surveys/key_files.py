"""Small secret files that are either whole on the disk or not there."""

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
LOCK_NAME = ".lock"


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other worker, here or in another process, changes the folder; not to be nested."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet; after a crash it is whole or absent.

    Raises FileExistsError when it is there already.
    """
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()  # what a crash left behind
    _write(draft, content)
    try:
        os.link(draft, path)  # unlike a rename, this refuses to replace
    finally:
        draft.unlink()
        sync_folder(path.parent)


def replace(path: Path, content: bytes) -> None:
    """Put other content into a file in one step."""
    draft = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        draft.unlink()
    _write(draft, content)
    draft.replace(path)
    sync_folder(path.parent)


def append(path: Path, lines: Sequence[str]) -> None:
    """Add lines to a file, durably; a line that a crash cut short is left behind as a line of its own."""
    if not lines:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, FILE_MODE)
    with os.fdopen(descriptor, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        is_cut = size > 0 and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write((b"\n" if is_cut else b"") + "".join(f"{line}\n" for line in lines).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def destroy(path: Path, noise: bytes) -> None:
    """Overwrite a file, then remove it; a file that is gone already is fine."""
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(descriptor, noise[: os.fstat(descriptor).st_size])
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were added or removed survive a crash."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

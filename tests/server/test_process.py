"""One process a folder, and commands that reach it."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from server.command import command_of
from server.process import (
    SOCKET_NAME,
    ControlFailed,
    FolderInUse,
    ask,
    hold_folder,
    is_held,
    listen,
)


def test_case_88_a_second_process_is_refused(tmp_path: Path) -> None:
    with hold_folder(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(FolderInUse, match="in use"), hold_folder(tmp_path):
            pass
    assert not is_held(tmp_path)


async def test_a_command_reaches_the_holder_and_its_reply_comes_back(tmp_path: Path) -> None:
    async def handle(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"said": f"{command} {arguments['n']}"}

    async with listen(tmp_path, handle):
        mode = stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode)
        assert mode == 0o600
        assert await ask(tmp_path, "count", {"n": 3}) == {"said": "count 3"}
    assert not (tmp_path / SOCKET_NAME).exists()


async def test_nonsense_on_the_socket_is_answered_in_words(tmp_path: Path) -> None:
    async def handle(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError("never called")

    async with listen(tmp_path, handle):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET_NAME))
        writer.write(b"hello\n")
        assert b"cannot be read" in await reader.readline()
        writer.close()


async def test_a_folder_nobody_listens_in_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ControlFailed, match="does not listen"):
        await ask(tmp_path, "close", {})


def test_the_way_to_start_that_is_shown_is_the_one_that_works() -> None:
    assert command_of(".venv/bin/sightline", "python") == ".venv/bin/sightline"
    assert command_of("my tools/sightline", "python") == "'my tools/sightline'"
    assert command_of("x/server/__main__.py", "x/bin/python") == "x/bin/python -m server"

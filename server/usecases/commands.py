"""What the shell may ask of an installation, whether the server runs or not: one table of commands."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.clock import Clock
from server.errors import Problem
from server.settings import Settings
from server.usecases.advance import close_due_cycle, launch_by_id
from server.usecases.people import commit_people
from server.usecases.profiles import import_instruments, import_overlay, import_profile
from server.usecases.workbooks import hr_workbook_bytes
from surveys.keeper import Keeper


@dataclass(frozen=True, slots=True)
class Context:
    """What a command works with."""

    settings: Settings
    keeper: Keeper
    clock: Clock


async def run_command(name: str, arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    """Run one command; a problem comes back as words, never as a trace."""
    command = COMMANDS.get(name)
    if command is None:
        return {"error": f"there is no command {name!r}"}
    try:
        return await command(arguments, context)
    except Problem as problem:
        return {"error": f"{problem.title}. {problem.detail}".strip()}


async def _import_people(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    data = base64.b64decode(arguments["data"])
    result = await commit_people(data, filename=str(arguments["filename"]), actor="", clock=context.clock)
    return {"said": result.summary}


async def _import_profile(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    data = base64.b64decode(arguments["data"])
    kinds = {"profile": import_profile, "overlay": import_overlay, "instruments": import_instruments}
    kind = kinds[str(arguments.get("kind", "profile"))]
    said = await kind(data, filename=str(arguments["filename"]), actor="", clock=context.clock)
    return {"said": str(said)}


async def _launch(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    said = await launch_by_id(str(arguments["cycle"]), keeper=context.keeper, clock=context.clock)
    return {"said": said}


async def _close(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    said = await close_due_cycle(
        str(arguments["cycle"]),
        keeper=context.keeper,
        clock=context.clock,
        backups_dir=context.settings.backups_dir,
    )
    return {"said": said}


async def _export(arguments: dict[str, Any], context: Context) -> dict[str, Any]:
    data = await hr_workbook_bytes(
        str(arguments["cycle"]), viewer="", locale="en", keeper=context.keeper, clock=context.clock
    )
    path = Path(str(arguments["out"]))
    await asyncio.to_thread(path.write_bytes, data)
    return {"said": f"{path} written, {len(data)} bytes"}


COMMANDS: dict[str, Callable[[dict[str, Any], Context], Awaitable[dict[str, Any]]]] = {
    "import_people": _import_people,
    "import_profile": _import_profile,
    "launch": _launch,
    "close": _close,
    "export": _export,
}

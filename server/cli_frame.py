"""What the commands share: the data folder, how an error is said, and the way to a running server."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from server.run import run_or_ask
from server.settings import Settings, read_settings

console = Console(stderr=True)
DEFAULT_DATA = Path("data/sightline")
Data = Annotated[Path, typer.Option("--data", help="The data folder of the installation.")]


def fail(words: str, code: int = 1) -> NoReturn:
    """Say what went wrong in one clear line and end."""
    console.print(f"sightline: {words}", style="red", markup=False, highlight=False)
    sys.exit(code)


def settings_in(data: Path) -> Settings:
    """Read the settings of an installation."""
    return read_settings(data.resolve())


def ask_server(data: Path, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run a command, through the server where it runs; its error ends the program."""
    answer = asyncio.run(run_or_ask(settings_in(data), name, arguments))
    if "error" in answer:
        fail(str(answer["error"]))
    return answer


def say(words: object) -> None:
    """Print an answer on the standard output."""
    sys.stdout.write(f"{words}\n")

"""`sightline ...`: argument parsing only."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from server import cli_care, cli_init
from server.cli_frame import DEFAULT_DATA, Data, ask_server, console, fail, say, settings_in
from server.demo.build import build_demo, demo_settings
from server.errors import Problem
from server.process import ControlFailed, FolderInUse
from server.run import PortInUse, serve_forever
from server.settings import SettingsError
from surveys.database import DatabaseError
from surveys.errors import SurveysError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Survey and 360-feedback server.")
imports = typer.Typer(no_args_is_help=True, help="Bring in people or a role profile.")
app.add_typer(imports, name="import")
deletes = typer.Typer(no_args_is_help=True, help="Delete what the law or a person asks to be deleted.")
app.add_typer(deletes, name="delete")
deletes.command("person")(cli_care.delete_person)
app.command()(cli_init.init)
app.command()(cli_care.migrate)
app.command()(cli_care.backup)
app.command()(cli_care.restore)
app.command()(cli_care.doctor)


def main() -> None:
    """Run a command; what goes wrong is one clear line and exit code 1."""
    try:
        app()
    except (SettingsError, FolderInUse, PortInUse, ControlFailed, DatabaseError, SurveysError) as error:
        fail(str(error))
    except Problem as problem:
        fail(f"{problem.title}. {problem.detail}")


@app.command()
def serve(data: Data = DEFAULT_DATA) -> None:
    """Serve an installation until it is stopped; in an empty folder, begin one in a browser."""
    if cli_init.is_empty(data):
        cli_init.begin_in_browser(data.resolve())
    else:
        serve_forever(settings_in(data))


@app.command()
def demo(
    data: Data = Path("data/demo"),
    port: Annotated[int, typer.Option(help="The loopback port.")] = 8000,
    headless: Annotated[bool, typer.Option("--headless", help="Build it and stop; do not serve.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Build a fictional organisation and serve it; an existing one is kept."""
    figures = asyncio.run(build_demo(data.resolve(), port=port, console=console))
    if as_json:
        say(json.dumps(figures))
    if not headless:
        serve_forever(demo_settings(data.resolve(), port=port))


@imports.command("people")
def import_people(file: Path, data: Data = DEFAULT_DATA) -> None:
    """Import people from xlsx or csv, all or nothing."""
    _command(data, "import_people", {"filename": file.name, "data": _file(file)})


@imports.command("profile")
def import_profile(file: Path, data: Data = DEFAULT_DATA) -> None:
    """Import a role profile (profile.xlsx or YAML), a translation of one, or question texts."""
    _command(data, "import_profile", {"filename": file.name, "data": _file(file)})


@app.command()
def launch(cycle: str, data: Data = DEFAULT_DATA) -> None:
    """Launch a drafted cycle whose preflight is clean."""
    _command(data, "launch", {"cycle": cycle})


@app.command()
def close(cycle: str, data: Data = DEFAULT_DATA) -> None:
    """Close a cycle that is due; refuses any other."""
    _command(data, "close", {"cycle": cycle})


@app.command()
def abandon(
    cycle: str,
    reason: Annotated[str, typer.Option(help="Why; HR and the log keep it.")],
    data: Data = DEFAULT_DATA,
) -> None:
    """End a cycle without results; also one whose key is lost."""
    _command(data, "abandon", {"cycle": cycle, "reason": reason})


@app.command()
def export(cycle: str, out: Path, data: Data = DEFAULT_DATA) -> None:
    """Write HR's workbook of a closed cycle to a file."""
    _command(data, "export", {"cycle": cycle, "out": str(out.resolve())})


def _file(path: Path) -> str:
    if not path.is_file():
        fail(f"{path} is no file. Name the file to import.")
    return base64.b64encode(path.read_bytes()).decode()


def _command(data: Path, name: str, arguments: dict[str, Any]) -> None:
    say(ask_server(data, name, arguments)["said"])

"""`sightline ...`: argument parsing only."""

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from server.clock import SystemClock
from server.demo.build import build_demo, demo_settings
from server.errors import Problem
from server.process import ControlFailed, FolderInUse, hold_folder
from server.run import in_folder, run_or_ask, serve_forever
from server.settings import Settings, SettingsError, Smtp, own_port, read_settings
from server.usecases.install import Plan, install
from server.usecases.restore import copy_config
from server.usecases.restore import restore as restore_backup
from surveys.database import DatabaseError
from surveys.errors import SurveysError
from surveys.keeper import Keeper
from surveys.migrate import migrate as migrate_database

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Survey and 360-feedback server.")
imports = typer.Typer(no_args_is_help=True, help="Bring in people or a role profile.")
app.add_typer(imports, name="import")
console = Console(stderr=True)

Data = Annotated[Path, typer.Option("--data", help="The data folder of the installation.")]
DEFAULT_DATA = Path("data/sightline")


def main() -> None:
    """Run a command; what goes wrong is one clear line and exit code 1."""
    try:
        app()
    except (SettingsError, FolderInUse, ControlFailed, DatabaseError, SurveysError) as error:
        _fail(str(error))
    except Problem as problem:
        _fail(f"{problem.title}. {problem.detail}")


def _fail(words: str) -> None:
    console.print(f"sightline: {words}", style="red", markup=False, highlight=False)
    sys.exit(1)


@app.command()
def init(
    organisation: Annotated[str, typer.Option(help="Name of the organisation, shown on every page.")],
    hr_mail: Annotated[str, typer.Option(help="Mail address of the first HR person.")],
    hr_name: Annotated[str, typer.Option(help="Name of the first HR person.")] = "HR",
    hr_locale: Annotated[str, typer.Option(help="Language of the first HR person: en, es, de or ar.")] = "en",
    data: Data = DEFAULT_DATA,
    public_url: Annotated[str, typer.Option(help="The address people use.")] = "http://127.0.0.1:8000",
    port: Annotated[
        int, typer.Option(help="The loopback port the server listens on; 0: that of the address.")
    ] = 0,
    time_zone: Annotated[
        str, typer.Option(help="Time zone of the first HR person, like Europe/Berlin.")
    ] = "UTC",
    smtp_host: Annotated[str, typer.Option(help="Mail server; empty: no mail.")] = "",
    smtp_port: Annotated[int, typer.Option(help="Its port.")] = 587,
    smtp_sender: Annotated[str, typer.Option(help="Address mails come from.")] = "",
    smtp_user: Annotated[str, typer.Option(help="User at the mail server.")] = "",
    smtp_password: Annotated[
        str, typer.Option(help="Password there.", envvar="SIGHTLINE_SMTP_PASSWORD")
    ] = "",
    smtp_tls: Annotated[bool, typer.Option(help="TLS from the first byte.")] = False,
    database_url: Annotated[str, typer.Option(help="PostgreSQL address; empty: SQLite in the folder.")] = "",
) -> None:
    """Make a new, empty installation."""
    smtp = (
        Smtp(smtp_host, smtp_port, smtp_sender or hr_mail, smtp_user, smtp_password, smtp_tls)
        if smtp_host
        else None
    )
    plan = Plan(
        data.resolve(),
        organisation,
        hr_mail,
        hr_name,
        public_url,
        port or own_port(public_url),
        smtp,
        database_url,
        hr_locale=hr_locale,
        time_zone=time_zone,
    )
    settings = asyncio.run(install(plan, clock=SystemClock()))
    console.print(f"Ready in {settings.data_dir}. Start it: sightline serve --data {data}", highlight=False)


@app.command()
def serve(data: Data = DEFAULT_DATA) -> None:
    """Serve an installation until it is stopped."""
    serve_forever(_settings(data))


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
        print(json.dumps(figures))
    if not headless:
        serve_forever(demo_settings(data.resolve(), port=port))


@app.command()
def migrate(data: Data = DEFAULT_DATA) -> None:
    """Bring the database to the newest schema; makes a backup first."""
    settings = _settings(data)

    async def run() -> None:
        clock = SystemClock()
        with in_folder(settings):
            report = await migrate_database(
                settings.database_url, backup_dir=settings.backups_dir, now=clock.now()
            )
        console.print(f"Schema {report.from_version} -> {report.to_version}", highlight=False)

    asyncio.run(run())


@imports.command("people")
def import_people(file: Path, data: Data = DEFAULT_DATA) -> None:
    """Import people from xlsx or csv, all or nothing."""
    _command(data, "import_people", {"filename": file.name, "data": _file(file)})


@imports.command("profile")
def import_profile(file: Path, data: Data = DEFAULT_DATA) -> None:
    """Import a role profile, a translation of one, or question texts; the file says which."""
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


@app.command()
def backup(
    target: Annotated[str, typer.Argument(help="A file ending in .db, or a folder; empty: backups/.")] = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Copy the database while the server runs, and test the copy. The folder keys/ is never in it."""
    _command(data, "backup", {"target": str(Path(target).resolve()) if target else ""})


@app.command()
def restore(
    file: Path,
    data: Data = DEFAULT_DATA,
    config: Annotated[
        Path | None, typer.Option(help="sightline.toml of the old installation, where this folder is new.")
    ] = None,
) -> None:
    """Put a backup in the place of the database; the old one is kept. Refuses while the server runs."""
    if config is not None:
        copy_config(config, data.resolve())
    settings = _settings(data)
    clock = SystemClock()
    keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=clock.random_bytes)
    with hold_folder(settings.data_dir):
        done = asyncio.run(restore_backup(file.resolve(), settings, keeper=keeper, clock=clock))
    print(f"{done.n_rows} rows restored from {file}; everybody signs in again")
    if done.kept:
        print(f"the database that was here is kept: {done.kept}")
    if done.kept_closed:
        print(
            f"{len(done.kept_closed)} cycles were closed since and stay closed: {', '.join(done.kept_closed)}"
        )
    if done.without_key:
        console.print(
            f"The keys of {', '.join(done.without_key)} are missing. Put the folder keys/ of the old installation "
            f"here before you start the server, or end each: sightline abandon CYCLE --reason ...",
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip


def _settings(data: Path) -> Settings:
    return read_settings(data.resolve())


def _file(path: Path) -> str:
    if not path.is_file():
        _fail(f"{path} is no file. Name the file to import.")
    return base64.b64encode(path.read_bytes()).decode()


def _command(data: Path, name: str, arguments: dict[str, Any]) -> None:
    from_server = asyncio.run(run_or_ask(_settings(data), name, arguments))
    if "error" in from_server:
        _fail(str(from_server["error"]))
    print(from_server["said"])

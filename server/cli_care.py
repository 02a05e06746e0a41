"""Commands of whoever looks after an installation: migrate, backup, restore, doctor, delete."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from server.cli_frame import DEFAULT_DATA, Data, ask_server, console, fail, say, settings_in
from server.clock import SystemClock
from server.command import own_command
from server.process import ControlFailed, hold_folder
from server.run import in_folder, run_or_ask
from server.settings import CONFIG_NAME, SettingsError
from server.usecases.doctor import EXIT_CODES
from server.usecases.restore import Restored, copy_config
from server.usecases.restore import restore as restore_backup
from surveys.database import DatabaseError
from surveys.keeper import Keeper
from surveys.migrate import migrate as migrate_database

MARKS = {"ok": "ok  ", "warn": "look", "bad": "BAD "}


def migrate(data: Data = DEFAULT_DATA) -> None:
    """Bring the database to the newest schema; makes a backup first."""
    settings = settings_in(data)

    async def run() -> None:
        with in_folder(settings):
            report = await migrate_database(
                settings.database_url, backup_dir=settings.backups_dir, now=SystemClock().now()
            )
        console.print(f"Schema {report.from_version} -> {report.to_version}", highlight=False)

    asyncio.run(run())


def backup(
    target: Annotated[str, typer.Argument(help="A file ending in .db, or a folder; empty: backups/.")] = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Copy the database while the server runs, and test the copy. The folder keys/ is never in it."""
    answer = ask_server(data, "backup", {"target": str(Path(target).resolve()) if target else ""})
    say(answer["said"])


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
    elif not (data / CONFIG_NAME).exists():
        fail(
            f"{data} has no {CONFIG_NAME}. Give that of the old installation: --config OLD/{CONFIG_NAME}, and copy "
            "its folder keys/ here; without both the answers of open cycles cannot be opened."
        )
    settings = settings_in(data)
    clock = SystemClock()
    keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=clock.random_bytes)
    with hold_folder(settings.data_dir):
        done = asyncio.run(restore_backup(file.resolve(), settings, keeper=keeper, clock=clock))
    _say_restored(done, file)


def _say_restored(done: Restored, file: Path) -> None:
    say(f"{done.n_rows} rows restored from {file}; everybody signs in again")
    if done.kept:
        say(f"the database that was here is kept: {done.kept}")
    if done.kept_closed:
        say(
            f"{len(done.kept_closed)} cycles were closed since and stay closed: {', '.join(done.kept_closed)}"
        )
    redone = done.redone
    say(
        f"taken back again, as since the backup: {redone.n_cards} cards ended, {redone.n_changes} changed sign-ins, "
        f"{redone.n_cancelled} raters cancelled, {redone.n_renewed} lost phones cut off"
    )
    if redone.to_delete:
        console.print(
            f"{len(redone.to_delete)} people were deleted since and are back. Delete each again: "
            f"{own_command()} delete person NUMBER. Numbers: {', '.join(redone.to_delete)}",
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip
    if done.without_key:
        console.print(
            f"The keys of {', '.join(done.without_key)} are missing. Put the folder keys/ of the old installation "
            f"here before you start the server, or end each: {own_command()} abandon CYCLE --reason ...",
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip


def doctor(
    data: Data = DEFAULT_DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    mail: Annotated[str, typer.Option(help="Send a test mail to this address, and nothing else.")] = "",
    trust_clock: Annotated[
        bool, typer.Option("--trust-clock", help="The clock is right now: let cycles close again.")
    ] = False,
) -> None:
    """Look at everything the installation needs. Exit code 0: all is well, 1: look at it, 2: settle it now."""
    if mail:
        say(ask_server(data, "test_mail", {"to": mail})["said"])
        return
    try:
        answer = asyncio.run(run_or_ask(settings_in(data), "doctor", {"trust_clock": trust_clock}))
    except (SettingsError, DatabaseError, ControlFailed, OSError) as error:
        fail(str(error), EXIT_CODES["bad"])
    if "error" in answer:
        fail(str(answer["error"]), EXIT_CODES["bad"])
    if as_json:
        say(json.dumps(answer, ensure_ascii=False))
    else:
        for one in answer["checks"]:
            say(f"{MARKS[one['state']]} {one['title']}: {one['sentence']}")
            if one["do"]:
                say(f"     {one['do']}")
    sys.exit(EXIT_CODES[answer["state"]])


def delete_person(
    external_id: str,
    data: Data = DEFAULT_DATA,
    confirm: Annotated[str, typer.Option(help="The same number again; left out, it is asked.")] = "",
    cancel_open: Annotated[
        bool, typer.Option("--cancel-open", help="End their parts in running cycles first.")
    ] = False,
) -> None:
    """Delete a person: name, mail, sessions, notices and own results; others' numbers stay."""
    plan = ask_server(data, "look_at_deletion", {"external_id": external_id})
    say(f"{plan['name']}: {plan['n_reports']} own reports would go")
    if plan["n_talks"]:
        say(f"  open clarity talks: {plan['n_talks']}; the other side of each loses the shared list too")
    for part in plan["parts"]:
        say(f"  in a running or planned cycle: {part}")
    try:
        typed: str = confirm or typer.prompt("Type the number again to delete")
    except typer.Abort:
        fail("Nothing was deleted.")
    asked = {"external_id": external_id, "confirm": typed, "cancels": cancel_open}
    say(ask_server(data, "delete_person", asked)["said"])

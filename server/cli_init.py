"""`sightline init`: the six questions of a new installation in the shell, or in a browser."""

import asyncio
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from server.cli_frame import DEFAULT_DATA, Data, console, fail
from server.clock import SystemClock
from server.command import own_command
from server.run import serve_first
from server.settings import CONFIG_NAME, Settings, Smtp, first_settings, own_port
from server.usecases.first_start import FIELDS, full_address, read_answers, try_mail
from server.usecases.install import Plan, check_folder, install
from server.usecases.mistakes import Mistakes
from server.usecases.readiness import check_reachable
from server.words import translate
from surveys.database import open_database

LANGUAGES = "en, es, de, ar"
HERE = "http://127.0.0.1:8000"
QUESTIONS = {
    "organisation": "1/6 What is your organisation called?",
    "hr_name": "2/6 What is your name? You are the first person of HR here.",
    "hr_mail": "3/6 What is your mail address? You sign in with it.",
    "language": f"4/6 Which language do you read? ({LANGUAGES})",
    "public_url": "5/6 Under which address will people find this server?",
    "smtp_host": "6/6 Which server sends your mails? (empty: none)",
    "smtp_user": "    Its user (empty: none)",
    "smtp_password": "    Its password",
    "smtp_port": "    Its port",
    "smtp_sender": "    Address mails come from",
}


def init(
    organisation: Annotated[
        str | None, typer.Option(help="Name of the organisation, shown on every page. Left out: it is asked.")
    ] = None,
    hr_mail: Annotated[
        str | None, typer.Option(help="Mail address of the first HR person. Left out: it is asked.")
    ] = None,
    hr_name: Annotated[str, typer.Option(help="Name of the first HR person.")] = "HR",
    hr_locale: Annotated[str, typer.Option(help="Language of the first HR person: en, es, de or ar.")] = "en",
    data: Data = DEFAULT_DATA,
    public_url: Annotated[str, typer.Option(help="The address people use.")] = HERE,
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
    browser: Annotated[
        bool, typer.Option("--browser", help="Ask in a browser; a code shows who may answer.")
    ] = False,
) -> None:
    """Make a new, empty installation: six questions, here or in a browser."""
    folder = data.resolve()
    if browser:
        begin_in_browser(folder)
        return
    if organisation is None or hr_mail is None:
        plan = _asked(folder, port=port, database_url=database_url)
    else:
        smtp = (
            Smtp(smtp_host, smtp_port, smtp_sender or hr_mail, smtp_user, smtp_password, smtp_tls)
            if smtp_host
            else None
        )
        plan = Plan(
            folder, organisation, hr_mail, hr_name, public_url, port or own_port(public_url), smtp,
            database_url, hr_locale=hr_locale,
        )  # fmt: skip
    asyncio.run(_install(replace(plan, time_zone=time_zone), data))


def begin_in_browser(folder: Path) -> None:
    """Serve the first start in an empty folder."""
    check_folder(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    serve_first(first_settings(folder))


def is_empty(folder: Path) -> bool:
    """Tell whether a folder is there and no installation in it yet."""
    return folder.is_dir() and not (folder / CONFIG_NAME).exists()


async def _install(plan: Plan, data: Path) -> None:
    clock = SystemClock()
    settings = await install(plan, clock=clock)
    console.print(f"Ready in {settings.data_dir}.", highlight=False)
    if said := await try_mail(plan, clock=clock):
        console.print(
            f"The test mail to {plan.hr_mail} was not taken: {said}. Mend [smtp] in {settings.data_dir / CONFIG_NAME}, "
            f"then: {own_command()} doctor --mail ADDRESS",
            style="yellow", markup=False, highlight=False,
        )  # fmt: skip
    elif plan.smtp:
        console.print(f"A test mail is on its way to {plan.hr_mail}.", highlight=False)
    await _look_at_address(settings, clock)
    console.print(
        f"Start it: {own_command()} serve --data {shlex.quote(str(data))}",
        highlight=False,
    )


async def _look_at_address(settings: Settings, clock: SystemClock) -> None:
    async with open_database(settings.database_url):
        problem = await check_reachable(settings, clock=clock)
    if problem:
        console.print(f"{problem.title}. {problem.detail}", style="yellow", markup=False, highlight=False)


def _asked(folder: Path, *, port: int, database_url: str) -> Plan:
    """Ask in the terminal; what cannot be is said and asked again."""
    check_folder(folder)
    typed = {"public_url": HERE, "language": "en", "smtp_port": "587"}
    wanted = [name for name in QUESTIONS if name in FIELDS]
    while True:
        for name in wanted:
            if not name.startswith("smtp_") or name == "smtp_host" or typed.get("smtp_host"):
                typed[name] = _ask(name, typed)
        listens_on = port or own_port(full_address(typed["public_url"]))
        try:
            return read_answers(typed, data_dir=folder, port=listens_on, database_url=database_url)
        except Mistakes as mistakes:
            for name, mistake in mistakes.by_field.items():
                words = translate("en", mistake.key, **mistake.parts)
                console.print(
                    f"{QUESTIONS[name].strip()} {words}", style="yellow", markup=False, highlight=False
                )
            wanted = [name for name in QUESTIONS if name in mistakes.by_field]


def _ask(name: str, typed: dict[str, str]) -> str:
    default = typed.get(name, typed.get("hr_mail", "") if name == "smtp_sender" else "")
    try:
        answer: str = typer.prompt(
            QUESTIONS[name],
            default=default,
            show_default=bool(default),
            hide_input=name == "smtp_password" and sys.stdin.isatty(),
        )
    except typer.Abort:
        fail("Six answers are needed. Give --organisation and --hr-mail, or run it in a terminal.")
    return answer.strip()

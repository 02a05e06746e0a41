"""Make a data folder: configuration, keys folder, migrated database, the first HR person, the question texts."""

import os
from dataclasses import dataclass
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.content import content_dir
from server.errors import Problem
from server.settings import CONFIG_NAME, Settings, Smtp, check_settings
from server.usecases.operation_notes import note
from server.usecases.profiles import import_content
from server.usecases.readiness import LOCAL, NOT_CHECKED, REACH
from server.usecases.uploads import Upload
from server.words import LOCALES
from server.zones import is_zone
from surveys.database import open_database, write_tx
from surveys.keeper import Keeper
from surveys.migrate import migrate
from surveys.models.cycles import Cycle
from surveys.models.people import Grant, Person, Session
from surveys.models.work import Installation
from surveys.people import FIRST_PERSON
from surveys.table_values import read_mail
from surveys.text import has_bad_character, hidden_character

# What an init that was cut short may have left behind; run again, it goes on from there.
OWN_NAMES = frozenset(
    {
        "keys",
        "backups",
        "uploads",
        "sightline.db",
        "sightline.db-wal",
        "sightline.db-shm",
        "sightline.lock",
        "control.sock",
    }
)
FOLDER_MODE = 0o700
FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Plan:
    """What a new installation is told."""

    data_dir: Path
    organisation: str
    hr_mail: str
    hr_name: str
    public_url: str
    port: int
    smtp: Smtp | None
    database_url: str = ""
    is_demo: bool = False
    hr_locale: str = "en"
    time_zone: str = "UTC"


async def install(plan: Plan, *, clock: Clock) -> Settings:
    """Make the installation; an existing one is never touched.

    Raises Problem when the folder already holds one, SettingsError when the plan would be unsafe.
    """
    _check(plan)
    config = plan.data_dir / CONFIG_NAME
    settings = Settings(
        data_dir=plan.data_dir,
        organisation=plan.organisation,
        public_url=plan.public_url.rstrip("/"),
        secret=clock.random_bytes(32).hex(),
        database_url=plan.database_url or f"sqlite:{plan.data_dir / 'sightline.db'}",
        smtp=plan.smtp,
        port=plan.port,
        is_demo=plan.is_demo,
    )
    check_settings(settings)
    for folder in (plan.data_dir, settings.keys_dir, settings.backups_dir):
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        folder.chmod(FOLDER_MODE)
    await migrate(settings.database_url, backup_dir=settings.backups_dir, now=clock.now())
    async with open_database(settings.database_url):
        await _first_rows(plan, settings, clock)
        keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=clock.random_bytes)
        texts = Upload("instruments.yaml", (content_dir() / "instruments.yaml").read_bytes())
        await import_content(texts, actor="", keeper=keeper, clock=clock)
    # The configuration comes last: a folder without it is not yet an installation, and init can be run again.
    _write_config(config, settings)
    return settings


def _check(plan: Plan) -> None:
    """Refuse a plan that could not be used: nobody could sign in, or a folder of somebody else's would be taken over."""
    if not plan.organisation.strip() or len(plan.organisation) > 200:
        raise Problem(
            422,
            "organisation",
            "The organisation has no name",
            "Give --organisation a name of at most 200 letters.",
        )
    if plan.hr_mail or not plan.is_demo:
        try:
            mail = read_mail(plan.hr_mail)
        except ValueError as error:
            raise Problem(
                422, "hr_mail", f"--hr-mail {error}", "The first HR person signs in with it."
            ) from error
        if not mail:
            raise Problem(422, "hr_mail", "--hr-mail is empty", "The first HR person signs in with it.")
    if plan.hr_locale not in LOCALES:
        raise Problem(
            422,
            "hr_locale",
            f"--hr-locale {plan.hr_locale!r} is unknown",
            f"Choose one of {', '.join(LOCALES)}.",
        )
    if not is_zone(plan.time_zone):
        raise Problem(
            422, "time_zone", f"--time-zone {plan.time_zone!r} is unknown", "Write it like Europe/Berlin."
        )
    for name, text in (("organisation", plan.organisation), ("hr_name", plan.hr_name)):
        if has_bad_character(text) or hidden_character(text):
            raise Problem(
                422, name, f"The {name.replace('_', ' ')} holds a character nobody can see", "Type it anew."
            )
    check_folder(plan.data_dir)


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds an installation, or files of somebody else. Raises Problem."""
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if CONFIG_NAME in found:
        raise Problem(
            409, "already_installed", f"{folder} already holds an installation", "Choose another folder."
        )
    if found - OWN_NAMES:
        raise Problem(
            409,
            "not_empty",
            f"{folder} holds other files",
            "Choose a new folder; init takes the whole of it.",
        )


async def _first_rows(plan: Plan, settings: Settings, clock: Clock) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        if await Installation.exists():
            await _check_cut_short()
            await Grant.all().delete()
            await Person.all().delete()
            await Installation.all().delete()
        await Installation.create(
            id=1, organisation=plan.organisation, is_demo=plan.is_demo, epoch=clock.random_bytes(8).hex()
        )
        if not plan.hr_mail:
            return
        person = await Person.create(
            id=new_id(clock),
            external_id=FIRST_PERSON,
            name=plan.hr_name,
            mail=plan.hr_mail.strip().casefold(),
            locale=plan.hr_locale,
            time_zone=plan.time_zone,
        )
        await Grant.create(id=new_id(clock), person_id=person.id, role="hr", from_on=today(clock))

    await write_tx(body)
    is_local = settings.is_local
    await note(REACH, at=clock.now(), is_good=is_local, detail=LOCAL if is_local else NOT_CHECKED)


async def _check_cut_short() -> None:
    """Refuse a database that was used: its configuration is not missing because an init was cut short."""
    if (
        await Cycle.exists()
        or await Session.exists()
        or await Person.exclude(external_id=FIRST_PERSON).exists()
    ):
        raise Problem(
            409,
            "config_lost",
            f"This folder holds an installation whose {CONFIG_NAME} is gone",
            f"Give {CONFIG_NAME} back: without its secret no answer can be opened. Nothing was changed.",
        )


def _write_config(path: Path, settings: Settings) -> None:
    lines = [
        "# Sightline. Keep this file and the folder keys/ private: together they open the answers of open cycles.",
        f"organisation = {_quoted(settings.organisation)}",
        f"public_url = {_quoted(settings.public_url)}",
        f"secret = {_quoted(settings.secret)}",
        f"port = {settings.port}",
    ]
    if not settings.database_url.startswith("sqlite:"):
        lines.append(f"database_url = {_quoted(settings.database_url)}")
    if settings.is_demo:
        lines.append("demo = true")
    if settings.smtp is not None:
        smtp = settings.smtp
        lines += [
            "",
            "[smtp]",
            f"host = {_quoted(smtp.host)}",
            f"port = {smtp.port}",
            f"sender = {_quoted(smtp.sender)}",
        ]
        lines += [f"user = {_quoted(smtp.user)}", f"password = {_quoted(smtp.password)}"] if smtp.user else []
        lines += ["tls = true"] if smtp.is_tls else []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _quoted(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
    )
    return f'"{escaped}"'

"""The doctor: each check can fail, the worst comes first, page and shell use the same words."""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from server.command import own_command
from server.settings import Settings, Smtp
from server.usecases import doctor_checks
from server.usecases.backups import back_up
from server.usecases.clock_watch import Anchor, clock_doubt, is_doubtful, trust_clock
from server.usecases.doctor import EXIT_CODES, examine, say, worst
from server.usecases.doctor_checks import Check
from server.usecases.operation_notes import note, note_start
from server.usecases.outbox import queue_mail
from server.usecases.slots import claim_slot
from server.usecases.trial_mail import send_trial_mail
from server.usecases.watched import advance_watched
from server.words import catalogue
from surveys import audit
from surveys.database import is_sqlite, write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Cycle
from surveys.models.people import Person
from surveys.models.work import AuditEntry, OperationNote, OutboxMail
from tests.commands import sightline
from tests.conftest import Database
from tests.factories import HR, OUTSIDER, SetClock, World, id_of, launched
from tests.post import Post, mail_server
from tests.server.hr_cast import hr_site
from tests.site import Site, settings_for

URL = "https://sightline.testwerk.example"


@pytest.fixture
async def made(database: Database, tmp_path: Path) -> tuple[Settings, World]:
    """Launch a cycle in an installation that people reach over HTTPS."""
    settings = replace(
        settings_for(database.url, tmp_path), public_url=URL, smtp=Smtp("127.0.0.1", 25, "a@b.example")
    )
    close_to_others(tmp_path)
    # A PostgreSQL server has a clock of its own, which the checks compare with.
    clock = SetClock(datetime.now(UTC))
    cycle, keeper, _ = await launched(tmp_path, clock, opens_at=clock.now())
    return settings, World(cycle, keeper, clock, None)  # type: ignore[arg-type]  # no phone here


def close_to_others(folder: Path) -> None:
    (folder / "sightline.db").touch(mode=0o600)
    for path in (folder, *folder.iterdir()):
        path.chmod(0o700 if path.is_dir() else 0o600)


async def look(made: tuple[Settings, World], **changes: object) -> dict[str, Check]:
    settings, world = made
    checks = await examine(
        settings, keeper=world.keeper, clock=world.clock, is_serving=True, is_thorough=True,
        fetch=lambda url: str(changes.get("said", "")),
    )  # fmt: skip
    assert [doctor_checks_order(one) for one in checks] == sorted(doctor_checks_order(one) for one in checks)
    for locale in ("en", "ar"):
        for check in checks:
            said = say(check, locale)
            assert said.sentence
            assert "{" not in said.sentence + said.do
            assert bool(said.do) == (check.state != "ok"), said
    return {check.code: check for check in checks}


def doctor_checks_order(check: Check) -> int:
    return ("bad", "warn", "ok").index(check.state)


async def all_well(world: World) -> None:
    now = world.clock.now()
    (world.keeper.folder.parent / "backups" / "x").touch()
    for name in ("backup", "restore_test", "mail"):
        await note(name, at=now, is_good=True, detail="x")
    await note_start(at=now)


async def test_a_healthy_installation_is_well(made: tuple[Settings, World]) -> None:
    await all_well(made[1])
    found = await look(made)
    assert {code for code, one in found.items() if one.state != "ok"} == set()
    assert EXIT_CODES[worst(list(found.values()))] == 0


async def test_files_others_can_read_are_named(made: tuple[Settings, World]) -> None:
    os.chmod(made[0].keys_dir, 0o755)  # noqa: S103, PTH101 what the check must find
    found = (await look(made))["folders"]
    assert (found.state, found.parts["names"]) == ("bad", "keys")


async def test_a_missing_key_is_bad(made: tuple[Settings, World]) -> None:
    settings, world = made
    assert (await look(made))["keys"].variant == "there"
    lost = Keeper(settings.keys_dir, secret="another secret of the operator", random_bytes=lambda n: b"0" * n)
    assert (await look((settings, replace_keeper(world, lost))))["keys"].state == "bad"


def replace_keeper(world: World, keeper: Keeper) -> World:
    return World(world.cycle, keeper, world.clock, world.queue)


async def test_a_cut_log_is_bad(made: tuple[Settings, World]) -> None:
    assert (await look(made))["audit"].state == "ok"

    async def body(tx: object) -> None:
        last = await AuditEntry.all().order_by("-seq").first()
        assert last is not None
        await AuditEntry.filter(seq=last.seq).delete()

    await write_tx(body)
    assert (await look(made))["audit"].state == "bad"


async def test_mails_that_do_not_go_out_are_seen(made: tuple[Settings, World]) -> None:
    settings, world = made
    await all_well(world)

    async def body(tx: object) -> None:
        await queue_mail(id_of(OUTSIDER), "reminder", {}, clock=world.clock)

    async def fail(tx: object) -> None:
        await OutboxMail.all().update(state="failed")

    await write_tx(body)
    world.clock.move(hours=2)
    assert (await look(made))["mail"].variant == "stuck"
    await note("mail", at=world.clock.now(), is_good=False, detail="the mail server answered 535")
    assert (await look(made))["mail"].variant == "refused"
    await note("mail", at=world.clock.now(), is_good=True)
    await write_tx(fail)
    assert (await look(made))["mail"].variant == "failed"
    assert (await look((replace(settings, smtp=None), world)))["mail"].variant == "none"


async def test_address_backup_jobs_and_restarts(made: tuple[Settings, World]) -> None:
    _, world = made
    await all_well(world)
    world.clock.move(days=2)
    found = await look(made, said="the certificate is not valid: expired")
    assert (found["https"].variant, found["backup"].variant) == ("unreachable", "old")
    assert found["jobs"].variant == "late"
    await claim_slot("advance", int(world.clock.now().timestamp()) // 60)
    assert (await look(made))["jobs"].variant == "running"
    world.clock.move(days=7)
    found = await look(made)
    assert (found["backup"].state, found["restore_test"].state) == ("bad", "warn")
    await note("backup", at=world.clock.now(), is_good=False, detail="no space left")
    for _ in range(6):
        await note_start(at=world.clock.now())
    found = await look(made)
    assert (found["backup"].variant, found["restarts"].variant) == ("failed", "many")


async def test_a_backup_whose_file_is_not_there_is_not_vouched_for(made: tuple[Settings, World]) -> None:
    settings, world = made
    await all_well(world)
    (settings.backups_dir / "x").unlink()
    found = await look(made)
    assert (found["backup"].state, found["backup"].variant) == ("bad", "gone")
    assert (found["restore_test"].state, found["restore_test"].variant) == ("warn", "gone")
    said = say(found["backup"], "en")
    assert str(settings.backups_dir) in said.sentence
    assert said.do.endswith(f"{own_command()} backup")


async def test_a_folder_of_backups_that_is_gone_is_said_and_a_new_backup_settles_it(
    made: tuple[Settings, World],
) -> None:
    settings, world = made
    await all_well(world)
    shutil.rmtree(settings.backups_dir)
    found = await look(made)
    assert (found["backup"].state, found["backup"].variant) == ("bad", "no_folder")
    assert str(settings.backups_dir) in say(found["backup"], "en").sentence
    await back_up(settings, clock=world.clock)
    found = await look(made)
    assert (found["backup"].state, found["restore_test"].state) == ("ok", "ok")


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_what_is_to_be_typed_is_the_command_that_works_here(locale: str) -> None:
    typed = {key for key, text in catalogue(locale).items() if re.search(r"[^`]sightline (?!\[)[a-z]", text)}
    assert typed == set(), "in a checkout it is .venv/bin/sightline"
    assert own_command() in say(Check("jobs", "warn", "stopped"), locale).do


def test_a_full_disk_and_an_old_schema_are_bad() -> None:
    assert doctor_checks.check_disk(10**8).state == "bad"
    assert doctor_checks.check_disk(5 * 10**8).state == "warn"
    assert doctor_checks.check_disk(10**11).state == "ok"


def test_every_sentence_of_every_check_exists_in_both_languages() -> None:
    english = {key for key in catalogue("en") if key.startswith("health.")}
    assert english == {key for key in catalogue("ar") if key.startswith("health.")}


async def test_case_89_a_clock_that_went_back_closes_nothing_until_somebody_vouches_for_it(
    made: tuple[Settings, World],
) -> None:
    settings, world = made
    clock, now = world.clock, world.clock.now()
    clock.move(days=30)
    if not is_sqlite(settings.database_url):
        assert is_doubtful(await clock_doubt(clock=clock)), "the database server knows better"
        return
    assert not is_doubtful(await clock_doubt(clock=clock))

    async def body(tx: object) -> tuple[int, str]:
        return await audit.record(tx, key=world.keeper.audit_key(), at=clock.now(), action="x")  # type: ignore[arg-type]

    world.keeper.pin_audit(*await write_tx(body))
    clock.at = now + timedelta(days=20)  # after the end of grace, but ten days before the last entry
    assert is_doubtful(await clock_doubt(clock=clock))
    assert (await look(made))["clock"].state == "bad"
    doubt = await advance_watched(settings, keeper=world.keeper, clock=clock, anchor=Anchor(clock.now(), 0))
    assert is_doubtful(doubt)
    assert (await Cycle.get(id=world.cycle)).state == "grace"
    await trust_clock(clock=clock)
    assert not is_doubtful(await clock_doubt(clock=clock))


def test_a_clock_set_forward_while_the_server_runs_is_noticed() -> None:
    clock = SetClock()
    anchor = Anchor(clock.now(), 1000.0)
    clock.move(seconds=60)
    assert not is_doubtful(anchor.drift(clock.now(), 1060.0))
    clock.move(days=1)
    assert is_doubtful(anchor.drift(clock.now(), 1061.0))


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


async def test_hr_reads_the_page_and_nobody_else(site: Site) -> None:
    async with site.as_person(id_of(HR)) as ada:
        shown = await ada.get("/health")
        assert shown.status_code == 200
        assert "reaches this machine only" in shown.text
        assert (await ada.post("/health/address")).headers["location"] == "/health"
        said = await ada.post("/health/mail")
        assert "no mail server is configured" in said.text
    async with site.as_person(id_of(OUTSIDER)) as mallory:
        missing = await mallory.get("/no/such/page")
        for reply in (await mallory.get("/health"), await mallory.post("/health/mail")):
            assert reply.content == missing.content


async def test_hr_sees_that_the_clock_is_in_doubt(site: Site) -> None:
    site.app.state.has_clock_doubt = True
    async with site.as_person(id_of(HR)) as ada:
        assert "clock of this server may be wrong" in (await ada.get("/hr")).text
    async with site.as_person(id_of(OUTSIDER)) as mallory:
        assert "clock of this server" not in (await mallory.get("/reports")).text


async def test_the_test_mail_says_what_the_server_answered(site: Site) -> None:
    post = Post()
    ada = await Person.get(id=id_of(HR))
    with mail_server(post) as smtp:
        site.app.state.mailer.smtp = smtp
        assert await send_trial_mail(site.app.state.mailer, name=ada.name, mail=ada.mail, locale="en") == ""
        sent = await OperationNote.get(name="mail")
        assert (sent.is_good, sent.detail) == (True, "")
        post.answer = "550 5.1.1 No such user here"
        said = await send_trial_mail(site.app.state.mailer, name=ada.name, mail=ada.mail, locale="en")
        assert said == "the mail server answered: 550 5.1.1 No such user here"
    gone = await send_trial_mail(site.app.state.mailer, name=ada.name, mail=ada.mail, locale="en")
    assert "cannot be reached" in gone


def test_the_shell_says_it_with_an_exit_code(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    assert sightline("doctor", *data).returncode == 2
    options = ["--organisation", "Zeilenwerk (fictional)", "--hr-mail", "hr@zeilenwerk.example"]
    assert sightline("init", *options, *data).returncode == 0
    looked = sightline("doctor", *data, "--json")
    assert looked.returncode == 1, looked.stderr
    found = {one["code"]: one["state"] for one in json.loads(looked.stdout)["checks"]}
    assert (found["database"], found["jobs"], found["folders"]) == ("ok", "warn", "ok")
    (tmp_path / "data").chmod(0o755)
    assert sightline("doctor", *data).returncode == 2


async def test_without_a_mail_server_the_code_stands_in_the_terminal(site: Site) -> None:
    shown: list[tuple[str, str]] = []
    site.app.state.show_code = lambda mail, code: shown.append((mail, code))
    async with site.as_nobody() as client:
        assert await ask(client, "ada@example.test") == 303
        for task in list(site.app.state.background):
            await task
        ((mail, code),) = shown
        assert mail == "ada@example.test"
        assert (await client.post("/sign-in/code", data={"code": code})).headers["location"] == "/start"


async def test_a_sign_in_code_that_went_out_counts_as_a_mail_without_an_address(site: Site) -> None:
    with mail_server(Post()) as smtp:
        site.app.state.mailer.smtp = smtp
        async with site.as_nobody() as client:
            assert await ask(client, "ada@example.test") == 303
            for task in list(site.app.state.background):
                await task
    sent = await OperationNote.get(name="mail")
    assert (sent.is_good, sent.at, sent.detail) == (True, site.clock.now(), "")


async def ask(client: httpx2.AsyncClient, mail: str) -> int:
    return (await client.post("/sign-in", data={"mail": mail})).status_code

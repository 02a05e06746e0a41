"""The first start: a code, six questions, a test mail, and the first HR person is in; afterwards the door is gone."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest

from server.app import create_app
from server.clock import SystemClock
from server.first_app import Switch, create_first_app
from server.settings import Settings, Smtp, first_settings, read_settings
from server.usecases.first_start import read_answers
from server.usecases.install import install
from server.words import catalogue
from server.zones import zone_of_machine
from surveys.database import open_database
from surveys.models.people import Grant, Person
from tests.browser.harness import free_port
from tests.commands import ROOT, sightline
from tests.post import Post, mail_server
from tests.site import left_without_network

ANSWERS = {
    "organisation": "Zeilenwerk (fictional)",
    "hr_name": "Hester Vale",
    "hr_mail": "hester@zeilenwerk.example",
    "public_url": "http://127.0.0.1:8000",
    "language": "en",
    "time_zone": "Europe/Berlin",
    "smtp_host": "",
    "smtp_port": "",
    "smtp_user": "",
    "smtp_password": "",
    "smtp_sender": "",
}
JUNK = (
    "\0",
    "a\0b",
    "\u202e",
    " ",
    "-1",
    "9" * 400,
    "zz",
    'a"\nsecret = "x',
    "https://",
    "http://[",
    "ftp://x",
)


@dataclass
class Door:
    """A first start in an empty folder, and the codes its terminal has shown."""

    client: httpx2.AsyncClient
    folder: Path
    codes: list[str]

    async def come_in(self) -> None:
        reply = await self.client.post("/first", data={"code": self.codes[-1]})
        assert (reply.status_code, reply.headers["location"]) == (303, "/first/questions")

    async def answer(self, **changes: str) -> httpx2.Response:
        return await self.client.post("/first/questions", data={**ANSWERS, **changes})


@asynccontextmanager
async def first_start(folder: Path) -> AsyncIterator[Door]:
    codes: list[str] = []
    running: list[asyncio.Event] = []
    tasks: list[asyncio.Task[None]] = []

    async def become(installed: Settings) -> None:
        app = create_app(read_settings(installed.data_dir), clock=SystemClock(), runs_jobs=False)
        is_up, is_over = asyncio.Event(), asyncio.Event()

        async def live() -> None:
            async with app.router.lifespan_context(app):
                is_up.set()
                await is_over.wait()

        running.append(is_over)
        tasks.append(asyncio.create_task(live()))
        await is_up.wait()
        switch.app = app

    first = create_first_app(
        first_settings(folder, {}),
        clock=SystemClock(),
        database_url="",
        show_code=codes.append,
        become=become,
    )
    switch = Switch(first)
    codes.append(first.state.first.draw_code())
    transport = httpx2.ASGITransport(app=switch, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        try:
            yield Door(client, folder, codes)
        finally:
            for one in running:
                one.set()
            await asyncio.gather(*tasks)


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    (tmp_path / "data").mkdir()
    async with first_start(tmp_path / "data") as one:
        yield one


async def test_six_answers_make_an_installation_and_the_first_person_is_signed_in(door: Door) -> None:
    assert (await door.client.get("/")).headers["location"] == "/first"
    await door.come_in()
    assert (await door.client.get("/first/questions")).status_code == 200
    left_without_network(door.client)
    reply = await door.answer()
    assert (reply.status_code, reply.headers["location"]) == (303, "/hr")
    home = await door.client.get("/hr")
    assert "Hester Vale" in home.text
    assert "Zeilenwerk (fictional)" in home.text
    for path in ("/first", "/first/questions"):
        assert (await door.client.get(path)).status_code == 404
        assert (await door.client.post(path, data=ANSWERS)).status_code == 404
    settings = read_settings(door.folder)
    assert (settings.organisation, settings.public_url) == (ANSWERS["organisation"], ANSWERS["public_url"])
    assert (await Person.get(external_id="HR")).time_zone == "Europe/Berlin"


async def test_an_unknown_time_zone_is_said_beside_its_field(door: Door) -> None:
    await door.come_in()
    reply = await door.answer(time_zone="Mars/Olympus")
    assert reply.status_code == 422
    assert catalogue("en")["me.m_zone"] in reply.text
    assert "Mars/Olympus" not in reply.text


@pytest.mark.parametrize(("locale", "words"), [("en", "Germany, Berlin"), ("ar", "ألمانيا، برلين")])
async def test_the_zone_is_chosen_from_a_list_that_begins_with_the_servers_own(
    door: Door, monkeypatch: pytest.MonkeyPatch, locale: str, words: str
) -> None:
    monkeypatch.setenv("TZ", ":Europe/Berlin")
    await door.come_in()
    page = (await door.client.get("/first/questions", headers={"Accept-Language": locale})).text
    (chosen,) = re.findall(r'<option value="Europe/Berlin"[^>]* selected>([^<]+)</option>', page)
    assert chosen == words
    assert page.count("data-guess") == 1
    again = (await door.answer(time_zone="Asia/Calcutta", hr_mail="no mail")).text
    assert re.search(r'<option value="Asia/Kolkata"[^>]* selected>', again)
    assert "data-guess" not in again, "a browser would choose in place of the person"


@pytest.mark.parametrize(
    ("named", "link", "zone"),
    [
        ("", "zoneinfo/Asia/Dubai", "Asia/Dubai"),
        ("Europe/Berlin", "zoneinfo/Asia/Dubai", "Europe/Berlin"),
        ("CET-1CEST", "zoneinfo/Asia/Dubai", "UTC"),
        ("", "a-copy", "UTC"),
    ],
)
def test_a_machine_says_its_zone_by_name_or_by_its_own_file(
    tmp_path: Path, named: str, link: str, zone: str
) -> None:
    (tmp_path / "localtime").symlink_to(tmp_path / link)
    assert zone_of_machine(named, tmp_path / "localtime") == zone


async def test_an_installation_whose_configuration_is_lost_is_not_begun_anew(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    async with first_start(folder) as door:
        await door.come_in()
        await door.answer()
    (folder / "sightline.toml").unlink()
    async with first_start(folder) as door:
        await door.come_in()
        reply = await door.answer(hr_name="Mallory Grimshade", hr_mail="mallory@evil.example")
        assert reply.status_code == 409
        assert "sightline.toml" in reply.text
        assert "sid" not in door.client.cookies
    assert not (folder / "sightline.toml").exists()


async def test_an_init_cut_short_takes_what_is_typed_the_second_time(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    plan = read_answers(ANSWERS, data_dir=folder, port=8000)
    await install(plan, clock=SystemClock())
    (folder / "sightline.toml").unlink()
    settings = await install(replace(plan, hr_name="Ada Quillfeather"), clock=SystemClock())
    async with open_database(settings.database_url):
        assert [one.name for one in await Person.all()] == ["Ada Quillfeather"]
        assert await Grant.filter(role="hr").count() == 1


async def test_nobody_gets_past_the_code(door: Door) -> None:
    assert (await door.client.get("/first/questions")).headers["location"] == "/first"
    assert (await door.answer()).status_code == 404
    assert not (door.folder / "sightline.toml").exists()


async def test_a_code_works_once_and_a_second_browser_stays_outside(door: Door) -> None:
    await door.come_in()
    door.client.cookies.clear()
    assert (await door.client.post("/first", data={"code": door.codes[0]})).status_code == 422
    assert (await door.answer()).status_code == 404


async def test_five_wrong_codes_end_the_code_and_the_terminal_shows_another(door: Door) -> None:
    wrong = "0" * 8 if door.codes[0] != "0000 0000" else "1" * 8
    for _ in range(5):
        assert len(door.codes) == 1
        assert (await door.client.post("/first", data={"code": wrong})).status_code == 422
    assert len(door.codes) == 2
    assert (await door.client.post("/first", data={"code": door.codes[0]})).status_code == 422
    await door.come_in()


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": "\0"}, {"code": "9" * 4000}, {"x": "y"}])
async def test_junk_is_no_code(door: Door, body: dict[str, str]) -> None:
    assert (await door.client.post("/first", data=body)).status_code == 422


async def test_each_mistake_stands_beside_its_field_and_what_was_typed_stays(door: Door) -> None:
    await door.come_in()
    assert (await door.client.post("/first/questions", data={})).status_code == 422
    for name in ANSWERS:
        for junk in JUNK:
            if name in ("smtp_user", "smtp_password", "smtp_sender", "smtp_port"):
                reply = await door.answer(**{name: junk, "smtp_host": "127.0.0.1", "hr_mail": "nobody"})
            else:
                reply = await door.answer(**{"language": "xx"} | {name: junk})
            assert reply.status_code == 422, (name, junk)
    reply = await door.answer(hr_mail="not a mail", public_url="feedback.zeilenwerk.example")
    assert 'id="hr_mail-error"' in reply.text
    assert 'value="not a mail"' in reply.text
    assert 'value="Zeilenwerk (fictional)"' in reply.text
    assert not (door.folder / "sightline.toml").exists()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://feedback.zeilenwerk.example", ""),
        ("http://127.0.0.1:8000", "mail.zeilenwerk.example"),
        ("https://feedback.zeilenwerk.example/path", ""),
        ("https://127.0.0.1", ""),
    ],
)
async def test_an_address_names_would_travel_to_in_the_clear_is_refused(
    door: Door, url: str, host: str
) -> None:
    await door.come_in()
    reply = await door.answer(public_url=url, smtp_host=host)
    assert reply.status_code == 422
    assert 'id="public_url-error"' in reply.text


async def test_the_test_mail_is_real_and_arrives(door: Door) -> None:
    post = Post()
    with mail_server(post) as smtp:
        await door.come_in()
        reply = await door.answer(smtp_host=smtp.host, smtp_port=str(smtp.port))
        assert reply.status_code == 303
    (mail,) = post.mails
    assert mail["To"] == ANSWERS["hr_mail"]
    assert "Hester Vale" in mail.get_content()
    assert read_settings(door.folder).smtp == Smtp(smtp.host, smtp.port, ANSWERS["hr_mail"])


async def test_what_the_mail_server_answered_is_said_word_for_word_and_one_may_go_on_without(
    door: Door,
) -> None:
    post = Post()
    post.answer = "554 5.7.1 Sender address rejected: not owned by user"
    with mail_server(post) as smtp:
        await door.come_in()
        typed = {"smtp_host": smtp.host, "smtp_port": str(smtp.port)}
        reply = await door.answer(**typed)
        assert reply.status_code == 422
        assert "554 5.7.1 Sender address rejected: not owned by user" in reply.text
        assert not (door.folder / "sightline.toml").exists()
        gone = await door.answer(smtp_host="127.0.0.1", smtp_port=str(free_port()))
        assert "cannot be reached" in gone.text
        assert (await door.answer(**typed, without_mail="yes")).status_code == 303
    assert read_settings(door.folder).smtp is None


async def test_the_password_is_never_shown_again_and_is_kept(door: Door) -> None:
    await door.come_in()
    reply = await door.answer(smtp_host="127.0.0.1", smtp_port="x", smtp_password="geheim-7731")
    assert reply.status_code == 422
    assert "geheim-7731" not in reply.text


def test_serve_in_an_empty_folder_prints_a_code_and_serves_what_comes_of_it(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "server", "serve", "--data", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env_with(SIGHTLINE_PORT=str(port)),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        found = re.search(r"(http://\S+)/first .* (\d{4} \d{4})", process.stdout.readline())
        assert found
        with httpx2.Client(base_url=found[1]) as client:
            assert client.post("/first", data={"code": found[2]}).status_code == 303
            answered = client.post("/first/questions", data={**ANSWERS, "public_url": found[1]})
            assert answered.headers["location"] == "/hr"
            assert client.get("/hr").status_code == 200
            assert client.get("/first").status_code == 404
        looked = sightline("doctor", "--data", str(tmp_path))
        assert looked.returncode == 1, looked.stdout + looked.stderr
        assert "reaches this machine only" in looked.stdout
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
    assert process.returncode in (0, -signal.SIGTERM)


def env_with(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


def test_the_six_questions_can_be_answered_in_the_shell(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    typed = "Zeilenwerk (fictional)\nHester Vale\nnot a mail\nen\nhttp://127.0.0.1:8000\n\nhester@zeilenwerk.example\n"
    done = subprocess.run(
        [sys.executable, "-m", "server", "init", "--data", str(folder)],
        cwd=ROOT, input=typed, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "This is no mail address" in done.stderr
    assert read_settings(folder).organisation == "Zeilenwerk (fictional)"


def test_without_a_terminal_init_says_what_to_give(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server", "init", "--data", str(tmp_path / "data")],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "--hr-mail" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr

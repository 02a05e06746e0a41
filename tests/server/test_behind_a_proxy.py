"""Behind a proxy: whose headers are believed, which cookie is given, which host is served."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from server.app import create_app
from server.settings import LOOPBACK, SettingsError, read_settings
from server.usecases.sign_in import open_session
from surveys.database import write_tx
from surveys.models.people import Person
from surveys.models.work import Installation
from tests.conftest import Database
from tests.factories import SetClock
from tests.site import START, settings_for

PUBLIC = "https://sightline.testwerk.example"
SECRET = "s" * 64
CLEO = "c" * 32
PROXY = "172.30.0.2"
ELSEWHERE = "203.0.113.9"
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


@asynccontextmanager
async def asking(
    folder: Path, database: Database, *, peer: str, host: str = PUBLIC.removeprefix("https://")
) -> AsyncIterator[httpx2.AsyncClient]:
    """Ask over plain HTTP, as a proxy or somebody else does, an installation people reach over HTTPS."""
    settings = replace(
        settings_for(database.url, folder),
        public_url=PUBLIC,
        trusted_proxies=(*LOOPBACK, "172.30.0.0/24"),
    )
    clock = SetClock(START)

    async def body(tx: object) -> None:
        if not await Installation.exists():
            await Installation.create(id=1, organisation="Testwerk (fictional)", epoch="0" * 16)
            await Person.create(id=CLEO, external_id="cleo", name="Cleo", mail="cleo@testwerk.example")
            await open_session(SECRET, CLEO, now=clock.now())

    await write_tx(body)
    app = create_app(settings, clock=clock, keeps_database_open=True, runs_jobs=False)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=(peer, 40000))
        async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            yield client


def is_plain(cookies: list[str]) -> bool:
    assert cookies
    return not any("Secure" in one for one in cookies)


@pytest.mark.parametrize("peer", ["127.0.0.1", PROXY])
async def test_a_trusted_proxy_says_https_and_cookies_are_secure(
    tmp_path: Path, database: Database, peer: str
) -> None:
    async with asking(tmp_path, database, peer=peer) as client:
        reply = await client.post("/sign-in", data={"mail": "cleo@testwerk.example"}, headers=FORWARDED)
        assert reply.status_code == 303
        assert all("Secure" in one for one in reply.headers.get_list("set-cookie"))
        assert reply.headers["strict-transport-security"].startswith("max-age=")
        cookie = {"Cookie": f"__Host-sid={SECRET}"}
        assert (await client.get("/start", headers=FORWARDED | cookie)).headers["location"] == "/app/"
        plain = {"Cookie": f"sid={SECRET}"}
        assert (await client.get("/start", headers=FORWARDED | plain)).headers["location"] == "/sign-in"


async def test_case_32_forged_forwarded_headers_of_a_stranger_are_ignored(
    tmp_path: Path, database: Database
) -> None:
    async with asking(tmp_path, database, peer=ELSEWHERE) as client:
        reply = await client.get("/sign-in", headers=FORWARDED)
        assert reply.status_code == 400
        assert "HTTPS only" in reply.text
        assert "strict-transport-security" not in reply.headers
        assert "set-cookie" not in reply.headers


async def test_the_public_host_over_plain_http_gets_no_cookie(tmp_path: Path, database: Database) -> None:
    async with asking(tmp_path, database, peer=PROXY) as client:
        reply = await client.post("/sign-in", data={"mail": "cleo@testwerk.example"})
        assert (reply.status_code, "set-cookie" in reply.headers) == (400, False)


async def test_on_this_machine_plain_http_gets_the_plain_cookie(tmp_path: Path, database: Database) -> None:
    async with asking(tmp_path, database, peer="127.0.0.1", host="127.0.0.1:8000") as client:
        reply = await client.post("/sign-in", data={"mail": "cleo@testwerk.example"})
        assert reply.status_code == 303
        assert is_plain(reply.headers.get_list("set-cookie"))
        assert "strict-transport-security" not in reply.headers


async def test_another_host_is_refused_and_a_monitor_may_ping_by_any_name(
    tmp_path: Path, database: Database
) -> None:
    async with asking(tmp_path, database, peer=PROXY, host="evil.example") as client:
        forged = FORWARDED | {"X-Forwarded-Host": "sightline.testwerk.example"}
        assert (await client.get("/sign-in", headers=forged)).status_code == 400
        reply = await client.get("/api/v1/ping")
        assert (reply.status_code, reply.headers["x-sightline"]) == (204, "1")


@pytest.mark.parametrize(
    ("written", "words"),
    [('["10.0.0.300"]', "no address or network"), ('["0.0.0.0/0"]', "everybody"), ("7", "is a list")],
)
def test_a_proxy_that_cannot_be_is_named(tmp_path: Path, written: str, words: str) -> None:
    text = (
        f'organisation = "T"\npublic_url = "{PUBLIC}"\nsecret = "{"s" * 64}"\ntrusted_proxies = {written}\n'
    )
    (tmp_path / "sightline.toml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=words):
        read_settings(tmp_path, {})


def test_proxies_are_named_in_the_environment_too_and_this_machine_stays_trusted(tmp_path: Path) -> None:
    text = f'organisation = "T"\npublic_url = "{PUBLIC}"\nsecret = "{"s" * 64}"\n'
    (tmp_path / "sightline.toml").write_text(text, "utf-8")
    assert read_settings(tmp_path, {}).trusted_proxies == LOOPBACK
    found = read_settings(tmp_path, {"SIGHTLINE_TRUSTED_PROXIES": "172.30.0.0/24, 10.0.0.5"})
    assert found.trusted_proxies == (*LOOPBACK, "172.30.0.0/24", "10.0.0.5")

"""Nobody is invited to an address where Sightline does not answer over valid HTTPS."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.settings import Settings, Smtp
from server.usecases.preflight import preflight
from server.usecases.readiness import (
    check_reachable,
    check_reachable_if_due,
    fetch_ping,
    find_unreachable,
)
from surveys.models.work import OperationNote
from tests.browser.harness import free_port
from tests.conftest import Database
from tests.factories import SetClock, draft_cycle, store_cast
from tests.site import settings_for

URL = "https://sightline.testwerk.example"


def certificate(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "testwerk")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "cert.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@contextmanager
def answering(folder: Path, *, status: int = 204, header: str = "X-Sightline") -> Iterator[tuple[str, Path]]:
    """Answer over TLS like a proxy in front of Sightline, or like something else."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header(header, "1")
            self.send_header("Location", "https://elsewhere.example/")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 same
            return

    pem = certificate(folder)
    server = HTTPServer(("127.0.0.1", 0), Answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}", pem
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_address_with_a_valid_certificate_is_good(tmp_path: Path) -> None:
    with answering(tmp_path) as (url, pem):
        assert fetch_ping(url, context=ssl.create_default_context(cafile=str(pem))) == ""


def test_a_certificate_nobody_vouches_for_is_said_so(tmp_path: Path) -> None:
    with answering(tmp_path) as (url, _):
        assert "certificate is not valid" in fetch_ping(url)


@pytest.mark.parametrize(
    ("status", "header", "words"),
    [
        (200, "X-Portal", "something else answers"),
        (301, "X-Portal", "something else"),
        (500, "X-Sightline", "500"),
    ],
)
def test_another_answer_is_not_sightlines(tmp_path: Path, status: int, header: str, words: str) -> None:
    with answering(tmp_path, status=status, header=header) as (url, pem):
        assert words in fetch_ping(url, context=ssl.create_default_context(cafile=str(pem)))


def test_a_port_where_nothing_listens_is_said_so() -> None:
    assert "refused" in fetch_ping(f"https://127.0.0.1:{free_port()}")


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return replace(settings_for(database.url, tmp_path), public_url=URL)


async def test_a_launch_waits_until_the_address_answers(settings: Settings) -> None:
    clock = SetClock()
    await store_cast()
    cycle = await draft_cycle()
    problem = await check_reachable(settings, clock=clock, fetch=lambda url: "the connection was refused")
    assert problem is not None
    assert problem.code == "unreachable"
    assert URL in problem.title
    found = {one.code: one for one in (await preflight(cycle, clock=clock)).errors}
    assert found["unreachable"].lines == ({"said": "the connection was refused"},)
    assert await check_reachable(settings, clock=clock, fetch=lambda url: "") is None
    assert "unreachable" not in {one.code for one in (await preflight(cycle, clock=clock)).errors}


async def test_the_address_is_not_asked_at_every_launch(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, asked = SetClock(), []
    said = "no answer"

    async def counted(one: Settings, *, clock: SetClock) -> None:
        asked.append(clock.now())
        await check_reachable(one, clock=clock, fetch=lambda url: said)

    monkeypatch.setattr("server.usecases.readiness.check_reachable", counted)
    for _ in range(3):
        await check_reachable_if_due(settings, clock=clock)
    assert len(asked) == 3, "while nobody gets through it is asked each time"
    said = ""
    for _ in range(3):
        await check_reachable_if_due(settings, clock=clock)
    assert len(asked) == 4
    clock.move(hours=25)
    await check_reachable_if_due(settings, clock=clock)
    assert len(asked) == 5


async def test_only_this_machine_with_mail_of_this_machine_goes_without(
    settings: Settings,
) -> None:
    here = replace(settings, public_url="http://127.0.0.1:8000")
    asked: list[str] = []

    def fetch(url: str) -> str:
        asked.append(url)
        return "no answer"

    assert await check_reachable(here, clock=SetClock(), fetch=fetch) is None
    local_mail = replace(here, smtp=Smtp("localhost", 25, "a@b.example"))
    assert await check_reachable(local_mail, clock=SetClock(), fetch=fetch) is None
    assert asked == []
    assert await find_unreachable() is None
    far_mail = replace(here, smtp=Smtp("mail.example", 25, "a@b.example"))
    assert await check_reachable(far_mail, clock=SetClock(), fetch=fetch) is not None
    assert (await OperationNote.get(name="reach")).detail == "no answer"

"""The demo's pulled plug: one person's phone is refused for a minute, however it sends; nobody else's is."""

import gzip
import json

import pytest
from starlette.types import Message, Receive, Scope, Send

from server.plug import SYNC, Plug, RefusesPhone
from server.usecases.sign_in import open_session
from surveys.database import write_tx
from surveys.models.people import Person
from surveys.sealing import auth_of
from tests.conftest import Database
from tests.factories import SetClock, id_of
from tests.site import START

CLEO, DAN = "c" * 64, "d" * 64


class Wire:
    """A phone behind the plug, and the bodies that came through to the route."""

    def __init__(self) -> None:
        self.clock, self.plug, self.got = SetClock(START), Plug(), list[bytes]()
        self.plug.pull(id_of("cleo"), [auth_of(CLEO)], now=self.clock.now())

    async def route(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.got.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(self, path: str, body: bytes = b"", *, cookie: str = "") -> int:
        statuses: list[int] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def answer(message: Message) -> None:
            statuses.append(message.get("status", 0))

        headers = [(b"cookie", cookie.encode())]
        scope = {"type": "http", "path": path, "headers": headers}
        await RefusesPhone(self.route, plug=self.plug, clock=self.clock)(scope, receive, answer)
        return statuses[0]


def sheet(token: str) -> bytes:
    return json.dumps({"sheets": [{"write": token}]}).encode()


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
async def test_a_refused_sheet_never_reaches_the_route_and_another_arrives_unchanged(packed: object) -> None:
    assert callable(packed)
    wire, mine, other = Wire(), packed(sheet(CLEO)), packed(sheet(DAN))
    assert await wire.send(SYNC, mine) == 503
    assert await wire.send(SYNC, other) == 200
    assert wire.got == [other]
    wire.clock.move(seconds=60)
    assert await wire.send(SYNC, mine) == 200
    assert wire.got == [other, mine]


async def test_damaged_gzip_is_left_to_the_route() -> None:
    wire, cut = Wire(), b"\x1f\x8bnothing"
    assert await wire.send(SYNC, cut) == 200
    assert wire.got == [cut]


async def test_a_session_is_refused_by_its_person(database: Database) -> None:
    async def body(tx: object) -> None:
        for name in ("cleo", "dan"):
            await Person.create(id=id_of(name), external_id=name, name=name)
            await open_session(name, id_of(name), now=START)

    await write_tx(body)
    wire = Wire()
    assert await wire.send("/api/v1/inbox", cookie="sid=cleo") == 503
    assert await wire.send("/api/v1/inbox", cookie="sid=dan") == 200
    assert await wire.send("/api/v1/inbox") == 200
    wire.clock.move(seconds=60)
    assert await wire.send("/api/v1/inbox", cookie="sid=cleo") == 200

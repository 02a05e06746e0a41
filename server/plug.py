"""Pull the plug: a demo really refuses one person's phone for a minute, so that one can see what offline means."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.access import cookie_name, session_key
from server.clock import Clock
from surveys import queries_access
from surveys.sealing import auth_of

PULLED_FOR = timedelta(seconds=60)
SYNC = "/api/v1/sync"
OF_THE_PHONE = ("/api/", "/app")
MOST_BYTES = 1024 * 1024
GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class Plug:
    """Whose phone is refused until when: by session for what carries a cookie, by token for what does not."""

    people: dict[str, datetime] = field(default_factory=dict)
    auths: dict[str, datetime] = field(default_factory=dict)

    def pull(self, person_id: str, auths: Iterable[str], *, now: datetime) -> None:
        """Refuse a person's phone from now on for a minute."""
        until = now + PULLED_FOR
        self.people[person_id] = until
        self.auths.update(dict.fromkeys(auths, until))

    def seconds_left(self, person_id: str, *, now: datetime) -> int:
        """Give how long a person's phone is still refused, 0 for not at all."""
        left = self.people.get(person_id, now) - now
        return max(0, -(-left // timedelta(seconds=1)))

    def is_pulled(self, *, now: datetime) -> bool:
        """Tell whether any phone is refused now; what is over is forgotten."""
        self.people = {one: until for one, until in self.people.items() if until > now}
        self.auths = {one: until for one, until in self.auths.items() if until > now}
        return bool(self.people)


class RefusesPhone:
    """Answer a refused phone like a network that lets nothing through: not with our header, so it proves nothing."""

    def __init__(self, app: ASGIApp, *, plug: Plug, clock: Clock) -> None:
        """Take whose phone is refused, and the clock."""
        self.app = app
        self.plug = plug
        self.clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through whatever is not from a refused phone."""
        is_phone = scope["type"] == "http" and scope["path"].startswith(OF_THE_PHONE)
        if not is_phone or not self.plug.is_pulled(now=self.clock.now()):
            await self.app(scope, receive, send)
        elif scope["path"] == SYNC:
            body = await _read(receive)
            if self._is_refused(body):
                await _refuse(send)
            else:
                await self.app(scope, _again(body, receive), send)
        elif await self._person(scope) in self.plug.people:
            await _refuse(send)
        else:
            await self.app(scope, receive, send)

    async def _person(self, scope: Scope) -> str:
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        secret = cookies.get(cookie_name(is_https=False), "")
        found = await queries_access.find_session_person(session_key(secret[:128]), self.clock.now())
        return "" if found is None else found.id

    def _is_refused(self, body: bytes) -> bool:
        try:
            sheets = json.loads(_plain(body))["sheets"]
            return any(auth_of(sheet["write"]) in self.plug.auths for sheet in sheets)
        except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
            return False  # the route says what is wrong with it


def _plain(body: bytes) -> bytes:
    """Undo gzip, at most to 1 MiB; JSON never begins like gzip."""
    return zlib.decompressobj(wbits=31).decompress(body, MOST_BYTES) if body.startswith(GZIP) else body


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body") or sum(map(len, parts)) > MOST_BYTES:
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    is_given = False

    async def give() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})

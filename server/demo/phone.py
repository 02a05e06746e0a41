"""A simulated phone: it signs in, reads its inbox and forms, keeps a sheet and syncs it through the real API."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message

from server.clock import Clock, millis

APP_VERSION = "0.1.0"


class PhoneFailed(RuntimeError):
    """The server did not answer as a phone needs it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of the server."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


async def call(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    body: Any = None,
    cookie: str = "",
    query: str = "",
    host: str = "127.0.0.1",
) -> Reply:
    """Send one request through the whole application, middleware included."""
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = [(b"host", host.encode()), (b"content-type", b"application/json")]
    headers += [(b"cookie", cookie.encode())] if cookie else []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "headers": headers, "scheme": "http",
        "server": (host.split(":", maxsplit=1)[0], 80), "client": ("127.0.0.1", 1), "root_path": "", "state": {},
    }  # fmt: skip
    status = 0
    chunks: list[bytes] = []
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": data, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    return Reply(status, b"".join(chunks))


@dataclass(slots=True)
class Phone:
    """One page load of the phone app for one person."""

    app: ASGIApp
    clock: Clock
    cookie: str
    host: str
    device: str
    counter: int = 0
    hlc: int = 0
    forms: dict[str, Any] = field(default_factory=dict)

    async def inbox(self) -> list[dict[str, Any]]:
        """Read what is to be answered."""
        reply = await call(self.app, "GET", "/api/v1/inbox", cookie=self.cookie, host=self.host)
        if reply.status != 200:
            raise PhoneFailed(f"inbox answered {reply.status}")
        assignments: list[dict[str, Any]] = reply.json()["assignments"]
        return assignments

    async def form(self, form_hash: str) -> dict[str, Any]:
        """Read a form once."""
        if form_hash not in self.forms:
            reply = await call(self.app, "GET", f"/api/v1/forms/{form_hash}/en.json", host=self.host)
            if reply.status != 200:
                raise PhoneFailed(f"form answered {reply.status}")
            self.forms[form_hash] = reply.json()
        found: dict[str, Any] = self.forms[form_hash]
        return found

    def version(self, value: Any) -> dict[str, Any]:
        """Stamp one value the way the phone app does."""
        self.counter += 1
        self.hlc = max(millis(self.clock.now()), self.hlc) + 1
        return {"v": value, "hlc": self.hlc, "d": self.device, "n": self.counter, "seen": {}}

    async def send(self, assignment: dict[str, Any], values: dict[str, Any]) -> str:
        """Sync one sheet and give its status; `ok` only when every cell was taken."""
        cells = {cell: [self.version(value)] for cell, value in values.items()}
        sheet = {"cycle": assignment["cycle"], "write": assignment["write"], "have": {}, "cells": cells}
        body = {"protocol": 1, "app": APP_VERSION, "sheets": [sheet]}
        reply = await call(self.app, "POST", "/api/v1/sync", body=body, host=self.host)
        if reply.status != 200:
            raise PhoneFailed(f"sync answered {reply.status}: {reply.body[:200]!r}")
        answer = reply.json()["sheets"][0]
        if answer["status"] == "ok" and (answer.get("refused") or answer["want"]):
            raise PhoneFailed(f"the server did not take {answer.get('refused')} {answer['want']}")
        status: str = answer["status"]
        return status

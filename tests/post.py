"""A real SMTP server on loopback that keeps what it receives."""

import asyncio
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.settings import Smtp

LONGEST_GOODBYE_S = 10.0
CODE = re.compile(r"\n\s+(\d{4} \d{4})")


class Post:
    """Keeps mails; can be told to refuse."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        if self.answer.startswith("250") and isinstance(envelope.content, bytes):
            self.mails.append(message_from_bytes(envelope.content, policy=default))
        return self.answer

    async def code(self) -> str:
        """Wait for the sign-in code of the newest mail."""
        for _ in range(500):
            for mail in reversed(self.mails):
                if found := CODE.search(mail.get_content()):
                    return found.group(1)
            await asyncio.sleep(0.02)
        raise AssertionError("no code came within ten seconds")


class _Office(Controller):
    """Knows which sessions have not said goodbye."""

    def __init__(self, post: Post, port: int) -> None:
        self._sessions: list[SMTP] = []
        super().__init__(post, hostname="127.0.0.1", port=port)

    def factory(self) -> SMTP:
        session = SMTP(self.handler, **self.SMTP_kwargs)
        self._sessions.append(session)
        return session

    def wait_for_goodbyes(self) -> None:
        """The last session says goodbye in a thread of its own; stopped before, it would leave a socket open."""
        deadline = time.monotonic() + LONGEST_GOODBYE_S
        while any(one.transport is not None for one in self._sessions) and time.monotonic() < deadline:
            time.sleep(0.002)


@contextmanager
def mail_server(post: Post) -> Iterator[Smtp]:
    """Run the server for the life of the block."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    office = _Office(post, port)
    office.start()
    try:
        yield Smtp("127.0.0.1", port, "sightline@testwerk.example")
    finally:
        office.wait_for_goodbyes()
        office.stop()

"""A whole server in a test: the real application over an open database, a clock that is set, a client for each person."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from starlette.applications import Starlette

from server.app import create_app
from server.settings import Settings, Smtp
from server.usecases.sign_in import open_session
from surveys.database import write_tx
from surveys.models.work import Installation
from tests.factories import SetClock

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
BASE_URL = "http://127.0.0.1:8000"


@dataclass(slots=True)
class Site:
    """The application, its clock, and how to be somebody there."""

    app: Starlette
    clock: SetClock
    settings: Settings

    @asynccontextmanager
    async def as_nobody(self) -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            yield client

    @asynccontextmanager
    async def as_person(self, person_id: str) -> AsyncIterator[httpx2.AsyncClient]:
        secret = self.clock.random_bytes(32).hex()

        async def body(tx: object) -> None:
            await open_session(secret, person_id, now=self.clock.now())

        await write_tx(body)
        async with self.as_nobody() as client:
            client.cookies.set("sid", secret)
            yield client


def settings_for(
    database_url: str, folder: Path, *, smtp: Smtp | None = None, is_demo: bool = False
) -> Settings:
    for name in ("keys", "backups"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    return Settings(
        data_dir=folder,
        organisation="Testwerk (fictional)",
        public_url=BASE_URL,
        secret="s" * 64,
        database_url=database_url,
        smtp=smtp,
        is_demo=is_demo,
    )


@asynccontextmanager
async def running_site(
    database_url: str, folder: Path, *, smtp: Smtp | None = None, is_demo: bool = False
) -> AsyncIterator[Site]:
    """Run the application over a database that is already open."""
    clock = SetClock(START)
    settings = settings_for(database_url, folder, smtp=smtp, is_demo=is_demo)
    if not await Installation.exists():

        async def body(tx: object) -> None:
            await Installation.create(
                id=1, organisation=settings.organisation, is_demo=is_demo, epoch="a3f09c1277de0b54"
            )

        await write_tx(body)
    app = create_app(settings, clock=clock, keeps_database_open=True, runs_jobs=False)
    async with app.router.lifespan_context(app):
        yield Site(app, clock, settings)


def left_without_network(client: httpx2.AsyncClient) -> None:
    """Leave what the phone app leaves in its browser when it could not tell the server of a sign-out."""
    client.cookies.set("signed_out", "1", domain=client.base_url.host)

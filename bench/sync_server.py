"""A server for the figures of sync: ours, ours that is slow or replies before the commit, or a bare route as the bound.

`python -m bench.sync_server KIND FOLDER PORT DATABASE_URL` with KIND ours, slow, early or bare.
"""

import asyncio
import json
import sqlite3
import sys
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.app import create_app
from server.settings import Settings
from server.usecases.sync import SyncQueue
from server.usecases.sync_merge import Reply
from server.wire import SentSheet, SyncRequest
from tests.factories import SECRET

_REQUEST = TypeAdapter(SyncRequest)
BATCH = 100
PAUSE_S = 0.2


class EarlyQueue(SyncQueue):
    """Answers before it stores: the mistake the proof must be able to see."""

    async def commit(self, sheets: Sequence[SentSheet]) -> list[Reply]:
        """Promise now, store later."""
        self._later = [*getattr(self, "_later", []), asyncio.create_task(super().commit(sheets))]
        return [{"status": "ok", "want": []} for _ in sheets]


class SlowQueue(SyncQueue):
    """Takes its time before and after it stores: a kill meets a request in either state, however fast the machine is."""

    async def commit(self, sheets: Sequence[SentSheet]) -> list[Reply]:
        """Store between two pauses."""
        await asyncio.sleep(PAUSE_S)
        replies = await super().commit(sheets)
        await asyncio.sleep(PAUSE_S)
        return replies


QUEUES = {"ours": SyncQueue, "slow": SlowQueue, "early": EarlyQueue}


def settings_of(folder: Path, port: int, url: str) -> Settings:
    """Describe the installation the harness made."""
    return Settings(
        data_dir=folder, organisation="Messwerk (fictional)", public_url=f"http://127.0.0.1:{port}", secret=SECRET,
        database_url=url, port=port,
    )  # fmt: skip


class BareStore:
    """Commits bodies to SQLite in groups, with the same care for the disk and nothing else."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS sheet (id TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID"
        )
        self._waiting: deque[tuple[str, bytes, asyncio.Future[None]]] = deque()
        self._has_work = asyncio.Event()

    async def put(self, key: str, body: bytes) -> None:
        """Wait until a body is on the disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, body, done))
        self._has_work.set()
        await done

    async def work(self) -> None:
        """Commit what waits, again and again."""
        while True:
            await self._has_work.wait()
            self._has_work.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                await asyncio.to_thread(self._commit, [(key, body) for key, body, _ in batch])
                for _, _, done in batch:
                    done.set_result(None)

    def _commit(self, rows: list[tuple[str, bytes]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT OR REPLACE INTO sheet VALUES (?, ?)", rows)
        self._connection.execute("COMMIT")


def bare_app(path: Path) -> Starlette:
    """Write the bound: validate the same body with Pydantic, commit in groups, reply."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.store = BareStore(path)
        worker = asyncio.create_task(app.state.store.work())
        yield
        worker.cancel()

    async def sync(request: Request) -> Response:
        body = await request.body()
        read = _REQUEST.validate_json(body)
        await request.app.state.store.put(read.sheets[0].write, body)
        return Response(json.dumps({"sheets": [{"status": "ok"}]}), media_type="application/json")

    return Starlette(routes=[Route("/api/v1/sync", sync, methods=["POST"])], lifespan=lifespan)


def serve(kind: str, folder: str, port: int, url: str) -> None:
    """Serve until killed."""
    if kind == "bare":
        app = bare_app(Path(folder) / "bare.db")
    else:
        app = create_app(settings_of(Path(folder), port, url), runs_jobs=False, queue=QUEUES[kind])
    uvicorn.run(app, port=port, access_log=False, log_level="error")


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])

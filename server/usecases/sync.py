"""Take answers from phones: requests share commits, and no reply is sent before its commit is durable."""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from server.clock import Clock, millis
from server.errors import KEYS_MISSING, Problem
from server.usecases.pairs import Pair, open_all_ready_pairs, open_ready_pairs
from server.usecases.sync_batch import Known, apply_batch
from server.usecases.sync_merge import Reply, reply_without_storing
from server.wire import OLDEST_PROTOCOL, SentSheet, SyncRequest
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.work import Installation
from surveys.sealing import Unreadable

log = logging.getLogger("sightline.sync")

BATCH_SHEETS = 100
MOST_WAITING_SHEETS = 2000
BUSY = Problem(
    503, "busy", "Too many are sending just now", "Your answers stay on your phone; it tries again."
)


@dataclass(slots=True, eq=False)
class Job:
    """One sheet of one request on its way through the queue."""

    sent: SentSheet
    reply: asyncio.Future[Reply] = field(repr=False)


class SyncQueue:
    """The one place through which sheets are written."""

    def __init__(self, *, keeper: Keeper, clock: Clock) -> None:
        self._keeper = keeper
        self._clock = clock
        self._known = Known()
        self._ready: set[Pair] = set()
        self._epoch = ""
        self._waiting: deque[Job] = deque()
        self._has_work = asyncio.Event()
        self._is_stopping = False
        self._worker: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to take requests."""
        installation = await Installation.get_or_none(id=1)
        self._epoch = installation.epoch if installation else ""
        await self._open_left_pairs()
        self._worker = asyncio.create_task(self._work(), name="sync queue")

    async def stop(self) -> None:
        """Finish what was taken, then end; later requests are busy."""
        self._is_stopping = True
        self._has_work.set()
        if self._worker is not None:
            await self._worker

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def sync(self, request: SyncRequest) -> dict[str, Any]:
        """Give the reply to a request once everything in it is durable.

        Raises Problem 503 when too much is waiting, or when the database takes nothing.
        """
        if request.protocol < OLDEST_PROTOCOL:
            return self._envelope([{"status": "update", "want": []} for _ in request.sheets])
        if self._is_stopping or len(self._waiting) + len(request.sheets) > MOST_WAITING_SHEETS:
            raise BUSY
        loop = asyncio.get_running_loop()
        jobs = [Job(sent, loop.create_future()) for sent in request.sheets]
        self._waiting.extend(jobs)
        self._has_work.set()
        replies = await asyncio.gather(*(job.reply for job in jobs), return_exceptions=True)
        for reply in replies:
            if isinstance(reply, BaseException):
                raise reply
        return self._envelope([reply for reply in replies if not isinstance(reply, BaseException)])

    def _envelope(self, replies: list[Reply]) -> dict[str, Any]:
        return {"now": millis(self._clock.now()), "epoch": self._epoch, "sheets": replies}

    async def _work(self) -> None:
        while True:
            await self._has_work.wait()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH_SHEETS, len(self._waiting)))]
                await self._run(batch)
                await self._open_pairs()
            if self._is_stopping:
                return
            self._has_work.clear()

    async def _run(self, batch: Sequence[Job]) -> None:
        try:
            replies = await self.commit([job.sent for job in batch])
        except Exception as error:  # the edge of the queue: one bad batch must not stop the ones after it
            log.warning("a batch failed", extra={"kind": type(error).__name__, "n_sheets": len(batch)})
            await self._run_each(batch)
            return
        for job, reply in zip(batch, replies, strict=True):
            _answer(job, reply)

    async def _run_each(self, batch: Sequence[Job]) -> None:
        """Give every sheet of a failed batch its own commit, so that one bad sheet harms no other."""
        for job in batch:
            try:
                _answer(job, (await self.commit([job.sent]))[0])
            except Exception as error:  # the same edge; the phone keeps its answers and tries again
                _answer(job, answer_to_failure(error, job.sent))

    async def commit(self, sheets: Sequence[SentSheet]) -> list[Reply]:
        """Merge sheets into the database in one transaction; what it gives back may be sent."""
        applied = await apply_batch(sheets, keeper=self._keeper, clock=self._clock, known=self._known)
        self._ready |= applied.ready
        return applied.replies

    async def _open_left_pairs(self) -> None:
        """Open the pairs that a server which ended in between left ready; whatever is wrong, answers are taken."""
        try:
            await open_all_ready_pairs(keeper=self._keeper, clock=self._clock)
        except Exception as error:  # the edge of the queue
            log.error("pairs were not opened at start", extra={"kind": type(error).__name__})

    async def _open_pairs(self) -> None:
        """Open the pairs of which a side became final; one that fails here is opened by the next regular run."""
        ready, self._ready = self._ready, set()
        if not ready:
            return
        try:
            await open_ready_pairs(
                {cycle for cycle, _ in ready}, keeper=self._keeper, clock=self._clock, only=ready
            )
        except Exception as error:  # the edge of the queue again: phones wait behind it
            log.error("pairs were not opened", extra={"kind": type(error).__name__, "n_pairs": len(ready)})


def answer_to_failure(error: Exception, sent: SentSheet) -> Reply | Problem:
    """Say what a sheet of its own that could not be taken is told, and the log with it."""
    if isinstance(error, Unreadable):
        log.error("a stored sheet does not open", extra={"cycle": sent.cycle})
        return reply_without_storing(sent)
    if isinstance(error, CycleIsClosed):  # closed before this database was restored
        return {"status": "closed", "want": []}
    if isinstance(error, KeyMissing):
        log.error("answers cannot be taken: %s", error)
        return KEYS_MISSING
    log.error("a sheet failed", extra={"kind": type(error).__name__})
    return BUSY


def _answer(job: Job, reply: Reply | Problem) -> None:
    with contextlib.suppress(asyncio.InvalidStateError):  # the caller may have gone
        if isinstance(reply, Problem):
            job.reply.set_exception(reply)
        else:
            job.reply.set_result(reply)

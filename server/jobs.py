"""APScheduler as a clock only: each run claims its (job, slot) and is one call of a use case."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from starlette.datastructures import State

from server.clock import uptime_s
from server.usecases.backups import nightly_backup
from server.usecases.clock_watch import Anchor, is_doubtful
from server.usecases.mirror import end_old_mirrors
from server.usecases.pairs import open_all_ready_pairs
from server.usecases.programme_run import run_programmes
from server.usecases.publish import deliver_to_newcomers
from server.usecases.readiness import check_reachable_if_due
from server.usecases.rehearsal import delete_old_rehearsals
from server.usecases.reminders import end_old_waves, start_due_waves
from server.usecases.retention import end_retention
from server.usecases.running_progress import count_progress
from server.usecases.slots import claim_slot
from server.usecases.watched import advance_watched, send_watched

log = logging.getLogger("sightline.jobs")
MISFIRE_GRACE_S = 6 * 3600
OUTBOX_EVERY_S = 15
ADVANCE_EVERY_S = 60
REMIND_EVERY_S = 900
TRIALS_EVERY_S = 3600
PROGRAMMES_EVERY_S = 3600
RETENTION_EVERY_S = (
    3600  # looks whether a day has come: a server that starts anew each day is not passed over
)
ADDRESS_EVERY_S = 60  # while nobody gets through; else once a day
PAIRS_EVERY_S = 600  # for what a worker that died in between left behind
BACKUP_EVERY_S = 900  # looks whether tonight's is there; a night that was slept through is made up for


@asynccontextmanager
async def run_jobs(state: State) -> AsyncIterator[None]:
    """Run the jobs for the life of the server."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    state.anchor = Anchor(state.clock.now(), uptime_s())
    jobs: tuple[tuple[str, int, Callable[[State], Awaitable[None]]], ...] = (
        ("outbox", OUTBOX_EVERY_S, _send),
        ("advance", ADVANCE_EVERY_S, _advance),
        ("remind", REMIND_EVERY_S, _remind),
        ("backup", BACKUP_EVERY_S, _back_up),
        ("pairs", PAIRS_EVERY_S, _open_pairs),
        ("address", ADDRESS_EVERY_S, _check_address),
        ("trials", TRIALS_EVERY_S, _end_trials),
        ("programmes", PROGRAMMES_EVERY_S, _run_programmes),
        ("retention", RETENTION_EVERY_S, _end_retention),
    )
    for name, seconds, job in jobs:
        scheduler.add_job(
            _run,
            "interval",
            args=(state, name, seconds, job),
            seconds=seconds,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=MISFIRE_GRACE_S,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def slot_of(now: datetime, seconds: int) -> int:
    """Number the slots of a job that runs every so many seconds."""
    return int(now.timestamp()) // seconds


async def _run(state: State, name: str, seconds: int, job: Callable[[State], Awaitable[None]]) -> None:
    try:
        if await claim_slot(name, slot_of(state.clock.now(), seconds)):
            await job(state)
    except Exception:  # the process edge: a failed run is logged and the next one comes
        log.exception("job failed", extra={"job": name})


async def _send(state: State) -> None:
    await send_watched(mailer=state.mailer, keeper=state.keeper, clock=state.clock)


async def _advance(state: State) -> None:
    doubt = await advance_watched(state.settings, keeper=state.keeper, clock=state.clock, anchor=state.anchor)
    state.has_clock_doubt = is_doubtful(doubt)


async def _open_pairs(state: State) -> None:
    await open_all_ready_pairs(keeper=state.keeper, clock=state.clock)


async def _back_up(state: State) -> None:
    if not state.settings.is_demo:
        await nightly_backup(state.settings, clock=state.clock)


async def _check_address(state: State) -> None:
    await check_reachable_if_due(state.settings, clock=state.clock)


async def _remind(state: State) -> None:
    await start_due_waves(clock=state.clock)
    await end_old_waves(clock=state.clock)
    await count_progress(keeper=state.keeper, clock=state.clock)


async def _end_trials(state: State) -> None:
    await end_old_mirrors(keeper=state.keeper, clock=state.clock)
    await delete_old_rehearsals(
        keeper=state.keeper, clock=state.clock, backups_dir=state.settings.backups_dir
    )


async def _end_retention(state: State) -> None:
    if not state.has_clock_doubt:  # what is destroyed by a wrong clock does not come back
        await end_retention(keeper=state.keeper, clock=state.clock)


async def _run_programmes(state: State) -> None:
    # Who came into a role since yesterday is given its lines before anybody counts days.
    await deliver_to_newcomers(is_mail_ready=state.mailer.is_ready, clock=state.clock)
    await run_programmes(keeper=state.keeper, clock=state.clock)

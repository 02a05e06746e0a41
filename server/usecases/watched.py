"""The server's own rounds, with a note of how they went: mails out, cycles on, but no closing by a doubtful clock."""

import logging
from datetime import timedelta

from server.clock import Clock, uptime_s
from server.mail import Mailer
from server.settings import Settings
from server.usecases.advance import advance_cycles
from server.usecases.clock_watch import NO_DOUBT, Anchor, clock_doubt, is_doubtful
from server.usecases.operation_notes import note
from server.usecases.outbox import send_due
from surveys.keeper import Keeper
from surveys.models.work import OutboxMail

log = logging.getLogger("sightline.watch")


async def send_watched(*, mailer: Mailer, keeper: Keeper, clock: Clock) -> None:
    """Send what is due, and note whether the mail server takes mails."""
    done = await send_due(mailer=mailer, keeper=keeper, clock=clock)
    if done.n_sent:
        await note("mail", at=clock.now(), is_good=True)
    elif done.n_put_off:
        failed = await OutboxMail.filter(n_tries__gt=0).order_by("-n_tries", "id").first()
        await note("mail", at=clock.now(), is_good=False, detail=failed.last_error if failed else "")


async def advance_watched(settings: Settings, *, keeper: Keeper, clock: Clock, anchor: Anchor) -> timedelta:
    """Bring cycles on; give by how much the clock may be wrong. A demo plays its past on a moved clock."""
    doubt = NO_DOUBT
    if not settings.is_demo:
        doubt = await clock_doubt(clock=clock, drift=anchor.drift(clock.now(), uptime_s()))
    if is_doubtful(doubt):
        log.error(
            "the clock is in doubt; no cycle closes by itself",
            extra={"seconds": round(doubt.total_seconds())},
        )
    await advance_cycles(keeper=keeper, clock=clock, backups_dir=settings.backups_dir, clock_doubt=doubt)
    return doubt

"""Whether the machine's clock can be believed: a closing must never begin by a wrong one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.clock import Clock
from server.usecases.operation_notes import note
from surveys.lifecycle import MOST_CLOCK_DOUBT
from surveys.queries_health import database_now, find_note, last_audit_at, last_runs

TRUSTED = "clock"
NO_DOUBT = timedelta()


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment by the wall clock beside the machine's own count of seconds, which nobody can set."""

    at: datetime
    uptime_s: float

    def drift(self, now: datetime, uptime_s: float) -> timedelta:
        """Tell how far the wall clock was set since."""
        return abs((now - self.at) - timedelta(seconds=uptime_s - self.uptime_s))


async def clock_doubt(*, clock: Clock, drift: timedelta = NO_DOUBT) -> timedelta:
    """Tell by how much the clock may be wrong: against the last entries, the database server, and its own running."""
    now = clock.now()
    trusted = await find_note(TRUSTED)
    known = [await last_audit_at(), *(await last_runs()).values()]
    # What was written before somebody vouched for the clock does not count.
    later = [
        one - now
        for one in known
        if one is not None and (trusted is None or one > trusted_until(trusted.detail))
    ]
    theirs = await database_now()
    apart = abs(theirs - now) if theirs is not None else NO_DOUBT
    return max([NO_DOUBT, drift, apart, *later])


async def trust_clock(*, clock: Clock) -> None:
    """Vouch for the clock as it is now: entries from its time ahead are not held against it."""
    known = [await last_audit_at(), *(await last_runs()).values()]
    latest = max((one for one in known if one is not None), default=clock.now())
    await note(TRUSTED, at=clock.now(), is_good=True, detail=latest.isoformat())


def trusted_until(detail: str) -> datetime:
    """Read up to which moment entries are not held against the clock."""
    return datetime.fromisoformat(detail)


def is_doubtful(doubt: timedelta) -> bool:
    """Tell whether nothing may be closed by this clock."""
    return doubt > MOST_CLOCK_DOUBT

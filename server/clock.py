"""The only reader of the time and of secret randomness."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What a use case may ask about the moment and about chance."""

    def now(self) -> datetime:
        """Give the present, aware, in UTC."""
        ...

    def random_bytes(self, n: int) -> bytes:
        """Give n bytes nobody can guess."""
        ...


@dataclass(slots=True)
class SystemClock:
    """The machine's clock, moved by an offset that only a demo or a rehearsal may set."""

    offset: timedelta = field(default_factory=timedelta)
    read: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Give the present plus the offset."""
        return self.read() + self.offset

    def random_bytes(self, n: int) -> bytes:
        """Give n bytes from the operating system."""
        return secrets.token_bytes(n)


def new_id(clock: Clock) -> str:
    """Draw a random 128-bit id as 32 hex digits."""
    return clock.random_bytes(16).hex()


def uptime_s() -> float:
    """Count the machine's seconds, also while it sleeps; nobody can set this count."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def today(clock: Clock) -> date:
    """Give the present day in UTC."""
    return clock.now().date()


def millis(moment: datetime) -> int:
    """Turn an aware moment into milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)

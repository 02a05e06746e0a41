"""When mail may go out: not at night nor at weekends, by the clock on the wall of the person who gets it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from surveys.models.work import MailSetting

DAYS_AHEAD = 8  # one day of the week at least is a mail day


@dataclass(frozen=True, slots=True)
class MailHours:
    """Mail goes out from one full hour until before another, on some days of the week (Monday is 0)."""

    from_hour: int = 8
    until_hour: int = 19
    days: tuple[int, ...] = (0, 1, 2, 3, 4)


DEFAULT_HOURS = MailHours()


async def load_mail_hours() -> MailHours:
    """Give the hours HR has set, or the built-in ones."""
    row = await MailSetting.get_or_none(id=1)
    if row is None:
        return DEFAULT_HOURS
    return MailHours(row.from_hour, row.until_hour, tuple(int(one) for one in row.days))


def zone_of(name: str) -> ZoneInfo:
    """Give a time zone; one that is not known here is UTC, so that no mail waits for ever."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """Give the day it is for somebody."""
    return now.astimezone(zone).date()


def next_mail_moment(
    now: datetime, zone: ZoneInfo, hours: MailHours, *, after: date | None = None
) -> datetime:
    """Give the first moment from now on at which mail may go out; only on days after `after`, if given.

    Each day's window is made from wall times and compared in UTC, so that a day of 23 or 25 hours is right too.
    """
    today = local_day(now, zone)
    for day in (today + timedelta(days=n) for n in range(2 * DAYS_AHEAD)):
        if day.weekday() not in hours.days or (after is not None and day <= after):
            continue
        opens_at = _moment(day, hours.from_hour, zone)
        closes_at = _moment(day, hours.until_hour, zone)
        if now < closes_at:
            return max(now, opens_at)
    return now  # no day is a mail day: the form refuses that, and a mail is never lost


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24))
    return wall.replace(tzinfo=zone).astimezone(UTC)

"""The form in which HR plans a 360: read as a whole, every mistake beside its field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from server.usecases.mistakes import Mistake, Mistakes
from surveys.content import CycleContent
from surveys.notice import LEAST_NOTICE_DAYS
from surveys.policy import LEAST_K, LEAST_K_COMMENTS, LEAST_K_HR, LONGEST_GRACE_HOURS, Policy
from surveys.text import hidden_character

SmallGroups = Literal["pool", "drop"]
Kind = Literal["clarity", "feedback360"]

MOST_K = 20
MOST_NOTICE_DAYS = 365
FIELDS = (
    "title",
    "purpose",
    "opens_at",
    "closes_at",
    "clarity_reason",
    "clarity_held_on",
    "k",
    "small_groups",
    "grace_hours",
    "notice_days",
)
CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"}


@dataclass(frozen=True, slots=True)
class CyclePlan:
    """What HR decided about a cycle before its launch."""

    title: str
    purpose: str
    opens_at: datetime
    closes_at: datetime
    notice_days: int
    policy: Policy
    clarity_reason: str
    clarity_held_on: date | None
    ratee_ids: tuple[str, ...]
    kind: Kind = "feedback360"
    content: CycleContent | None = None  # clarity only; None = the defaults
    managers: Mapping[str, str] = field(default_factory=dict)  # clarity: the manager of the pair, by person
    leaves_out: bool = False  # 360: a line still in notice is left out for all; else the date moves


def read_cycle_form(
    fields: Mapping[str, str], ratee_ids: Sequence[str], *, time_zone: str, now: datetime
) -> CyclePlan:
    """Turn the typed fields into a plan.

    Raises Mistakes with every mistake. Times are local to HR's own time zone; a time that the clocks skip is refused.
    """
    mistakes: dict[str, Mistake] = {}

    def take(name: str, read: Callable[[str], Any]) -> Any:  # one reader per field, of different types
        try:
            return read(fields.get(name, "").strip())
        except Mistakes as found:
            mistakes[name] = found.by_field["value"]
            return None

    title = take("title", lambda text: _text(text, most=160))
    purpose = take("purpose", lambda text: _text(text, most=500))
    opens_at = take("opens_at", lambda text: local_moment(text, time_zone))
    closes_at = take("closes_at", lambda text: local_moment(text, time_zone))
    grace_hours = take("grace_hours", lambda text: _whole(text, 0, LONGEST_GRACE_HOURS))
    notice_days = take("notice_days", lambda text: _whole(text, LEAST_NOTICE_DAYS, MOST_NOTICE_DAYS))
    k = take("k", lambda text: _whole(text, LEAST_K, MOST_K))
    reason = take("clarity_reason", lambda text: _text(text, most=300) if text else "")
    small_groups = take("small_groups", _small_groups)
    held_on = take("clarity_held_on", lambda text: _day(text) if text else None)
    if opens_at is not None and opens_at <= now:
        mistakes["opens_at"] = Mistake("cycles.mistake_past")
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        mistakes["closes_at"] = Mistake("cycles.mistake_close_before_open")
    if held_on is not None and held_on > now.date():
        mistakes["clarity_held_on"] = Mistake("cycles.mistake_future")
    if not ratee_ids:
        mistakes["ratees"] = Mistake("cycles.mistake_nobody")
    if mistakes:
        raise Mistakes(mistakes)
    return CyclePlan(
        title=title,
        purpose=purpose,
        opens_at=opens_at,
        closes_at=closes_at,
        notice_days=notice_days,
        policy=_policy(k, grace_hours, small_groups),
        clarity_reason=reason,
        clarity_held_on=held_on,
        ratee_ids=tuple(dict.fromkeys(ratee_ids)),
    )


def local_moment(text: str, time_zone: str) -> datetime:
    """Read `2026-12-01T08:00` as a time on the wall of a time zone; of two equal hours in autumn the first counts."""
    try:
        wall = datetime.fromisoformat(text).replace(tzinfo=None, fold=0)
    except ValueError:
        raise _mistake("cycles.mistake_moment") from None
    if not 2000 <= wall.year <= 2200:
        raise _mistake("cycles.mistake_moment")
    zone = ZoneInfo(time_zone)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    shown = moment.astimezone(zone)
    if shown.replace(tzinfo=None) != wall:
        raise _mistake("cycles.mistake_gap", next=shown.strftime("%H:%M"))
    return moment


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _mistake("cycles.mistake_day") from None


def _text(text: str, *, most: int) -> str:
    cleaned = text.translate(CONTROL).strip()
    if not cleaned:
        raise _mistake("cycles.mistake_empty")
    if len(cleaned) > most:
        raise _mistake("cycles.mistake_long", n=len(cleaned), most=most)
    hidden = hidden_character(cleaned)
    if hidden is not None:
        raise _mistake("cycles.mistake_hidden", character=hidden)
    return cleaned


def _whole(text: str, least: int, most: int) -> int:
    # Digits of any script are typed on Arabic keyboards; int() reads them.
    if not text.isdecimal() or len(text) > 6 or not least <= int(text) <= most:
        raise _mistake("cycles.mistake_whole", least=least, most=most)
    return int(text)


def _small_groups(text: str) -> SmallGroups:
    if text == "pool":
        return "pool"
    if text == "drop":
        return "drop"
    raise _mistake("cycles.mistake_choice")


def _policy(k: int, grace_hours: int, small_groups: SmallGroups) -> Policy:
    return Policy(
        k=k,
        small_groups=small_groups,
        k_hr=max(k, LEAST_K_HR),
        k_comments=max(k, LEAST_K_COMMENTS),
        grace_hours=grace_hours,
    )


def _mistake(key: str, **parts: object) -> Mistakes:
    return Mistakes({"value": Mistake(key, parts)})

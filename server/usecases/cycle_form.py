"""The forms in which HR plans a cycle: read as a whole, every mistake beside its field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from server.usecases.mistakes import Mistake, Mistakes
from surveys.content import MOST_LINES, CycleContent
from surveys.notice import DEFAULT_NOTICE_DAYS, LEAST_NOTICE_DAYS
from surveys.policy import (
    LEAST_K,
    LEAST_K_COMMENTS,
    LEAST_K_HR,
    LEAST_RETENTION_DAYS,
    LONGEST_GRACE_HOURS,
    MOST_RETENTION_DAYS,
    Policy,
    Viewer,
)
from surveys.text import hidden_character

T = TypeVar("T")
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
    "retention_days",
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


class FieldReader:
    """Reads typed fields one by one and keeps every mistake beside its field."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """Take what was typed."""
        self.fields = fields
        self.mistakes: dict[str, Mistake] = {}

    def take(self, name: str, read: Callable[[str], T]) -> T | None:
        """Read one field; None where it is a mistake, which `check` then raises."""
        try:
            return read(self.fields.get(name, "").strip())
        except Mistakes as found:
            self.mistakes[name] = found.by_field["value"]
            return None

    def need(self, name: str, read: Callable[[str], T], otherwise: T) -> T:
        """Read one field; `otherwise` stands in for a mistake until `check` raises it."""
        found = self.take(name, read)
        return otherwise if found is None else found

    def dates(self, *, time_zone: str, now: datetime) -> tuple[datetime, datetime]:
        """Read opening and closing, local to HR's own time zone; a time that the clocks skip is a mistake."""
        opens_at = self.take("opens_at", lambda text: local_moment(text, time_zone))
        closes_at = self.take("closes_at", lambda text: local_moment(text, time_zone))
        if opens_at is not None and opens_at <= now:
            self.mistakes["opens_at"] = Mistake("cycles.mistake_past")
        if opens_at is not None and closes_at is not None and closes_at <= opens_at:
            self.mistakes["closes_at"] = Mistake("cycles.mistake_close_before_open")
        return opens_at or now, closes_at or now

    def check(self, ratee_ids: Sequence[str]) -> None:
        """Raise Mistakes for what was wrong, and for a plan about nobody."""
        if not ratee_ids:
            self.mistakes["ratees"] = Mistake("cycles.mistake_nobody")
        if self.mistakes:
            raise Mistakes(self.mistakes)


def read_cycle_form(
    fields: Mapping[str, str], ratee_ids: Sequence[str], *, time_zone: str, now: datetime
) -> CyclePlan:
    """Turn the typed fields of a 360 into a plan. Raises Mistakes with every mistake."""
    typed = FieldReader(fields)
    title = typed.need("title", read_title, "")
    purpose = typed.need("purpose", read_purpose, "")
    opens_at, closes_at = typed.dates(time_zone=time_zone, now=now)
    grace_hours = typed.need("grace_hours", read_grace, 0)
    notice_days = typed.need(
        "notice_days", lambda text: _whole(text, LEAST_NOTICE_DAYS, MOST_NOTICE_DAYS), LEAST_NOTICE_DAYS
    )
    retention_days = typed.need("retention_days", read_retention, LEAST_RETENTION_DAYS)
    k = typed.need("k", read_k, LEAST_K)
    reason = typed.need("clarity_reason", lambda text: _text(text, most=300) if text else "", "")
    small_groups: SmallGroups = typed.need("small_groups", _small_groups, "pool")
    held_on = typed.take("clarity_held_on", lambda text: _day(text) if text else None)
    leaves_out = typed.need("in_notice", _in_notice, False)
    if held_on is not None and held_on > now.date():
        typed.mistakes["clarity_held_on"] = Mistake("cycles.mistake_future")
    typed.check(ratee_ids)
    return CyclePlan(
        title=title,
        purpose=purpose,
        opens_at=opens_at,
        closes_at=closes_at,
        notice_days=notice_days,
        policy=_policy(k, grace_hours, small_groups, retention_days),
        clarity_reason=reason,
        clarity_held_on=held_on,
        ratee_ids=tuple(dict.fromkeys(ratee_ids)),
        leaves_out=leaves_out,
    )


def read_clarity_form(
    fields: Mapping[str, str],
    ratee_ids: Sequence[str],
    items: Sequence[str],
    *,
    known_items: Sequence[str],
    time_zone: str,
    now: datetime,
) -> CyclePlan:
    """Turn the typed fields of a clarity round into a plan.

    `known_items` are the clarity lines of the profile in order; another one is a mistake. Raises Mistakes.
    """
    typed = FieldReader(fields)
    title = typed.need("title", read_title, "")
    purpose = typed.need("purpose", read_purpose, "")
    opens_at, closes_at = typed.dates(time_zone=time_zone, now=now)
    grace_hours = typed.need("grace_hours", read_grace, 0)
    retention_days = typed.need("retention_days", read_retention, LEAST_RETENTION_DAYS)
    chosen = tuple(item for item in known_items if item in set(items))
    if len(chosen) != len(set(items)) or not 1 <= len(chosen) <= MOST_LINES:
        typed.mistakes["items"] = Mistake("cycles.mistake_lines", {"n": len(chosen), "most": MOST_LINES})
    typed.check(ratee_ids)
    wanted = tuple(dict.fromkeys(ratee_ids))
    return CyclePlan(
        title=title,
        purpose=purpose,
        opens_at=opens_at,
        closes_at=closes_at,
        notice_days=DEFAULT_NOTICE_DAYS,
        policy=Policy(grace_hours=grace_hours, retention_days=retention_days),
        clarity_reason="",
        clarity_held_on=None,
        ratee_ids=wanted,
        kind="clarity",
        content=CycleContent(
            items=chosen,
            asks_level=fields.get("asks_level") == "yes",
            asks_pulse=fields.get("asks_pulse") == "yes",
        ),
        managers={one: manager for one in wanted if (manager := fields.get(f"manager_{one}", ""))},
    )


def read_title(text: str) -> str:
    """Read the name of a cycle."""
    return _text(text, most=160)


def read_purpose(text: str) -> str:
    """Read the purpose that is printed on every form."""
    return _text(text, most=500)


def read_grace(text: str) -> int:
    """Read the hours of grace."""
    return _whole(text, 0, LONGEST_GRACE_HOURS)


def read_retention(text: str) -> int:
    """Read for how many days named answers are kept; a form from before this choice existed sends nothing."""
    if not text:
        return Policy().retention_days
    return _whole(text, LEAST_RETENTION_DAYS, MOST_RETENTION_DAYS)


def read_k(text: str) -> int:
    """Read the smallest group shown; never under the floor."""
    return _whole(text, LEAST_K, MOST_K)


def policy_with(
    before: Policy, *, k: int, grace_hours: int, retention_days: int, viewers: tuple[Viewer, ...]
) -> Policy:
    """Give a policy with another smallest group, grace, end and viewers; the other groups never fall under k."""
    return replace(
        before,
        k=k,
        k_hr=max(k, LEAST_K_HR),
        k_comments=max(k, LEAST_K_COMMENTS),
        grace_hours=grace_hours,
        retention_days=retention_days,
        viewers=viewers,
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


def _in_notice(text: str) -> bool:
    # A form from before this choice existed sends nothing: then the date moves.
    if text in ("", "move"):
        return False
    if text == "leave_out":
        return True
    raise _mistake("cycles.mistake_choice")


def _small_groups(text: str) -> SmallGroups:
    if text == "pool":
        return "pool"
    if text == "drop":
        return "drop"
    raise _mistake("cycles.mistake_choice")


def _policy(k: int, grace_hours: int, small_groups: SmallGroups, retention_days: int) -> Policy:
    return Policy(
        k=k,
        small_groups=small_groups,
        k_hr=max(k, LEAST_K_HR),
        k_comments=max(k, LEAST_K_COMMENTS),
        grace_hours=grace_hours,
        retention_days=retention_days,
    )


def _mistake(key: str, **parts: object) -> Mistakes:
    return Mistakes({"value": Mistake(key, parts)})

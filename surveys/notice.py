"""Whether others may rate a person yet: notice, grade, and clarity first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DEFAULT_NOTICE_DAYS = 30
LEAST_NOTICE_DAYS = 14
MINOR_CHANGE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Delivery:
    """The lines of one profile version reached a person on a day."""

    version: str
    delivered_on: date


def first_lawful_date(
    deliveries: Iterable[Delivery], *, version: str, notice_days: int, in_role_since: date | None
) -> date | None:
    """Give the first day on which others may rate a person on a version; None while it was not delivered.

    A minor change (same major version) of lines the person already had needs 7 days, but the first delivery keeps
    its full notice. Someone new in the role has an own clock, which starts with the role.
    """
    known = [one for one in deliveries if _major(one.version) == _major(version)]
    exact = [one.delivered_on for one in known if one.version == version]
    if not exact:
        return None
    started_on = in_role_since or date.min
    delivered_on = max(min(exact), started_on)
    earlier_on = max(min(one.delivered_on for one in known), started_on)
    return max(
        delivered_on + timedelta(days=MINOR_CHANGE_DAYS),
        earlier_on + timedelta(days=max(notice_days, LEAST_NOTICE_DAYS)),
    )


def lawful_line_dates(
    deliveries: Iterable[Delivery],
    *,
    same_in: Mapping[str, frozenset[str]],
    version: str,
    notice_days: int,
    in_role_since: date | None,
) -> dict[str, date | None]:
    """Give for each line the first day on which others may rate a person on it.

    `same_in` names for each line the versions in which it stands word for word: a line that a person had before keeps
    its notice, whatever changed around it.
    """
    had = tuple(deliveries)
    whole = first_lawful_date(had, version=version, notice_days=notice_days, in_role_since=in_role_since)
    days = timedelta(days=max(notice_days, LEAST_NOTICE_DAYS))
    dates: dict[str, date | None] = {}
    for line, versions in same_in.items():
        known = [max(one.delivered_on, in_role_since or date.min) for one in had if one.version in versions]
        candidates = [min(known) + days] if known else []
        candidates += [whole] if whole is not None else []
        dates[line] = min(candidates, default=None)
    return dates


def is_minor_change(before: str, version: str) -> bool:
    """Tell whether a version changes another one a little only: the same first number, and not the same version."""
    return before != version and _major(before) == _major(version)


def has_notice(first_on: date | None, opens_on: date) -> bool:
    """Tell whether a rating that opens on a day keeps the notice."""
    return first_on is not None and first_on <= opens_on


def allows_feedback360(grade: str) -> bool:
    """Tell whether a profile is founded well enough to rate people on; a sketch serves clarity only."""
    return grade in ("checked", "studied")


def has_clarity_first(reason: str, held_on: date | None, *, has_closed_round: bool, today: date) -> bool:
    """Tell whether clarity came before level for a person: a closed clarity round of the role.

    Or a dated, named reason that it was held outside Sightline.
    """
    return has_closed_round or (bool(reason.strip()) and held_on is not None and held_on <= today)


def _major(version: str) -> str:
    return version.split(".", 1)[0]

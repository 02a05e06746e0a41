"""Who may rate whom as what, and how much may be asked of one person: pure rules over requests."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.values import CONFIDENTIAL, Relationship
from surveys.text import quoted

WARN_FROM = 4
APPROVAL_FROM = 6
HR_ONLY_ABOVE = 8

LoadLevel = Literal["fine", "warn", "approval", "hr_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One rater asked about one ratee in one relationship; ids are whatever the caller uses for people."""

    ratee: str
    rater: str
    relationship: Relationship


@dataclass(frozen=True, slots=True)
class Fault:
    """A request that may not be made, by its position among the requests, and why."""

    position: int
    field: Literal["ratee", "rater", "relationship"]
    message: str


@dataclass(frozen=True, slots=True)
class Load:
    """How many people a rater is asked about, besides oneself, and what that takes."""

    rater: str
    n_requests: int
    level: LoadLevel


def faults(
    requests: Sequence[Request],
    *,
    managers: Mapping[str, Collection[str]],
    viewers: Mapping[str, Collection[str]] | None = None,
) -> tuple[Fault, ...]:
    """List every request that may not be made.

    `managers` maps a person to the managers of today; `viewers` maps a ratee to further people who will see the
    report (coach, HR). Whoever sees a report may not be among its confidential raters: with the own answers in
    hand they could work out those of the others.
    """
    found = [
        *_alone(requests, managers, viewers or {}),
        *_together(requests),
    ]
    return tuple(sorted(found, key=lambda fault: fault.position))


def loads(requests: Iterable[Request]) -> tuple[Load, ...]:
    """Count requests per rater, the own self-rating aside, heaviest first: warn at 4, approval at 6, HR above 8."""
    counts = Counter(request.rater for request in requests if request.relationship != "self")
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Load(rater, n_requests, load_level(n_requests)) for rater, n_requests in ordered)


def load_level(n_requests: int) -> LoadLevel:
    """Say what a number of requests to one person takes."""
    if n_requests > HR_ONLY_ABOVE:
        return "hr_only"
    if n_requests >= APPROVAL_FROM:
        return "approval"
    return "warn" if n_requests >= WARN_FROM else "fine"


def _alone(
    requests: Sequence[Request],
    managers: Mapping[str, Collection[str]],
    viewers: Mapping[str, Collection[str]],
) -> Iterator[Fault]:
    for position, request in enumerate(requests):
        ratee, rater, relationship = request.ratee, request.rater, request.relationship
        is_self = ratee == rater
        if is_self != (relationship == "self"):
            yield Fault(position, "relationship", _self_message(ratee, relationship, is_self=is_self))
            continue
        manages = rater in managers.get(ratee, ())
        if relationship == "manager" and not manages:
            message = (
                f"{quoted(rater)} is not a manager of {quoted(ratee)}; correct the people file or this row"
            )
            yield Fault(position, "relationship", message)
        elif relationship in CONFIDENTIAL and manages:
            message = f"{quoted(rater)} manages {quoted(ratee)} and sees the report; write manager, named and told so"
            yield Fault(position, "relationship", message)
        elif relationship in CONFIDENTIAL and rater in viewers.get(ratee, ()):
            message = (
                f"{quoted(rater)} will see the report of {quoted(ratee)}; choose another rater or viewer"
            )
            yield Fault(position, "rater", message)
        elif relationship == "direct_report" and ratee not in managers.get(rater, ()):
            message = (
                f"{quoted(ratee)} is not a manager of {quoted(rater)}; write peer or correct the people file"
            )
            yield Fault(position, "relationship", message)


def _self_message(ratee: str, relationship: Relationship, *, is_self: bool) -> str:
    if is_self:
        return f"{quoted(ratee)} cannot be the own {relationship}; write self or choose another rater"
    return "self is for the ratee alone; correct the rater or the relationship"


def _together(requests: Sequence[Request]) -> Iterator[Fault]:
    first: dict[tuple[str, str], Relationship] = {}
    for position, request in enumerate(requests):
        pair = (request.ratee, request.rater)
        if pair in first:
            before, now = first[pair], request.relationship
            words = "twice" if before == now else f"as {before} and as {now}"
            message = f"{quoted(request.rater)} is asked about {quoted(request.ratee)} {words}; keep one"
            yield Fault(position, "rater", message)
        first.setdefault(pair, request.relationship)

"""The promise: what a rater is told before the first answer, generated from the policy the gate runs.

A clarity pair is told something else than the raters of a 360: both are named, nobody is rated, and nothing is seen
before both are final.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scoring.values import CONFIDENTIAL, Relationship
from surveys.canonical import canonical
from surveys.policy import Policy
from surveys.promise_pair_texts import PAIR_TEXTS
from surveys.promise_texts import LOCALES, SOURCE_LOCALE, TEXTS

ISOLATE, POP = "\u2068", "\u2069"
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewers:
    """Who sees the report of one ratee besides the ratee, by name, fixed at launch."""

    managers: tuple[str, ...] = ()
    coaches: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairNames:
    """The two people of a clarity pair by name, and whether the employee is asked the role pulse."""

    employee: str
    manager: str
    asks_pulse: bool


@dataclass(frozen=True, slots=True)
class _Clause:
    """One sentence of the promise and when it is true."""

    key: str
    holds: Callable[[Policy], bool]


def _always(_: Policy) -> bool:
    return True


_SERVER = (
    _Clause("grace", lambda policy: policy.grace_hours > 0),
    _Clause("no_grace", lambda policy: policy.grace_hours == 0),
    _Clause("remind_open", lambda policy: not policy.remind_all),
    _Clause("remind_all", lambda policy: policy.remind_all),
)
_LIMITS = (
    _Clause("not_copies", _always),
    _Clause("not_hr_server", lambda policy: policy.hr_runs_server),
)
_PAIR_LIMITS = (
    _Clause("not_copies", _always),
    # These answers outlive the closing, for the two people.
    _Clause("pair_not_hr_server", lambda policy: policy.hr_runs_server),
)
_VIEWS = (
    _Clause("ratee_first", _always),
    _Clause("manager_sees", lambda policy: "manager" in policy.viewers),
    _Clause("manager_sees_not", lambda policy: "manager" not in policy.viewers),
    _Clause("coach_sees", lambda policy: "coach" in policy.viewers),
)
_CONFIDENTIAL = (
    _Clause("confidential", _always),
    _Clause("pool", lambda policy: policy.small_groups == "pool"),
    _Clause("drop", lambda policy: policy.small_groups == "drop"),
    _Clause("comments", _always),
    *_VIEWS,
    _Clause("hr_sees", lambda policy: "hr" in policy.viewers),
    _Clause("hr_sees_not", lambda policy: "hr" not in policy.viewers),
    _Clause("destroyed", _always),
    *_SERVER,
    _Clause("not_style", _always),
    _Clause("not_other_rater", _always),
    *_LIMITS,
)
_NAMED = (
    _Clause("named", _always),
    *_VIEWS,
    _Clause("hr_progress", _always),
    _Clause("kept", _always),
    *_SERVER,
    *_LIMITS,
)


def promise_clauses(policy: Policy, relationship: Relationship) -> tuple[str, ...]:
    """List the clauses that hold, in the order they are read; each is one sentence of the promise."""
    clauses = _CONFIDENTIAL if relationship in CONFIDENTIAL else _NAMED
    return tuple(clause.key for clause in clauses if clause.holds(policy))


def promise_lines(
    policy: Policy, relationship: Relationship, *, locale: str, ratee_name: str, viewers: Viewers
) -> tuple[str, ...]:
    """Write the promise in one language; a language without texts gets the source language.

    The ready-made privacy messages of the instruments name no k, so they could contradict the rule run; these
    texts carry every number from the policy.
    """
    language = locale if locale in LOCALES else SOURCE_LOCALE
    values = {
        "k": str(policy.k),
        "k_hr": str(policy.k_hr),
        "k_comments": str(policy.k_comments),
        "min_commenters": str(policy.min_commenters),
        "grace": str(policy.grace_hours),
        "hours": str(policy.ratee_first_hours),
        **_retention(policy),
        "name": _isolated(ratee_name),
        "managers": _names(viewers.managers, TEXTS["the_manager"][language]),
        "coaches": _names(viewers.coaches, TEXTS["the_coach"][language]),
    }
    keys = promise_clauses(policy, relationship)
    return tuple(_fill(_text(key, relationship, language), values) for key in keys)


def pair_clauses(policy: Policy, relationship: Relationship, *, asks_pulse: bool) -> tuple[str, ...]:
    """List the clauses that a side of a clarity pair is told, in the order they are read."""
    pulse = ("pair_pulse",) if asks_pulse else ()
    own = ("pair_results", *pulse) if relationship == "self" else ()
    server, limits = (
        tuple(clause.key for clause in clauses if clause.holds(policy)) for clauses in (_SERVER, _PAIR_LIMITS)
    )
    return (
        "pair_named",
        "pair_blind",
        "pair_no_rating",
        *own,
        "pair_hr",
        "pair_kept",
        "pair_alone",
        *server,
        "pair_not_the_talk",
        *limits,
    )


def pair_promise(
    policy: Policy, relationship: Relationship, *, locale: str, names: PairNames
) -> tuple[str, ...]:
    """Write the promise to one side of a clarity pair; a language without texts gets the source language."""
    language = locale if locale in LOCALES else SOURCE_LOCALE
    values = {
        "employee": _isolated(names.employee),
        "manager": _isolated(names.manager),
        "k_hr": str(policy.k_hr),
        "grace": str(policy.grace_hours),
        **_retention(policy),
    }
    keys = pair_clauses(policy, relationship, asks_pulse=names.asks_pulse)
    return tuple(_fill(_text(key, relationship, language), values) for key in keys)


def promise_hash(told: Mapping[str, tuple[str, ...]]) -> str:
    """Hash a promise, given in every language: SHA-256 of its lines as canonical JSON.

    Who has read it in one language is not shown it again in another; a change in any of them shows it anew.
    """
    return hashlib.sha256(canonical(told)).hexdigest()


def _retention(policy: Policy) -> dict[str, str]:
    """Give the days as they are run, and the months they come to."""
    return {"days": str(policy.retention_days), "months": str(round(policy.retention_days / DAYS_A_MONTH))}


def _text(key: str, relationship: Relationship, language: str) -> str:
    own = TEXTS.get(f"{key}.{relationship}") or PAIR_TEXTS.get(f"{key}.{relationship}")
    return (own or TEXTS.get(key) or PAIR_TEXTS[key])[language]


def _fill(text: str, values: dict[str, str]) -> str:
    # Not str.format: a name may hold braces, and a text is filled once, never what was filled in.
    parts = text.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        placeholder, rest = part.split("}", 1)
        filled += [values[placeholder], rest]
    return "".join(filled)


def _names(names: tuple[str, ...], otherwise: str) -> str:
    return ", ".join(_isolated(name) for name in names) if names else otherwise


def _isolated(name: str) -> str:
    return f"{ISOLATE}{name}{POP}"

"""The policy of a cycle: what raters are told and what the release gate does, one object for both."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from scoring.values import ReleasePolicy
from surveys.canonical import canonical
from surveys.errors import SurveysError

Viewer = Literal["manager", "coach", "hr"]

VIEWERS: tuple[Viewer, ...] = ("manager", "coach", "hr")
LEAST_K = 3
LEAST_K_HR = 5
LEAST_K_COMMENTS = 5
LEAST_COMMENTERS = 3
LONGEST_GRACE_HOURS = 14 * 24
LEAST_RETENTION_DAYS = 180
MOST_RETENTION_DAYS = 3650
# Policies stored before a field existed; the default stands for what they leave out.
ADDED_LATER = frozenset({"retention_days"})


class PolicyRefused(SurveysError):
    """A policy would promise less than the product ever does, or says something that has no meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What holds for one cycle; frozen at launch, after which no number of people may fall."""

    k: int = 3
    small_groups: Literal["pool", "drop"] = "pool"
    k_hr: int = 5
    k_comments: int = 5
    min_commenters: int = 3
    grace_hours: int = 48
    ratee_first_hours: int = 24
    retention_days: int = 730  # after closing; then nothing opens the answers of self and manager any more
    remind_all: bool = False
    hr_runs_server: bool = False
    viewers: tuple[Viewer, ...] = ("manager", "hr")  # besides the ratee, who always sees the report

    def __post_init__(self) -> None:
        """Raise `PolicyRefused` for a policy that is too weak to be promised."""
        for name, least in (
            ("k", LEAST_K),
            ("k_hr", max(LEAST_K_HR, self.k)),
            ("k_comments", max(LEAST_K_COMMENTS, self.k)),
            ("min_commenters", LEAST_COMMENTERS),
        ):
            if getattr(self, name) < least:
                raise PolicyRefused(f"{name} is {getattr(self, name)}; it must be at least {least}. Raise it")
        if not 0 <= self.grace_hours <= LONGEST_GRACE_HOURS:
            raise PolicyRefused(f"grace_hours is {self.grace_hours}; choose 0 to {LONGEST_GRACE_HOURS}")
        if not 24 <= self.ratee_first_hours <= LONGEST_GRACE_HOURS:
            raise PolicyRefused(f"ratee_first_hours is {self.ratee_first_hours}; choose 24 or more")
        if not LEAST_RETENTION_DAYS <= self.retention_days <= MOST_RETENTION_DAYS:
            raise PolicyRefused(
                f"retention_days is {self.retention_days}; choose {LEAST_RETENTION_DAYS} to {MOST_RETENTION_DAYS}"
            )
        if self.small_groups not in ("pool", "drop"):
            raise PolicyRefused(f"small_groups is {self.small_groups!r}; choose pool or drop")
        if len(set(self.viewers)) != len(self.viewers) or not set(self.viewers) <= set(VIEWERS):
            raise PolicyRefused(f"viewers are {self.viewers}; choose each of {VIEWERS} at most once")


def to_document(policy: Policy) -> dict[str, Any]:
    """Turn a policy into the JSON document that is stored and hashed; viewers in a fixed order."""
    document = asdict(policy)
    document["viewers"] = [viewer for viewer in VIEWERS if viewer in policy.viewers]
    return document


def from_document(document: Mapping[str, Any]) -> Policy:
    """Read a policy back.

    Raises `PolicyRefused` when the document has fields this version does not know, lacks one, or one of another
    type: a promise that is not understood must not be run.
    """
    known = {field.name for field in fields(Policy)}
    if set(document) | ADDED_LATER != known:
        odd = ", ".join(sorted((set(document) | ADDED_LATER) ^ known))
        raise PolicyRefused(
            f"the stored policy differs in {odd}; use the version of Sightline it was made with"
        )
    for name, value in document.items():
        expected = type(getattr(Policy(), name))
        if type(value) is not (list if expected is tuple else expected):
            raise PolicyRefused(
                f"{name} of the stored policy is a {type(value).__name__}; restore the backup"
            )
    return Policy(**{**document, "viewers": tuple(document["viewers"])})


def policy_hash(policy: Policy) -> str:
    """Hash a policy: SHA-256 of its canonical JSON; it stands in the closing record and in the report."""
    return hashlib.sha256(canonical(to_document(policy))).hexdigest()


def release_policy(policy: Policy) -> ReleasePolicy:
    """Give the release gate its part of the promise."""
    return ReleasePolicy(
        k=policy.k,
        small_groups=policy.small_groups,
        k_hr=policy.k_hr,
        k_comments=policy.k_comments,
        min_commenters=policy.min_commenters,
    )

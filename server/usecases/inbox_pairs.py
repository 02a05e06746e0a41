"""What the inbox says of clarity pairs, and why somebody is asked."""

from collections.abc import Iterable
from typing import Any

from server.usecases.gaps_progress import Answered
from server.words import translate
from surveys.models.cycles import Assignment
from surveys.promises import ISOLATE, POP, Viewers
from surveys.queries_pairs import PairFacts

OTHER_SIDE = {"self": "manager", "manager": "self"}


def pair_standing(
    row: Assignment, viewers: Viewers, has_answered: Answered, locale: str
) -> dict[str, Any] | None:
    """Name the other side of a clarity pair and tell whether it has answered; None for another kind of cycle."""
    if row.cycle.kind != "clarity":
        return None
    is_own = row.relationship == "self"
    place = (row.cycle.id, row.ratee.id, OTHER_SIDE[row.relationship])
    return {
        "other": _manager_name(viewers, locale) if is_own else row.ratee.name,
        "other_answered": has_answered.get(place, False),
    }


def pair_links(pairs: Iterable[PairFacts], person_id: str) -> list[dict[str, Any]]:
    """List the pairs a person may open: those of both sides, and the own side of one that never opened."""
    links = []
    for pair in pairs:
        you = "employee" if pair.employee == person_id else "manager"
        own_side = "self" if you == "employee" else "manager"
        if pair.sides not in ("both", own_side):
            continue
        links.append(
            {
                "cycle": pair.cycle,
                "title": pair.title,
                "employee": {"id": pair.employee, "name": pair.employee_name},
                "manager": {"name": pair.manager_name},
                "you": you,
                "state": "open" if pair.sides == "both" else "own",
                "url": f"/gaps/{pair.cycle}/{pair.employee}",
            }
        )
    return links


def why_asked(kind: str, relationship: str, ratee_name: str, viewers: Viewers, locale: str) -> str:
    """Say in a sentence why this person is asked."""
    topic = "clarity" if kind == "clarity" else "feedback360"
    return translate(
        locale,
        f"inbox.why.{topic}.{relationship}",
        name=f"{ISOLATE}{ratee_name}{POP}",
        manager=f"{ISOLATE}{_manager_name(viewers, locale)}{POP}",
    )


def _manager_name(viewers: Viewers, locale: str) -> str:
    """Name the manager of a pair; one who was cancelled has no name here any more."""
    return next(iter(viewers.managers), translate(locale, "gaps.your_manager"))

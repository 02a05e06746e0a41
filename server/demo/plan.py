"""The demo's six cycles: who is asked about whom, and when, counted in days from the day the demo is built."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scoring.values import Relationship
from server.demo.cast import OPERATORS, SUPERVISORS

EXEMPLARS = ("T01", "S07", "S08", "S09", "S10", "S11")  # chosen by outcomes; rated in the first cycle
SECOND = ("E01", "p1", "p2", "p3", "p4", "S10", "S11", "S12", "S13", "S14")
# HR sees single values of these; the others are many enough to stay hidden in the role's roll-up.
WITH_MANY_PEERS = frozenset({"S12", "S13", "S14"})
NOW_OPEN = ("T01", "S07", "S08")
NOW_CLARITY = ("E01", "T01", "p1", "p2", "S07")
CLARITY_PURPOSE = "Does everyone know what great looks like here, and do employee and manager mean the same? It rates nobody."
N_PEERS = 4
N_PEERS_MANY = 6  # enough that HR sees some cells, even with a line or two not seen


@dataclass(frozen=True, slots=True)
class DemoCycle:
    """One cycle: dates in days from today, raters by ratee, and how far the phones get."""

    title: str
    purpose: str
    opens_in_days: int
    closes_in_days: int
    raters: dict[str, tuple[tuple[str, Relationship], ...]]
    answers: Literal["all", "some"]
    kind: Literal["clarity", "feedback360"] = "feedback360"
    is_short: bool = False  # clarity: neither pulse nor levels


def _peers(ratee: str, number: int, n: int) -> tuple[tuple[str, Relationship], ...]:
    ids = [one[0] for one in SUPERVISORS if one[0] != ratee]
    # Steps of 5 through 13 others spread the load: nobody is asked much more often than anybody else.
    return tuple((ids[(number * 4 + step * 5) % len(ids)], "peer") for step in range(n))


def _operators(ratee: str) -> tuple[tuple[str, Relationship], ...]:
    return tuple((one[0], "direct_report") for one in OPERATORS if one[3] == ratee)


def _first() -> dict[str, tuple[tuple[str, Relationship], ...]]:
    return {
        ratee: _peers(ratee, number, N_PEERS) + _operators(ratee) for number, ratee in enumerate(EXEMPLARS)
    }


def _second() -> dict[str, tuple[tuple[str, Relationship], ...]]:
    case_2: tuple[tuple[str, Relationship], ...] = (
        *(((f"p{i}", "peer")) for i in range(1, 5)),
        *_operators("E01"),
    )
    others = {
        ratee: _peers(ratee, number, N_PEERS_MANY if ratee in WITH_MANY_PEERS else N_PEERS)
        + _operators(ratee)
        for number, ratee in enumerate(SECOND)
        if ratee != "E01"
    }
    return {"E01": case_2, **others}


def _open() -> dict[str, tuple[tuple[str, Relationship], ...]]:
    chosen: dict[str, tuple[tuple[str, Relationship], ...]] = {}
    for number, ratee in enumerate(NOW_OPEN):
        peers = tuple(peer for peer in _peers(ratee, number, N_PEERS) if peer[0] != "E01")
        chosen[ratee] = (("E01", "peer"), *peers, *_operators(ratee))
    return chosen


def _clarity(
    title: str,
    opens_in_days: int,
    closes_in_days: int,
    employees: Iterable[str],
    answers: Literal["all", "some"],
) -> DemoCycle:
    pairs: dict[str, tuple[tuple[str, Relationship], ...]] = dict.fromkeys(employees, ())
    return DemoCycle(
        title, CLARITY_PURPOSE, opens_in_days, closes_in_days, pairs, answers, "clarity", answers == "some"
    )


def cycles() -> tuple[DemoCycle, ...]:
    """List the cycles in the order they happened: clarity before level, and the 360s 180 days apart."""
    everyone = tuple(one[0] for one in SUPERVISORS)
    return (
        _clarity("First clarity round of shift supervisors", -330, -316, everyone, "all"),
        DemoCycle(
            "Spring 360 of shift supervisors",
            "Development talks, and the first look at what our strongest supervisors do. No pay or staffing decision uses it.",
            -262,
            -248,
            _first(),
            "all",
        ),
        DemoCycle(
            "Autumn 360 of shift supervisors",
            "Development talks between each supervisor and the production manager. No pay or staffing decision uses it.",
            -44,
            -30,
            _second(),
            "all",
        ),
        _clarity("Autumn clarity round of shift supervisors", -25, -11, everyone, "all"),
        DemoCycle(
            "Winter 360 of shift supervisors",
            "Development talks between each supervisor and the production manager. No pay or staffing decision uses it.",
            -4,
            10,
            _open(),
            "some",
        ),
        _clarity("Winter clarity round of shift supervisors", -3, 11, NOW_CLARITY, "some"),
    )

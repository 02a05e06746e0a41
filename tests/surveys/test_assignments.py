import pytest

from scoring.values import Relationship
from surveys.assignments import Request, faults, load_level, loads

MANAGERS = {"Cleo": ("Ben",), "Dan": ("Ben",), "Eve": ("Ben",), "Tomi": ("Cleo",)}


def ask(rater: str, relationship: Relationship, ratee: str = "Cleo") -> Request:
    return Request(ratee=ratee, rater=rater, relationship=relationship)


def messages(*requests: Request, viewers: dict[str, tuple[str, ...]] | None = None) -> list[tuple[int, str]]:
    return [(fault.position, fault.message) for fault in faults(requests, managers=MANAGERS, viewers=viewers)]


def test_a_sound_set_of_raters_has_no_faults() -> None:
    sound = [ask("Cleo", "self"), ask("Ben", "manager"), ask("Dan", "peer"), ask("Eve", "external")]
    assert messages(*sound, ask("Tomi", "direct_report")) == []


@pytest.mark.parametrize("relationship", ["peer", "manager", "direct_report", "external"])
def test_case_24_nobody_rates_themselves_as_someone_else(relationship: Relationship) -> None:
    ((position, message),) = messages(ask("Dan", "peer"), ask("Cleo", relationship))
    assert position == 1
    assert "cannot be the own" in message


def test_case_24_self_is_for_the_ratee_alone() -> None:
    ((_, message),) = messages(ask("Dan", "self"))
    assert "for the ratee alone" in message


def test_case_24_one_rater_has_one_relationship_to_one_ratee() -> None:
    ((position, message),) = messages(ask("Dan", "peer"), ask("Eve", "peer"), ask("Dan", "external"))
    assert position == 2
    assert "as peer and as external" in message
    ((_, twice),) = messages(ask("Dan", "peer"), ask("Dan", "peer"))
    assert "twice" in twice


def test_a_manager_of_today_is_named_and_never_hidden_among_peers() -> None:
    ((_, message),) = messages(ask("Ben", "peer"))
    assert "sees the report" in message
    ((_, message),) = messages(ask("Dan", "manager"))
    assert "not a manager" in message


def test_whoever_will_see_the_report_is_no_confidential_rater() -> None:
    ((_, message),) = messages(ask("Eve", "peer"), viewers={"Cleo": ("Eve",)})
    assert "will see the report" in message
    assert messages(ask("Eve", "peer"), viewers={"Dan": ("Eve",)}) == []


def test_a_direct_report_reports_to_the_ratee() -> None:
    ((_, message),) = messages(ask("Dan", "direct_report"))
    assert "not a manager of" in message


@pytest.mark.parametrize(
    ("n_requests", "level"),
    [(0, "fine"), (3, "fine"), (4, "warn"), (5, "warn"), (6, "approval"), (8, "approval"), (9, "hr_only")],
)
def test_load_warns_at_four_needs_approval_at_six_and_hr_above_eight(n_requests: int, level: str) -> None:
    assert load_level(n_requests) == level


def test_load_counts_requests_about_others_heaviest_first() -> None:
    asked = [ask("Dan", "peer", ratee) for ratee in ("Cleo", "Eve", "Tomi", "Ben")]
    found = loads([*asked, ask("Dan", "self", "Dan"), ask("Eve", "peer")])
    assert [(load.rater, load.n_requests, load.level) for load in found] == [
        ("Dan", 4, "warn"),
        ("Eve", 1, "fine"),
    ]

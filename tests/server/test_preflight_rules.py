"""What blocks a launch and what must be confirmed: the pure rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scoring.values import ReleasePolicy
from surveys.cycle_values import CycleCard, OtherCycle, RateeRow, RaterRow
from surveys.launch_checks import check_launch
from surveys.launch_values import Finding, Plan
from surveys.notice import Delivery, first_lawful_date, has_notice

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
OPENS = datetime(2026, 12, 7, 8, tzinfo=UTC)
CLOSES = datetime(2026, 12, 21, 8, tzinfo=UTC)

CYCLE = CycleCard(
    id="c",
    kind="feedback360",
    title="Winter 360",
    purpose="Talks.",
    state="draft",
    profile_version_id="v",
    profile="supervisor",
    version="1.2.0",
    role="Supervisor",
    grade="checked",
    source_locale="en",
    overlay_locales=(),
    instrument_locales=("en",),
    policy={},
    opens_at=OPENS,
    closes_at=CLOSES,
    grace_hours=48,
    notice_days=30,
    clarity_reason="Ben, one talk each",
    clarity_held_on=date(2026, 10, 20),
    launched_by="",
    launched_at=None,
    released_at=None,
    is_extended=False,
    end_reason="",
)


def rater(name: str, relationship: str, *, locale: str = "en", mail: str = "x@example.test") -> RaterRow:
    return RaterRow(f"{relationship} {name}", name, name, name, mail, locale, relationship, False, None)


def cleo(*raters: RaterRow) -> RateeRow:
    return RateeRow("cleo", "cleo", "Cleo", "", None, None, False, (rater("cleo", "self"), *raters))


PEERS = tuple(rater(name, "peer") for name in ("dan", "eve", "finn"))


def plan(*ratees: RateeRow) -> Plan:
    return Plan(
        cycle=CYCLE,
        policy=ReleasePolicy(),
        ratees=ratees or (cleo(*PEERS),),
        deliveries={"cleo": (Delivery("1.2.0", date(2026, 10, 1)),)},
        loads={},
        others=(),
        n_untranslated={},
        viewers={},
        rater_managers={},
        hr_ids=frozenset(),
        asked_relationships=frozenset({"self", "manager", "peer", "direct_report", "external"}),
    )


def codes(one: Plan, *, now: datetime = NOW) -> list[str]:
    return [finding.code for finding in check_launch(one, now=now)]


def only(one: Plan, code: str) -> Finding:
    found = [finding for finding in check_launch(one, now=NOW) if finding.code == code]
    assert len(found) == 1
    return found[0]


def test_a_good_plan_has_no_findings() -> None:
    assert codes(plan()) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes_at": OPENS}, "close_before_open"),
        ({"opens_at": NOW}, "opens_in_past"),
        ({"notice_days": 13}, "notice_too_short"),
        ({"grade": "sketched"}, "profile_sketched"),
        ({"clarity_reason": " "}, "clarity_missing"),
        ({"clarity_held_on": None}, "clarity_missing"),
        ({"clarity_held_on": NOW.date() + timedelta(days=1)}, "clarity_missing"),
    ],
)
def test_what_blocks_a_launch(changes: dict[str, object], code: str) -> None:
    # The changes are fields of the card by name; their types differ.
    one = replace(plan(), cycle=replace(CYCLE, **changes))  # type: ignore[arg-type]
    assert only(one, code).is_error


def test_nobody_to_rate_blocks() -> None:
    assert codes(plan(replace(cleo(), is_cancelled=True))) == ["nobody_to_rate"]


def test_without_notice_nobody_is_rated() -> None:
    one = replace(plan(), deliveries={})
    assert only(one, "notice_missing").lines == ({"name": "Cleo"},)
    other_version = replace(plan(), deliveries={"cleo": (Delivery("2.0.0", date(2026, 1, 1)),)})
    assert codes(other_version) == ["notice_missing"]


def test_a_running_notice_blocks_and_the_first_lawful_day_is_told() -> None:
    one = replace(plan(), deliveries={"cleo": (Delivery("1.2.0", date(2026, 11, 8)),)})
    assert only(one, "notice_running").lines == ({"name": "Cleo", "first_on": date(2026, 12, 8)},)
    just_in_time = replace(plan(), deliveries={"cleo": (Delivery("1.2.0", date(2026, 11, 7)),)})
    assert codes(just_in_time) == []


def first(*deliveries: Delivery, since: date | None = None, days: int = 30) -> date | None:
    return first_lawful_date(deliveries, version="1.2.0", notice_days=days, in_role_since=since)


def test_the_notice_is_never_under_14_days() -> None:
    assert first(Delivery("1.2.0", date(2026, 11, 1)), days=3) == date(2026, 11, 15)


def test_a_minor_change_needs_7_days_once_the_first_notice_is_over() -> None:
    assert first(Delivery("1.0.0", date(2026, 9, 1)), Delivery("1.2.0", date(2026, 11, 1))) == date(
        2026, 11, 8
    )
    assert first(Delivery("1.0.0", date(2026, 10, 30)), Delivery("1.2.0", date(2026, 11, 1))) == date(
        2026, 11, 29
    )


def test_someone_new_in_the_role_has_an_own_clock() -> None:
    assert first(Delivery("1.2.0", date(2026, 9, 1)), since=date(2026, 11, 1)) == date(2026, 12, 1)


def test_no_delivery_is_no_notice() -> None:
    assert first() is None
    assert not has_notice(None, OPENS.date())


def test_people_who_left_are_neither_rated_nor_asked() -> None:
    gone = datetime(2026, 11, 1, tzinfo=UTC)
    assert "ratee_left" in codes(plan(replace(cleo(*PEERS), left_at=gone)))
    left = replace(PEERS[0], left_at=gone)
    assert "rater_left" in codes(plan(cleo(left, *PEERS[1:], rater("gwen", "peer"))))
    later = replace(PEERS[0], left_at=CLOSES + timedelta(days=30))
    assert codes(plan(cleo(later, *PEERS[1:]))) == []


def previous(ends_at: datetime, asked: frozenset[tuple[str, str]] | None) -> OtherCycle:
    return OtherCycle("p", "Spring 360", "cleo", ends_at - timedelta(days=14), ends_at, asked)


def test_two_cycles_about_one_person_do_not_overlap() -> None:
    asked = frozenset(("peer", one.person_id) for one in PEERS)
    one = replace(plan(), others=(previous(OPENS + timedelta(days=1), asked),))
    assert codes(one) == ["cycles_overlap"]


def test_the_next_closing_is_180_days_later() -> None:
    ends_at = CLOSES + timedelta(hours=48)
    near = replace(plan(), others=(previous(ends_at - timedelta(days=179), None),))
    assert only(near, "cycles_too_near").is_error
    far = replace(plan(), others=(previous(ends_at - timedelta(days=180), None),))
    assert codes(far) == []


def test_a_near_cycle_is_fine_when_each_group_changed_by_nobody_or_by_k() -> None:
    soon = OPENS - timedelta(days=1)
    same = frozenset(("peer", one.person_id) for one in PEERS)
    assert codes(replace(plan(), others=(previous(soon, same),))) == []
    all_new = frozenset(("peer", name) for name in ("x", "y", "z"))
    assert codes(replace(plan(), others=(previous(soon, all_new),))) == []
    one_new = frozenset(("peer", name) for name in ("dan", "eve", "z"))
    assert codes(replace(plan(), others=(previous(soon, one_new),))) == ["cycles_too_near"]


def test_case_76_a_group_that_can_never_be_shown_is_named() -> None:
    finding = only(plan(cleo(*PEERS[:2])), "group_left_out")
    assert not finding.is_error
    assert finding.lines == ({"name": "Cleo", "group": "peer", "n": 2},)


def test_a_small_group_beside_another_is_shown_together() -> None:
    one = plan(cleo(*PEERS, rater("jan", "direct_report"), rater("kim", "direct_report")))
    assert [dict(line)["group"] for line in only(one, "group_pooled").lines] == ["peer", "direct_report"]
    dropped = replace(one, policy=ReleasePolicy(small_groups="drop"))
    assert only(dropped, "group_left_out").lines == ({"name": "Cleo", "group": "direct_report", "n": 2},)


def test_a_person_nobody_is_asked_about_is_named() -> None:
    assert only(plan(cleo()), "group_left_out").lines == ({"name": "Cleo", "group": "nobody", "n": 0},)


def test_case_73_a_missing_translation_is_confirmed_by_name() -> None:
    one = replace(
        plan(cleo(*PEERS[1:], rater("dan", "peer", locale="fr"))), n_untranslated={"fr": 20, "en": 0}
    )
    finding = only(one, "untranslated")
    assert not finding.is_error
    assert finding.lines == ({"locale": "fr", "n_texts": 20, "n_people": 1},)


def test_raters_without_mail_are_named() -> None:
    assert only(plan(cleo(*PEERS[1:], rater("dan", "peer", mail=""))), "no_mail").lines == ({"name": "dan"},)


def test_six_requests_need_approval_and_nine_are_for_hr_alone() -> None:
    assert codes(replace(plan(), loads={"dan": 5})) == []
    assert codes(replace(plan(), loads={"dan": 6})) == ["load_high"]
    assert codes(replace(plan(), loads={"dan": 9, "eve": 8})) == ["load_high", "load_very_high"]


def test_a_viewer_who_rates_in_confidence_is_named() -> None:
    by_hr = replace(plan(), hr_ids=frozenset({"eve"}))
    assert only(by_hr, "viewer_rates").lines == ({"name": "eve", "ratee": "Cleo"},)
    by_manager = replace(plan(), viewers={"cleo": frozenset({"finn"})})
    assert only(by_manager, "viewer_rates").lines == ({"name": "finn", "ratee": "Cleo"},)


def test_a_relationship_without_lines_blocks() -> None:
    one = replace(
        plan(cleo(*PEERS, *(rater(x, "external") for x in "abc"))),
        asked_relationships=frozenset({"self", "peer"}),
    )
    assert only(one, "no_lines").lines == ({"group": "external"},)


def test_a_confirmation_holds_for_what_was_named_and_no_more() -> None:
    before = only(plan(cleo(*PEERS[:2])), "group_left_out")
    after = only(plan(cleo(*PEERS[:1])), "group_left_out")
    assert before.name != after.name


def test_a_cycle_open_for_less_than_a_day_is_confirmed() -> None:
    brief = replace(plan(), cycle=replace(CYCLE, closes_at=OPENS + timedelta(hours=23, minutes=59)))
    finding = only(brief, "open_too_briefly")
    assert not finding.is_error
    assert finding.lines == ({"minutes": 23 * 60 + 59},)
    assert codes(replace(plan(), cycle=replace(CYCLE, closes_at=OPENS + timedelta(hours=24)))) == []


def test_a_direct_report_asked_as_a_peer_is_named() -> None:
    reporting = {"dan": frozenset({"cleo"}), "eve": frozenset({"ben"})}
    finding = only(replace(plan(), rater_managers=reporting), "report_as_peer")
    assert not finding.is_error
    assert finding.lines == ({"name": "dan", "ratee": "Cleo"},)
    as_report = plan(cleo(*PEERS[1:], rater("gwen", "peer"), rater("dan", "direct_report")))
    assert "report_as_peer" not in codes(replace(as_report, rater_managers=reporting))

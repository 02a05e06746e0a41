import dataclasses
import json
import re
from typing import Any

import pytest

from scoring.values import CONFIDENTIAL, Relationship
from surveys.canonical import canonical
from surveys.policy import Policy, PolicyRefused, from_document, policy_hash, release_policy, to_document
from surveys.promise_pair_texts import PAIR_TEXTS
from surveys.promise_texts import LOCALES, TEXTS
from surveys.promises import (
    PairNames,
    Viewers,
    pair_clauses,
    pair_promise,
    promise_clauses,
    promise_hash,
    promise_lines,
)

RELATIONSHIPS: tuple[Relationship, ...] = ("self", "manager", "peer", "direct_report", "external")
NAMED: tuple[Relationship, ...] = ("self", "manager")
VIEWERS = Viewers(managers=("Ben",), coaches=("Samir",))


def lines(policy: Policy, relationship: Relationship = "peer", locale: str = "en") -> tuple[str, ...]:
    return promise_lines(policy, relationship, locale=locale, ratee_name="Cleo", viewers=VIEWERS)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("k", 7),
        ("k_hr", 11),
        ("k_comments", 12),
        ("min_commenters", 9),
        ("grace_hours", 37),
        ("ratee_first_hours", 77),
    ],
)
def test_the_number_in_the_text_is_the_number_of_the_policy(locale: str, field: str, number: int) -> None:
    base = Policy(k_hr=8, k_comments=8)
    assert re.search(rf"\b{number}\b", " ".join(lines(base, locale=locale))) is None
    raised = dataclasses.replace(base, **{field: number})  # type: ignore[arg-type]  # field and type vary together
    assert re.search(rf"\b{number}\b", " ".join(lines(raised, locale=locale)))


@pytest.mark.parametrize("k", [3, 4, 6])
def test_the_k_that_is_told_is_the_k_the_gate_runs(k: int) -> None:
    policy = Policy(k=k, k_hr=6, k_comments=6)
    assert f"at least {k} people" in lines(policy)[0]
    assert release_policy(policy).k == k


def test_the_gate_gets_every_number_it_runs_from_the_same_object() -> None:
    policy = Policy(k=4, small_groups="drop", k_hr=6, k_comments=7, min_commenters=5)
    gate = release_policy(policy)
    assert (gate.k, gate.small_groups, gate.k_hr, gate.k_comments, gate.min_commenters) == (
        4,
        "drop",
        6,
        7,
        5,
    )


@pytest.mark.parametrize(
    ("clause", "with_it", "without_it", "relationships"),
    [
        ("pool", {"small_groups": "pool"}, {"small_groups": "drop"}, CONFIDENTIAL),
        ("drop", {"small_groups": "drop"}, {"small_groups": "pool"}, CONFIDENTIAL),
        ("hr_sees", {"viewers": ("hr",)}, {"viewers": ()}, CONFIDENTIAL),
        ("hr_sees_not", {"viewers": ()}, {"viewers": ("hr",)}, CONFIDENTIAL),
        ("manager_sees", {"viewers": ("manager",)}, {"viewers": ()}, RELATIONSHIPS),
        ("manager_sees_not", {"viewers": ()}, {"viewers": ("manager",)}, RELATIONSHIPS),
        ("coach_sees", {"viewers": ("coach",)}, {"viewers": ()}, RELATIONSHIPS),
        ("grace", {"grace_hours": 48}, {"grace_hours": 0}, RELATIONSHIPS),
        ("no_grace", {"grace_hours": 0}, {"grace_hours": 48}, RELATIONSHIPS),
        ("remind_open", {"remind_all": False}, {"remind_all": True}, RELATIONSHIPS),
        ("remind_all", {"remind_all": True}, {"remind_all": False}, RELATIONSHIPS),
        ("not_hr_server", {"hr_runs_server": True}, {"hr_runs_server": False}, RELATIONSHIPS),
    ],
)
def test_each_clause_appears_exactly_when_the_policy_says_so(
    clause: str, with_it: dict[str, Any], without_it: dict[str, Any], relationships: tuple[Relationship, ...]
) -> None:
    for relationship in relationships:
        assert clause in promise_clauses(Policy(**with_it), relationship)
        assert clause not in promise_clauses(Policy(**without_it), relationship)
        assert lines(Policy(**with_it), relationship) != lines(Policy(**without_it), relationship)


@pytest.mark.parametrize("relationship", CONFIDENTIAL)
def test_a_confidential_rater_is_told_what_is_not_promised(relationship: Relationship) -> None:
    clauses = promise_clauses(Policy(), relationship)
    assert {"not_style", "not_other_rater", "not_copies", "destroyed", "comments", "confidential"} <= set(
        clauses
    )
    assert "named" not in clauses


@pytest.mark.parametrize("relationship", ["self", "manager"])
def test_a_named_rater_is_told_that_the_name_is_shown_and_nothing_of_confidentiality(
    relationship: Any,
) -> None:
    clauses = set(promise_clauses(Policy(), relationship))
    assert {"named", "kept", "hr_progress"} <= clauses
    assert not clauses & {"confidential", "pool", "comments", "destroyed"}
    assert "confidential" not in " ".join(lines(Policy(), relationship))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_word_anonymous_is_never_said(locale: str) -> None:
    for text in TEXTS.values():
        assert not re.search(r"an[oó]n[iyí]m|مجهول|هويتك", text[locale], re.IGNORECASE)


def test_confidentiality_is_named_in_every_language() -> None:
    words = {"en": "confidential", "es": "confidenciales", "de": "vertraulich", "ar": "سرية"}
    for locale, word in words.items():
        assert word in lines(Policy(), "peer", locale)[0]


@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_every_language_has_every_sentence_with_the_same_placeholders(relationship: Relationship) -> None:
    for key, text in TEXTS.items():
        assert set(text) == set(LOCALES), key
        placeholders = {locale: sorted(re.findall(r"\{\w+\}", text[locale])) for locale in LOCALES}
        assert len({tuple(found) for found in placeholders.values()}) == 1, key
    for locale in LOCALES:
        assert len(lines(Policy(), relationship, locale)) == len(lines(Policy(), relationship))


def test_the_ratee_is_addressed_and_others_read_the_name_in_isolation() -> None:
    own = " ".join(lines(Policy(viewers=("manager", "coach")), "self"))
    assert "Cleo" not in own
    assert "You see the report first." in own
    assert "\u2068Cleo\u2069 sees the report first." in lines(Policy(), "peer")
    assert any("\u2068Ben\u2069" in line for line in lines(Policy(), "peer"))


def test_a_name_with_braces_is_text() -> None:
    shown = promise_lines(Policy(), "peer", locale="en", ratee_name="{k} {nobody}", viewers=Viewers())
    assert any("\u2068{k} {nobody}\u2069 sees the report first." in line for line in shown)
    assert any("shown to the manager" in line for line in shown)


def test_a_language_without_texts_gets_the_source_language() -> None:
    assert lines(Policy(), "peer", "fr") == lines(Policy(), "peer", "en")


def test_the_hash_of_the_promise_is_that_of_its_words_in_every_language() -> None:
    told = {locale: lines(Policy(), "peer", locale) for locale in LOCALES}
    assert promise_hash(told) == promise_hash(dict(reversed(told.items())))
    assert promise_hash(told) != promise_hash({one: lines(Policy(k=4), "peer", one) for one in LOCALES})
    for locale, words in told.items():
        assert promise_hash(told) != promise_hash({**told, locale: (*words[:-1], f"{words[-1]} Mostly.")})


def test_a_policy_survives_its_document_and_its_hash_ignores_the_order_of_viewers() -> None:
    policy = Policy(k=4, viewers=("hr", "manager"), remind_all=True)
    stored = json.loads(canonical(to_document(policy)))
    assert policy_hash(from_document(stored)) == policy_hash(policy)
    assert policy_hash(Policy(viewers=("manager", "hr"))) == policy_hash(Policy(viewers=("hr", "manager")))
    assert policy_hash(Policy()) != policy_hash(Policy(k=4))
    assert policy_hash(Policy()) != policy_hash(Policy(retention_days=365))


@pytest.mark.parametrize(
    "fields",
    [
        {"k": 2},
        {"k_hr": 4},
        {"k_comments": 4},
        {"min_commenters": 2},
        {"k": 6},
        {"grace_hours": -1},
        {"grace_hours": 10_000},
        {"ratee_first_hours": 23},
        {"small_groups": "show"},
        {"viewers": ("everyone",)},
        {"viewers": ("hr", "hr")},
    ],
)
def test_a_policy_weaker_than_the_product_promises_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(PolicyRefused):
        Policy(**fields)


@pytest.mark.parametrize(
    "change", [{"k": "3"}, {"new": 1}, {"remind_all": 1}, {"viewers": "hr"}, {"k": True}]
)
def test_a_stored_policy_that_is_not_understood_is_not_run(change: dict[str, Any]) -> None:
    with pytest.raises(PolicyRefused):
        from_document({**to_document(Policy()), **change})


def test_a_stored_policy_that_lacks_a_field_is_not_run() -> None:
    document = to_document(Policy())
    del document["k"]
    with pytest.raises(PolicyRefused, match="k"):
        from_document(document)


def test_a_policy_stored_before_there_was_a_retention_date_keeps_answers_for_two_years() -> None:
    document = to_document(Policy())
    del document["retention_days"]
    assert from_document(document) == Policy(retention_days=730)


@pytest.mark.parametrize("days", [179, 3651])
def test_named_answers_are_kept_for_half_a_year_to_ten_years(days: int) -> None:
    with pytest.raises(PolicyRefused, match="180 to 3650"):
        Policy(retention_days=days)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("side", NAMED)
def test_who_is_named_reads_for_how_long_answers_are_kept(locale: str, side: Relationship) -> None:
    policy = Policy(retention_days=365)
    for said in (lines(policy, side, locale), pair_lines(policy, side, locale)):
        (kept,) = (line for line in said if re.search(r"\b365\b", line))
        assert re.search(r"\b12\b", kept)
    assert not any(re.search(r"\b365\b", line) for line in lines(policy, "peer", locale))


def pair_lines(
    policy: Policy, relationship: Relationship, locale: str = "en", **changes: Any
) -> tuple[str, ...]:
    names = PairNames(**{"employee": "Cleo", "manager": "Ben", "asks_pulse": True, **changes})
    return pair_promise(policy, relationship, locale=locale, names=names)


@pytest.mark.parametrize("side", ["self", "manager"])
@pytest.mark.parametrize("locale", LOCALES)
def test_each_side_of_a_pair_reads_every_sentence_filled_in(side: Relationship, locale: str) -> None:
    shown = pair_lines(Policy(), side, locale)
    assert len(shown) == len(pair_clauses(Policy(), side, asks_pulse=True))
    assert not [line for line in shown if "{" in line]
    assert shown != pair_lines(Policy(), side, "de" if locale == "en" else "en")


def test_every_sentence_to_a_pair_is_there_in_every_language_with_the_same_placeholders() -> None:
    for key, text in PAIR_TEXTS.items():
        assert set(text) == set(LOCALES), key
        found = {locale: set(re.findall(r"\{\w+\}", text[locale])) for locale in LOCALES}
        assert len({frozenset(one) for one in found.values()}) == 1, key
        assert not any(re.search(r"an[oó]n[iyí]m|مجهول", one, re.IGNORECASE) for one in text.values())


def test_a_pair_is_told_when_it_is_seen_by_whom_and_what_hr_gets() -> None:
    own, other = " ".join(pair_lines(Policy(), "self")), " ".join(pair_lines(Policy(), "manager"))
    for said in (own, other):
        assert "until both have handed in" in said
        assert "This is not a rating." in said
        assert "among at least 5 pairs" in said
        assert "Not promised" in said
        assert "HR never sees your answers" in said
    assert "\u2068Ben\u2069 sees your answers with your name" in own
    assert "\u2068Cleo\u2069 sees your answers with your name" in other
    assert "stay yours" in own
    assert "stay yours" not in other
    assert "averages over at least 5 people" in own


@pytest.mark.parametrize(
    ("clause", "with_it", "without_it"),
    [
        ("grace", {"grace_hours": 48}, {"grace_hours": 0}),
        ("no_grace", {"grace_hours": 0}, {"grace_hours": 48}),
        ("remind_all", {"remind_all": True}, {"remind_all": False}),
        ("pair_not_hr_server", {"hr_runs_server": True}, {"hr_runs_server": False}),
    ],
)
def test_each_clause_to_a_pair_appears_exactly_when_the_policy_says_so(
    clause: str, with_it: dict[str, Any], without_it: dict[str, Any]
) -> None:
    for side in NAMED:
        assert clause in pair_clauses(Policy(**with_it), side, asks_pulse=True)
        assert clause not in pair_clauses(Policy(**without_it), side, asks_pulse=True)


def test_the_pulse_is_spoken_of_only_where_it_is_asked() -> None:
    assert "pair_pulse" in pair_clauses(Policy(), "self", asks_pulse=True)
    assert "pair_pulse" not in pair_clauses(Policy(), "self", asks_pulse=False)
    assert "pair_pulse" not in pair_clauses(Policy(), "manager", asks_pulse=True)
    assert pair_lines(Policy(k_hr=7), "self") != pair_lines(Policy(), "self")

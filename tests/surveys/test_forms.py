import dataclasses
import json
from pathlib import Path

import pytest

from surveys.canonical import canonical
from surveys.feedback_form import build_forms
from surveys.form_cells import CellSpec, cells, check_value, required_now
from surveys.form_view import UnknownLanguage, render
from surveys.forms import Form, form_hash, from_document, to_document, untranslated
from surveys.items import accomplishment_specs, item_hash, item_specs, item_versions
from surveys.profile_file import read_profile
from tests.surveys.content import forms, instruments, overlays, profile, text_of

WIRE = Path(__file__).parents[1] / "vectors" / "wire" / "form.json"


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_a_rendered_form_has_exactly_the_shape_of_the_wire_example() -> None:
    example = json.loads(WIRE.read_text(encoding="utf-8"))
    assert shape(render(forms()["peer"], "en")) == shape(example)


def test_a_rendered_form_says_the_words_of_the_wire_example() -> None:
    example = json.loads(WIRE.read_text(encoding="utf-8"))
    rendered = render(forms()["peer"], "en")
    assert rendered["role"] == example["role"]
    assert rendered["scales"] == example["scales"]
    assert rendered["lines"][0] == example["lines"][0]
    assert rendered["lines"][-1] == example["lines"][-1]
    assert rendered["open"][0] == example["open"][0]
    assert rendered["minutes"] == example["minutes"]


def test_each_relationship_is_asked_the_lines_meant_for_it() -> None:
    asked = {relationship: [line.item for line in form.lines] for relationship, form in forms().items()}
    assert {relationship: len(items) for relationship, items in asked.items()} == {
        "self": 15,
        "manager": 15,
        "peer": 13,
        "direct_report": 12,
        "external": 13,
    }
    assert "SS11" not in asked["peer"]
    assert "SS07" not in asked["direct_report"]
    assert all("SS13" not in items for items in asked.values())


def test_external_raters_get_the_peer_lines_only_while_no_line_names_them() -> None:
    text = text_of("plant-shift-supervisor").replace(
        "raters: [self, manager, peer]", "raters: [self, manager, peer, external]", 1
    )
    named = build_forms(read_profile(text.encode(), source="x"), {}, instruments())
    assert [line.item for line in named["external"].lines] == ["SS07"]
    assert [line.item for line in forms()["external"].lines] == [line.item for line in forms()["peer"].lines]


def test_lines_come_by_accomplishment_in_profile_order_then_mental_models() -> None:
    sections = [line.section for line in forms()["self"].lines]
    order = ["A1", "A2", "A3", "A4", "A5", "mental_models"]
    assert sections == sorted(sections, key=order.index)
    assert [section.id for section in forms()["self"].sections] == order


def test_minutes_count_14_seconds_a_line_and_30_an_open_question_rounded_up() -> None:
    assert forms()["self"].minutes == 5  # 15 x 14 + 2 x 30 = 270 s
    assert forms()["direct_report"].minutes == 4  # 12 x 14 + 60 = 228 s


def test_a_line_still_in_notice_is_left_out_for_all() -> None:
    shorter = build_forms(profile(), {}, instruments(), left_out={"SS01"})
    assert all("SS01" not in [line.item for line in form.lines] for form in shorter.values())
    assert shorter["peer"].hash != build_forms(profile(), {}, instruments())["peer"].hash


def test_not_observed_is_not_offered_for_self_and_self_is_asked_about_the_own_work() -> None:
    rendered = render(forms()["self"], "en")
    questions = [line["questions"][0] for line in rendered["lines"]]
    assert {question["not_observed"] for question in questions} == {False}
    assert questions[0]["text"] == "How closely does your own work match this?"
    others = [line["questions"][0] for line in render(forms()["manager"], "en")["lines"]]
    assert {question["not_observed"] for question in others} == {True}
    assert "{name}" in others[0]["text"]


def test_a_note_is_offered_on_every_line_at_one_two_and_five_and_is_never_needed() -> None:
    specs = cells(forms()["peer"])
    notes = [cell for cell in specs if cell.endswith(".f_note")]
    assert notes == [f"{line.item}.f_note" for line in forms()["peer"].lines]
    assert {specs[cell] for cell in notes} == {CellSpec(kind="text", max_length=500)}
    assert not [cell for cell in required_now(forms()["peer"], {}) if cell.endswith(".f_note")]
    assert render(forms()["peer"], "de")["note"]["among"] == [1, 2, 5]
    assert render(forms()["self"], "en")["note"]["text"] == "What is an example?"


def test_who_rates_others_may_practise_and_who_rates_oneself_may_not() -> None:
    assert render(forms()["peer"], "ar")["practice"]["rating"] == 3
    assert "practice" not in render(forms()["self"], "en")


@pytest.mark.parametrize("relationship", ["self", "manager", "peer", "direct_report", "external"])
def test_only_confidential_raters_may_sign_or_allow_small_numbers(relationship: str) -> None:
    flags = [cell for cell in cells(forms()[relationship]) if cell.endswith((".show_name", ".allow_few"))]
    assert bool(flags) == (relationship not in ("self", "manager"))


def test_case_73_a_missing_translation_is_shown_in_the_source_language_and_marked() -> None:
    strings = {key: text for key, text in overlays("ar")["ar"].items() if key not in ("SS01.anchor3", "OQ1")}
    form = build_forms(profile(), {"ar": strings}, instruments())["peer"]
    rendered = render(form, "ar")
    first, second = rendered["lines"][:2]
    assert (first["lang"], first["text"]) == ("en", "Walks the whole line before the shift starts.")
    assert first["anchors"]["3"].startswith("Walks part")
    assert second["lang"] == "ar"
    assert [question["lang"] for question in rendered["open"]] == ["en", "ar"]
    assert rendered["dir"] == "rtl"
    assert untranslated(form, "ar") == ("SS01", "OQ1")
    assert untranslated(form, "de")[0] == "plant-shift-supervisor"
    assert untranslated(form, "en") == ()


def test_a_language_the_form_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(UnknownLanguage, match="fr"):
        render(forms()["peer"], "fr")


def test_the_hash_covers_structure_and_every_language() -> None:
    form = forms()["peer"]
    assert form.hash == form_hash(form)
    assert form.hash == forms()["peer"].hash
    assert forms("ar", "de")["peer"].hash != form.hash
    assert len({one.hash for one in forms().values()}) == 5
    assert form_hash(dataclasses.replace(form, minutes=form.minutes + 1)) != form.hash


def test_a_stored_form_reads_back_equal() -> None:
    for form in forms().values():
        assert from_document(json.loads(canonical(to_document(form)))) == form


def required(form: Form) -> int:
    return len(required_now(form, {}))


def test_every_rating_is_required_and_no_text_is() -> None:
    for form in forms().values():
        assert required(form) == len(form.lines)
    specs = cells(forms()["peer"])
    assert not specs["OQ1.text"].is_required
    assert not specs["@submit"].is_required


RATING = cells(forms()["peer"])["SS01.f_match"]
OWN_RATING = cells(forms()["self"])["SS01.f_match"]
COMMENT = cells(forms()["peer"])["OQ1.text"]
FLAG = cells(forms()["peer"])["OQ1.show_name"]
SUBMIT = cells(forms()["peer"])["@submit"]
DECLINE = cells(forms()["peer"])["@decline"]


@pytest.mark.parametrize(
    ("spec", "value", "reason"),
    [
        (RATING, 1, None),
        (RATING, 5, None),
        (RATING, None, None),
        (RATING, "not_observed", None),
        (OWN_RATING, "not_observed", "out_of_range"),
        (RATING, 0, "out_of_range"),
        (RATING, 6, "out_of_range"),
        (RATING, -1, "out_of_range"),
        (RATING, 4.5, "wrong_type"),
        (RATING, 4.0, "wrong_type"),
        (RATING, "5", "wrong_type"),
        (RATING, True, "wrong_type"),
        (RATING, "skip", "out_of_range"),
        (RATING, [5], "wrong_type"),
        (COMMENT, "", None),
        (COMMENT, None, None),
        (COMMENT, "a\nb\tc", None),
        (COMMENT, "x" * 2000, None),
        (COMMENT, "x" * 2001, "too_long"),
        (COMMENT, "😀" * 1000, None),
        (COMMENT, "😀" * 1000 + "x", "too_long"),
        (COMMENT, 7, "wrong_type"),
        (COMMENT, "a\x00b", "bad_text"),
        (COMMENT, "a\rb", "bad_text"),
        (COMMENT, "a\x1bb", "bad_text"),
        (COMMENT, "a\x7fb", "bad_text"),
        (COMMENT, "a\ud800b", "bad_text"),
        (COMMENT, "\u202eright to left\u202c \u200b 👩‍👩‍👧‍👦", None),
        (COMMENT, "<script>alert(1)</script> {{7*7}} '; DROP TABLE", None),
        (FLAG, True, None),
        (FLAG, None, None),
        (FLAG, 1, "wrong_type"),
        (SUBMIT, True, None),
        (SUBMIT, False, None),
        (SUBMIT, None, "wrong_type"),
        (DECLINE, "x" * 160, None),
        (DECLINE, "x" * 161, "too_long"),
        (None, 5, "unknown_cell"),
    ],
)
def test_a_value_is_stored_as_it_is_or_refused_with_its_reason(
    spec: CellSpec | None, value: object, reason: str | None
) -> None:
    assert check_value(spec, value) == reason


def test_case_10_the_option_of_another_question_is_out_of_range() -> None:
    assert check_value(RATING, 10) == "out_of_range"


def test_the_top_three_of_a_clarity_survey_is_no_cell_of_a_360() -> None:
    assert cells(forms()["peer"]).get("@top3") is None


def test_items_trace_to_their_accomplishment_and_keep_the_freedom_of_their_task() -> None:
    versions = {one.item: one for one in item_versions(profile(), overlays("ar"), "feedback360")}
    assert versions["SS01"].accomplishment == "A1"
    assert versions["SS01"].variation == "fixed"
    assert versions["SS16"].accomplishment is None
    assert versions["SS10"].variation == "free"
    assert versions["SS01"].text("ar")[0] == "ar"
    assert versions["SS01"].text("fr")[0] == "en"


def test_another_wording_is_another_item_version() -> None:
    text = text_of("plant-shift-supervisor").replace(
        "Walks the whole line before the shift starts.", "Walks it."
    )
    (before, *_), (after, *_) = (
        item_versions(one, {}, "feedback360") for one in (profile(), read_profile(text.encode(), source="x"))
    )
    assert item_hash(before) != item_hash(after)
    assert item_hash(before) == item_hash(item_versions(profile(), {}, "feedback360")[0])


def test_scoring_gets_weights_targets_and_who_was_asked() -> None:
    specs = {spec.item: spec for spec in item_specs(profile())}
    assert specs["SS01"].weight == 5
    assert specs["SS01"].target == 5
    assert specs["SS11"].relationships == ("self", "manager", "direct_report")
    assert specs["SS07"].relationships == ("self", "manager", "peer", "external")
    assert specs["SS16"].accomplishment is None
    assert [one.weight for one in accomplishment_specs(profile())] == [5, 5, 4, 4, 3]

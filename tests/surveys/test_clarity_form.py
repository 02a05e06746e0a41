"""The forms of a clarity round against the examples both languages read, and what they may hold and need."""

import dataclasses
import json
from typing import Any

import pytest

from surveys.canonical import canonical
from surveys.clarity_form import build_clarity_forms
from surveys.content import ContentRefused, CycleContent, default_content, from_document, to_document
from surveys.form_cells import cells, check_value, required_now
from surveys.form_view import UnknownLanguage, render, render_cards
from surveys.forms import form_hash, untranslated
from surveys.forms import from_document as form_from_document
from surveys.forms import to_document as form_document
from surveys.profile_file import read_profile
from tests.surveys.clarity_vectors import VECTORS, required_document, sheet_of, wire_documents
from tests.surveys.content import ROLES, clarity_forms, forms, instruments, overlays, profile, text_of

EXAMPLES = ("form-clarity-self.json", "form-clarity-manager.json", "cards.json")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_wire_example_is_what_the_code_writes(name: str) -> None:
    assert json.loads((VECTORS / "wire" / name).read_text("utf-8")) == wire_documents()[name]


def test_the_examples_of_what_is_needed_are_what_the_code_says() -> None:
    assert json.loads((VECTORS / "form" / "required.json").read_text("utf-8")) == required_document()


def test_both_sides_are_asked_the_same_twelve_lines_in_the_order_of_the_profile() -> None:
    own, other = clarity_forms().values()
    assert [line.item for line in own.lines] == [line.item for line in other.lines]
    assert len(own.lines) == 12
    order = ["A1", "A2", "A3", "A4", "A5"]
    assert [line.section for line in own.lines] == sorted(
        (line.section for line in own.lines), key=order.index
    )
    assert (own.relationship, other.relationship) == ("self", "manager")


def test_the_questions_come_in_the_order_of_the_method() -> None:
    own = render(clarity_forms()["self"], "en")
    assert [one["id"] for one in own["pulse"]] == ["G1", "G2", "G3", "G4", "G5", "G6"]
    assert own["unaided"]["questions"][0]["cell"] == "RES.text"
    asked = [question["cell"].partition(".")[2] for question in own["lines"][0]["questions"]]
    assert asked == ["e_expected", "e_clear", "e_evidence", "e_support", "e_chips"]
    assert [chip["value"] for chip in own["chips"]] == [
        "env_information", "env_resources", "env_incentives", "own_knowledge", "own_capacity", "own_motives",
    ]  # fmt: skip
    other = render(clarity_forms()["manager"], "en")
    asked = [question["cell"].partition(".")[2] for question in other["lines"][0]["questions"]]
    assert asked == ["m_expected", "m_told", "m_last_told", "m_evidence"]
    assert (other["pulse"], other["unaided"], other["chips"]) == ([], None, [])
    assert other["top3"]["teach_back"] == []
    assert [point["value"] for point in other["scales"]["expected4"]["points"]] == ["full", "partly", "none"]


def test_a_first_round_asks_no_level_and_takes_at_most_eight_minutes() -> None:
    own, other = clarity_forms().values()
    assert not [cell for form in (own, other) for cell in cells(form) if cell.endswith("_level")]
    assert (own.minutes, other.minutes) == (8, 4)
    second = clarity_forms(default_content(profile(), has_earlier_round=True))
    assert "SS01.e_level" in cells(second["self"])
    assert cells(second["manager"])["SS01.m_level"].words == {"not_observed"}
    assert cells(second["self"])["SS01.e_level"].words == frozenset()


def test_a_round_without_the_pulse_has_no_pulse_cell() -> None:
    content = dataclasses.replace(default_content(profile(), has_earlier_round=False), asks_pulse=False)
    assert not [cell for cell in cells(clarity_forms(content)["self"]) if cell.endswith(".pulse")]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_ours_gets_a_clarity_form_with_a_card_for_each_line(role: str) -> None:
    content = default_content(profile(role), has_earlier_round=False)
    for form in build_clarity_forms(profile(role), {}, instruments(), content).values():
        assert set(form.cards) == {line.item for line in form.lines}
        assert form_from_document(json.loads(canonical(form_document(form)))) == form
        assert form.hash == form_hash(form)


def test_more_lines_than_twelve_keep_each_accomplishment_and_then_the_heaviest() -> None:
    items = "".join(
        f"""
  - id: X{n}
    from: A{5 if n % 2 else 3}
    kind: accomplishment
    surveys: [clarity]
    raters: [self, manager]
    expect: Another line {n}."""
        for n in range(6)
    )
    text = text_of("plant-shift-supervisor").replace("\nopen_questions:", items + "\nopen_questions:")
    crowded = read_profile(text.encode(), source="x")
    chosen = default_content(crowded, has_earlier_round=False).items
    assert len(chosen) == 12
    owners = {line.item: line.section for line in clarity_forms_of(crowded, chosen)}
    assert set(owners.values()) == {"A1", "A2", "A3", "A4", "A5"}
    assert sum(owner == "A5" for owner in owners.values()) == 1  # the lightest has its first line only
    assert chosen == tuple(owners)


def clarity_forms_of(one: Any, items: tuple[str, ...]) -> Any:
    content = CycleContent(items=items, asks_level=False, asks_pulse=True)
    return build_clarity_forms(one, {}, instruments(), content)["self"].lines


def test_what_hr_has_not_chosen_is_as_by_default() -> None:
    default = default_content(profile(), has_earlier_round=True)
    assert from_document({}, default) == default
    fewer = from_document({"items": ["SS02", "SS01"]}, default)
    assert fewer == CycleContent(items=("SS02", "SS01"), asks_level=True, asks_pulse=True)
    assert [line.item for line in clarity_forms(fewer)["self"].lines] == ["SS01", "SS02"]
    assert from_document(to_document(fewer), default) == fewer


@pytest.mark.parametrize("document", [{"items": "SS01"}, {"asks_level": 1}, {"colour": True}])
def test_content_with_other_fields_or_types_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ContentRefused):
        from_document(document, default_content(profile(), has_earlier_round=False))


@pytest.mark.parametrize("items", [(), ("SS06",), ("SS01", "XX99"), tuple(f"SS{n:02}" for n in range(1, 17))])
def test_lines_that_cannot_be_asked_are_refused(items: tuple[str, ...]) -> None:
    with pytest.raises(ContentRefused):
        clarity_forms(CycleContent(items=items, asks_level=False, asks_pulse=True))


OWN = cells(clarity_forms(default_content(profile(), has_earlier_round=True))["self"])
OTHER = cells(clarity_forms(default_content(profile(), has_earlier_round=True))["manager"])


@pytest.mark.parametrize(
    ("spec", "value", "reason"),
    [
        (OWN["SS01.e_expected"], "unsure", None),
        (OWN["SS01.e_expected"], None, None),
        (OWN["SS01.e_expected"], "maybe", "out_of_range"),
        (OWN["SS01.e_expected"], "skip", "out_of_range"),
        (OWN["SS01.e_expected"], 1, "wrong_type"),
        (OWN["SS01.e_expected"], True, "wrong_type"),
        (OWN["SS01.e_expected"], ["full"], "wrong_type"),
        (OTHER["SS01.m_expected"], "unsure", "out_of_range"),
        (OTHER["SS01.m_last_told"], "never", None),
        (OTHER["SS01.m_last_told"], "skip", "out_of_range"),
        (OWN["SS01.e_clear"], 5, None),
        (OWN["SS01.e_clear"], "skip", None),
        (OWN["SS01.e_clear"], "not_observed", "out_of_range"),
        (OWN["SS01.e_clear"], "full", "wrong_type"),
        (OWN["SS01.e_clear"], 6, "out_of_range"),
        (OWN["G1.pulse"], "skip", None),
        (OWN["SS01.e_level"], "not_observed", "out_of_range"),
        (OTHER["SS01.m_level"], "not_observed", None),
        (OTHER["SS01.m_level"], "skip", "out_of_range"),
        (OWN["SS01.e_chips"], ["env_information", "own_motives"], None),
        (OWN["SS01.e_chips"], ("env_information",), None),
        (OWN["SS01.e_chips"], None, None),
        (OWN["SS01.e_chips"], [], "out_of_range"),
        (OWN["SS01.e_chips"], ["own_motives", "env_information"], "out_of_range"),
        (OWN["SS01.e_chips"], ["own_motives", "own_motives"], "out_of_range"),
        (OWN["SS01.e_chips"], ["weather"], "out_of_range"),
        (OWN["SS01.e_chips"], "own_motives", "wrong_type"),
        (OWN["SS01.e_chips"], [1], "wrong_type"),
        (OWN["SS01.e_chips"], [["own_motives"]], "wrong_type"),
        (OWN["@top3"], ["SS01"], None),
        (OWN["@top3"], ["SS01", "SS02", "SS03"], None),
        (OWN["@top3"], ["SS01", "SS02", "SS03", "SS04"], "out_of_range"),
        (OWN["@top3"], ["SS06"], "out_of_range"),
        (OWN["@top3"], None, None),
        (OWN["RES.text"], "x" * 500, None),
        (OWN["RES.text"], "x" * 501, "too_long"),
        (OWN["SS01.e_teach_back"], "x" * 161, "too_long"),
        (OWN["SS01.e_comment"], "x" * 500, None),
        (OWN["OQ3.text"], "x" * 2000, None),
        (OTHER.get("SS01.e_clear"), 4, "unknown_cell"),
        (OTHER.get("RES.text"), "mine", "unknown_cell"),
    ],
)  # fmt: skip
def test_a_clarity_value_is_stored_as_it_is_or_refused_with_its_reason(
    spec: Any, value: object, reason: str | None
) -> None:
    assert check_value(spec, value) == reason


def test_two_versions_of_a_gate_are_judged_by_the_later_one() -> None:
    form = clarity_forms(CycleContent(items=("SS01",), asks_level=False, asks_pulse=False))["self"]
    sheet = sheet_of({"SS01.e_expected": "none"})
    assert required_now(form, sheet) == ()
    (first,) = sheet["SS01.e_expected"]
    later = first._replace(v="full", hlc=first.hlc + 1, d="b" * 16)
    both = {"SS01.e_expected": (first, later)}
    assert required_now(form, both) == ("SS01.e_clear", "SS01.e_evidence", "SS01.e_support", "@top3")


def test_a_card_is_shown_whole_in_a_language_or_marked_in_the_source_language() -> None:
    cards = render_cards(clarity_forms()["self"], "ar")
    assert cards["dir"] == "rtl"
    assert cards["cards"]["SS01"]["lang"] == "ar"
    assert cards["cards"]["SS01"]["source_lang"] == "en"
    strings = {key: text for key, text in overlays("ar")["ar"].items() if key != "A1.T1.insight"}
    content = default_content(profile(), has_earlier_round=False)
    form = build_clarity_forms(profile(), {"ar": strings}, instruments(), content)["self"]
    cards = render_cards(form, "ar")["cards"]
    assert cards["SS01"]["lang"] == "en"
    assert cards["SS01"]["insight"].startswith("People show you")
    assert cards["SS02"]["lang"] == "ar"
    assert untranslated(form, "ar") == ("SS01",)
    with pytest.raises(UnknownLanguage, match="fr"):
        render_cards(form, "fr")


def test_a_card_tells_task_and_accomplishment_apart() -> None:
    cards = render_cards(clarity_forms()["self"], "en")["cards"]
    assert cards["SS13"]["kind"] == "accomplishment"
    assert cards["SS13"]["typical"] is None
    assert cards["SS01"]["kind"] == "task"
    assert cards["SS01"]["figures"][0] == {
        "text": "Hazards closed within 48 hours", "unit": "percent", "better": "higher",
        "typical": "52", "meets": "80", "great": "91",
    }  # fmt: skip


def test_a_360_form_has_no_clarity_part_and_an_older_stored_one_still_reads() -> None:
    form = forms()["peer"]
    assert not {"pulse", "unaided", "chips", "top3"} & render(form, "en").keys()
    document = form_document(form)
    older = {
        **document,
        "lines": [
            {
                **{name: value for name, value in line.items() if name != "questions"},
                "anchors": line.get("anchors", {}),
                "cell": line["questions"][0]["cell"],
                "question": line["questions"][0]["text"],
                "scale": line["questions"][0]["scale"],
                "may_be_not_observed": True,
            }
            for line in document["lines"]
        ],
    }
    assert form_from_document(older) == form


def test_question_texts_from_before_the_own_results_were_asked_still_make_a_form() -> None:
    older = dataclasses.replace(instruments(), unaided_results=None)
    content = default_content(profile(), has_earlier_round=False)
    form = build_clarity_forms(profile(), {}, older, content)["self"]
    assert render(form, "en")["unaided"] is None
    assert "RES.text" not in cells(form)

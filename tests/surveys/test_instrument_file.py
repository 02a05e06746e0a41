import json

import pytest

from surveys.canonical import canonical
from surveys.errors import FileRefused
from surveys.instrument_file import instruments_document, instruments_from_document, read_instruments
from tests.surveys.content import instruments, text_of


def refused_fields(*changes: tuple[str, str]) -> set[str]:
    text = text_of("instruments")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(FileRefused) as caught:
        read_instruments(text.encode(), source="instruments.yaml")
    assert all(problem.line for problem in caught.value.problems)
    return {problem.field for problem in caught.value.problems}


def test_the_instruments_survive_the_round_trip_through_their_document() -> None:
    read = instruments()
    assert instruments_from_document(json.loads(canonical(instruments_document(read)))) == read


def test_ordinal_points_are_numbers_and_nominal_points_are_words() -> None:
    values = {scale.id: [point.value for point in scale.points] for scale in instruments().scales}
    assert values["match5"] == [1, 2, 3, 4, 5]
    assert values["expected4"] == ["full", "partly", "none", "unsure"]


def test_every_problem_of_an_instrument_file_is_listed_at_once() -> None:
    assert refused_fields(
        ("scale: match5", "scale: match6"),
        ("es: ¿Esperas esto de {name}?", "es: ¿Esperas esto?"),
        ("    ar: تظهر إجاباتك كمدير باسمك.\n", ""),
        ("options: [full, partly, none]", "options: [full, partly, nun]"),
        ("      - value: 5\n", "      - value: 6\n"),
        ("  - id: e_clear", "  - id: e_expected"),
        ("frequency: quarterly", "frequency: daily"),
    ) == {
        "employee_questions[6].scale",
        "manager_questions[0].text.es",
        "messages.manager_visible.ar",
        "manager_questions[0].options",
        "scales[0].points",
        "employee_questions[1].id",
        "role_pulse.frequency",
    }


def test_a_language_that_is_not_declared_is_named() -> None:
    fields = refused_fields(("locales: [en, es, de, ar]", "locales: [en, es, de]"))
    assert "scales[0].points[0].label.ar" in fields


def test_the_360_question_needs_a_scale_with_numbers() -> None:
    assert refused_fields(("  id: f_match\n  scale: match5", "  id: f_match\n  scale: expected4")) == {
        "feedback360_question.scale"
    }


def test_case_71_a_word_that_yaml_reads_as_no_stays_a_word() -> None:
    scale = next(scale for scale in instruments().scales if scale.id == "expected4")
    assert scale.points[2].label["en"] == "No"
    assert scale.points[2].value == "none"

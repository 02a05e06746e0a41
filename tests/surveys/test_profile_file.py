import json
from collections.abc import Callable

import pytest

from surveys.canonical import canonical
from surveys.errors import FileRefused
from surveys.overlay_file import missing_keys, read_overlay, translatable_texts
from surveys.profile_file import canonical_document, from_document, grade, read_profile
from surveys.yaml_source import LARGEST_FILE
from tests.surveys.content import ROLES, overlays, profile, text_of

SUPERVISOR = "plant-shift-supervisor"


def refusal(text: str | bytes) -> FileRefused:
    data = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FileRefused) as caught:
        read_profile(data, source="profile.yaml")
    return caught.value


def changed(*changes: tuple[str, str]) -> str:
    text = text_of(SUPERVISOR)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def fields(error: FileRefused) -> set[str]:
    return {problem.field for problem in error.problems}


def line_with(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("name", ROLES)
def test_every_sample_profile_survives_the_round_trip_through_its_document(name: str) -> None:
    read = profile(name)
    document = canonical_document(read)
    assert from_document(json.loads(canonical(document))) == read
    assert document["schema"] == "role-profile/1"
    assert document["items"][0]["from"] == read.items[0].element


def test_figures_keep_the_digits_of_the_file_and_no_float_is_stored() -> None:
    document = canonical_document(profile())
    assert document["accomplishments"][0]["criteria"][1]["meets"] == "1.0"
    assert document["provenance"]["validation"][2]["could_do_this_here"] == "0.82"


def test_every_problem_is_listed_at_once_with_line_and_field() -> None:
    text = changed(
        ("weight: 4", "weight: 9"),
        ("target: 5", "target: six"),
        ("better: lower", "better: lowr"),
        ("rhythm: every shift", "rythm: every shift"),
        ("2026-09-01", "2026-13-01"),
        ("from: A1.T2", "from: A9.T2"),
        ("- id: SS03", "- id: SS02"),
        ("great: 91", "great: 60"),
    )
    error = refusal(text)
    assert fields(error) == {
        "profile.effective_from",
        "accomplishments[0].criteria[0].meets",
        "accomplishments[0].tasks[0].interactions[0].rhythm",
        "accomplishments[0].tasks[0].interactions[0].rythm",
        "accomplishments[2].weight",
        "accomplishments[2].criteria[0].better",
        "items[0].target",
        "items[1].from",
        "items[2].id",
    }
    lines = {problem.field: problem.line for problem in error.problems}
    assert lines["accomplishments[2].weight"] == line_with(text, "weight: 9")
    assert lines["items[1].from"] == line_with(text, "from: A9.T2")
    assert "did you mean lower?" in str(error)
    assert all(problem.message for problem in error.problems)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("target: 5", "target: 6"), "items[0].target"),
        (("weight: 5", "weight: 0"), "accomplishments[0].weight"),
        (("      '3': Walks", "      '2': Walks"), "items[0].anchors"),
        (("    observe: Walks the whole line before the shift starts.\n", ""), "items[0].observe"),
        (
            ("    expect: Each shift starts with a walk of the whole line before the machines run.\n", ""),
            "items[0].expect",
        ),
        (("raters: [self, manager, peer, direct_report]", "raters: [self, boss]"), "items[0].raters[1]"),
        (("raters: [self, manager, peer, direct_report]", "raters: [self, self]"), "items[0].raters"),
        (("surveys: [clarity, feedback360]", "surveys: []"), "items[0].surveys"),
        (("    kind: mental_model", "    kind: behaviour"), "items[15].kind"),
        (("review_due: '2027-08-31'", "review_due: '2020-08-31'"), "profile.review_due"),
        (("  locale: en", "  locale: English"), "profile.locale"),
        (("  version: 1.0.0", "  version: 1.0"), "profile.version"),
        (("  title: Plant shift supervisor", "  title: ''"), "profile.title"),
        (("  owner: Head of production", "  colour: blue"), "profile.colour"),
        (("items:\n  - id: SS01", "items:\n  - id: SS.01"), "items[0].id"),
        (
            ("could_do_this_here: 0.82", "could_do_this_here: 1.2"),
            "provenance.validation[2].could_do_this_here",
        ),
        (("- step: safety_and_hr_check", "- step: performer_check_back"), "provenance.validation[3].step"),
    ],
)
def test_each_rule_of_a_profile_names_the_field_that_breaks_it(change: tuple[str, str], field: str) -> None:
    assert field in fields(refusal(changed(change)))


def test_case_71_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    messages = str(refusal(bomb))
    assert "aliases" in messages
    assert "anchors" in messages


def test_case_71_a_python_tag_is_refused_and_named() -> None:
    error = refusal("schema: !!python/object/apply:os.system [echo]\n")
    assert error.problems[0].field == "schema"
    assert "python/object" in error.problems[0].message


def test_case_71_duplicate_keys_are_refused_with_both_lines() -> None:
    text = changed(("  version: 1.0.0", "  version: 1.0.0\n  version: 2.0.0"))
    (problem,) = refusal(text).problems
    assert problem.line == line_with(text, "version: 2.0.0")
    assert f"line {line_with(text, 'version: 1.0.0')}" in problem.message


@pytest.mark.parametrize("word", ["no", "off", "012", "1e3", "0x10", "2026-01-01", "yes", ".inf"])
def test_case_71_words_that_yaml_likes_to_change_stay_words(word: str) -> None:
    text = changed(("  owner: Head of production", f"  owner: {word}"))
    assert read_profile(text.encode(), source="x").profile.owner == word


def test_case_71_a_number_in_octal_look_is_read_as_written_or_refused() -> None:
    assert (
        read_profile(changed(("minutes: 480", "minutes: 012")).encode(), source="x")
        .provenance.evidence[0]
        .minutes
        == 12
    )
    assert "provenance.evidence[0].minutes" in fields(refusal(changed(("minutes: 480", "minutes: 0o12"))))


def test_case_72_two_thousand_items_are_refused_with_their_place() -> None:
    item = "  - id: X{0}\n    from: A1.T1\n    kind: behaviour\n    surveys: [feedback360]\n    raters: [self]\n    observe: x\n"
    many = "".join(item.format(n) for n in range(2000))
    text = text_of(SUPERVISOR).replace("open_questions:", many + "open_questions:")
    (problem,) = refusal(text).problems
    assert problem.field == "items[200]"
    assert problem.line is not None
    assert "2016 items" in problem.message


def test_case_72_an_item_that_points_at_a_deleted_element_is_refused_with_its_line() -> None:
    text = changed(("from: A5.T2", "from: A5.T9"))
    (problem,) = refusal(text).problems
    assert (problem.line, problem.field) == (line_with(text, "from: A5.T9"), "items[14].from")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"# only a comment\n", "empty"),
        (b"a: 1\n---\nb: 2\n", "several documents"),
        (b"- a\n", "schema"),
        (b"a: [1\n", "not valid YAML"),
        (b"a: \xff\n", "UTF-8"),
        (b'a: "\\0"\n', "control character"),
        (b"a: " + b"[" * 100_000, "nested deeper"),
        (b"a: " + b"x" * LARGEST_FILE, "larger than"),
        (b"a:\n" + b"- x\n" * 60_000, "more than 50,000 values"),
        (b"? [a]\n: b\n", "keys are plain words"),
        (b"schema: instrument/1\n", "role-profile/1"),
        (b"title: x\n", "schema"),
    ],
)
def test_a_file_that_is_no_profile_says_so_in_words(data: bytes, words: str) -> None:
    assert words in str(refusal(data))


def test_case_74_markup_in_a_name_is_text_and_a_message_quotes_it_shortened_and_clean() -> None:
    attack = "<script>alert(1)</script>"
    text = changed(("  title: Plant shift supervisor", f"  title: {attack}"))
    assert read_profile(text.encode(), source="x").profile.title == attack
    (problem,) = refusal(changed(("  status: published", '  status: "' + "<b>" * 90 + '\\r\\n"'))).problems
    assert "\n" not in problem.message
    assert len(problem.message) < 200


def without_step(name: str) -> tuple[str, str]:
    return f"- step: {name}", "- step: other_check"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, "studied"),
        (without_step("top_performer_endorsement"), "checked"),
        (("included: 6", "included: 2"), "checked"),
        (without_step("role_holder_feasibility"), "sketched"),
        (("answered: 17", "answered: 3"), "sketched"),
        (("answered: 17", "answered: 4"), "studied"),
    ],
)
def test_the_grade_comes_from_the_provenance(change: tuple[str, str] | None, expected: str) -> None:
    text = changed(change) if change else text_of(SUPERVISOR)
    assert grade(read_profile(text.encode(), source="x")) == expected


def test_a_sketch_without_selection_and_figures_is_a_valid_profile() -> None:
    text = text_of(SUPERVISOR)
    start, end = text.index("  selection:"), text.index("  validation:")
    text = text[:start] + "  validation: []\n" + text[text.index("mental_models:") :]
    assert end > start
    assert grade(read_profile(text.encode(), source="x")) == "sketched"


@pytest.mark.parametrize("locale", ["es", "de", "ar"])
def test_a_translation_covers_every_text_of_the_supervisor(locale: str) -> None:
    strings = overlays(locale)[locale]
    assert len(strings) == 181
    assert missing_keys(profile(), strings) == ()


def test_the_second_strategy_has_the_key_s2() -> None:
    extra = text_of(SUPERVISOR).replace("    strategies:\n", "    strategies:\n      - A first one.\n", 1)
    texts = translatable_texts(read_profile(extra.encode(), source="x"))
    assert texts["A1.S1"] == "A first one."
    assert texts["A1.S2"].startswith("Ask one open question")


def overlay_refusal(*edits: Callable[[str], str]) -> FileRefused:
    text = text_of(f"{SUPERVISOR}.de")
    for edit in edits:
        text = edit(text)
    with pytest.raises(FileRefused) as caught:
        read_overlay(text.encode(), source="de.yaml", profile=profile())
    return caught.value


def test_a_translation_of_another_version_or_element_is_refused_with_every_problem() -> None:
    error = overlay_refusal(
        lambda text: text.replace("A1.S1:", "A1.S9:"),
        lambda text: text.replace("source_version: 1.0.0", "source_version: 2.0.0"),
        lambda text: text.replace("dir: ltr", "dir: left"),
        lambda text: text.replace("profile: plant-shift-supervisor", "profile: somebody-else"),
    )
    assert fields(error) == {"strings.A1.S9", "source_version", "dir", "profile"}
    assert all(problem.line for problem in error.problems)


def test_a_translation_into_the_source_language_is_refused() -> None:
    assert fields(overlay_refusal(lambda text: text.replace("locale: de", "locale: en"))) >= {"locale"}

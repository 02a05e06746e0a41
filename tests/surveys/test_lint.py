"""Hints on lines: what nobody can see, what asks two things, what each reader takes otherwise."""

from dataclasses import replace

import pytest

from surveys.lint import LONGEST_GREAT, LONGEST_LINE, lint_line, lint_profile
from surveys.lint_words import WORDS
from tests.surveys.profile_books import ROLES, SUPERVISOR, stored, translations


@pytest.mark.parametrize(
    ("text", "locale", "rule", "found"),
    [
        ("Is proactive in meetings.", "en", "trait", "proactive"),
        ("Communicates effectively.", "en", "vague", "effectively"),
        ("Plans the day and walks the line.", "en", "double", "and"),
        ("Asks early or calls late.", "en", "double", "or"),
        ("Finishes his handover.", "en", "pronoun", "his"),
        ("Understands the plan.", "en", "unseen_start", "understands"),
        ("Never leaves without a note.", "en", "double_negative", "Never … without"),
        ("Es proactiva en las reuniones.", "es", "trait", "proactiva"),
        ("Planifica el día y recorre la línea.", "es", "double", "y"),
        ("Plant den Tag und geht die Linie ab.", "de", "double", "und"),
        ("Arbeitet effektiv.", "de", "vague", "effektiv"),
        ("Geht nie ohne Notiz.", "de", "double_negative", "nie … ohne"),
        ("العمل بفعالية.", "ar", "vague", "بفعالية"),
        ("التخطيط أو الحضور.", "ar", "double", "أو"),
        ("x" * (LONGEST_LINE + 1), "en", "too_long", "96"),
        ("x" * (LONGEST_LINE + 1), "fi", "too_long", "96"),
        ("Is proactive.", "en-GB", "trait", "proactive"),
    ],
)
def test_each_rule_names_the_words_it_saw(text: str, locale: str, rule: str, found: str) -> None:
    assert (rule, found) in lint_line(text, locale)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Walks the whole line before the shift starts.", "en"),
        ("Handles the standard order first.", "en"),  # "and" and "or" inside words
        ("Places people by the plan and not by habit.", "en"),
        ("Reparte a las personas según el plan y no por costumbre.", "es"),
        ("x" * LONGEST_LINE, "en"),
        ("Is proactive and effectively his.", "fi"),  # a language without lists is checked for length only
        ("", "en"),
    ],
)
def test_a_line_that_can_be_seen_gets_no_hint(text: str, locale: str) -> None:
    assert lint_line(text, locale) == ()


def test_the_shipped_lines_are_good_examples() -> None:
    hints = [hint for name in ROLES for hint in lint_profile(stored(name))]
    assert [(one.rule, one.element) for one in hints] == [("vague", "SE03")]
    assert lint_profile(stored(SUPERVISOR), translations("ar", "de", "es")) == ()


def test_hints_name_the_line_the_wording_and_the_language() -> None:
    profile = stored()
    items = (replace(profile.items[0], expect="x" * 96), *profile.items[1:])
    (first,) = lint_profile(replace(profile, items=items))
    assert (first.rule, first.element, first.where, first.locale) == ("too_long", "SS01", "expect", "en")
    (other,) = lint_profile(profile, {"es": {"SS02.observe": "Trabaja eficazmente."}})
    assert (other.rule, other.element, other.where, other.locale) == ("vague", "SS02", "observe", "es")


def test_what_nobody_sees_and_a_very_long_great_are_named() -> None:
    profile = stored()
    items = (replace(profile.items[0], expect="Walks the \u202e line."), *profile.items[1:])
    first, *others = profile.accomplishments
    task = replace(first.tasks[0], title="Wa\u200blk", great="x" * (LONGEST_GREAT + 1))
    changed = replace(first, tasks=(task, *first.tasks[1:]))
    hints = lint_profile(replace(profile, items=items, accomplishments=(changed, *others)))
    assert [(one.rule, one.element, one.where, one.found) for one in hints] == [
        ("hidden", task.id, "title", "U+200B"),
        ("long_great", task.id, "great", str(LONGEST_GREAT + 1)),
        ("hidden", "SS01", "expect", "U+202E"),
    ]


def test_few_results_and_results_without_a_task_are_named() -> None:
    profile = stored()
    bare = replace(profile.accomplishments[0], tasks=())
    hints = lint_profile(replace(profile, accomplishments=(bare, profile.accomplishments[1])))
    assert [(one.rule, one.element) for one in hints] == [
        ("few_results", SUPERVISOR),
        ("no_task", "A1"),
    ]


def test_no_list_says_a_word_twice() -> None:
    for locale, words in WORDS.items():
        for name in ("traits", "vague", "joins", "pronouns", "negatives", "unseen"):
            listed = getattr(words, name)
            assert len(set(listed)) == len(listed), (locale, name)

"""What counts as a major, a minor or a patch change, and what a file becomes beside what is stored."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from surveys.profile_diff import diff_profiles, kept_translations, stale_translations
from surveys.profile_file import grade_steps
from surveys.profile_proposals import Known, propose
from surveys.profile_schema import RoleProfile
from surveys.profile_versions import Change, change_between, next_version, step_between, with_version
from surveys.queries_profiles import ProfileRow, newest_of_each
from tests.surveys.profile_books import stored, translations

PROFILE = stored()
FIRST = PROFILE.accomplishments[0]


def with_first(**changes: object) -> RoleProfile:
    first = replace(FIRST, **changes)  # type: ignore[arg-type]  # any field of an accomplishment
    return replace(PROFILE, accomplishments=(first, *PROFILE.accomplishments[1:]))


CHANGES: list[tuple[RoleProfile, Change]] = [
    (PROFILE, "same"),
    (with_version(PROFILE, "9.0.0"), "same"),
    (with_first(title="Another result"), "major"),
    (with_first(criteria=FIRST.criteria[:1]), "major"),
    (replace(PROFILE, accomplishments=PROFILE.accomplishments[:4]), "major"),
    (with_first(tasks=FIRST.tasks[:2]), "minor"),
    (with_first(why="Because."), "minor"),
    (replace(PROFILE, items=PROFILE.items[:3]), "minor"),
    (replace(PROFILE, mental_models=()), "minor"),
    (replace(PROFILE, profile=replace(PROFILE.profile, summary="Else.")), "minor"),
    (replace(PROFILE, profile=replace(PROFILE.profile, owner="Someone")), "patch"),
    (replace(PROFILE, profile=replace(PROFILE.profile, review_due=date(2030, 1, 1))), "patch"),
    (replace(PROFILE, provenance=replace(PROFILE.provenance, validation=())), "patch"),
]


@pytest.mark.parametrize(("new", "change"), CHANGES)
def test_the_step_follows_from_what_changed(new: RoleProfile, change: Change) -> None:
    assert change_between(PROFILE, new) == change


def test_other_translations_are_a_patch() -> None:
    assert change_between(PROFILE, PROFILE, {}, translations("ar")) == "patch"


@pytest.mark.parametrize(
    ("version", "change", "after"),
    [("1.2.3", "major", "2.0.0"), ("1.2.3", "minor", "1.3.0"), ("1.2.3", "patch", "1.2.4"), ("1.2.3", "same", "1.2.3")],
)  # fmt: skip
def test_the_next_number_follows_from_the_step(version: str, change: Change, after: str) -> None:
    assert next_version(version, change) == after
    assert step_between(version, after) == change


def known(*versions: str) -> list[Known]:
    return [Known(with_version(PROFILE, one), {}) for one in versions]


def test_a_first_version_keeps_its_number() -> None:
    found = propose(PROFILE, {}, [], has_version=True)
    assert (found.state, found.version, found.stores) == ("new", "1.0.0", True)


def test_the_same_words_are_the_same_also_without_a_number() -> None:
    assert propose(PROFILE, {}, known("1.0.0"), has_version=True).state == "same"
    found = propose(PROFILE, {}, known("1.0.0", "1.4.0"), has_version=False)
    assert (found.state, found.version) == ("same", "1.4.0")
    assert not found.stores


def test_only_new_translations_are_told_apart() -> None:
    found = propose(PROFILE, translations("ar"), known("1.0.0"), has_version=True)
    assert (found.state, found.version) == ("translations", "1.0.0")


def test_a_number_that_is_stored_with_other_words_is_taken() -> None:
    found = propose(with_first(title="Else"), {}, known("1.0.0"), has_version=True)
    assert (found.state, found.version, found.change) == ("taken", "2.0.0", "major")
    assert found.choices == (("patch", "1.0.1"), ("minor", "1.1.0"), ("major", "2.0.0"))
    assert not found.stores


def test_without_a_number_the_next_is_proposed() -> None:
    found = propose(with_first(why="Else"), {}, known("1.0.0", "1.1.0"), has_version=False)
    assert (found.state, found.version, found.before) == ("next", "1.2.0", "1.1.0")


@pytest.mark.parametrize(
    ("version", "is_small"), [("1.0.1", True), ("1.1.0", True), ("2.0.0", False), ("0.9.0", False)]
)
def test_a_number_that_claims_too_little_is_named(version: str, is_small: bool) -> None:
    new = with_version(with_first(title="Else"), version)
    found = propose(new, {}, known("1.0.0"), has_version=True)
    assert (found.state, found.version, found.is_step_small) == ("given", version, is_small)


def test_a_diff_lists_new_changed_and_gone_texts() -> None:
    new = with_first(title="Else", tasks=FIRST.tasks[:2])
    found = diff_profiles(PROFILE, new)
    assert [(one.key, one.before, one.after) for one in found.changed] == [
        ("A1.title", "A shift without harm", "Else")
    ]
    assert found.new == ()
    assert {key.rsplit(".", 1)[0] for key, _ in found.gone} == {"A1.T3", "A1.T3.decision"}
    assert diff_profiles(PROFILE, PROFILE).is_empty


def test_the_steps_to_each_grade_say_what_is_there() -> None:
    steps = {one.name: (one.grade, one.n, one.least, one.is_done) for one in grade_steps(PROFILE)}
    assert steps == {
        "feasible": ("checked", 14, 3, True),
        "exemplars": ("studied", 6, 3, True),
        "outcomes": ("studied", 3, 2, True),
        "endorsed": ("studied", 31, 1, True),
    }
    bare = replace(PROFILE, provenance=replace(PROFILE.provenance, validation=(), selection=None))
    assert [one.n for one in grade_steps(bare)] == [0, 0, 0, 0]


def test_translations_of_texts_that_stayed_are_kept() -> None:
    new = with_first(title="Else")
    kept = kept_translations(PROFILE, translations("ar"), new)["ar"]
    assert set(translations("ar")["ar"]) - set(kept) == {"A1.title"}
    other = replace(PROFILE, profile=replace(PROFILE.profile, locale="de"))
    assert kept_translations(PROFILE, translations("ar"), other) == {}


def test_a_translation_that_stayed_while_its_text_changed_is_named() -> None:
    new, arabic = with_first(title="Else"), translations("ar")
    assert stale_translations(PROFILE, arabic, new, arabic) == (("ar", "A1.title"),)
    better = {"ar": {**arabic["ar"], "A1.title": "غير"}}
    assert stale_translations(PROFILE, arabic, new, better) == ()


def test_of_each_role_the_newest_version_is_offered_and_the_one_asked_for() -> None:
    def row(role: str, version: str, day: int) -> ProfileRow:
        name = f"{role} {version}"
        return ProfileRow(name, role, version, role, "en", "checked", datetime(2026, 11, day, tzinfo=UTC), ())

    rows = (row("lead", "1.0.0", 1), row("lead", "1.0.1", 2), row("clerk", "1.0.0", 1))
    assert [one.id for one in newest_of_each(rows)] == ["lead 1.0.1", "clerk 1.0.0"]
    assert newest_of_each(rows, also="lead 1.0.0") == rows

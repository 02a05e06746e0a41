"""The languages of a workbook say the same things."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from exports.languages import LANGUAGES, words_for
from exports.words_en import ENGLISH
from scoring.values import ReleasePolicy


def texts_in(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a language by where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from texts_in(part, f"{path}.{number}")
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from texts_in(part, f"{path}.{key}")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), f"{path}.{field.name}")


def places(text: str) -> set[str]:
    """The places to be filled."""
    return set(re.findall(r"{\w+}", text))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_language_says_everything_with_the_same_places(locale: str) -> None:
    english, other = dict(texts_in(ENGLISH)), dict(texts_in(LANGUAGES[locale]))
    assert other.keys() == english.keys()
    for path, text in other.items():
        assert text.strip(), path
        assert places(text) == places(english[path]), path


@pytest.mark.parametrize("locale", sorted(set(LANGUAGES) - {"en"}))
def test_no_sentence_is_left_in_english(locale: str) -> None:
    english, other = dict(texts_in(ENGLISH)), dict(texts_in(LANGUAGES[locale]))
    same = {path for path, text in other.items() if text == english[path] and " " in text}
    assert not same


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_sheet_or_column_is_a_total(locale: str) -> None:
    words = LANGUAGES[locale]
    headings = [getattr(words.columns, field.name).title for field in fields(words.columns)]
    assert not [
        title for title in headings if re.search(r"(?i)total|overall|gesamt|global|rank|sum\b", title)
    ]


def test_the_small_group_rule_is_said_for_every_policy() -> None:
    for policy in ("pool", "drop"):
        assert ENGLISH.page.small_groups[policy]
    assert ReleasePolicy().small_groups in ENGLISH.page.small_groups


@pytest.mark.parametrize(
    ("asked", "given"), [("ar-EG", "ar"), ("de_CH", "de"), ("xx", "en"), ("", "en"), ("ES", "es")]
)
def test_a_locale_the_table_lacks_falls_back_and_is_never_blank(asked: str, given: str) -> None:
    assert words_for(asked).locale == given

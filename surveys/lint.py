"""Hints on the lines of a profile: what makes a line hard to see, to answer or to translate. Never blocking.

The rules are those of `research/method.md` section 4; they look at `observe` (rated by others) and, where it makes
sense, at `expect` (asked of two people about one role).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from surveys.lint_words import WORDS, LintWords
from surveys.profile_schema import Item, RoleProfile
from surveys.text import hidden_character

LONGEST_LINE = 95
LONGEST_GREAT = 240
LEAST_RESULTS = 3

Rule = Literal[
    "too_long",
    "trait",
    "double",
    "unseen_start",
    "pronoun",
    "vague",
    "double_negative",
    "few_results",
    "no_task",
    "hidden",
    "long_great",
]
Where = Literal["observe", "expect", "title", "great", "profile"]
Strings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint: the rule, the line or element it is about, its text, the words it was seen by, and the language."""

    rule: Rule
    element: str
    where: Where
    text: str
    found: str
    locale: str

    @property
    def place(self) -> tuple[str, str, str]:
        """Name the one text that several hints may be about."""
        return self.locale, self.element, self.where


def lint_profile(profile: RoleProfile, overlays: Mapping[str, Strings] | None = None) -> tuple[Hint, ...]:
    """List the hints on a profile and its translations, in profile order, the source language first."""
    found = [*_structure(profile)]
    locale = profile.profile.locale
    for item in profile.items:
        found += _item(item, locale, {"observe": item.observe, "expect": item.expect})
    for other, strings in sorted((overlays or {}).items()):
        for item in profile.items:
            texts = {name: strings.get(f"{item.id}.{name}") for name in ("observe", "expect")}
            found += _item(item, other, texts)
    return tuple(found)


def lint_line(text: str, locale: str) -> tuple[tuple[Rule, str], ...]:
    """List the rules a rated line breaks, each with the words it was seen by."""
    found: list[tuple[Rule, str]] = []
    if len(text) > LONGEST_LINE:
        found.append(("too_long", str(len(text))))
    words = WORDS.get(locale.split("-", maxsplit=1)[0])
    if words is None:
        return tuple(found)
    found += _wording(text, words)
    found += [("double", seen) for seen in _joins(text, words)[:1]]
    found += [("pronoun", seen) for seen in _seen(text, words.pronouns)[:1]]
    if _first_word(text) in words.unseen:
        found.append(("unseen_start", _first_word(text)))
    return tuple(found)


def _wording(text: str, words: LintWords) -> Iterator[tuple[Rule, str]]:
    traits, vague, negatives = (_seen(text, one) for one in (words.traits, words.vague, words.negatives))
    if traits:
        yield "trait", traits[0]
    if vague:
        yield "vague", vague[0]
    if len(negatives) > 1:
        yield "double_negative", " … ".join(negatives[:2])


def _item(item: Item, locale: str, texts: Mapping[str, str | None]) -> Iterator[Hint]:
    observe, expect = texts.get("observe"), texts.get("expect")
    if observe:
        yield from _hidden(item.id, "observe", observe, locale)
    if expect:
        yield from _hidden(item.id, "expect", expect, locale)
    # How top performers think is asked as one quality of the mind: it has no task to watch.
    if observe:
        for rule, found in lint_line(observe, locale):
            yield Hint(rule, item.id, "observe", observe, found, locale)
    if expect:
        if len(expect) > LONGEST_LINE:
            yield Hint("too_long", item.id, "expect", expect, str(len(expect)), locale)
        words = WORDS.get(locale.split("-", maxsplit=1)[0])
        for rule, found in _wording(expect, words) if words is not None else ():
            yield Hint(rule, item.id, "expect", expect, found, locale)


def _structure(profile: RoleProfile) -> Iterator[Hint]:
    locale = profile.profile.locale
    n_results = len(profile.accomplishments)
    if n_results < LEAST_RESULTS:
        title = profile.profile.title
        yield Hint("few_results", profile.profile.id, "profile", title, str(n_results), locale)
    for one in profile.accomplishments:
        if not one.tasks:
            yield Hint("no_task", one.id, "title", one.title, "", locale)
        yield from _hidden(one.id, "title", one.title, locale)
        for task in one.tasks:
            yield from _hidden(task.id, "title", task.title, locale)
            yield from _hidden(task.id, "great", task.great, locale)
            if len(task.great) > LONGEST_GREAT:
                yield Hint("long_great", task.id, "great", task.great, str(len(task.great)), locale)


def _hidden(element: str, where: Where, text: str, locale: str) -> Iterator[Hint]:
    seen = hidden_character(text)
    if seen is not None:
        yield Hint("hidden", element, where, text, seen, locale)


def _joins(text: str, words: LintWords) -> list[str]:
    # "the plan and not the habit" is one thing, said sharply.
    contrasts = "|".join(_pattern(word) for word in words.negatives)
    sharp = re.compile(
        rf"(?:{'|'.join(_pattern(word) for word in words.joins)})\s+(?:{contrasts})", re.IGNORECASE
    )
    return _seen(sharp.sub("", text), words.joins)


def _first_word(text: str) -> str:
    match = re.match(r"[^\W\d_]+", text.strip())
    return match[0].casefold() if match else ""


def _seen(text: str, listed: Sequence[str]) -> list[str]:
    """List the words of a text that are on a list, in the order of the text."""
    matches = (
        (match.start(), match[0])
        for word in listed
        for match in re.finditer(_pattern(word), text, re.IGNORECASE)
    )
    found: dict[int, str] = {}
    for start, seen in sorted(matches, key=lambda one: (one[0], -len(one[1]))):
        found.setdefault(start, seen)
    return list(found.values())


def _pattern(word: str) -> str:
    stem = r"\w*".join(re.escape(part) for part in word.split("*"))
    return rf"(?<!\w){stem}(?!\w)"

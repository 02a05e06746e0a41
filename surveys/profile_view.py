"""A role profile as people read it, in one language (`docs/wire.md`, profile/1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from surveys.cards import card_of, render_card
from surveys.forms import direction
from surveys.overlay_file import translatable_texts
from surveys.profile_file import grade
from surveys.profile_schema import Accomplishment, Criterion, RoleProfile

Strings = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Reader:
    """The texts of a profile for one reader; a block is in one language, wholly translated or not at all."""

    source: str
    locale: str
    texts: Strings
    strings: Strings

    def language(self, keys: Iterable[str]) -> str:
        """Give the language in which all of these texts are there."""
        wanted = [key for key in keys if key in self.texts]
        return self.locale if all(key in self.strings for key in wanted) else self.source

    def say(self, key: str, lang: str) -> str | None:
        """Give a text in that language; None for one the profile does not have."""
        return self.texts.get(key) if lang == self.source else self.strings.get(key)


def view_profile(profile: RoleProfile, overlays: Mapping[str, Strings], locale: str) -> dict[str, Any]:
    """Write a profile for a reader of `locale`; JSON, so values are `Any`.

    What is not translated stays in the source language; `lang` on every block names the language it is really in,
    and `source_lang` that of tools, units and colleagues, which have no translation.
    """
    header = profile.profile
    texts = translatable_texts(profile)
    reader = _Reader(
        header.locale, locale, texts, texts if locale == header.locale else overlays.get(locale, {})
    )
    lang = reader.language(("profile.title", "profile.summary"))
    models = [model.id for model in profile.mental_models]
    models_lang = reader.language(models)
    return {
        "schema": "profile/1",
        "id": header.id,
        "version": header.version,
        "locale": locale,
        "dir": direction(locale),
        "lang": lang,
        "source_lang": header.locale,
        "grade": grade(profile),
        "title": reader.say("profile.title", lang),
        "summary": reader.say("profile.summary", lang),
        "mental_models": [reader.say(one, models_lang) for one in models],
        "mental_models_lang": models_lang,
        "accomplishments": [
            {
                **_accomplishment(one, reader),
                "tasks": [
                    {"id": task.id, **render_card(card_of(profile, overlays, task.id), locale)}
                    for task in one.tasks
                ],
            }
            for one in profile.accomplishments
        ],
    }


def _accomplishment(one: Accomplishment, reader: _Reader) -> dict[str, Any]:
    strategies = [f"{one.id}.S{number}" for number in range(1, len(one.strategies) + 1)]
    barriers = [f"{barrier.id}.{name}" for barrier in one.barriers for name in ("text", "workaround")]
    figures = [f"{criterion.id}.text" for criterion in one.criteria]
    head = [f"{one.id}.{name}" for name in ("title", "statement", "why")]
    lang = reader.language([*head, *strategies, *barriers, *figures])
    title, statement, why = (reader.say(key, lang) for key in head)
    return {
        "id": one.id,
        "lang": lang,
        "title": title,
        "statement": statement,
        "why": why,
        "figures": [_figure(criterion, reader, lang) for criterion in one.criteria],
        "strategies": [reader.say(key, lang) for key in strategies],
        "barriers": [
            {
                "text": reader.say(f"{barrier.id}.text", lang),
                "workaround": reader.say(f"{barrier.id}.workaround", lang),
            }
            for barrier in one.barriers
        ],
    }


def _figure(criterion: Criterion, reader: _Reader, lang: str) -> dict[str, Any]:
    return {
        "text": reader.say(f"{criterion.id}.text", lang),
        "unit": criterion.unit,
        "better": criterion.better,
        "typical": _plain(criterion.typical),
        "meets": _plain(criterion.meets),
        "great": _plain(criterion.great),
    }


def _plain(figure: object) -> str | None:
    """Write a figure as it was typed: canonical JSON and phones know no decimals."""
    return None if figure is None else str(figure)

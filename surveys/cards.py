"""The card behind a line: what great and typical look like, in all languages; and the same in one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from surveys.overlay_file import translatable_texts
from surveys.profile_schema import Accomplishment, Criterion, KeyTask, RoleProfile

CardKind = Literal["task", "accomplishment", "criterion", "strategy", "barrier", "mental_model"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardDecision:
    """When it comes up, what top performers choose, and the cue they use."""

    when: str
    choose: str
    cue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTexts:
    """The words of a card in one language; complete, or the whole card falls back to the source language."""

    title: str
    accomplishment: str
    great: str
    typical: str | None = None
    decision: CardDecision | None = None
    insight: str | None = None
    figures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFigure:
    """A figure of the accomplishment, as written in the profile; its words stand in the texts."""

    unit: str
    better: Literal["higher", "lower"]
    typical: str | None
    meets: str
    great: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMeeting:
    """With whom, for what and how often; in the language of the profile only, like tools and units."""

    counterpart: str
    purpose: str
    rhythm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a line means, shown once it is answered."""

    kind: CardKind
    source_locale: str
    texts: Mapping[str, CardTexts]
    variation: str | None = None
    tools: tuple[str, ...] = ()
    interactions: tuple[CardMeeting, ...] = ()
    figures: tuple[CardFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class _Keys:
    """Which texts of the profile make up a card; an empty key is a text the card does not have."""

    kind: CardKind
    title: str
    great: str
    accomplishment: str = ""
    typical: str = ""
    decision: str = ""
    insight: str = ""
    task: KeyTask | None = None
    figures: tuple[Criterion, ...] = ()


def card_of(profile: RoleProfile, overlays: Mapping[str, Mapping[str, str]], element: str) -> Card:
    """Make the card of one element of a profile. Raises KeyError for an element the profile does not have."""
    keys = dict(_elements(profile))[element]
    own = translatable_texts(profile)
    source = profile.profile.locale
    wanted = {key for key in _used(keys) if key in own}
    texts = {
        locale: _texts(keys, strings) for locale, strings in overlays.items() if wanted <= strings.keys()
    }
    task = keys.task
    return Card(
        kind=keys.kind,
        source_locale=source,
        texts={**texts, source: _texts(keys, own)},
        variation=None if task is None else task.variation,
        tools=() if task is None else task.tools,
        interactions=()
        if task is None
        else tuple(
            CardMeeting(counterpart=one.counterpart, purpose=one.purpose, rhythm=one.rhythm)
            for one in task.interactions
        ),
        figures=tuple(_figure(one) for one in keys.figures),
    )


def render_card(card: Card, locale: str) -> dict[str, Any]:
    """Write a card in one language (docs/wire.md); what is not translated stays in the source language, marked."""
    language = locale if locale in card.texts else card.source_locale
    texts = card.texts[language]
    decision = texts.decision
    return {
        "lang": language,
        "source_lang": card.source_locale,
        "kind": card.kind,
        "title": texts.title,
        "accomplishment": texts.accomplishment,
        "great": texts.great,
        "typical": texts.typical,
        "decision": None
        if decision is None
        else {"when": decision.when, "choose": decision.choose, "cue": decision.cue},
        "insight": texts.insight,
        "tools": list(card.tools),
        "interactions": [
            {"with": one.counterpart, "purpose": one.purpose, "rhythm": one.rhythm}
            for one in card.interactions
        ],
        "variation": card.variation,
        "figures": [
            {
                "text": text,
                "unit": figure.unit,
                "better": figure.better,
                "typical": figure.typical,
                "meets": figure.meets,
                "great": figure.great,
            }
            for text, figure in zip(texts.figures, card.figures, strict=True)
        ],
    }


def _elements(profile: RoleProfile) -> Iterator[tuple[str, _Keys]]:
    for model in profile.mental_models:
        yield model.id, _Keys("mental_model", title="", great=model.id)
    for one in profile.accomplishments:
        yield from _parts(one)


def _parts(one: Accomplishment) -> Iterator[tuple[str, _Keys]]:
    title = f"{one.id}.title"
    statement = f"{one.id}.statement" if one.statement else title
    yield one.id, _Keys("accomplishment", title, statement, title, figures=one.criteria)
    for criterion in one.criteria:
        yield (
            criterion.id,
            _Keys("criterion", f"{criterion.id}.text", statement, title, figures=(criterion,)),
        )
    for task in one.tasks:
        yield (
            task.id,
            _Keys(
                "task",
                title=f"{task.id}.title",
                great=f"{task.id}.great",
                accomplishment=title,
                typical=f"{task.id}.typical",
                decision="" if task.decision is None else f"{task.id}.decision",
                insight=f"{task.id}.insight",
                task=task,
                figures=one.criteria,
            ),
        )
    for number in range(1, len(one.strategies) + 1):
        yield f"{one.id}.S{number}", _Keys("strategy", title, f"{one.id}.S{number}", title)
    for barrier in one.barriers:
        great = f"{barrier.id}.workaround" if barrier.workaround else statement
        yield barrier.id, _Keys("barrier", f"{barrier.id}.text", great, title)


def _used(keys: _Keys) -> Iterator[str]:
    yield from (keys.title, keys.great, keys.accomplishment, keys.typical, keys.insight)
    if keys.decision:
        yield from (f"{keys.decision}.{part}" for part in ("when", "choose", "cue"))
    yield from (f"{criterion.id}.text" for criterion in keys.figures)


def _texts(keys: _Keys, strings: Mapping[str, str]) -> CardTexts:
    decision = keys.decision
    return CardTexts(
        title=strings.get(keys.title, ""),
        accomplishment=strings.get(keys.accomplishment, ""),
        great=strings[keys.great],
        typical=strings.get(keys.typical),
        decision=CardDecision(
            when=strings[f"{decision}.when"],
            choose=strings[f"{decision}.choose"],
            cue=strings[f"{decision}.cue"],
        )
        if decision
        else None,
        insight=strings.get(keys.insight),
        figures=tuple(strings[f"{criterion.id}.text"] for criterion in keys.figures),
    )


def _figure(one: Criterion) -> CardFigure:
    return CardFigure(
        unit=one.unit,
        better=one.better,
        typical=None if one.typical is None else str(one.typical),
        meets=str(one.meets),
        great=None if one.great is None else str(one.great),
    )

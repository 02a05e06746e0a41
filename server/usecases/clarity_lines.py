"""Which lines a clarity round asks, as HR chooses them, and how long the two sides take."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.errors import not_found
from surveys import queries_cycle_plan
from surveys.clarity_form import build_clarity_forms
from surveys.content import MOST_LINES, ContentRefused, CycleContent, default_content, from_document
from surveys.instrument_file import instruments_from_document
from surveys.items import item_versions
from surveys.profile_file import from_document as profile_from_document
from surveys.queries_profiles import ProfileRow

MINUTES_AIM = 8


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long the two sides take, in minutes; None where the lines cannot be asked."""

    n_lines: int
    employee: int | None
    manager: int | None

    @property
    def is_long(self) -> bool:
        """Tell whether the employee's side takes longer than people keep up."""
        return (self.employee or 0) > MINUTES_AIM


@dataclass(frozen=True, slots=True)
class LineChoice:
    """A clarity line HR may choose, in the language it is really in."""

    item: str
    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class ClarityLines:
    """All clarity lines of a profile by accomplishment, the chosen ones, and how long they take."""

    sections: tuple[tuple[str, tuple[LineChoice, ...]], ...]
    chosen: frozenset[str]
    asks_level: bool
    asks_pulse: bool
    minutes: Minutes
    most: int = MOST_LINES

    @property
    def items(self) -> tuple[str, ...]:
        """List every line in order."""
        return tuple(line.item for _, lines in self.sections for line in lines)


async def clarity_lines_page(
    profile: ProfileRow, content: Mapping[str, Any] | None, *, locale: str
) -> ClarityLines:
    """Give the lines of a profile with those a draft asks; None for a new one, which asks the defaults."""
    texts = await queries_cycle_plan.find_planning_texts(profile.id)
    if texts is None:
        raise not_found()
    document = profile_from_document(texts.profile)
    default = default_content(
        document, has_earlier_round=await queries_cycle_plan.has_closed_round(profile.profile)
    )
    asked = default if content is None else from_document(content, default)
    strings = texts.overlays.get(locale, {})
    titles = {one.id: strings.get(f"{one.id}.title", one.title) for one in document.accomplishments}
    sections: dict[str, list[LineChoice]] = {}
    for version in item_versions(document, texts.overlays, "clarity"):
        lang, text = version.text(locale)
        title = titles.get(version.accomplishment or "", "")
        sections.setdefault(title, []).append(LineChoice(version.item, text.expect or "", lang))
    return ClarityLines(
        tuple((title, tuple(lines)) for title, lines in sections.items()),
        frozenset(asked.items),
        asked.asks_level,
        asked.asks_pulse,
        _minutes(texts, asked),
    )


async def minutes_of(
    profile_version_id: str, items: Collection[str], *, asks_level: bool, asks_pulse: bool
) -> Minutes:
    """Say how long a choice of lines takes. Raises Problem for an unknown profile."""
    texts = await queries_cycle_plan.find_planning_texts(profile_version_id)
    if texts is None:
        raise not_found()
    default = default_content(profile_from_document(texts.profile), has_earlier_round=False)
    wanted = replace(default, items=tuple(dict.fromkeys(items)), asks_level=asks_level, asks_pulse=asks_pulse)
    return _minutes(texts, wanted)


def _minutes(texts: queries_cycle_plan.PlanningTexts, content: CycleContent) -> Minutes:
    try:
        forms = build_clarity_forms(
            profile_from_document(texts.profile),
            texts.overlays,
            instruments_from_document(texts.instrument),
            content,
        )
    except ContentRefused:
        return Minutes(len(content.items), None, None)
    return Minutes(len(content.items), forms["self"].minutes, forms["manager"].minutes)

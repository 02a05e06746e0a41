"""A profile as a participant meets it, with an invented person and invented answers; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveys.forms import direction
from surveys.instrument_schema import Instruments, Question, Scale
from surveys.items import ItemVersion, item_versions
from surveys.overlay_file import translatable_texts
from surveys.profile_schema import Survey
from surveys.queries_profile_versions import StoredVersion

SAMPLE_GAPS = ("strength", "false_clarity", "blocked")
# Invented, one row per line of the sample: employee sure, employee unsure, employee without what it takes.
EMPLOYEE: Sequence[Mapping[str, object]] = (
    {"e_expected": "full", "e_clear": 5, "e_evidence": 5, "e_support": 4},
    {"e_expected": "full", "e_clear": 2, "e_evidence": 3, "e_support": 4},
    {"e_expected": "partly", "e_clear": 4, "e_evidence": 4, "e_support": 2},
)
MANAGER: Sequence[Mapping[str, object]] = (
    {"m_expected": "full", "m_told": 5, "m_last_told": "this_month", "m_evidence": 5},
    {"m_expected": "full", "m_told": 5, "m_last_told": "longer_ago", "m_evidence": 4},
    {"m_expected": "full", "m_told": 4, "m_last_told": "this_quarter", "m_evidence": 4},
)
LEVELS = (4, 3, 5)
# Self, manager and the mean of five invented colleagues, as a report prints them.
SOURCES = (("4", "4", "4.2"), ("4", "3", "3.4"), ("3", "4", "4.4"))
INVENTED_PEERS = 5


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the language it is really in."""

    text: str
    lang: str
    dir: str


@dataclass(frozen=True, slots=True)
class Tap:
    """A question with its points and the invented answer."""

    question: str
    points: tuple[tuple[str, bool], ...]
    not_observed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line as the phone shows it, and the card behind it."""

    text: Text
    taps: tuple[Tap, ...]
    great: Text | None
    typical: Text | None
    anchors: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class GapView:
    """One line of a sample gap page."""

    line: Text
    name: str
    opener: str
    taps: tuple[Tap, ...]  # of the employee, of the manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Everything the preview shows, in one language."""

    locale: str
    dir: str
    locales: tuple[str, ...]
    employee: tuple[LineView, ...]
    manager: tuple[LineView, ...]
    feedback: tuple[LineView, ...]
    gaps: tuple[GapView, ...]
    report: tuple[tuple[Text, tuple[str, str, str]], ...]


def preview_of(stored: StoredVersion, instruments: Instruments, wanted: str, *, person: str) -> Preview:
    """Build the preview in a language the profile or the question texts have; `person` is an invented name."""
    sources = {stored.profile.profile.locale, *stored.overlays}
    locales = tuple(one for one in instruments.locales if one in sources) or instruments.locales[:1]
    locale = wanted if wanted in locales else locales[0]
    teller = _Teller(stored, instruments, locale, person)
    clarity, feedback = teller.lines("clarity"), teller.lines("feedback360")
    return Preview(
        locale=locale,
        dir=direction(locale),
        locales=locales,
        employee=tuple(teller.clarity(one, n, EMPLOYEE) for n, one in enumerate(clarity)),
        manager=tuple(teller.clarity(one, n, MANAGER) for n, one in enumerate(clarity)),
        feedback=tuple(teller.feedback(one, n) for n, one in enumerate(feedback)),
        gaps=tuple(teller.gap(one, n) for n, one in enumerate(clarity[: len(SAMPLE_GAPS)])),
        report=tuple(
            (teller.line(one, "feedback360"), sources)
            for one, sources in zip(feedback, SOURCES, strict=False)
        ),
    )


class _Teller:
    """Says things in one language, with the name of the invented person in place."""

    def __init__(self, stored: StoredVersion, instruments: Instruments, locale: str, person: str) -> None:
        self._stored = stored
        self._instruments = instruments
        self._locale = locale
        self._person = person
        self._texts = translatable_texts(stored.profile)
        self._scales = {scale.id: scale for scale in instruments.scales}
        listed = (*instruments.employee_questions, *instruments.manager_questions)
        self._questions = {one.id: one for one in listed}

    def lines(self, survey: Survey) -> tuple[ItemVersion, ...]:
        return item_versions(self._stored.profile, self._stored.overlays, survey)

    def line(self, item: ItemVersion, survey: Survey) -> Text:
        lang, texts = item.text(self._locale)
        return _text((texts.expect if survey == "clarity" else texts.observe) or "", lang)

    def profile(self, key: str) -> Text | None:
        strings = self._stored.overlays.get(self._locale, {})
        if key in strings:
            return _text(strings[key], self._locale)
        return _text(self._texts[key], self._stored.profile.profile.locale) if key in self._texts else None

    def clarity(self, item: ItemVersion, number: int, answers: Sequence[Mapping[str, object]]) -> LineView:
        invented = answers[number % len(answers)]
        return LineView(
            text=self.line(item, "clarity"),
            taps=tuple(
                self._tap(one, invented[one.id]) for one in self._questions.values() if one.id in invented
            ),
            great=self.profile(f"{item.element}.great") or self.profile(f"{item.element}.statement"),
            typical=self.profile(f"{item.element}.typical"),
        )

    def feedback(self, item: ItemVersion, number: int) -> LineView:
        question = self._instruments.feedback360_question
        scale = self._scales[question.scale]
        lang, texts = item.text(self._locale)
        anchors = tuple((point, _text(text, lang)) for point, text in sorted((texts.anchors or {}).items()))
        tap = self._points(question.other_text[self._locale], scale, LEVELS[number % len(LEVELS)], None)
        return LineView(
            text=self.line(item, "feedback360"), taps=(tap,), great=None, typical=None, anchors=anchors
        )

    def gap(self, item: ItemVersion, number: int) -> GapView:
        gap = next((one for one in self._instruments.gaps if one.id == SAMPLE_GAPS[number]), None)
        # The support question tells a blocked line, the clarity question the others.
        asked = "e_support" if SAMPLE_GAPS[number] == "blocked" else "e_clear"
        return GapView(
            line=self.line(item, "clarity"),
            name=gap.name[self._locale] if gap else SAMPLE_GAPS[number],
            opener=gap.opener[self._locale] if gap else "",
            taps=tuple(
                self._tap(self._questions[name], answers[number][name])
                for name, answers in ((asked, EMPLOYEE), ("m_told", MANAGER))
                if name in self._questions
            ),
        )

    def _tap(self, question: Question, answer: object) -> Tap:
        return self._points(
            question.text[self._locale], self._scales[question.scale], answer, question.options
        )

    def _points(self, text: str, scale: Scale, answer: object, options: tuple[str, ...] | None) -> Tap:
        points = tuple(
            (point.label[self._locale], point.value == answer)
            for point in scale.points
            if options is None or str(point.value) in options
        )
        not_observed = "" if scale.not_observed is None else scale.not_observed[self._locale]
        # Isolated, so that a Latin name stands right in Arabic text.
        return Tap(text.replace("{name}", f"\u2068{self._person}\u2069"), points, not_observed)


def _text(text: str, lang: str) -> Text:
    return Text(text, lang, direction(lang))


def said_in(stored: StoredVersion, locale: str) -> Mapping[str, Text]:
    """Give every text of a profile in the reader's language, each falling back to the language it was written in."""
    strings = stored.overlays.get(locale, {})
    source = stored.profile.profile.locale
    return {
        key: _text(strings[key], locale) if key in strings else _text(text, source)
        for key, text in translatable_texts(stored.profile).items()
    }

"""A cycle as it was frozen at launch, with every text of it in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scoring.values import AccomplishmentSpec, ItemSpec, Relationship, Scale
from surveys.forms import NOTES, Form, direction
from surveys.forms import from_document as form_from_document
from surveys.items import RELATIONSHIPS, Strings, accomplishment_specs, as_survey, item_specs
from surveys.lifecycle import kept_until
from surveys.models.cycles import Cycle, CycleForm
from surveys.overlay_file import translatable_texts
from surveys.policy import Policy
from surveys.policy import from_document as policy_from_document
from surveys.profile_file import Grade, grade
from surveys.profile_file import from_document as profile_from_document
from surveys.profile_schema import RoleProfile, Survey


@dataclass(frozen=True, slots=True)
class Said:
    """A text in the language it is really in, which may not be the reader's."""

    text: str
    lang: str
    dir: str


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """A cycle as it was frozen at launch: its policy, its profile, and the forms of each relationship."""

    id: str
    title: str
    kind: Survey
    purpose: str
    state: str
    policy: Policy
    policy_hash: str
    opens_at: datetime
    closes_at: datetime
    grace_hours: int
    released_at: datetime | None
    grade: Grade
    profile: RoleProfile
    overlays: Mapping[str, Strings]
    forms: Mapping[Relationship, Form]
    n_asked: Mapping[Relationship, int]
    instrument: Mapping[str, Any]
    is_rehearsal: bool = False

    @property
    def named_until(self) -> date | None:
        """Give the retention date of the named answers; a rehearsal goes as a whole, and sooner."""
        if self.is_rehearsal:
            return None
        return kept_until(self.closes_at, self.grace_hours, self.policy.retention_days)

    def items(self) -> tuple[ItemSpec, ...]:
        """List the lines that were really asked, with who was asked; a line left out at launch is not there."""
        asked = {name: {line.item for line in form.lines} for name, form in self.forms.items()}
        specs = []
        for spec in item_specs(self.profile, self.kind):
            relationships = tuple(name for name in RELATIONSHIPS if spec.item in asked.get(name, ()))
            if relationships:
                specs.append(
                    ItemSpec(spec.item, spec.accomplishment, spec.weight, spec.target, relationships)
                )
        return tuple(specs)

    def accomplishments(self) -> tuple[AccomplishmentSpec, ...]:
        """List the accomplishments that have a line in this cycle, in profile order."""
        used = {spec.accomplishment for spec in self.items()}
        return tuple(spec for spec in accomplishment_specs(self.profile) if spec.accomplishment in used)

    def scale(self) -> Scale:
        """Give the scale every line is rated on."""
        values = [
            value
            for form in self.forms.values()
            for scale in form.scales
            for value, _ in scale.points
            if isinstance(value, int)
        ]
        return Scale(min(values), max(values)) if values else Scale()

    def texts(self, locale: str) -> "CycleTexts":
        """Give every text of the cycle for a reader of `locale`."""
        return CycleTexts(self, locale)


class CycleTexts:
    """The texts of a cycle in a reader's language, each falling back to the language it was written in."""

    def __init__(self, cycle: CycleFacts, locale: str) -> None:
        self._locale = locale
        self._source = cycle.profile.profile.locale
        self._profile = translatable_texts(cycle.profile)
        self._strings = cycle.overlays.get(locale, {})
        self._lines = {line.item: line.text for form in cycle.forms.values() for line in form.lines}
        self._questions = {
            question.id: question.text for form in cycle.forms.values() for question in form.open
        }
        # As others were asked; the own words for oneself only where nobody else is asked.
        for _, form in sorted(cycle.forms.items(), key=lambda one: one[0] != "self"):
            if form.note is not None:
                self._questions[NOTES] = form.note.text
        self._titles = {
            section.id: section.title for form in cycle.forms.values() for section in form.sections
        }
        self._scales = [scale for form in cycle.forms.values() for scale in form.scales]
        self._instrument = cycle.instrument

    def scale_points(self) -> tuple[tuple[int, Said], ...]:
        """Give the labelled points of the rating scale, lowest first."""
        points = self._scales[0].points if self._scales else ()
        return tuple((value, self._pick(label)) for value, label in points if isinstance(value, int))

    def profile(self, key: str) -> Said:
        """Give a text of the profile by its overlay key, as `A1.title`; empty where the profile says nothing."""
        if key in self._strings and self._locale != self._source:
            return _said(self._strings[key], self._locale)
        return _said(self._profile.get(key, ""), self._source)

    def title(self, accomplishment: str) -> Said:
        """Give the title of an accomplishment as raters read it."""
        return self._pick(self._titles[accomplishment])

    def line(self, item: str) -> Said:
        """Give a line as raters read it."""
        return self._pick(self._lines[item])

    def question(self, question: str) -> Said:
        """Give an open question."""
        return self._pick(self._questions[question])

    def question_ids(self) -> tuple[str, ...]:
        """List the open questions in form order."""
        return tuple(self._questions)

    def opener(self, gap: str) -> Said | None:
        """Give the instrument's opening sentence for a kind of conversation; None when it has none."""
        for block in self._instrument.get("gaps", ()):
            if block["id"] == gap:
                return self._pick(block["opener"])
        return None

    def _pick(self, texts: Mapping[str, str]) -> Said:
        found = next(name for name in (self._locale, self._source, *texts) if name in texts)
        return _said(texts[found], found)


async def find_cycle_facts(cycle_id: str) -> CycleFacts | None:
    """Find a cycle with all that was frozen at its launch."""
    cycle = await Cycle.get_or_none(id=cycle_id).select_related("profile_version", "instrument")
    if cycle is None:
        return None
    rows = await CycleForm.filter(cycle_id=cycle_id).select_related("form")
    version = cycle.profile_version
    profile = profile_from_document(version.document)
    by_name = {row.relationship: row for row in rows}
    asked = [name for name in RELATIONSHIPS if name in by_name]
    return CycleFacts(
        id=cycle.id,
        title=cycle.title,
        kind=as_survey(cycle.kind),
        purpose=cycle.purpose,
        state=cycle.state,
        policy=policy_from_document(cycle.policy),
        policy_hash=cycle.policy_hash,
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        grace_hours=cycle.grace_hours,
        released_at=cycle.released_at,
        grade=grade(profile),
        profile=profile,
        overlays=version.overlays,
        forms={name: form_from_document(by_name[name].form.document) for name in asked},
        n_asked={name: by_name[name].n_asked for name in asked},
        instrument=cycle.instrument.document,
        is_rehearsal=cycle.is_rehearsal,
    )


def _said(text: str, lang: str) -> Said:
    return Said(text, lang, direction(lang))

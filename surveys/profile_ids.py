"""Ids of a profile that came without them: the one its text had before, or a new one that was never used."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from surveys.profile_checks import element_ids
from surveys.profile_file import canonical_document
from surveys.profile_schema import RoleProfile
from surveys.table import likeness

LINE_PREFIX = "L"
_NUMBERED = re.compile(r"([A-Za-z]+)(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """What earlier versions of a profile used: every id ever, and which text of the newest has which id."""

    used: tuple[str, ...] = ()
    by_text: Mapping[str, str] = field(default_factory=dict)
    effective_from: date | None = None
    review_due: date | None = None


def known_ids(versions: Sequence[RoleProfile]) -> KnownIds:
    """Gather the ids of all stored versions of one profile, the newest last."""
    if not versions:
        return KnownIds()
    newest = versions[-1]
    used = {one for version in versions for one in _ids(version)}
    return KnownIds(
        used=tuple(sorted(used)),
        by_text=dict(_texts(newest)),
        effective_from=newest.profile.effective_from,
        review_due=newest.profile.review_due,
    )


def key_of(kind: str, *texts: str | None) -> str:
    """Write what tells two elements apart: kind, the id of what they belong to, and their words."""
    return "|".join([kind, *(likeness(text or "") for text in texts)])


def line_keys(element: str, expect: str | None, observe: str | None) -> tuple[str, ...]:
    """Write the keys of a line, the surest first: one wording that stayed is enough to know it again."""
    keys = [key_of("line", element, expect, observe)]
    if expect:
        keys.append(key_of("expect", element, expect))
    if observe:
        keys.append(key_of("observe", element, observe))
    return tuple(keys)


class IdMaker:
    """Gives ids to what has none; an id that was ever used is never given to something else."""

    def __init__(self, known: KnownIds, explicit: Iterable[str]) -> None:
        self._known = known
        self._explicit = frozenset(explicit)
        self._used = {*known.used, *self._explicit}
        self._given: set[str] = set()

    def make(self, keys: Sequence[str], prefix: str, *, digits: int = 1) -> str:
        """Give the id that one of the keys had before, else the next number after a prefix."""
        for key in keys:
            before = self._known.by_text.get(key)
            if before is not None and before not in self._given and before not in self._explicit:
                self._given.add(before)
                return before
        found = f"{prefix}{self._highest(prefix) + 1:0{digits}d}"
        self._used.add(found)
        return found

    def line_prefix(self, lines: Iterable[str]) -> str:
        """Give the letters that most lines of the file start with, else most lines of the version before."""
        before = (one for key, one in self._known.by_text.items() if key.startswith("line|"))
        matches = [_NUMBERED.fullmatch(line) for line in lines] or [
            _NUMBERED.fullmatch(one) for one in before
        ]
        letters = Counter(match[1] for match in matches if match is not None)
        return letters.most_common(1)[0][0] if letters else LINE_PREFIX

    def _highest(self, prefix: str) -> int:
        numbers = (one.removeprefix(prefix) for one in self._used if one.startswith(prefix))
        return max((int(number) for number in numbers if number.isascii() and number.isdecimal()), default=0)


def _ids(profile: RoleProfile) -> Iterator[str]:
    document = canonical_document(profile)
    yield from (identifier for identifier, _ in element_ids(document))
    yield from (one.id for one in profile.items)
    yield from (one.id for one in profile.open_questions)
    yield from (one.id for one in profile.provenance.evidence)


def _texts(profile: RoleProfile) -> Iterator[tuple[str, str]]:
    for one in profile.accomplishments:
        yield key_of("accomplishment", one.title), one.id
        for task in one.tasks:
            yield key_of("task", one.id, task.title), task.id
        for criterion in one.criteria:
            yield key_of("figure", one.id, criterion.text), criterion.id
        for barrier in one.barriers:
            yield key_of("barrier", one.id, barrier.text), barrier.id
    for thought in profile.mental_models:
        yield key_of("thought", thought.text), thought.id
    for item in profile.items:
        for key in line_keys(item.element, item.expect, item.observe):
            yield key, item.id
    for question in profile.open_questions:
        yield key_of("question", question.text), question.id
    for evidence in profile.provenance.evidence:
        yield key_of("evidence", evidence.kind, evidence.performer), evidence.id

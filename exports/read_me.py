"""The first page of every result workbook: purpose and promise word for word, and how its numbers were made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from exports.cells import CellValue
from exports.sheets import Line, Page, Section, Table
from exports.words import CycleKind, ProfileGrade, Words
from scoring.values import Relationship, ReleasePolicy, Scale

MIN_EXEMPLARS = 5  # the release gate shows no baseline under it; printed, not applied, here


@dataclass(frozen=True, slots=True)
class Promise:
    """What the raters of one relationship were told before their first answer, word for word."""

    relationship: Relationship
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """The role profile the form was made from."""

    id: str
    title: str
    version: str
    grade: ProfileGrade


@dataclass(frozen=True, slots=True)
class CycleInfo:
    """What both workbooks say about their cycle; everything in it was frozen at launch or at closing."""

    organisation: str
    title: str
    kind: CycleKind
    purpose: str
    promises: tuple[Promise, ...]
    policy: ReleasePolicy
    scale: Scale
    profile: ProfileInfo
    opened_on: date
    deadline: date
    closed_on: date | None  # None while a clarity round whose pair is open goes on
    notice: str = ""  # a warning for every page: a rehearsal, or demo data


def read_me(
    cycle: CycleInfo, words: Words, *, heading: str, person: str, numbers: Sequence[str],
    tables: Sequence[Table], closing: Iterable[Section] = (),
) -> Page:  # fmt: skip
    """Lay out the page; `numbers` are the sentences that hold for this audience only."""
    page = words.page
    sections = (
        *told_sections(cycle, words),
        Section(page.withheld, tuple(Line("", text) for text in page.withheld_means)),
        Section(page.numbers, tuple(_number_lines(cycle, words, numbers))),
        about_section(cycle, words, person),
        *closing,
        sheets_section(tables, words),
    )
    subheading = page.results_of.format(cycle=cycle.title)
    return Page(words.sheets.read_me, heading, subheading, cycle.notice, sections)


def told_sections(cycle: CycleInfo, words: Words) -> tuple[Section, Section]:
    """Repeat the purpose and the promise, word for word."""
    page = words.page
    return (
        Section(page.purpose, (Line("", cycle.purpose),)),
        Section(page.promise, tuple(_promise_lines(cycle.promises, words))),
    )


def about_section(cycle: CycleInfo, words: Words, person: str) -> Section:
    """Name the cycle, its profile and its dates."""
    return Section(words.page.about, tuple(_about_lines(cycle, words, person)))


def sheets_section(tables: Iterable[Table], words: Words) -> Section:
    """List the sheets with what stands on each."""
    return Section(words.page.sheets, tuple(Line(table.title, table.meaning) for table in tables))


def _promise_lines(promises: Iterable[Promise], words: Words) -> Iterable[Line]:
    for promise in promises:
        for number, text in enumerate(promise.lines):
            yield Line(words.groups[promise.relationship] if number == 0 else "", text)


def _number_lines(cycle: CycleInfo, words: Words, numbers: Sequence[str]) -> Iterable[Line]:
    policy = cycle.policy
    places = {
        "low": cycle.scale.low,
        "top": cycle.scale.top,
        "k": policy.k,
        "k_hr": policy.k_hr,
        "k_comments": policy.k_comments,
        "min_commenters": policy.min_commenters,
        "k_baseline": MIN_EXEMPLARS,
    }
    for text in (*words.page.numbers_made, words.page.small_groups[policy.small_groups], *numbers):
        yield Line("", text.format(**places))


def _about_lines(cycle: CycleInfo, words: Words, person: str) -> Iterable[Line]:
    page, profile = words.page, cycle.profile
    pairs: list[tuple[str, CellValue]] = [
        (page.organisation, cycle.organisation),
        (page.cycle, cycle.title),
        (page.kind, words.kinds[cycle.kind]),
        (page.profile, f"{profile.title} ({profile.id} {profile.version})"),
        (page.grade, words.grades[profile.grade]),
        (page.opened_on, cycle.opened_on),
        (page.deadline, cycle.deadline),
    ]
    if cycle.closed_on is not None:
        pairs.append((page.closed_on, cycle.closed_on))
    if person:
        pairs.insert(0, (page.person, person))
    return [Line(label, value) for label, value in pairs]

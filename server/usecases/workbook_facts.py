"""What the workbooks of a person and of HR have in common: the reader, the file, and the first page's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from exports.read_me import CycleInfo, ProfileInfo, Promise
from scoring.values import Relationship
from server.words import translate
from surveys.forms import direction
from surveys.policy import release_policy
from surveys.promises import ISOLATE, POP, Viewers, promise_lines
from surveys.queries_cycle_facts import CycleFacts, CycleTexts
from surveys.queries_results import Closing, InstallationFacts


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a workbook is for: the language, and the time zone of moments in messages."""

    locale: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A finished workbook and the name it is saved under."""

    file_name: str
    data: bytes


def cycle_info(
    cycle: CycleFacts,
    closing: Closing,
    reader: Reader,
    installation: InstallationFacts,
    *,
    ratee_name: str,
    viewers: Viewers,
) -> CycleInfo:
    """Give what both workbooks say about their cycle, its promise word for word."""
    told = {
        one: promise_lines(cycle.policy, one, locale=reader.locale, ratee_name=ratee_name, viewers=viewers)
        for one in cycle.forms
    }
    return info_of(cycle, reader, installation, kind="feedback360", told=told, closed_on=closing.closed_on)


def info_of(
    cycle: CycleFacts,
    reader: Reader,
    installation: InstallationFacts,
    *,
    kind: Literal["clarity", "feedback360"],
    told: Mapping[Relationship, Sequence[str]],
    closed_on: date | None,
) -> CycleInfo:
    """Give what every workbook says of its cycle; `told` holds the promise by whom it was made to."""
    header = cycle.profile.profile
    return CycleInfo(
        organisation=installation.organisation,
        title=cycle.title,
        kind=kind,
        purpose=cycle.purpose,
        promises=tuple(Promise(one, plain_lines(lines, reader.locale)) for one, lines in told.items()),
        policy=release_policy(cycle.policy),
        scale=cycle.scale(),
        profile=ProfileInfo(
            header.id, cycle.texts(reader.locale).profile("profile.title").text, header.version, cycle.grade
        ),
        opened_on=cycle.opens_at.date(),
        deadline=cycle.closes_at.date(),
        closed_on=closed_on,
        notice=translate(reader.locale, "workbook.demo_notice") if installation.is_demo else "",
    )


def known_names(people: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Name the people who are still known."""
    return tuple(names[person] for person in people if person in names)


def title_of(accomplishment: str | None, texts: CycleTexts) -> str:
    """Title a line's accomplishment; a mental model has none."""
    return texts.title(accomplishment).text if accomplishment else ""


def plain_lines(lines: Sequence[str], locale: str) -> tuple[str, ...]:
    """Give the lines of a promise as a sheet shows them."""
    # Spreadsheets draw the isolates of a left-to-right text as boxes in some fonts; there they order nothing.
    if direction(locale) == "rtl":
        return tuple(lines)
    return tuple(line.replace(ISOLATE, "").replace(POP, "") for line in lines)

"""What the workbooks of a person and of HR have in common: the reader, the file, and the first page's facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exports.read_me import CycleInfo, ProfileInfo, Promise
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
    header = cycle.profile.profile
    promises = tuple(
        Promise(
            relationship,
            plain_lines(
                promise_lines(
                    cycle.policy, relationship, locale=reader.locale, ratee_name=ratee_name, viewers=viewers
                ),
                reader.locale,
            ),
        )
        for relationship in cycle.forms
    )
    return CycleInfo(
        organisation=installation.organisation,
        title=cycle.title,
        kind="feedback360",
        purpose=cycle.purpose,
        promises=promises,
        policy=release_policy(cycle.policy),
        scale=cycle.scale(),
        profile=ProfileInfo(
            header.id, cycle.texts(reader.locale).profile("profile.title").text, header.version, cycle.grade
        ),
        opened_on=cycle.opens_at.date(),
        deadline=cycle.closes_at.date(),
        closed_on=closing.closed_on,
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

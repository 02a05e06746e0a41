"""The books of a clarity round: one pair's for its two people, and HR's counts over large groups."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

from babel.dates import format_date

from exports.books import ClosingCounts
from exports.clarity_books import ClarityHrBook, ClassCounts, PairBook, PairBookRow, PulseRow
from exports.file_names import safe_file_name
from exports.languages import words_for
from exports.making import make_pair_workbook
from exports.read_me import CycleInfo
from exports.words import Part
from scoring.estimate import band_of
from scoring.values import Band, ReleasedCell, Scale, Withheld
from server.clock import Clock
from server.errors import Problem, not_found
from server.usecases.clarity_viewers import results_for
from server.usecases.gaps import pair_page
from server.usecases.gaps_values import GapLine, PairPage
from server.usecases.workbook_facts import Reader, Workbook, info_of
from server.words import translate
from surveys.expectations import PRECEDENCE, GapClass
from surveys.keeper import Keeper
from surveys.promises import PairNames, pair_promise
from surveys.queries_cycle_facts import CycleFacts, find_cycle_facts
from surveys.queries_pairs import ClarityResults, PulseValue
from surveys.queries_results import Closing, load_closing, load_installation

COUNTED: tuple[GapClass, ...] = (*PRECEDENCE, "strength", "aligned", "out_of_scope")


async def pair_workbook(
    cycle_id: str, employee: str, viewer: str, *, keeper: Keeper, reader: Reader, clock: Clock
) -> Workbook:
    """Make the workbook of a pair for one of its two people.

    Raises Problem 404 for everybody else, 409 while the views are not open.
    """
    pair = await pair_page(cycle_id, employee, viewer, keeper=keeper, locale=reader.locale, clock=clock)
    cycle = await find_cycle_facts(cycle_id)
    if cycle is None:
        raise not_found()
    if pair.state == "over":
        title = translate(reader.locale, "gaps.over_title")
        day = format_date(pair.kept_until, "d MMM y", locale=reader.locale)
        raise Problem(409, "named_over", title, translate(reader.locale, "gaps.over", day=day))
    if pair.state == "lost":
        title = translate(reader.locale, "gaps.lost_title")
        raise Problem(409, "pair_lost", title, translate(reader.locale, "gaps.lost"))
    if not pair.lines:
        title = translate(reader.locale, "gaps.waiting_title")
        raise Problem(409, "not_open", title, translate(reader.locale, "gaps.blind"))
    closing = await load_closing(cycle_id)
    names = PairNames(
        employee=pair.employee_name,
        manager=pair.manager_name,
        asks_pulse=bool(cycle.forms["self"].pulse),
    )
    book = PairBook(
        cycle=await _cycle_info(cycle, reader, names, None if closing is None else closing.closed_on),
        employee_name=pair.employee_name,
        manager_name=pair.manager_name,
        summary=_summary(pair, reader),
        rows=tuple(_pair_row(line, pair) for line in pair.lines.values()),
        words=words_for(reader.locale),
    )
    name = translate(reader.locale, "workbook.file_own", cycle=cycle.title, name=pair.employee_name)
    return Workbook(safe_file_name(name), await make_pair_workbook(book))


async def clarity_hr_book(cycle: CycleFacts, closing: Closing, reader: Reader, viewer: str) -> ClarityHrBook:
    """Gather what one person of HR may see of a closed clarity round; an empty viewer is the operator's shell."""
    results = await results_for(cycle.id, viewer) or ClarityResults(5, (), (), (), ())
    texts = cycle.texts(reader.locale)
    role = texts.profile("profile.title").text
    words = words_for(reader.locale)
    names = PairNames(
        employee=translate(reader.locale, "workbook.person_rated"),
        manager=words.groups["manager"],
        asks_pulse=bool(cycle.forms["self"].pulse),
    )
    gaps = {block["id"]: block["name"] for block in cycle.instrument["gaps"]}
    return ClarityHrBook(
        cycle=await _cycle_info(cycle, reader, names, closing.closed_on),
        closing=ClosingCounts(
            counted=closing.n_counted,
            unfinished=closing.n_unfinished,
            empty=closing.n_empty,
            orphans=closing.n_orphans,
            unreadable=closing.n_unreadable,
        ),
        groups_invited=cycle.n_asked,
        classes=tuple((gap, gaps[gap].get(reader.locale) or gaps[gap]["en"]) for gap in COUNTED),
        blocks=(
            *(ClassCounts(role, block.units, block.n_pairs, block.counts) for block in results.groups),
            *(ClassCounts(role, units, None, {}) for units in results.withheld),
        ),
        pulse=tuple(_pulse_rows(cycle, results, role, reader.locale)),
        words=words,
    )


def mean_of(value: PulseValue | None) -> Fraction | Band | Withheld:
    """Give the mean of a statement in one block, the range at an end of the scale, or that it is withheld."""
    if value is None:
        return Withheld()
    if value.total is not None:
        return Fraction(value.total, value.n)
    band: Literal["low", "high"] = "high" if value.band == "high" else "low"
    return band_of(ReleasedCell("", "peer", value.item, value.n, None, band), Scale())


def _pulse_rows(cycle: CycleFacts, results: ClarityResults, role: str, locale: str) -> list[PulseRow]:
    statements = {one.id: one.text for one in cycle.forms["self"].pulse}
    rows = [
        PulseRow(
            role,
            block.units,
            _text(statements[item], locale),
            Withheld() if value is None else value.n,
            mean_of(value),
        )
        for block in results.pulse
        for item, value in block.items.items()
    ]
    for units in results.pulse_withheld:
        rows += [
            PulseRow(role, units, _text(text, locale), Withheld(), Withheld()) for text in statements.values()
        ]
    return rows


def _text(texts: Mapping[str, str], locale: str) -> str:
    return texts.get(locale) or next(iter(texts.values()))


async def _cycle_info(
    cycle: CycleFacts, reader: Reader, names: PairNames, closed_on: date | None
) -> CycleInfo:
    told = {side: pair_promise(cycle.policy, side, locale=reader.locale, names=names) for side in cycle.forms}
    return info_of(cycle, reader, await load_installation(), kind="clarity", told=told, closed_on=closed_on)


def _summary(pair: PairPage, reader: Reader) -> str:
    if pair.gaps is None:
        return ""
    return translate(
        reader.locale,
        "gaps.summary",
        n=pair.gaps.shared_expectations,
        of=pair.gaps.in_scope,
        top3=pair.gaps.shared_top3,
    )


def _pair_row(line: GapLine, pair: PairPage) -> PairBookRow:
    part, place = _part(line, pair)
    return PairBookRow(
        item=line.item,
        section="" if line.section_title is None else line.section_title.text,
        line=line.text.text,
        part=part,
        place=place,
        gap=line.gap.name.text,
        also=tuple(gap.name.text for gap in line.also),
        is_high=line.severity == "high",
        opener=line.gap.opener.text,
        employee={facet.id: facet.employee for facet in line.facets},
        manager={facet.id: facet.manager for facet in line.facets},
        barriers=line.chips,
        teach_back=line.written.teach_back,
        comment=line.written.comment,
        own_way=line.written.own_way,
    )


def _part(line: GapLine, pair: PairPage) -> tuple[Part, int]:
    if pair.gaps is None:
        return "waiting", 0
    if line.item == pair.gaps.open_with_strength:
        return "strength", 1
    if line.item in pair.gaps.agenda:
        return "now", pair.gaps.agenda.index(line.item) + 1
    if line.item in pair.gaps.parked:
        return "parked", pair.gaps.parked.index(line.item) + 1
    return ("left_out" if line.gap.id == "out_of_scope" else "shared"), 0

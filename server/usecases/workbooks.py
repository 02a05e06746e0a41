"""Workbooks: a person's own results, the same for the viewers fixed at launch, and HR's view of a whole cycle."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import get_args

from tortoise.backends.base.client import BaseDBAsyncClient

from exports.books import ClosingCounts, HrBook, HrItem, Person, RateeBook
from exports.file_names import safe_file_name
from exports.languages import words_for
from exports.making import make_clarity_hr_workbook, make_hr_workbook, make_ratee_workbook
from scoring.audience import hr_rollup, hr_view
from scoring.gaps import Words
from scoring.values import BaselineCell, ItemSpec, Reference, ReleasedComment
from server.clock import Clock, today
from server.errors import Problem, not_found
from server.usecases.clarity_books import clarity_hr_book
from server.usecases.report_numbers import Scored, load_scored
from server.usecases.reports import view_scored
from server.usecases.workbook_facts import Reader, Workbook, cycle_info, known_names, title_of
from server.words import day_words, moment_words, translate
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.policy import release_policy
from surveys.promises import Viewers
from surveys.queries_access import RELEASED_STATES
from surveys.queries_cycle_facts import CycleFacts, CycleTexts, find_cycle_facts
from surveys.queries_results import (
    Closing,
    RateeFacts,
    is_as_closed,
    list_ratees,
    load_baseline,
    load_closing,
    load_installation,
    load_release,
    names_of,
)

SENTENCES: tuple[str, ...] = get_args(Words)


async def own_workbook(cycle: str, person: str, *, keeper: Keeper, reader: Reader, clock: Clock) -> Workbook:
    """Make the workbook of the own report.

    Raises Problem 404 when there is no report.
    """
    scored = await load_scored(cycle, person, keeper=keeper, today=today(clock))
    return await _ratee_workbook(scored, scored.comments, reader)


async def viewed_workbook(
    cycle: str, ratee: str, viewer: str, *, keeper: Keeper, reader: Reader, clock: Clock
) -> Workbook:
    """Make the workbook of a report for someone else, with what that person may see, and note the download.

    Raises Problem 404 as the page does.
    """
    viewed = await view_scored(cycle, ratee, viewer, keeper=keeper, action="workbook.downloaded", clock=clock)
    return await _ratee_workbook(viewed.scored, viewed.comments, reader)


async def hr_workbook_bytes(cycle: str, *, viewer: str, locale: str, keeper: Keeper, clock: Clock) -> bytes:
    """Make HR's workbook for the shell; see `cycle_workbook`."""
    return (
        await cycle_workbook(cycle, viewer, reader=Reader(locale, "UTC"), keeper=keeper, clock=clock)
    ).data


async def cycle_workbook(
    cycle_id: str, viewer: str, *, reader: Reader, keeper: Keeper, clock: Clock
) -> Workbook:
    """Make HR's workbook of a closed cycle from what this HR person was fixed to see at launch.

    An empty viewer is the operator at the shell, who gets what any HR person may see.
    Raises Problem 404 for a cycle that is not theirs, 409 while there is nothing to see yet, or when the stored
    results are not what the closing stored.
    """
    cycle = await find_cycle_facts(cycle_id)
    if cycle is None:
        raise not_found()
    ratees = tuple(ratee for ratee in await list_ratees(cycle_id) if _is_seen_by(viewer, ratee))
    closing = await load_closing(cycle_id)
    if cycle.state not in RELEASED_STATES or closing is None or cycle.released_at is None:
        raise _not_closed(cycle, reader)
    if cycle.kind == "clarity":
        counts = await clarity_hr_book(cycle, closing, reader, viewer)
        await _note(viewer, cycle_id, keeper, clock)
        name = translate(reader.locale, "workbook.file_hr", cycle=cycle.title)
        return Workbook(safe_file_name(name), await make_clarity_hr_workbook(counts))
    if not ratees:
        raise not_found()
    ready_at = cycle.released_at + timedelta(hours=cycle.policy.ratee_first_hours)
    if clock.now() < ready_at:
        raise _problem(reader, "ratees_first", "ratees_first", moment=_moment(ready_at, reader))
    if not await is_as_closed(cycle, closing):
        raise _problem(reader, "results_differ", "damaged")
    book = await _hr_book(cycle, closing, ratees, reader)
    await _note(viewer, cycle_id, keeper, clock)
    name = translate(reader.locale, "workbook.file_hr", cycle=cycle.title)
    return Workbook(safe_file_name(name), await make_hr_workbook(book))


async def _hr_book(
    cycle: CycleFacts, closing: Closing, ratees: Sequence[RateeFacts], reader: Reader
) -> HrBook:
    policy, texts = release_policy(cycle.policy), cycle.texts(reader.locale)
    release = await load_release(cycle, [ratee.id for ratee in ratees])
    role = texts.profile("profile.title").text
    return HrBook(
        cycle=cycle_info(
            cycle,
            closing,
            reader,
            await load_installation(),
            ratee_name=translate(reader.locale, "workbook.person_rated"),
            viewers=Viewers(),
        ),
        closing=ClosingCounts(
            counted=closing.n_counted,
            unfinished=closing.n_unfinished,
            empty=closing.n_empty,
            orphans=closing.n_orphans,
            unreadable=closing.n_unreadable,
        ),
        items=await _hr_items(cycle, texts),
        groups_invited=cycle.n_asked,
        people={ratee.id: Person(ratee.external_id, ratee.name, role) for ratee in ratees},
        cells=hr_view(release, policy),
        rollups=hr_rollup(
            release, roles={ratee.id: role for ratee in ratees}, policy=policy, scale=cycle.scale()
        ),
        words=words_for(reader.locale),
    )


async def _hr_items(cycle: CycleFacts, texts: CycleTexts) -> tuple[HrItem, ...]:
    baseline = await load_baseline(cycle.id)
    for_hr = {cell.item: cell for cell in baseline.cells if cell.item in baseline.for_hr}
    return tuple(
        HrItem(
            id=spec.item,
            text=texts.line(spec.item).text,
            accomplishment_id=spec.accomplishment or "",
            accomplishment=title_of(spec.accomplishment, texts),
            relationships=spec.relationships,
            reference=_reference(spec, for_hr.get(spec.item), baseline.n_exemplars.get(spec.item, 0)),
        )
        for spec in cycle.items()
    )


def _reference(spec: ItemSpec, cell: BaselineCell | None, n_exemplars: int) -> Reference:
    if cell is not None:
        return Reference("baseline", cell.mean, cell.n_exemplars)
    if spec.target is not None:
        return Reference("target", Fraction(spec.target), n_exemplars)
    return Reference("none", None, n_exemplars)


async def _ratee_workbook(scored: Scored, comments: tuple[ReleasedComment, ...], reader: Reader) -> Workbook:
    cycle, ratee = scored.cycle, scored.ratee
    texts = cycle.texts(reader.locale)
    specs = cycle.items()
    names = await names_of((*ratee.managers, *ratee.coaches))
    viewers = Viewers(managers=known_names(ratee.managers, names), coaches=known_names(ratee.coaches, names))
    book = RateeBook(
        cycle=cycle_info(
            cycle,
            scored.closing,
            reader,
            await load_installation(),
            ratee_name=ratee.name,
            viewers=viewers,
        ),
        person_name=ratee.name,
        report=scored.report,
        item_texts={spec.item: texts.line(spec.item).text for spec in specs},
        item_accomplishments={spec.item: spec.accomplishment for spec in specs if spec.accomplishment},
        accomplishment_titles={
            spec.accomplishment: title_of(spec.accomplishment, texts) for spec in cycle.accomplishments()
        },
        question_texts={question: texts.question(question).text for question in texts.question_ids()},
        sentences={word: translate(reader.locale, f"report.words.{word}") for word in SENTENCES},
        comments=comments,
        words=words_for(reader.locale),
        named_over=_named_over(scored, reader),
    )
    name = translate(reader.locale, "workbook.file_own", cycle=cycle.title, name=ratee.name)
    return Workbook(safe_file_name(name), await make_ratee_workbook(book))


def _named_over(scored: Scored, reader: Reader) -> str:
    if not scored.is_named_over or scored.cycle.named_until is None:
        return ""
    day = day_words(scored.cycle.named_until, reader.locale)
    return translate(reader.locale, "report.named_over", day=day)


def _is_seen_by(viewer: str, ratee: RateeFacts) -> bool:
    return viewer in ratee.hr if viewer else bool(ratee.hr)


def _moment(moment: datetime, reader: Reader) -> str:
    return moment_words(moment, reader.locale, reader.time_zone)


def _not_closed(cycle: CycleFacts, reader: Reader) -> Problem:
    if cycle.state == "abandoned":
        return _problem(reader, "cycle_ended", "ended")
    closes = cycle.closes_at + timedelta(hours=cycle.grace_hours)
    return _problem(reader, "not_closed", "not_yet", moment=_moment(closes, reader))


def _problem(reader: Reader, code: str, key: str, **parts: object) -> Problem:
    title = translate(reader.locale, f"workbook.{key}_title")
    return Problem(409, code, title, translate(reader.locale, f"workbook.{key}", **parts))


async def _note(viewer: str, cycle_id: str, keeper: Keeper, clock: Clock) -> None:
    async def body(tx: BaseDBAsyncClient) -> tuple[int, str]:
        return await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="workbook.downloaded",
            actor_id=viewer,
            object_id=cycle_id,
        )

    keeper.pin_audit(*await write_tx(body))

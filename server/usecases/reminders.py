"""Reminders: a wave has a row for every rater; who still has something open is decided when the mail goes out."""

from datetime import timedelta

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from server.usecases.sheets_found import is_answered
from surveys import sheet_store
from surveys.database import reader, write_tx
from surveys.form_cells import needs_of
from surveys.forms import from_document as form_from_document
from surveys.keeper import CycleIsClosed, Keeper, KeyMissing
from surveys.models.cycles import Assignment, Cycle, FormDocument
from surveys.models.work import OutboxMail, ReminderWave
from surveys.policy import from_document

# A wave before the deadline at each of these distances; the first only when the cycle is long enough for it.
WAVES = (timedelta(days=7), timedelta(days=2))
OPEN_STATES = ("open", "grace")


async def asks_everyone(person_id: str) -> bool:
    """Tell whether a wave is on in a cycle that promised to remind everyone: no sheet is opened then."""
    waves = await ReminderWave.filter(person_id=person_id).values_list("cycle_id", flat=True)
    asked = await Assignment.filter(
        rater_id=person_id, is_cancelled=False, cycle_id__in=[str(one) for one in waves], cycle__state="open"
    ).select_related("cycle")
    return any(from_document(row.cycle.policy).remind_all for row in asked)


async def has_open_sheet(person_id: str, *, keeper: Keeper) -> bool:
    """Tell whether a rater still has an unfinished sheet in any open cycle; the answer is stored nowhere.

    Cycles that promised to remind everyone are not looked into: nobody may learn from a mail that does not come.
    """
    rows = await Assignment.filter(
        rater_id=person_id, is_cancelled=False, cycle__state__in=OPEN_STATES
    ).select_related("cycle")
    for row in rows:
        if from_document(row.cycle.policy).remind_all:
            continue
        form = await FormDocument.get(hash=row.form)
        try:
            key = keeper.open_cycle(row.cycle.id)
        except (CycleIsClosed, KeyMissing):
            continue  # closing this moment, or a key that `doctor` reports: nothing can be finished there
        sheet_key = key.sheet(row.id, row.generation)
        place = (key.cycle, sheet_key.sheet_id)
        sealed = (await sheet_store.read(reader(), [place])).get(place)
        if sealed is None:
            continue
        needs = needs_of(form_from_document(form.document))
        if not is_answered(needs, sheet_key, sealed, cycle=row.cycle.id):
            return True
    return False


def wave_due(cycle: Cycle, clock: Clock) -> int | None:
    """Give the number of the wave that is due now, or None."""
    now = clock.now()
    due = None
    for number, distance in enumerate(WAVES, start=1):
        at = cycle.closes_at - distance
        if cycle.opens_at < at <= now < cycle.closes_at:
            due = number
    return due


async def start_due_waves(*, clock: Clock) -> int:
    """Write the rows of each wave that is due, once, with one mail a person over all tasks; give the number of mails."""
    n_mails = 0
    for cycle in await Cycle.filter(state="open"):
        wave = wave_due(cycle, clock)
        if wave is not None:
            n_mails += await _start_wave(cycle, wave, clock)
    return n_mails


async def _start_wave(cycle: Cycle, wave: int, clock: Clock) -> int:
    raters = (
        await Assignment.filter(cycle_id=cycle.id, is_cancelled=False)
        .distinct()
        .values_list("rater_id", flat=True)
    )

    async def body(tx: BaseDBAsyncClient) -> int:
        if await ReminderWave.filter(cycle_id=cycle.id, wave=wave).exists():
            return 0
        await ReminderWave.bulk_create(
            [
                ReminderWave(id=new_id(clock), cycle_id=cycle.id, wave=wave, person_id=str(rater))
                for rater in raters
            ]
        )
        waiting = set(
            await OutboxMail.filter(template="reminder", state="queued").values_list("person_id", flat=True)
        )
        mails = [
            OutboxMail(
                id=new_id(clock),
                person_id=str(rater),
                template="reminder",
                values={},
                state="queued",
                due_at=clock.now(),
            )
            for rater in raters
            if rater not in waiting
        ]
        await OutboxMail.bulk_create(mails)
        return len(mails)

    return await write_tx(body)


async def end_old_waves(*, clock: Clock) -> None:
    """Delete the rows of waves whose cycle is no longer open, and reminders that no wave calls for any more."""

    async def body(tx: BaseDBAsyncClient) -> None:
        still_open = await Cycle.filter(state="open").values_list("id", flat=True)
        await ReminderWave.exclude(cycle_id__in=[str(one) for one in still_open] or [""]).delete()
        waiting = await ReminderWave.all().distinct().values_list("person_id", flat=True)
        # A reminder that waited for a mail server that does not answer would tell who had something open.
        await (
            OutboxMail.filter(template="reminder")
            .exclude(person_id__in=[str(one) for one in waiting] or [""])
            .delete()
        )

    await write_tx(body)

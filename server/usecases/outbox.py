"""The outbox: claim what is due, send it, and forget it; a mail is never lost and at most once sent twice."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from server.clock import Clock, new_id
from server.mail import Letter, Mailer, MailFailed
from server.usecases.reminders import has_open_sheet
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Person
from surveys.models.work import OutboxMail

log = logging.getLogger("sightline.mail")
BATCH = 50
LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)
MAX_TRIES = 12
REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run of the outbox did."""

    n_sent: int
    n_not_needed: int
    n_put_off: int


async def queue_mail(
    person_id: str, template: str, values: dict[str, str], *, clock: Clock, due_in: timedelta = timedelta()
) -> None:
    """Put a mail into the outbox inside the caller's transaction."""
    await OutboxMail.create(
        id=new_id(clock),
        person_id=person_id,
        template=template,
        values=values,
        state="queued",
        due_at=clock.now() + due_in,
    )


async def send_due(*, mailer: Mailer, keeper: Keeper, clock: Clock) -> Sent:
    """Send what is due; without a mail server everything stays queued."""
    if not mailer.is_ready:
        return Sent(0, 0, 0)
    n_sent = n_not_needed = n_put_off = 0
    for row in await _claim(clock):
        person = await Person.get_or_none(id=row.person_id)
        if (
            person is None
            or not person.mail
            or (row.template == REMINDER and not await has_open_sheet(person.id, keeper=keeper))
        ):
            await _forget(row.id)
            n_not_needed += 1
            continue
        try:
            await mailer.send(_letter(person, row, mailer))
        except MailFailed as error:
            await _put_off(row, error, clock)
            n_put_off += 1
        else:
            await _forget(row.id)
            n_sent += 1
    return Sent(n_sent, n_not_needed, n_put_off)


def _letter(person: Person, row: OutboxMail, mailer: Mailer) -> Letter:
    domain = mailer.public_url.split("://", 1)[-1].split(":", 1)[0]
    parts = {str(key): str(value) for key, value in dict[Any, Any](row.values).items()}
    return Letter(
        person.name, person.mail, person.locale, row.template, parts, message_id=f"<{row.id}@{domain}>"
    )


async def _claim(clock: Clock) -> list[OutboxMail]:
    now = clock.now()

    async def body(tx: BaseDBAsyncClient) -> list[OutboxMail]:
        free = Q(leased_until=None) | Q(leased_until__lt=now)
        rows = (
            await OutboxMail.filter(free, state="queued", due_at__lte=now)
            .order_by("due_at", "id")
            .limit(BATCH)
        )
        await OutboxMail.filter(id__in=[row.id for row in rows]).update(leased_until=now + LEASE)
        return rows

    return await write_tx(body)


async def _forget(row_id: str) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        # A sent row would keep on saying who was written to.
        await OutboxMail.filter(id=row_id).delete()

    await write_tx(body)


async def _put_off(row: OutboxMail, error: MailFailed, clock: Clock) -> None:
    n_tries = row.n_tries + 1
    is_over = error.is_final or n_tries >= MAX_TRIES
    wait = min(FIRST_RETRY * 2 ** (n_tries - 1), LAST_RETRY)

    async def body(tx: BaseDBAsyncClient) -> None:
        await OutboxMail.filter(id=row.id).update(
            state="failed" if is_over else "queued",
            n_tries=n_tries,
            due_at=clock.now() + wait,
            leased_until=None,
            last_error=str(error)[:300],
        )

    await write_tx(body)
    log.warning("mail put off: %s", error, extra={"template": row.template, "n_tries": n_tries})

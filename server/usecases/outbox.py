"""The outbox: claim what is due, send it, and forget it; a mail is never lost and at most once sent twice."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id
from server.letter import Letter, Wording, is_daily
from server.mail import Mailer, MailFailed
from server.usecases.digest import REMINDER, daily_letter, needed_lines
from server.usecases.digest_claim import Claimed, claim_due
from server.usecases.digest_hours import load_mail_hours
from server.usecases.letters import load_logo, load_wordings
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Person
from surveys.models.work import OutboxMail

log = logging.getLogger("sightline.mail")
FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)
MAX_TRIES = 12


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run of the outbox did, counted in mails."""

    n_sent: int
    n_not_needed: int
    n_put_off: int


@dataclass(frozen=True, slots=True)
class _Looks:
    """What HR gave all letters."""

    wordings: Mapping[tuple[str, str], Wording]
    logo: bytes


async def queue_mail(
    person_id: str, template: str, values: dict[str, str], *, clock: Clock, due_in: timedelta = timedelta()
) -> None:
    """Put a mail into the outbox inside the caller's transaction.

    A template with `mail.<template>.line` is said in the person's daily mail, in their working hours; any other
    is a letter of its own (`.subject`, `.body`) that waits for nothing.
    """
    await OutboxMail.create(
        id=new_id(clock),
        person_id=person_id,
        template=template,
        values=values,
        state="queued",
        due_at=clock.now() + due_in,
    )


async def send_due(*, mailer: Mailer, keeper: Keeper, clock: Clock) -> Sent:
    """Send what is due, one mail a person and day besides what may not wait; without a mail server all stays queued."""
    if not mailer.is_ready:
        return Sent(0, 0, 0)
    claimed = await claim_due(await load_mail_hours(), clock=clock)
    if not claimed:
        return Sent(0, 0, 0)
    looks = _Looks(await load_wordings(), await load_logo())
    done = [await _deliver(one, looks, mailer=mailer, keeper=keeper, clock=clock) for one in claimed]
    return Sent(done.count("sent"), done.count("not needed"), done.count("put off"))


async def _deliver(claimed: Claimed, looks: _Looks, *, mailer: Mailer, keeper: Keeper, clock: Clock) -> str:
    person = await Person.get_or_none(id=claimed.rows[0].person_id)
    letter = None
    if person is not None and (person.mail or _own_address(claimed)):
        letter = await _letter(person, claimed, looks, mailer=mailer, keeper=keeper, clock=clock)
    if letter is None:
        await _forget(claimed)
        return "not needed"
    try:
        await mailer.send(letter)
    except MailFailed as error:
        await _put_off(claimed, error, clock)
        return "put off"
    await _forget(claimed)
    return "sent"


async def _letter(
    person: Person, claimed: Claimed, looks: _Looks, *, mailer: Mailer, keeper: Keeper, clock: Clock
) -> Letter | None:
    message_id = mailer.message_id(claimed.id)
    first = claimed.rows[0]
    if not is_daily(first.template):
        parts = {str(key): str(value) for key, value in dict(first.values).items()}
        address = _own_address(claimed) or person.mail
        return Letter(person.name, address, person.locale, first.template, parts, message_id=message_id)
    lines = await needed_lines(
        person, claimed.rows, organisation=mailer.organisation, keeper=keeper, clock=clock
    )
    if not lines:
        return None
    return daily_letter(person, lines, wordings=looks.wordings, logo=looks.logo, message_id=message_id)


def _own_address(claimed: Claimed) -> str:
    """Give the address a mail goes to in place of the person's: the old one hears that it was changed."""
    return str(dict(claimed.rows[0].values).get("to_mail", ""))


async def _forget(claimed: Claimed) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        # A sent row would keep on saying who was written to.
        await OutboxMail.filter(id__in=[row.id for row in claimed.rows]).delete()

    await write_tx(body)


async def _put_off(claimed: Claimed, error: MailFailed, clock: Clock) -> None:
    n_tries = claimed.rows[0].n_tries + 1
    is_over = error.is_final or n_tries >= MAX_TRIES
    wait = min(FIRST_RETRY * 2 ** (n_tries - 1), LAST_RETRY)
    mine = [row.id for row in claimed.rows]

    async def body(tx: BaseDBAsyncClient) -> None:
        if is_over:
            # Kept as failed it would tell for ever that this person still had something open.
            await OutboxMail.filter(id__in=mine, template=REMINDER).delete()
        await OutboxMail.filter(id__in=mine).update(
            state="failed" if is_over else "queued",
            n_tries=n_tries,
            due_at=clock.now() + wait,
            leased_until=None,
            last_error=str(error)[:300],
        )

    await write_tx(body)
    log.warning("mail put off: %s", error, extra={"n_lines": len(mine), "n_tries": n_tries})

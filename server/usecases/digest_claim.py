"""Take due mails out of the outbox for sending: one a person and day, in the person's working hours."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from server.clock import Clock, new_id
from server.letter import is_daily
from server.usecases.digest_hours import MailHours, local_day, next_mail_moment, zone_of
from surveys.database import lock_cycles, write_tx
from surveys.models.people import Person
from surveys.models.work import MailDay, OutboxMail

BATCH = 50  # mails
LOOKED_AT = 4 * BATCH
# Longer than a whole batch takes when every mail runs into the timeout of the mail server.
LEASE = timedelta(minutes=30)
LOCK = "outbox"


@dataclass(frozen=True, slots=True)
class Claimed:
    """The rows of one mail; tried again they stay together, under the same Message-ID."""

    id: str
    rows: tuple[OutboxMail, ...]


async def claim_due(hours: MailHours, *, clock: Clock) -> list[Claimed]:
    """Lease what may go out now; what has to wait for a person's morning is due then."""

    async def body(tx: BaseDBAsyncClient) -> list[Claimed]:
        await lock_cycles(tx, [LOCK], is_shared=False)  # two workers would give a person two mails a day
        now = clock.now()
        due = OutboxMail.filter(
            Q(leased_until=None) | Q(leased_until__lt=now), state="queued", due_at__lte=now
        ).order_by("due_at", "id")
        looked_at = await due.limit(LOOKED_AT)
        at_once = [row for row in looked_at if not is_daily(row.template)][:BATCH]
        claimed = defaultdict(list, {row.id: [row] for row in at_once})
        people = {row.person_id for row in looked_at if is_daily(row.template)}
        # All that is due for somebody, also what lies beyond the rows looked at: it is one mail.
        daily = [row for row in await due.filter(person_id__in=list(people)) if is_daily(row.template)]
        await _claim_daily(daily, claimed, hours, now, clock)
        for digest, some in claimed.items():
            await OutboxMail.filter(id__in=[row.id for row in some]).update(
                leased_until=now + LEASE, digest=digest
            )
        return [Claimed(digest, tuple(some)) for digest, some in claimed.items()]

    return await write_tx(body)


async def _claim_daily(
    rows: list[OutboxMail],
    claimed: dict[str, list[OutboxMail]],
    hours: MailHours,
    now: datetime,
    clock: Clock,
) -> None:
    by_person: dict[str, list[OutboxMail]] = defaultdict(list)
    for row in rows:
        by_person[row.person_id].append(row)
    people = {one.id: one for one in await Person.filter(id__in=list(by_person))}
    days = {one.person_id: one.sent_on for one in await MailDay.filter(person_id__in=list(by_person))}
    for person_id, some in by_person.items():
        if len(claimed) >= BATCH:
            return
        person = people.get(person_id)
        zone = zone_of(person.time_zone if person else "UTC")
        again = [row for row in some if row.digest]
        new = [row for row in some if not row.digest]
        next_at = next_mail_moment(now, zone, hours)
        if next_at > now:
            await _wait(some, next_at)
            continue
        for row in again:
            claimed[row.digest].append(row)
        if not new:
            continue
        today = local_day(now, zone)
        if days.get(person_id, today - timedelta(days=1)) >= today:
            await _wait(new, next_mail_moment(now, zone, hours, after=days[person_id]))
            continue
        digest = new_id(clock)
        claimed[digest] += new
        # Noted before anyone looks whether there is still something to say, so the day tells nothing about that.
        await MailDay.update_or_create(person_id=person_id, defaults={"sent_on": today})


async def _wait(rows: list[OutboxMail], due_at: datetime) -> None:
    await OutboxMail.filter(id__in=[row.id for row in rows]).update(due_at=due_at)

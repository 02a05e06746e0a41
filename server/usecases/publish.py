"""HR publishes a profile: its lines are delivered to who holds the role and to their managers, and the clock starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.errors import not_found
from surveys import audit, queries_notice
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Person
from surveys.models.profiles import Notice, ProfileVersion
from surveys.models.work import OutboxMail
from surveys.queries_notice import CurrentVersion, DeliveryRow

BATCH = 500


@dataclass(frozen=True, slots=True)
class Published:
    """How many were mailed, and who still has to get it on paper or open it on the phone."""

    n_mailed: int
    without: tuple[str, ...]


async def publish_profile(
    version_id: str, *, actor: str, is_mail_ready: bool, keeper: Keeper, clock: Clock
) -> Published:
    """Make a version the current one and deliver it by mail; who had it keeps the earlier day.

    The clock of the notice starts as the mail enters the outbox, in the same transaction. Without a mail server
    nothing is delivered: HR hands it over, or people open it. Raises Problem for an unknown version.
    """
    version = await queries_notice.find_version(version_id)
    if version is None:
        raise not_found()
    day = today(clock)
    rows = await queries_notice.list_deliveries_of(version.profile, version.version, day=day)

    async def body(tx: BaseDBAsyncClient) -> int:
        await ProfileVersion.filter(id=version_id).update(published_at=clock.now(), published_by_id=actor)
        n_mailed = await _deliver(version, rows, actor, clock) if is_mail_ready else 0
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            actor_id=actor,
            action="profile.published",
            object_id=version_id,
            detail=f"{version.profile} {version.version}, mailed to {n_mailed}",
        )
        return n_mailed

    n_mailed = await write_tx(body)
    without = [one.name for one in rows if not one.way and not (one.has_mail and is_mail_ready)]
    return Published(n_mailed, tuple(without))


async def deliver_to_newcomers(*, is_mail_ready: bool, clock: Clock) -> int:
    """Deliver each published profile to who came into the role, or to managing it, since; give how many were mailed."""
    n_mailed = 0
    if not is_mail_ready:
        return 0
    for version in (await queries_notice.current_versions()).values():
        rows = await queries_notice.list_deliveries_of(version.profile, version.version, day=today(clock))
        if any(_is_due(one) for one in rows):
            n_mailed += await _deliver_alone(version, rows, clock)
    return n_mailed


async def _deliver_alone(version: CurrentVersion, rows: Sequence[DeliveryRow], clock: Clock) -> int:
    # The publisher stands for it: the delivery follows from the publishing.
    return await write_tx(lambda tx: _deliver(version, rows, version.published_by, clock))


async def mark_seen(person_id: str, profile: str, version: str, *, clock: Clock) -> None:
    """Record the day a person opened a profile; where nothing was delivered before, opening it is the delivery."""
    day = today(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        same = Notice.filter(person_id=person_id, profile=profile, version=version)
        if await same.exists():
            await same.filter(seen_on=None).update(seen_on=day)
            return
        await Notice.create(
            id=new_id(clock),
            person_id=person_id,
            profile=profile,
            version=version,
            way="opened",
            delivered_on=day,
            seen_on=day,
            recorded_by_id=person_id,
        )

    await write_tx(body)


def _is_due(row: DeliveryRow) -> bool:
    return row.has_mail and not row.way


async def _deliver(
    version: CurrentVersion, rows: Sequence[DeliveryRow], recorded_by: str, clock: Clock
) -> int:
    """Write notice and mail for everyone the version did not reach yet; inside `write_tx` only."""
    due = [one for one in rows if _is_due(one)]
    ids = [one.person_id for one in due]
    same = Notice.filter(profile=version.profile, version=version.version)
    known = {str(one) for one in await same.filter(person_id__in=ids).values_list("person_id", flat=True)}
    due = [one for one in due if one.person_id not in known]
    locales = {one.id: one.locale for one in await Person.filter(id__in=ids).only("id", "locale")}
    await Notice.bulk_create(
        [_notice(version, one.person_id, recorded_by, today(clock), clock) for one in due], batch_size=BATCH
    )
    await OutboxMail.bulk_create([_mail(version, one, locales, clock) for one in due], batch_size=BATCH)
    return len(due)


def _notice(version: CurrentVersion, person_id: str, recorded_by: str, day: date, clock: Clock) -> Notice:
    return Notice(
        id=new_id(clock),
        person_id=person_id,
        profile=version.profile,
        version=version.version,
        way="mail",
        delivered_on=day,
        recorded_by_id=recorded_by,
    )


def _mail(version: CurrentVersion, row: DeliveryRow, locales: dict[str, str], clock: Clock) -> OutboxMail:
    role = version.titles.get(locales.get(row.person_id, ""), version.title)
    return OutboxMail(
        id=new_id(clock),
        person_id=row.person_id,
        template="notice" if row.is_holder else "notice_manager",
        values={"role": role},
        state="queued",
        due_at=clock.now(),
    )

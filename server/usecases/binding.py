"""How a person signs in may change while there is something only they may read: it waits, and they hear of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import F, Q

from server.clock import Clock, new_id
from server.errors import Problem, not_found
from server.usecases.outbox import queue_mail
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cards import Card, IdentityChange
from surveys.models.cycles import Assignment
from surveys.models.people import Grant, Person, Session, SignInCode
from surveys.queries_cards import ids_with_a_way_in, ids_with_something_to_read
from surveys.queries_cycles import RUNNING
from surveys.queries_people import ids_with_grant
from surveys.queries_shut import has_unconfirmed

WAIT = timedelta(hours=72)
SECOND_PERSON = Problem(
    409,
    "second_person",
    "Somebody else of HR must confirm this",
    "Whoever made the change cannot, nor who runs HR since that day only. Else it takes effect by itself after 72 hours.",
)
SETTLED = Problem(
    409, "settled", "This does not wait any more", "Load the page again to see where it stands."
)


@dataclass(frozen=True, slots=True)
class MailChange:
    """A mail address that was stored in place of another."""

    person_id: str
    before: str
    after: str


async def note_mail_changes(changes: Iterable[MailChange], *, actor: str, clock: Clock) -> None:
    """Let changed addresses wait where they would open something; inside the transaction that stores them."""
    listed = [one for one in changes if one.before != one.after]
    people = [one.person_id for one in listed]
    reading = await ids_with_something_to_read(people)
    carded = Card.filter(person_id__in=people, claimed_on__isnull=False)
    bound = {str(one) for one in await carded.values_list("person_id", flat=True)}
    waiting = {
        str(one.person_id): one  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
        for one in await IdentityChange.filter(person_id__in=people, state="waiting", kind="mail")
    }
    for change in listed:
        earlier = waiting.get(change.person_id)
        before = earlier.before if earlier is not None else change.before
        if earlier is not None:
            await IdentityChange.filter(id=earlier.id).update(state="withdrawn", before="")
        is_first = before == "" and change.person_id not in bound
        if change.person_id in reading and before != change.after and not is_first:
            await wait_for(change.person_id, "mail", before=before, actor=actor, clock=clock)
        else:
            # Nobody stays signed in by an address that was there for a while only.
            await _sign_out_of_mail(change.person_id)


async def wait_for(
    person_id: str, kind: str, *, actor: str, clock: Clock, before: str = "", card_id: str = ""
) -> None:
    """Put a change off and tell the person where they can still be reached; inside the caller's transaction."""
    now = clock.now()
    await IdentityChange.create(
        id=new_id(clock),
        person_id=person_id,
        kind=kind,
        before=before,
        card_id=card_id,
        made_by=actor,
        made_at=now,
        due_at=now + WAIT,
        state="waiting",
    )
    moving = await IdentityChange.filter(person_id=person_id, kind="mail", state="waiting").first()
    address = moving.before if moving is not None else (await Person.get(id=person_id)).mail
    if address:
        await queue_mail(person_id, f"identity_{kind}", {"to_mail": address}, clock=clock)


async def settle_due(now: datetime) -> None:
    """Let changes take effect whose time has come; inside the caller's transaction, before anybody is let in."""
    for change in await IdentityChange.filter(state="waiting", due_at__lte=now).order_by("made_at", "id"):
        await _take_effect(change, now)


async def find_by_address(address: str, now: datetime) -> Person | None:
    """Find who signs in with a mail address: while a change waits that is the old one."""
    moving = await IdentityChange.filter(state="waiting", kind="mail", due_at__gt=now).filter(
        Q(before=address) | Q(person__mail=address)
    )
    gone = {str(one.person_id) for one in moving if one.before != address}  # type: ignore[attr-defined]  # Tortoise's
    kept = {str(one.person_id) for one in moving if one.before == address}  # type: ignore[attr-defined]  # same
    if not address:
        return None
    found = await Person.filter(Q(mail=address) | Q(id__in=list(kept))).order_by("id")
    return next(
        (one for one in found if one.id not in gone and (one.left_at is None or one.left_at > now)), None
    )


async def confirm_change(change_id: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Take the word of a second person of HR: a change takes effect now, and what it kept shut opens. Raises Problem."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await settle_due(clock.now())
        change = await _found(change_id)
        is_in_effect = change.state == "effective" and not change.confirmed_by
        if change.state != "waiting" and not is_in_effect:
            raise SETTLED
        if not await _is_second_person(actor, change):
            raise SECOND_PERSON
        if not is_in_effect:
            await _take_effect(change, clock.now())
        await IdentityChange.filter(id=change.id).update(confirmed_by=actor)
        await _note(tx, "identity.confirmed", change, actor, keeper, clock)

    await write_tx(body)


async def withdraw_change(change_id: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Take a change back: the old address stands again, the new card ends. Raises Problem."""

    async def body(tx: BaseDBAsyncClient) -> None:
        change = await _waiting(change_id)
        await take_back(change, clock)
        keeper.note_revoked("change", [change.id])
        await _note(tx, "identity.withdrawn", change, actor, keeper, clock)

    await write_tx(body)


async def object_to_changes(person_id: str, *, keeper: Keeper, clock: Clock) -> int:
    """Take back what waits for a person, on their own word, and tell HR; give how much it was."""

    async def body(tx: BaseDBAsyncClient) -> int:
        waiting = await IdentityChange.filter(
            person_id=person_id, state="waiting", due_at__gt=clock.now()
        ).order_by("made_at")
        for change in waiting:
            await take_back(change, clock)
            keeper.note_revoked("change", [change.id])
            await _note(tx, "identity.refused", change, person_id, keeper, clock)
        if waiting:
            await tell_hr("identity_refused", person_id, clock=clock)
        return len(waiting)

    return await write_tx(body)


async def tell_hr(template: str, person_id: str, *, clock: Clock) -> None:
    """Write to everybody who runs HR about a person; inside the caller's transaction."""
    person = await Person.get(id=person_id)
    for one in sorted(await ids_with_grant("hr", day=clock.now().date())):
        await queue_mail(one, template, {"who": person.name, "about": person_id}, clock=clock)


async def has_way_in(person_id: str) -> bool:
    """Tell whether a person already signs in some other way."""
    return person_id in await ids_with_a_way_in([person_id])


async def mark_changed(person_id: str) -> None:
    """From now on nothing given before is shown to whoever signs in as this person; inside a transaction.

    What a shared phone keeps of them opens no more either.
    """
    await Person.filter(id=person_id).update(phone_generation=F("phone_generation") + 1)
    rows = Assignment.filter(rater_id=person_id, cycle__state__in=RUNNING, is_cancelled=False)
    ids = [str(one) for one in await rows.values_list("id", flat=True)]
    await Assignment.filter(id__in=ids).update(is_identity_changed=True)


async def note_card_used(card: Card, now: datetime) -> None:
    """A card in place of another way in is in effect from its first use; inside a transaction."""
    in_effect = IdentityChange.filter(card_id=card.id, state="effective")
    if await in_effect.exists():
        await in_effect.update(effective_at=now)
        return
    # Printed when there was no other way in, used when there is one.
    await IdentityChange.create(
        id=card.id,
        person_id=str(card.person_id),  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
        kind="card",
        card_id=card.id,
        made_by=card.made_by,
        made_at=now,
        due_at=now,
        state="effective",
        effective_at=now,
    )


async def _is_second_person(actor: str, change: IdentityChange) -> bool:
    """Neither who made the change nor who signs in by it, nor anybody whose own way in is in doubt or who is new."""
    older = Grant.filter(person_id=actor, role="hr", unit="", from_on__lt=change.made_at.date())
    concerned = (change.made_by, str(change.person_id))  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
    return actor not in concerned and await older.exists() and not await has_unconfirmed(actor)


async def _take_effect(change: IdentityChange, now: datetime) -> None:
    person_id = str(change.person_id)  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
    if change.kind == "mail":
        await mark_changed(person_id)
        await _sign_out_of_mail(person_id)
    # The old address has done its work; it is not kept longer than it signs in.
    at = now if change.kind == "mail" else None  # a card: when it is used
    await IdentityChange.filter(id=change.id).update(state="effective", before="", effective_at=at)


async def _sign_out_of_mail(person_id: str) -> None:
    await Session.filter(person_id=person_id, card_id="").delete()
    await SignInCode.filter(person_id=person_id).delete()


async def take_back(change: IdentityChange, clock: Clock) -> None:
    """Let the old address stand again, or end the new card; inside the caller's transaction."""
    if change.kind == "mail":
        await Person.filter(id=change.person_id).update(mail=change.before)  # type: ignore[attr-defined]  # same
    else:
        await Card.filter(id=change.card_id).update(ended_on=clock.now().date())
    await IdentityChange.filter(id=change.id).update(state="withdrawn", before="")


async def _found(change_id: str) -> IdentityChange:
    change = await IdentityChange.get_or_none(id=change_id)
    if change is None:
        raise not_found()
    return change


async def _waiting(change_id: str) -> IdentityChange:
    change = await _found(change_id)
    if change.state != "waiting":
        raise SETTLED
    return change


async def _note(
    tx: BaseDBAsyncClient, action: str, change: IdentityChange, actor: str, keeper: Keeper, clock: Clock
) -> None:
    await audit.record(
        tx,
        key=keeper.audit_key(),
        at=clock.now(),
        actor_id=actor,
        action=action,
        object_id=str(change.person_id),  # type: ignore[attr-defined]  # same
        detail=change.kind,
    )

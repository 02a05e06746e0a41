"""HR makes printed cards for people: a new one ends the old one, and its code is shown this once."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import F

from server.clock import Clock, new_id, today
from server.errors import Problem, not_found
from server.usecases.binding import wait_for
from server.usecases.mistakes import Mistake, Mistakes
from server.usecases.renew_tokens import renew_tokens
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cards import Card, IdentityChange
from surveys.models.people import Person, Session
from surveys.queries_cards import ids_with_a_way_in
from surveys.queries_people import is_here

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U, which are mistaken for others
CODE_LENGTH = 16  # 80 bits: nobody guesses one, and the stored hash tells nothing
DEFAULT_DAYS = 90
MOST_DAYS = 366
MOST_CARDS = 500
ALREADY_MADE = Problem(
    409,
    "cards_made",
    "These cards were made already",
    "Their codes are not kept here. If the print is lost, choose the people again: the new cards end those.",
)


@dataclass(frozen=True, slots=True)
class PrintedCard:
    """A card as it is printed, the only time its code is known."""

    name: str
    external_id: str
    unit: str
    locale: str
    code: str
    valid_until: date
    waits: bool  # for 72 hours or a second person of HR

    @property
    def groups(self) -> str:
        """Give the code as it is read aloud and typed."""
        return " ".join(self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def first_valid_until(day: date) -> str:
    """Give the day a form proposes."""
    return (day + timedelta(days=DEFAULT_DAYS)).isoformat()


def code_hash(code: str) -> str:
    """Give what is stored of a code."""
    return hashlib.sha256(f"card:{code}".encode()).hexdigest()


def new_code(clock: Clock) -> str:
    """Draw a code."""
    return "".join(ALPHABET[byte % 32] for byte in clock.random_bytes(CODE_LENGTH))


def short_name(name: str) -> str:
    """Give a name as a stranger who found the card may read it: Cleo F."""
    first, *rest = name.split()[:1] + name.split()[1:][-1:]
    return " ".join([first, *(f"{last[0]}." for last in rest)])


async def make_cards(
    person_ids: Sequence[str], *, valid_until: str, batch: str, actor: str, keeper: Keeper, clock: Clock
) -> tuple[PrintedCard, ...]:
    """Make a card for each person, in one transaction; the same page sent twice makes none again.

    Raises Mistakes by field, Problem when they were made already.
    """
    day = _valid_until(valid_until, today(clock))
    wanted = list(dict.fromkeys(person_ids))
    if not wanted or len(wanted) > MOST_CARDS:
        raise Mistakes({"person": Mistake("cards.mistake_nobody" if not wanted else "cards.mistake_many")})
    if not re.fullmatch(r"[0-9a-f]{32}", batch):
        raise ALREADY_MADE

    async def body(tx: BaseDBAsyncClient) -> tuple[PrintedCard, ...]:
        if await Card.filter(batch=batch).exists():
            raise ALREADY_MADE
        people = await Person.filter(is_here(today(clock)), id__in=wanted).order_by("name", "id")
        if len(people) != len(wanted):
            raise not_found()
        earlier = Card.filter(person_id__in=wanted, ended_on=None)
        keeper.note_revoked("card", [str(one) for one in await earlier.values_list("id", flat=True)])
        printed = await _make(people, day, batch, actor, clock)
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            actor_id=actor,
            action="cards.made",
            object_id=batch,
            detail=f"{len(printed)} cards, valid until {day.isoformat()}",
        )
        return printed

    return await write_tx(body)


async def end_card(card_id: str, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """End a card, and sign the phone out that it opened: it is lost. Raises Problem."""

    async def body(tx: BaseDBAsyncClient) -> None:
        card = await Card.get_or_none(id=card_id)
        if card is None:
            raise not_found()
        await cut_off(tx, card, keeper=keeper, clock=clock)
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            actor_id=actor,
            action="card.ended",
            object_id=card.id,
        )

    await write_tx(body)


async def cut_off(tx: BaseDBAsyncClient, card: Card, *, keeper: Keeper, clock: Clock) -> None:
    """End a card, its session and the tokens its phone holds; inside the caller's transaction."""
    keeper.note_revoked("card", [card.id])
    await Card.filter(id=card.id, ended_on=None).update(ended_on=today(clock))
    await IdentityChange.filter(card_id=card.id, state="waiting").update(state="withdrawn")
    if card.claimed_on is not None:
        await Session.filter(card_id=card.id).delete()
        person_id = str(card.person_id)  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
        await renew_tokens(tx, person_id, keeper=keeper)
        await Person.filter(id=person_id).update(phone_generation=F("phone_generation") + 1)


async def _make(
    people: Sequence[Person], day: date, batch: str, actor: str, clock: Clock
) -> tuple[PrintedCard, ...]:
    ids = [one.id for one in people]
    # A first card works at once; whoever can sign in already is told first and may object.
    waiting = await ids_with_a_way_in(ids)
    await Card.filter(person_id__in=ids, ended_on=None).update(ended_on=today(clock))
    await IdentityChange.filter(person_id__in=ids, kind="card", state="waiting").update(state="withdrawn")
    codes = {one.id: new_code(clock) for one in people}
    cards = [
        Card(
            id=new_id(clock),
            person_id=one.id,
            code_hash=code_hash(codes[one.id]),
            batch=batch,
            made_by=actor,
            made_on=today(clock),
            valid_until=day,
        )
        for one in people
    ]
    await Card.bulk_create(cards, batch_size=MOST_CARDS)
    for person, card in zip(people, cards, strict=True):
        if person.id in waiting:
            await wait_for(person.id, "card", card_id=card.id, actor=actor, clock=clock)
    return tuple(
        PrintedCard(one.name, one.external_id, one.unit, one.locale, codes[one.id], day, one.id in waiting)
        for one in people
    )


def _valid_until(text: str, day: date) -> date:
    try:
        until = date.fromisoformat(text.strip())
    except ValueError:
        raise Mistakes({"valid_until": Mistake("cards.mistake_day")}) from None
    if not day < until <= day + timedelta(days=MOST_DAYS):
        raise Mistakes({"valid_until": Mistake("cards.mistake_range", {"days": str(MOST_DAYS)})})
    return until

"""A printed card signs one phone in, once; a shared one again with a number. Who holds it may say: that was not me."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import F

from server.clock import Clock, today
from server.errors import Problem
from server.usecases.binding import has_way_in, mark_changed, note_card_used, settle_due, tell_hr
from server.usecases.cards import ALPHABET, CODE_LENGTH, code_hash, cut_off, short_name
from server.usecases.renew_tokens import renew_tokens
from server.usecases.sign_in import open_session, phone_key
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cards import Card, IdentityChange, WrongCodes
from surveys.models.people import Session

MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
WINDOW = timedelta(minutes=10)
PIN_WINDOW = timedelta(hours=1)
PIN_LENGTH = 6
IN_A_ROW = "01234567890 09876543210"
MOST_OF_ONE = 5
MOST_OF_ALL = 500
CARD_WRONG = Problem(
    422, "card_wrong", "No card has this code", "Look at the card again: 16 letters and digits.", "code"
)
CARD_NOT_READY = Problem(
    409, "card_not_ready", "This card cannot be used now", "Look at the card's page again."
)
TOO_MANY = Problem(
    429, "too_many", "Too many codes that are not right", "Wait ten minutes, then type it once more."
)
PIN_WANTED = Problem(
    422,
    "pin_wanted",
    "Choose another number",
    "Six digits that nobody guesses: not 123456, not 000000.",
    "pin",
)
PIN_WRONG = Problem(
    422,
    "pin_wrong",
    "This is not the number that goes with the card",
    "Type the six digits once more.",
    "pin",
)
PIN_TRIED = Problem(
    429, "pin_tried", "Too many numbers that are not right", "Wait an hour, or ask HR for a new card."
)
State = Literal["ready", "used", "waiting", "ended"]


@dataclass(frozen=True, slots=True)
class CardView:
    """What the holder of a card is told before anything happens."""

    state: State
    name: str
    locale: str
    used_on: date | None
    from_at: datetime | None  # while it waits
    has_pin: bool = False  # a used one that opens again with its number


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a session is for, as the phone needs it at once."""

    id: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A new session; `phone_key` locks what a shared phone keeps, and the phone forgets it at the end."""

    secret: str
    holder: Holder
    phone_key: str


def read_code(typed: str) -> str:
    """Give the code that was meant: groups, small letters, other digits and look-alikes are fine."""
    characters = (_ascii(one) for one in typed.upper())
    plain = "".join(one for one in characters if one.isalnum()).translate(MISREAD)
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else ""


async def look_at_card(typed: str, asker: str, *, clock: Clock) -> CardView:
    """Say whose card it is and whether it can be used; changes nothing but the count of wrong codes.

    Raises Problem `card_wrong` or `too_many`.
    """
    return await _view(await _find(typed, asker, clock), clock)


def read_pin(typed: str) -> str:
    """Give the six digits that were typed, in any script, or nothing."""
    digits = "".join(_ascii(one) for one in typed if not one.isspace())
    return digits if len(digits) == PIN_LENGTH and digits.isascii() and digits.isdigit() else ""


def is_guessed(pin: str) -> bool:
    """Tell whether a number is one of those that are tried first."""
    return len(set(pin)) < 3 or pin in IN_A_ROW


async def claim_card(
    typed: str, asker: str, *, is_shared: bool, pin: str, keeper: Keeper, clock: Clock
) -> Claimed:
    """Sign this phone in and use the card up; of two at once one gets it.

    A shared phone is signed in with a number the holder chooses: with it the same card opens again, for a shift.
    Raises Problem.
    """
    card = await _find(typed, asker, clock)
    number = read_pin(pin)
    seen = await _view(card, clock)
    if seen.has_pin:
        return await _open_again(card, number, keeper, clock)
    if seen.state == "ready" and is_shared and (not number or is_guessed(number)):
        raise PIN_WANTED
    secret = clock.random_bytes(32).hex()
    person = card.person

    async def body(tx: BaseDBAsyncClient) -> None:
        await settle_due(clock.now())
        if (await _view(card, clock)).state != "ready":
            raise CARD_NOT_READY
        is_bound = await has_way_in(person.id)
        taken = await Card.filter(id=card.id, claimed_on=None, ended_on=None).update(claimed_on=today(clock))
        if not taken:
            raise CARD_NOT_READY
        keeper.note_revoked("card", [card.id])
        if is_shared:
            await Card.filter(id=card.id).update(pin_hash=keeper.pin_hash(card.id, number))
        if is_bound:
            await _replace(tx, card, keeper, clock)
        await open_session(secret, person.id, now=clock.now(), card_id=card.id, is_shared=is_shared)

    await write_tx(body)
    return Claimed(secret, _holder(card), await phone_key(person.id, keeper=keeper) if is_shared else "")


async def dispute_card(typed: str, asker: str, *, keeper: Keeper, clock: Clock) -> None:
    """Take the card's word that somebody else used it: that phone is signed out, and HR hears of it. Raises Problem."""
    found = await _find(typed, asker, clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        card = await Card.get(id=found.id)
        if card.claimed_on is None or card.disputed_on is not None:
            return
        await Card.filter(id=card.id).update(disputed_on=today(clock))
        await cut_off(tx, card, keeper=keeper, clock=clock)
        await tell_hr("card_not_me", found.person.id, clock=clock)
        await audit.record(
            tx, key=keeper.audit_key(), at=clock.now(), action="card.disputed", object_id=card.id
        )

    await write_tx(body)


async def _replace(tx: BaseDBAsyncClient, card: Card, keeper: Keeper, clock: Clock) -> None:
    """The person could sign in before: nothing earlier is shown, and phones of earlier cards are signed out."""
    await mark_changed(card.person.id)
    await note_card_used(card, clock.now())
    earlier = Card.filter(person_id=card.person.id, claimed_on__isnull=False).exclude(id=card.id)
    ids = [str(one) for one in await earlier.values_list("id", flat=True)]
    if ids:
        await Session.filter(card_id__in=ids).delete()
        await renew_tokens(tx, card.person.id, keeper=keeper)


async def _open_again(card: Card, number: str, keeper: Keeper, clock: Clock) -> Claimed:
    secret = clock.random_bytes(32).hex()
    tries = hashlib.sha256(f"pin:{card.id}".encode()).hexdigest()

    async def body(tx: BaseDBAsyncClient) -> Problem | None:
        now = clock.now()
        spent = await WrongCodes.get_or_none(key=tries, ends_at__gt=now)
        if spent is not None and spent.n_wrong >= MOST_OF_ONE:
            return PIN_TRIED
        fresh = await Card.get(id=card.id).select_related("person")
        if not (await _view(fresh, clock)).has_pin:
            return CARD_NOT_READY
        if not hmac.compare_digest(fresh.pin_hash, keeper.pin_hash(card.id, number)):
            await _count(tries, now, PIN_WINDOW)
            return PIN_WRONG
        await WrongCodes.filter(key=tries).delete()
        await open_session(secret, card.person.id, now=now, card_id=card.id, is_shared=True)
        return None

    problem = await write_tx(body)
    if problem is not None:
        raise problem
    return Claimed(secret, _holder(card), await phone_key(card.person.id, keeper=keeper))


def _holder(card: Card) -> Holder:
    return Holder(card.person.id, card.person.name, card.person.locale)


async def _find(typed: str, asker: str, clock: Clock) -> Card:
    now = clock.now()
    mine = hashlib.sha256(f"asker:{asker}".encode()).hexdigest()
    wrong = {one.key: one.n_wrong for one in await WrongCodes.filter(key__in=[mine, "all"], ends_at__gt=now)}
    if wrong.get(mine, 0) >= MOST_OF_ONE:
        raise TOO_MANY
    code = read_code(typed)
    card = await Card.get_or_none(code_hash=code_hash(code)).select_related("person") if code else None
    if card is not None:
        # The budget bounds what wrong codes may cost; a right card opens whatever others are typing.
        return card
    if wrong.get("all", 0) >= MOST_OF_ALL:
        raise TOO_MANY
    await _count_wrong(mine, now)
    raise CARD_WRONG


async def _count_wrong(mine: str, now: datetime) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        for key in (mine, "all"):
            await _count(key, now, WINDOW)

    await write_tx(body)


async def _count(key: str, now: datetime, window: timedelta) -> None:
    await WrongCodes.filter(ends_at__lte=now).delete()
    await WrongCodes.get_or_create(key=key, defaults={"ends_at": now + window})
    await WrongCodes.filter(key=key).update(n_wrong=F("n_wrong") + 1)


async def _view(card: Card, clock: Clock) -> CardView:
    name, locale = short_name(card.person.name), card.person.locale
    now = clock.now()
    has_left = card.person.left_at is not None and card.person.left_at <= now
    is_over = card.ended_on is not None or card.valid_until < now.date() or has_left
    if card.claimed_on is not None:
        return CardView("used", name, locale, card.claimed_on, None, bool(card.pin_hash) and not is_over)
    if is_over:
        return CardView("ended", name, locale, None, None)
    waiting = await IdentityChange.filter(card_id=card.id, state="waiting", due_at__gt=now).first()
    if waiting is not None:
        return CardView("waiting", name, locale, None, waiting.due_at)
    return CardView("ready", name, locale, None, None)


def _ascii(character: str) -> str:
    """Arabic keyboards type other digits."""
    return str(int(character)) if character.isdecimal() else character

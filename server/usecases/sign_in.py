"""Sign in by a mailed 8-digit code, bound to the browser that asked."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q

from server.access import session_key
from server.clock import Clock
from server.errors import Problem
from server.letter import Letter
from server.usecases.binding import find_by_address, settle_due
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Grant, Person, Session, SignInCode

CODE_LIFE = timedelta(minutes=10)
MAX_TRIES = 5
MAX_CODES = 5  # for one address within the life of a code; with 5 tries each, 25 guesses at 100 million codes
LONG_DIGITS = 12  # of the one code after those: any browser that asked may type it, however often
MAX_WAITING = 5000  # codes of all addresses together; those of addresses nobody has make room
SESSION_LIFE = timedelta(days=14)
SHARED_SESSION_LIFE = timedelta(hours=8)  # a phone that others use too: a shift
STAFF_SESSION_LIFE = timedelta(hours=12)
CODE_WRONG = Problem(
    422, "code_wrong", "This code is not right", "Type the digits of the newest mail.", "code"
)
CODE_EXPIRED = Problem(
    422, "code_expired", "This code has ended", "Ask for a new one; it arrives within a minute.", "code"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking for a code gives: the secret for the asking browser, and the letter to send if the person exists."""

    asker: str
    letter: Letter | None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


async def ask_for_code(mail: str, *, clock: Clock) -> Asked:
    """Draw a code for a mail address; an unknown address does the same work and gets no mail.

    Nobody can keep the owner out by asking: after some codes one longer code is mailed, which works in every browser
    that asks for this address until it ends, and asking again mails nothing.
    """
    asker = clock.random_bytes(32).hex()
    digits = f"{int.from_bytes(clock.random_bytes(16)) % 10**LONG_DIGITS:0{LONG_DIGITS}d}"
    now = clock.now()
    wanted = mail.strip().casefold()
    person = await find_by_address(wanted, now)

    async def body(tx: BaseDBAsyncClient) -> tuple[str, str]:
        await settle_due(now)
        await SignInCode.filter(expires_at__lte=now).delete()
        await _make_room()
        of_address = SignInCode.filter(address=_hash(wanted))
        is_long = await of_address.count() >= MAX_CODES
        given, code = (_any_asker(_hash(wanted)), digits) if is_long else (asker, digits[:8])
        row = {
            "address": _hash(wanted),
            "person_id": person.id if person else None,
            "code_hash": _hash(f"{given}:{code}"),
            "expires_at": now + CODE_LIFE,
        }
        _, is_new = await SignInCode.get_or_create(asker=_hash(given), defaults=row)
        return given, code if is_new else ""  # else it was mailed already

    given, code = await write_tx(body)
    if person is None or not code:
        return Asked(given, None)
    grouped = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    return Asked(given, Letter(person.name, wanted, person.locale, "sign_in_code", {"code": grouped}))


def _any_asker(address: str) -> str:
    """Name every browser that asks for an address; no secret: whoever knows the address could ask."""
    return _hash(f"any:{address}")


async def _make_room() -> None:
    """Forget codes that were never mailed, the oldest first, once very many wait; a person's stay."""
    if await SignInCode.all().count() < MAX_WAITING:
        return
    oldest = await SignInCode.filter(person_id=None).order_by("expires_at").limit(MAX_WAITING // 10)
    await SignInCode.filter(asker__in=[one.asker for one in oldest]).delete()


async def redeem_code(asker: str, code: str, *, clock: Clock, is_shared: bool = False) -> tuple[str, Person]:
    """Turn the asking secret and the typed code into a new session secret, and say whose it is.

    Raises Problem `code_wrong` or `code_expired`; five wrong tries end a browser's own code, never the account.
    """
    digits = "".join(character for character in code if character.isdecimal())
    now = clock.now()
    secret = clock.random_bytes(32).hex()

    async def body(tx: BaseDBAsyncClient) -> Problem | Person:
        row = await SignInCode.get_or_none(asker=_hash(asker))
        if row is None or row.expires_at <= now or row.n_tries >= MAX_TRIES:
            return CODE_EXPIRED
        is_long = row.asker == _hash(_any_asker(row.address))
        if row.person_id is None or not hmac.compare_digest(row.code_hash, _hash(f"{asker}:{digits}")):  # type: ignore[attr-defined]  # Tortoise adds <fk>_id at run time
            if is_long:
                return CODE_WRONG  # wrong tries of others do not end it: 12 digits for 10 minutes
            await SignInCode.filter(asker=row.asker).update(n_tries=row.n_tries + 1)
            return CODE_EXPIRED if row.n_tries + 1 >= MAX_TRIES else CODE_WRONG
        await row.delete()
        person = await Person.get(id=row.person_id)  # type: ignore[attr-defined]  # same
        await open_session(secret, person.id, now=now, is_shared=is_shared)
        return person

    found = await write_tx(body)
    if isinstance(found, Problem):
        raise found
    return secret, found


async def open_session(
    secret: str, person_id: str, *, now: datetime, card_id: str = "", is_shared: bool = False
) -> None:
    """Store a session inside the caller's transaction: 8 hours on a shared phone, 12 for HR, 14 days else."""
    holds = Q(from_on__lte=now.date()) & (Q(to_on=None) | Q(to_on__gt=now.date()))
    is_staff = await Grant.filter(holds, person_id=person_id).exists()
    life = SHARED_SESSION_LIFE if is_shared else STAFF_SESSION_LIFE if is_staff else SESSION_LIFE
    await Session.create(
        key=session_key(secret),
        person_id=person_id,
        expires_at=now + life,
        used_on=now.date(),
        card_id=card_id,
        is_shared=is_shared,
    )


async def phone_key(person_id: str, *, keeper: Keeper) -> str:
    """Give the key for what a shared phone keeps of a person, as they sign in now."""
    person = await Person.get(id=person_id)
    return keeper.phone_key(person_id, person.phone_generation).hex()


async def sign_in_as(external_id: str, *, clock: Clock) -> str:
    """Open a session for a demo person; only the demo's own route calls this.

    Raises Problem 404 when there is no such person.
    """
    person = await Person.get_or_none(external_id=external_id)
    if person is None:
        raise Problem(404, "not_found", "This page does not exist", "Go back to the start page.")
    secret = clock.random_bytes(32).hex()
    person_id = person.id

    async def body(tx: BaseDBAsyncClient) -> None:
        await open_session(secret, person_id, now=clock.now())

    await write_tx(body)
    return secret


async def sign_out(secret: str) -> None:
    """End a session."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Session.filter(key=session_key(secret)).delete()

    await write_tx(body)

"""What a person sets for themselves: the language, the time zone, and that no device stays signed in."""

from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.mistakes import Mistake, Mistakes
from server.words import LOCALES
from server.zones import is_zone
from surveys.database import write_tx
from surveys.models.people import Person, Session


async def save_own_settings(person_id: str, *, locale: str, time_zone: str) -> None:
    """Store which language somebody reads and in which zone they live. Raises Mistakes."""
    wrong = {}
    if locale not in LOCALES:
        wrong["locale"] = Mistake("me.m_language")
    if not is_zone(time_zone):
        wrong["time_zone"] = Mistake("me.m_zone")
    if wrong:
        raise Mistakes(wrong)

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=person_id).update(locale=locale, time_zone=time_zone)

    await write_tx(body)


async def sign_out_everywhere(person_id: str) -> None:
    """End every session of somebody, in this browser too."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Session.filter(person_id=person_id).delete()

    await write_tx(body)

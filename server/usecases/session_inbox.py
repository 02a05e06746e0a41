"""The inbox as one session may see it: how this phone is used, what waits, and whether earlier answers are shown."""

from collections.abc import Sequence
from typing import Any

from server.access import Principal, shut_of
from server.clock import Clock, millis
from server.usecases.inbox import find_form, inbox
from surveys.keeper import Keeper
from surveys.models.people import Person
from surveys.queries_cards import list_waiting
from surveys.queries_shut import list_shut_cycles

READ = ("pairs", "reports")


async def session_inbox(principal: Principal, *, locale: str, clock: Clock, keeper: Keeper) -> dict[str, Any]:
    """Write the inbox of a session (docs/wire.md). Raises Problem like `inbox`."""
    document = await inbox(principal.id, locale=locale, clock=clock, keeper=keeper)
    if principal.is_shared:
        document["person"]["shared"] = True
    waiting = await list_waiting(clock.now(), person_id=principal.id)
    if waiting:
        document["person"]["identity"] = [{"kind": one.kind, "due_at": millis(one.due_at)} for one in waiting]
    if principal.is_by_card and await Person.filter(id=principal.id).exclude(mail="").exists():
        # Who has a mail address answers by it; a card beside it writes and never shows what was given before.
        for row in document["assignments"]:
            row.pop("read", None)
    await _leave_out_shut(document, principal)
    return document


async def starting_inbox(
    principal: Principal, *, locale: str, clock: Clock, keeper: Keeper
) -> dict[str, Any]:
    """Write the inbox with the forms in it, for a phone that has nothing yet: it need not come back for them."""
    document = await session_inbox(principal, locale=locale, clock=clock, keeper=keeper)
    wanted = {(row["form"], _language(row["locales"], locale)) for row in document["assignments"]}
    forms = [await find_form(*one) for one in sorted(wanted)]
    return {**document, "locale": locale, "forms": [form for form in forms if form is not None]}


def _language(locales: Sequence[str], wanted: str) -> str:
    # The same choice as the phone's (pwa/src/app/owner.ts).
    return next(one for one in (wanted, "en", *locales) if one in locales)


async def _leave_out_shut(document: dict[str, Any], principal: Principal) -> None:
    shut = await shut_of(principal)
    listed = {one["cycle"] for name in READ for one in document[name]}
    hidden = await list_shut_cycles(shut, listed)
    if hidden:
        document["person"]["shut"] = shut.reason
    for name in READ:
        document[name] = [one for one in document[name] if one["cycle"] not in hidden]

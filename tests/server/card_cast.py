"""Cards in a test: Cleo's cycle on a running site, cards printed by HR, phones that claim them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2

from server.clock import new_id, today
from server.usecases.cards import PrintedCard, make_cards
from server.usecases.launch import launch_cycle
from surveys.database import write_tx
from surveys.models.people import Grant, Person
from tests.conftest import Database
from tests.factories import HR, draft_cycle, id_of, store_cast
from tests.site import START, Site, running_site

OTHER_HR = "greta"


@dataclass
class CardSite:
    """A running site, with what a card test does again and again."""

    site: Site

    async def launch(self, name: str = "autumn") -> str:
        """Launch a 360 about Cleo that is open."""
        cycle = await draft_cycle(name, opens_at=self.site.clock.now())
        keeper = self.site.app.state.keeper
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=self.site.clock)
        return cycle

    async def print_for(self, *names: str, actor: str = HR) -> list[PrintedCard]:
        """Print cards past HTTP."""
        return list(
            await make_cards(
                [id_of(name) for name in names],
                valid_until=(today(self.site.clock) + timedelta(days=90)).isoformat(),
                batch=new_id(self.site.clock),
                actor=id_of(actor),
                keeper=self.site.app.state.keeper,
                clock=self.site.clock,
            )
        )

    async def card_of(self, name: str) -> str:
        """Print one card and give its code."""
        (card,) = await self.print_for(name)
        return card.code

    @asynccontextmanager
    async def phone(self) -> AsyncIterator[httpx2.AsyncClient]:
        """A browser that nobody has signed in with."""
        async with self.site.as_nobody() as client:
            yield client


async def take_mail_away(*names: str) -> None:
    """Let people have no mail address."""

    async def body(tx: object) -> None:
        await Person.filter(id__in=[id_of(name) for name in names]).update(mail="")

    await write_tx(body)


async def inbox_of(client: httpx2.AsyncClient) -> dict[str, object]:
    reply = await client.get("/api/v1/inbox")
    assert reply.status_code == 200, reply.text
    document: dict[str, object] = reply.json()
    return document


async def may_read(client: httpx2.AsyncClient) -> list[bool]:
    """Tell for each assignment whether the inbox gives a token to read with."""
    rows = (await inbox_of(client))["assignments"]
    assert isinstance(rows, list)
    return ["read" in row for row in rows]


def codes_in(text: str) -> list[str]:
    """Read the codes off a printed page."""
    return [found.replace(" ", "") for found in re.findall(r'class="code" dir="ltr"><bdi>([^<]+)<', text)]


@asynccontextmanager
async def card_site(database: Database, folder: Path) -> AsyncIterator[CardSite]:
    """Run the server over the cast, with a second person of HR, and Dan without mail."""
    await store_cast((OTHER_HR,))

    async def body(tx: object) -> None:
        day = START.date() - timedelta(days=100)
        await Grant.create(id=id_of("grant greta"), person_id=id_of(OTHER_HR), role="hr", from_on=day)

    await write_tx(body)
    await take_mail_away("dan")
    async with running_site(database.url, folder) as site:
        yield CardSite(site)

"""What was there before stays shut to a way of signing in that took effect on the word of one person of HR."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from server.clock import new_id, today
from server.usecases.cards import PrintedCard, make_cards
from server.usecases.pairs import open_ready_pairs
from surveys.database import write_tx
from surveys.models.cards import IdentityChange
from surveys.models.people import Grant, Person
from tests.clarity import finish
from tests.conftest import Database
from tests.factories import HR, MANAGER, OUTSIDER, RATEE, World, id_of
from tests.server.card_cast import CardSite, take_mail_away
from tests.server.hr_cast import commit, send
from tests.server.test_pair_canary import OTHER, OWN, other_canaries, own_canaries, round_of_two
from tests.site import START, Site

NEW = "hr-alias@example.test"
SECOND = "hugo"


@asynccontextmanager
async def opened_pair(database: Database, folder: Path) -> AsyncIterator[tuple[Site, World]]:
    """Cleo and Ben have answered and their talk is open; Hugo is a second person of HR."""
    async with round_of_two(database.url, folder) as (site, world):

        async def body(tx: object) -> None:
            day = START.date() - timedelta(days=100)
            await Grant.create(id=id_of("grant hugo"), person_id=id_of(SECOND), role="hr", from_on=day)

        await write_tx(body)
        await finish(await world.phone(RATEE), own_canaries())
        await finish(await world.phone(MANAGER, about=RATEE), other_canaries())
        await open_ready_pairs([world.cycle], keeper=world.keeper, clock=site.clock)
        yield site, world


def addresses(world: World) -> tuple[str, ...]:
    page = f"/gaps/{world.cycle}/{id_of(RATEE)}"
    return (page, f"{page}/workbook", f"/api/v1/pairs/{world.cycle}/{id_of(RATEE)}/en.json")


async def reads(client: httpx2.AsyncClient, world: World) -> list[int]:
    """Ask for everything of the pair, and see that a refusal holds no answer."""
    replies = [await client.get(one) for one in addresses(world)]
    for one in replies:
        if one.status_code != 200:
            assert OWN not in one.text
            assert OTHER not in one.text
    return [one.status_code for one in replies]


async def give_mail(site: Site, name: str) -> None:
    async with site.as_person(id_of(HR)) as ada:
        text = f"external_id,name,mail\n{name},{name.capitalize()},{NEW}\n"
        shown = await send(ada, "/hr/people/import", text)
        reply = await commit(ada, "/hr/people/import", shown.text)
        assert reply.status_code == 303, reply.text


async def settle(site: Site) -> None:
    """Let the wait pass; somebody at the new address asks for a code."""
    site.clock.move(hours=73)
    async with site.as_nobody() as client:
        assert (await client.post("/api/v1/session/code", json={"mail": NEW})).status_code == 204


async def print_card(site: Site, name: str) -> PrintedCard:
    (card,) = await make_cards(
        [id_of(name)],
        valid_until=(today(site.clock) + timedelta(days=90)).isoformat(),
        batch=new_id(site.clock),
        actor=id_of(HR),
        keeper=site.app.state.keeper,
        clock=site.clock,
    )
    return card


@asynccontextmanager
async def by_card(site: Site, card: PrintedCard) -> AsyncIterator[tuple[httpx2.AsyncClient, str]]:
    async with CardSite(site).phone() as phone:
        reply = await phone.post("/api/v1/claim", json={"code": card.code, "shared": True, "pin": "274951"})
        assert reply.status_code == 200, reply.text
        yield phone, reply.json()["key"]


@pytest.mark.parametrize("name", [RATEE, MANAGER])
async def test_an_open_talk_stays_shut_to_an_address_one_person_of_hr_stored(
    database: Database, tmp_path: Path, name: str
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        async with site.as_person(id_of(name)) as before:
            assert await reads(before, world) == [200, 200, 200]
        await give_mail(site, name)
        await settle(site)
        async with site.as_person(id_of(name)) as whoever:
            assert await reads(whoever, world) == [403, 403, 403]
            page = await whoever.get(addresses(world)[0])
            assert "A second person of HR has to confirm that this is you" in page.text
            assert (await whoever.get(addresses(world)[2])).json()["code"] == "identity_changed"
            listed = await whoever.get("/gaps")
            assert world.cycle not in listed.text
            assert "A second person of HR" in listed.text
            inbox = (await whoever.get("/api/v1/inbox")).json()
            assert (inbox["pairs"], inbox["person"]["shut"]) == ([], "changed")
        other = MANAGER if name == RATEE else RATEE
        async with site.as_person(id_of(other)) as unchanged:
            assert await reads(unchanged, world) == [200, 200, 200]


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_second_person_of_hr_opens_it_again_in_time_or_later(
    database: Database, tmp_path: Path, is_late: bool
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        await give_mail(site, RATEE)
        url = f"/hr/identities/{(await IdentityChange.get()).id}/confirm"
        if is_late:
            await settle(site)
        async with site.as_person(id_of(HR)) as ada, site.as_person(id_of(SECOND)) as hugo:
            if is_late:
                assert "In effect, not confirmed" in (await hugo.get("/hr/cards")).text
                assert url not in (await ada.get("/hr/cards")).text
            assert (await ada.post(url)).status_code == 409
            assert (await hugo.post(url)).status_code == 303
            assert "In effect, not confirmed" not in (await hugo.get("/hr/cards")).text
            assert (await hugo.post(url)).status_code == 409
        async with site.as_person(id_of(RATEE)) as cleo:
            assert await reads(cleo, world) == [200, 200, 200]


async def test_whoever_took_over_a_second_person_of_hr_confirms_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        await give_mail(site, SECOND)
        await settle(site)

        async def in_effect(tx: object) -> None:
            # Hugo neither rates nor reads in this round: his change is written down as the wait would.
            await IdentityChange.create(
                id=new_id(site.clock), person_id=id_of(SECOND), kind="mail", made_by=id_of(HR), made_at=START,
                due_at=START, state="effective", effective_at=START,
            )  # fmt: skip
            await Person.filter(id=id_of(SECOND)).update(mail="hugo@example.test")

        await write_tx(in_effect)
        await give_mail(site, RATEE)
        await settle(site)
        change = await IdentityChange.get(person_id=id_of(RATEE))
        async with site.as_person(id_of(SECOND)) as taken:
            assert (await taken.post(f"/hr/identities/{change.id}/confirm")).status_code == 409
        async with site.as_person(id_of(RATEE)) as whoever:
            assert await reads(whoever, world) == [403, 403, 403]


async def test_a_card_beside_a_mail_address_reads_nothing_and_says_so(
    database: Database, tmp_path: Path
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        card = await print_card(site, RATEE)
        site.clock.move(hours=73)
        async with by_card(site, card) as (phone, _):
            assert await reads(phone, world) == [403, 403, 403]
            assert (await phone.get(addresses(world)[2])).json()["code"] == "identity_card"
            inbox = (await phone.get("/api/v1/inbox")).json()
            assert (inbox["pairs"], inbox["person"]["shut"]) == ([], "card")


async def test_a_second_card_reads_nothing_of_before_until_it_is_confirmed(
    database: Database, tmp_path: Path
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        await take_mail_away(RATEE)
        async with by_card(site, await print_card(site, RATEE)) as (first, key):
            assert await reads(first, world) == [200, 200, 200]
            second = await print_card(site, RATEE)
            site.clock.move(hours=73)
            async with by_card(site, second) as (phone, new_key):
                assert await reads(phone, world) == [403, 403, 403]
                assert new_key != key
                change = await IdentityChange.get(state="effective")
                async with site.as_person(id_of(SECOND)) as hugo:
                    assert (await hugo.post(f"/hr/identities/{change.id}/confirm")).status_code == 303
                assert await reads(phone, world) == [200, 200, 200]


async def test_a_shared_phone_keeps_its_key_until_the_way_in_changes(
    database: Database, tmp_path: Path
) -> None:
    async with opened_pair(database, tmp_path) as (site, _):
        await take_mail_away(RATEE)
        card = await print_card(site, RATEE)
        async with by_card(site, card) as (phone, first):
            await phone.post("/api/v1/claim/objection", json={"code": card.code})
        again = await print_card(site, RATEE)
        site.clock.move(hours=73)
        async with by_card(site, again) as (_, second):
            assert second != first


async def test_mallory_gets_the_bytes_of_a_missing_page_whatever_is_shut(
    database: Database, tmp_path: Path
) -> None:
    async with opened_pair(database, tmp_path) as (site, world):
        await give_mail(site, RATEE)
        await settle(site)
        async with site.as_person(id_of(OUTSIDER)) as mallory:
            missing = await mallory.get("/nothing")
            reply = await mallory.get(addresses(world)[0])
            assert (reply.status_code, reply.content) == (404, missing.content)

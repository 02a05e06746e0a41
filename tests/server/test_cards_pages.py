"""HR's page of printed cards: who is proposed, the print, the spreadsheet, and that codes are shown once."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from server.qr import qr_svg
from surveys.models.cards import Card
from surveys.models.work import AuditEntry
from tests.conftest import Database
from tests.exports.reading import table_of
from tests.factories import HR, id_of
from tests.server.card_cast import CardSite, card_site, codes_in, take_mail_away
from tests.server.hr_cast import hidden

UNTIL = "2027-01-31"


@pytest.fixture
async def cards(database: Database, tmp_path: Path) -> AsyncIterator[CardSite]:
    async with card_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(cards: CardSite) -> AsyncIterator[httpx2.AsyncClient]:
    async with cards.site.as_person(id_of(HR)) as client:
        yield client


async def make(client: httpx2.AsyncClient, *names: str, **changes: str) -> httpx2.Response:
    page = (await client.get("/hr/cards")).text
    data: dict[str, object] = {"person": [id_of(name) for name in names], "valid_until": UNTIL, "as": "print"}
    return await client.post("/hr/cards", data={**data, "batch": hidden(page, "batch"), **changes})


def ticked(text: str) -> set[str]:
    return set(re.findall(r'name="person" value="(\w+)" checked', text))


async def test_people_without_mail_and_without_a_card_are_ticked(
    cards: CardSite, ada: httpx2.AsyncClient
) -> None:
    await take_mail_away("kim")
    assert ticked((await ada.get("/hr/cards")).text) == {id_of("dan"), id_of("kim")}
    await cards.print_for("kim")
    assert ticked((await ada.get("/hr/cards")).text) == {id_of("dan")}
    everyone = (await ada.get("/hr/cards?all=1")).text
    assert id_of("eve") in everyone
    assert ticked(everyone) == {id_of("dan")}


async def test_a_cycles_page_shows_only_those_it_asks(cards: CardSite, ada: httpx2.AsyncClient) -> None:
    await take_mail_away("mallory")
    cycle = await cards.launch()
    assert ticked((await ada.get(f"/hr/cards?cycle={cycle}")).text) == {id_of("dan")}


async def test_the_print_holds_a_code_that_claims_and_is_in_the_persons_language(
    cards: CardSite, ada: httpx2.AsyncClient
) -> None:
    page = await make(ada, "dan")
    assert page.status_code == 200
    (code,) = codes_in(page.text)
    assert qr_svg(f"http://127.0.0.1:8000/c#{code}") in page.text
    assert "Scan the square" in page.text
    assert "style=" not in page.text
    async with cards.phone() as phone:
        assert (await phone.post("/api/v1/claim", json={"code": code})).status_code == 200
    entry = await AuditEntry.get(action="cards.made")
    assert (entry.actor_id, entry.detail) == (id_of(HR), f"1 cards, valid until {UNTIL}")


async def test_a_page_sent_twice_makes_no_second_card(ada: httpx2.AsyncClient) -> None:
    page = (await ada.get("/hr/cards")).text
    data = {"person": id_of("dan"), "valid_until": UNTIL, "batch": hidden(page, "batch")}
    first = await ada.post("/hr/cards", data=data)
    second = await ada.post("/hr/cards", data=data)
    assert (first.status_code, second.status_code) == (200, 409)
    assert codes_in(first.text)
    assert not codes_in(second.text)
    assert await Card.all().count() == 1


async def test_the_spreadsheet_holds_what_a_mail_merge_needs(
    cards: CardSite, ada: httpx2.AsyncClient
) -> None:
    reply = await make(ada, "dan", **{"as": "xlsx"})
    assert "spreadsheetml" in reply.headers["content-type"]
    (row,) = table_of(reply.content, "cards")
    assert row["name"] == "Dan"
    assert row["line_1"] == "Scan the square with your phone's camera."
    code = str(row["code"]).replace(" ", "")
    assert row["address"] == f"http://127.0.0.1:8000/c#{code}"
    async with cards.phone() as phone:
        assert (await phone.post("/api/v1/claim", json={"code": code})).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"person": ""}, "page does not exist"),
        ({"valid_until": "tomorrow"}, "Choose a day."),
        ({"valid_until": "2026-11-02"}, "at most 366 days"),
        ({"valid_until": "2099-01-01"}, "at most 366 days"),
    ],
)
async def test_a_mistake_is_shown_beside_its_field_and_what_was_typed_stays(
    ada: httpx2.AsyncClient, changes: dict[str, str], words: str
) -> None:
    reply = await make(ada, "dan", **changes)
    assert words in reply.text
    assert await Card.all().count() == 0
    if "valid_until" in changes:
        assert (reply.status_code, f'value="{changes["valid_until"]}"' in reply.text) == (422, True)


async def test_nobody_chosen_is_said(ada: httpx2.AsyncClient) -> None:
    reply = await make(ada)
    assert (reply.status_code, "Choose at least one person." in reply.text) == (422, True)


async def test_when_everybody_has_mail_the_page_says_so(ada: httpx2.AsyncClient) -> None:
    reply = await ada.get("/hr/cards?cycle=" + "0" * 32)
    assert "Everybody here has a mail address" in reply.text

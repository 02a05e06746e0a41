"""A printed card signs one phone in, once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.usecases.cards import short_name
from server.usecases.claim import read_code
from surveys.database import write_tx
from surveys.models.cards import Card, WrongCodes
from surveys.models.cycles import Assignment
from surveys.models.people import Session
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.factories import HR, id_of
from tests.server.card_cast import OTHER_HR, CardSite, card_site, inbox_of, may_read
from tests.site import left_without_network

JUNK = "7KQ2M9XD4HTBWN3C"
PIN = "274951"


@pytest.fixture
async def cards(database: Database, tmp_path: Path) -> AsyncIterator[CardSite]:
    async with card_site(database, tmp_path) as one:
        yield one


async def test_a_card_is_looked_at_first_and_claimed_then(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as phone:
        seen = await phone.post("/api/v1/card", json={"code": code})
        assert seen.json() == {"state": "ready", "name": "Dan", "locale": "en"}
        claimed = await phone.post("/api/v1/claim", json={"code": code})
        assert claimed.status_code == 200
        assert "HttpOnly" in claimed.headers["set-cookie"]
        assert claimed.json()["key"] == ""
        assert (await inbox_of(phone))["person"] == {"id": id_of("dan"), "name": "Dan", "locale": "en"}


async def test_a_card_signs_in_after_a_sign_out_without_network(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as phone:
        left_without_network(phone)
        assert (await phone.post("/api/v1/claim", json={"code": code})).status_code == 200
        assert "signed_out" not in phone.cookies
        assert (await inbox_of(phone))["person"] == {"id": id_of("dan"), "name": "Dan", "locale": "en"}


async def test_only_the_hash_of_a_code_is_stored(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    stored = await Card.get(person_id=id_of("dan"))
    assert code not in str(await Card.all().values())
    assert len(stored.code_hash) == 64


async def test_a_used_card_says_so_with_its_day_and_opens_nothing(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as first, cards.phone() as second:
        await first.post("/api/v1/claim", json={"code": code})
        cards.site.clock.move(days=3)
        seen = await second.post("/api/v1/card", json={"code": code})
        assert seen.json() == {
            "state": "used",
            "name": "Dan",
            "locale": "en",
            "used_on": "2026-11-02",
            "pin": False,
        }
        refused = await second.post("/api/v1/claim", json={"code": code})
        assert (refused.status_code, refused.json()["code"]) == (409, "card_not_ready")
        assert (await second.get("/api/v1/inbox")).status_code == 401
        assert (await first.get("/api/v1/inbox")).status_code == 200


async def test_of_two_phones_at_once_one_gets_the_card(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as first, cards.phone() as second:
        replies = await asyncio.gather(
            *(one.post("/api/v1/claim", json={"code": code}) for one in (first, second))
        )
        assert sorted(one.status_code for one in replies) == [200, 409]
    assert await Session.filter(person_id=id_of("dan")).count() == 1


async def test_that_was_not_me_signs_the_other_phone_out_and_tells_hr_once(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    cycle = await cards.launch()
    async with cards.phone() as thief, cards.phone() as dan:
        await thief.post("/api/v1/claim", json={"code": code})
        before = await Assignment.get(cycle_id=cycle, rater_id=id_of("dan"))
        for _ in range(2):
            assert (await dan.post("/api/v1/claim/objection", json={"code": code})).status_code == 204
        assert (await thief.get("/api/v1/inbox")).status_code == 401
        # What the other phone holds opens nothing any more either.
        after = await Assignment.get(cycle_id=cycle, rater_id=id_of("dan"))
        assert (after.generation, after.auth == before.auth) == (before.generation + 1, False)
    told = await OutboxMail.filter(template="card_not_me").values_list("person_id", flat=True)
    assert sorted(str(one) for one in told) == sorted([id_of(HR), id_of(OTHER_HR)])
    async with cards.site.as_person(id_of(HR)) as ada:
        assert "that was not me" in (await ada.get("/hr/cards")).text


async def test_who_only_has_a_card_reads_their_own_answers(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    await cards.launch()
    async with cards.phone() as phone:
        await phone.post("/api/v1/claim", json={"code": code})
        assert await may_read(phone) == [True]


async def test_a_card_of_someone_with_mail_never_shows_an_earlier_answer(cards: CardSite) -> None:
    code = await cards.card_of("eve")
    cards.site.clock.move(hours=73)
    async with cards.phone() as phone:
        assert (await phone.post("/api/v1/claim", json={"code": code})).status_code == 200
        await cards.launch()
        assert await may_read(phone) == [False]
    async with cards.site.as_person(id_of("eve")) as by_mail:
        assert await may_read(by_mail) == [True]


async def test_a_second_card_waits_and_then_writes_only(cards: CardSite) -> None:
    await cards.launch()
    first = await cards.card_of("dan")
    async with cards.phone() as old, cards.phone() as new:
        await old.post("/api/v1/claim", json={"code": first})
        assert await may_read(old) == [True]
        second = await cards.card_of("dan")
        assert (await old.post("/api/v1/card", json={"code": first})).json()["state"] == "used"
        seen = (await new.post("/api/v1/card", json={"code": second})).json()
        assert seen["state"] == "waiting"
        assert (await new.post("/api/v1/claim", json={"code": second})).status_code == 409
        assert (await inbox_of(old))["person"]["identity"] == [{"kind": "card", "due_at": seen["from"]}]  # type: ignore[index]
        cards.site.clock.move(hours=72)
        assert (await new.post("/api/v1/claim", json={"code": second})).status_code == 200
        assert await may_read(new) == [False]
        assert (await old.get("/api/v1/inbox")).status_code == 401


async def test_a_new_card_ends_the_old_one(cards: CardSite) -> None:
    first = await cards.card_of("dan")
    second = await cards.card_of("dan")
    async with cards.phone() as phone:
        assert (await phone.post("/api/v1/card", json={"code": first})).json()["state"] == "ended"
        assert (await phone.post("/api/v1/claim", json={"code": first})).status_code == 409
        assert (await phone.post("/api/v1/claim", json={"code": second})).status_code == 200


async def test_a_card_ends_on_its_day_and_with_the_person(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    cards.site.clock.move(days=91)
    async with cards.phone() as phone:
        assert (await phone.post("/api/v1/card", json={"code": code})).json()["state"] == "ended"


async def test_case_39_wrong_codes_stop_the_browser_and_never_a_right_card(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as guessing, cards.phone() as honest:
        replies = [await guessing.post("/api/v1/card", json={"code": JUNK}) for _ in range(6)]
        assert [one.status_code for one in replies] == [422] * 5 + [429]
        assert {one.content for one in replies[:5]} == {replies[0].content}
        assert (await guessing.post("/api/v1/claim", json={"code": code})).status_code == 429
        await _spend_the_budget_of_all()
        assert (await honest.post("/api/v1/card", json={"code": JUNK})).status_code == 429
        assert (await honest.post("/api/v1/claim", json={"code": code})).status_code == 200
        cards.site.clock.move(minutes=11)
        assert (await guessing.post("/api/v1/card", json={"code": JUNK})).status_code == 422


async def _spend_the_budget_of_all() -> None:
    async def body(tx: object) -> None:
        await WrongCodes.filter(key="all").update(n_wrong=10_000)

    await write_tx(body)


async def test_case_36_opening_the_link_of_a_card_changes_nothing(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    before = await Card.all().values()
    async with cards.phone() as scanner:
        for method in ("HEAD", "GET", "GET", "GET", "GET", "GET"):
            reply = await scanner.request(method, "/c")
            assert reply.status_code == 200
            assert "set-cookie" not in reply.headers
        # A scanner that submits what it finds on the page finds no form there.
        assert "<form" not in (await scanner.get("/c")).text
        for path in ("/api/v1/card", "/api/v1/claim", "/api/v1/claim/objection"):
            assert (await scanner.get(path)).status_code == 405
        await scanner.post("/api/v1/card", json={"code": code})
    assert await Card.all().values() == before


@pytest.mark.parametrize("typed", ["", "7KQ2", "7KQ2M9XD4HTBWN3", "x" * 17, "7KQ2M9XD4HTBWN3?"])
async def test_case_37_a_truncated_code_is_a_wrong_code_and_says_what_to_type(
    cards: CardSite, typed: str
) -> None:
    async with cards.phone() as phone:
        reply = await phone.post("/api/v1/card", json={"code": typed})
        assert (reply.status_code, reply.json()["code"]) == (422, "card_wrong")
        assert "16" in reply.json()["detail"]


async def test_case_38_a_token_of_one_cycle_opens_nothing_in_another(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    first, second = await cards.launch(), await cards.launch("winter")
    async with cards.phone() as phone:
        await phone.post("/api/v1/claim", json={"code": code})
        rows = (await inbox_of(phone))["assignments"]
        assert isinstance(rows, list)
        (token,) = (row["write"] for row in rows if row["cycle"] == first)
        sheets = [
            {"cycle": cycle, "write": token, "have": {}, "cells": {}} for cycle in (first, second, "0" * 32)
        ]
        reply = await phone.post("/api/v1/sync", json={"protocol": 1, "app": "test", "sheets": sheets})
        assert [one["status"] for one in reply.json()["sheets"]] == ["ok", "unknown", "unknown"]


async def test_case_43_a_claim_gives_a_new_session_and_ends_the_one_before(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.site.as_person(id_of("eve")) as phone:
        planted = phone.cookies["sid"]
        reply = await phone.post("/api/v1/claim", json={"code": code})
        assert reply.cookies["sid"] != planted
        assert (await inbox_of(phone))["person"]["id"] == id_of("dan")  # type: ignore[index]
    async with cards.phone() as thief:
        thief.cookies.set("sid", planted)
        assert (await thief.get("/api/v1/inbox")).status_code == 401


async def test_case_44_an_ended_card_leaves_its_cookie_worthless(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as phone, cards.site.as_person(id_of(HR)) as ada:
        await phone.post("/api/v1/claim", json={"code": code})
        card = await Card.get(person_id=id_of("dan"))
        assert (await ada.post(f"/hr/cards/{card.id}/end")).status_code == 303
        assert (await phone.get("/api/v1/inbox")).status_code == 401


async def test_a_shared_phone_is_signed_in_for_a_shift_and_gets_its_key(cards: CardSite) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as phone:
        reply = await phone.post("/api/v1/claim", json={"code": code, "shared": True, "pin": PIN})
        assert len(reply.json()["key"]) == 64
        (cookie,) = (one for one in reply.headers.get_list("set-cookie") if one.startswith("sid="))
        assert "Max-Age" not in cookie
        assert (await inbox_of(phone))["person"]["shared"] is True  # type: ignore[index]
        cards.site.clock.move(hours=8)
        assert (await phone.get("/api/v1/inbox")).status_code == 401


async def test_on_a_shared_phone_the_card_comes_back_with_its_number_and_the_same_key(
    cards: CardSite,
) -> None:
    code = await cards.card_of("dan")
    await cards.launch()
    claim = {"code": code, "shared": True, "pin": PIN}
    async with cards.phone() as phone:
        first = await phone.post("/api/v1/claim", json=claim)
        cards.site.clock.move(hours=20)
        assert (await phone.post("/api/v1/card", json={"code": code})).json()["pin"] is True
        again = await phone.post("/api/v1/claim", json=claim | {"pin": " ٢٧٤ 951"})
        assert again.json() == first.json()
        assert await may_read(phone) == [True]
        assert PIN not in str(await Card.all().values())
        # HR ends the card: its number opens nothing any more.
        cards.site.clock.move(hours=20)
        card = await Card.get(person_id=id_of("dan"))
        async with cards.site.as_person(id_of(HR)) as ada:
            await ada.post(f"/hr/cards/{card.id}/end")
        assert (await phone.post("/api/v1/claim", json=claim)).status_code == 409
        assert (await phone.get("/api/v1/inbox")).status_code == 401


async def test_who_lacks_the_number_is_shut_out_and_its_holder_is_let_in_an_hour_later(
    cards: CardSite,
) -> None:
    code = await cards.card_of("dan")
    claim = {"code": code, "shared": True, "pin": PIN}
    async with cards.phone() as dan, cards.phone() as finder:
        await dan.post("/api/v1/claim", json=claim)
        for wrong in ("274952", "", "27495", PIN + "1", "x"):
            reply = await finder.post("/api/v1/claim", json=claim | {"pin": wrong})
            assert (reply.status_code, reply.json()["code"]) == (422, "pin_wrong")
        shut = await finder.post("/api/v1/claim", json=claim)
        assert (shut.status_code, shut.json()["code"]) == (429, "pin_tried")
        assert (await finder.get("/api/v1/inbox")).status_code == 401
        cards.site.clock.move(minutes=61)
        assert (await dan.post("/api/v1/claim", json=claim)).status_code == 200


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "123456", "987654", "000000", "121212", "abcdef"])
async def test_a_number_that_everybody_guesses_is_refused_and_the_card_stays_ready(
    cards: CardSite, pin: str
) -> None:
    code = await cards.card_of("dan")
    async with cards.phone() as phone:
        reply = await phone.post("/api/v1/claim", json={"code": code, "shared": True, "pin": pin})
        assert (reply.status_code, reply.json()["code"]) == (422, "pin_wanted")
        assert (await phone.post("/api/v1/card", json={"code": code})).json()["state"] == "ready"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"[", 400), (b"[]", 422), (b"{}", 422), (b'{"code": 5}', 422), (b'{"code": "\\u0000"}', 422),
     (b'{"code": "x", "shared": "yes"}', 422), (b'{"code": "x", "pin": 5}', 422), (b'{"code": "' + b"9" * 400 + b'"}', 422)],
)  # fmt: skip
async def test_a_body_that_is_no_claim_is_refused_in_words(cards: CardSite, body: bytes, status: int) -> None:
    async with cards.phone() as phone:
        reply = await phone.post("/api/v1/claim", content=body)
        assert reply.status_code == status
        assert reply.json()["title"]


def test_a_code_is_read_as_people_type_it() -> None:
    assert read_code(" 7kq2-m9xd 4htb wn3c ") == JUNK
    assert read_code("IL01 OOUV ٠١٢٣ 7kq2") == "1101" + "00VV" + "0123" + "7KQ2"
    assert read_code("7KQ2M9XD4HTBWN3") == ""


def test_a_name_is_short_for_strangers() -> None:
    assert [short_name(one) for one in ("Cleo Anna Fernwick", "Cher", "ليلى حداد")] == [
        "Cleo F.",
        "Cher",
        "ليلى ح.",
    ]

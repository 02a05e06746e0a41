"""Signing in by a mailed code."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from surveys.database import write_tx
from surveys.models.people import Grant, Person, Session
from tests.conftest import Database
from tests.post import Post, mail_server
from tests.site import START, Site, left_without_network, running_site

CLEO = "c" * 32
ADA = "a" * 32


@pytest.fixture
def box() -> Post:
    return Post()


@pytest.fixture
async def site(database: Database, tmp_path: Path, box: Post) -> AsyncIterator[Site]:
    async def body(tx: object) -> None:
        await Person.create(id=CLEO, external_id="cleo", name="Cleo Fernwick", mail="cleo@testwerk.example")
        await Person.create(id=ADA, external_id="ada", name="Ada Quillfeather", mail="ada@testwerk.example")
        await Grant.create(id="1" * 32, person_id=ADA, role="hr", from_on=START.date())

    await write_tx(body)
    with mail_server(box) as smtp:
        async with running_site(database.url, tmp_path, smtp=smtp) as one:
            yield one


async def test_a_mailed_code_signs_the_asking_browser_in(site: Site, box: Post) -> None:
    async with site.as_nobody() as client:
        asked = await client.post("/api/v1/session/code", json={"mail": " Cleo@Testwerk.example "})
        assert asked.status_code == 204
        code = await box.code()
        signed_in = await client.post("/api/v1/session", json={"code": code})
        assert signed_in.status_code == 204
        assert "HttpOnly" in signed_in.headers["set-cookie"]
        assert (await client.get("/api/v1/inbox")).status_code == 200
    assert await Session.all().count() == 1


async def test_a_code_works_once(site: Site, box: Post) -> None:
    async with site.as_nobody() as client:
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        ask_cookie = client.cookies["ask"]
        code = await box.code()
        assert (await client.post("/api/v1/session", json={"code": code})).status_code == 204
        client.cookies.set("ask", ask_cookie)
        assert (await client.post("/api/v1/session", json={"code": code})).json()["code"] == "code_expired"


async def test_case_40_a_code_typed_in_another_browser_is_refused(site: Site, box: Post) -> None:
    async with site.as_nobody() as asking, site.as_nobody() as other:
        await asking.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        code = await box.code()
        await other.post("/api/v1/session/code", json={"mail": "nobody@testwerk.example"})
        reply = await other.post("/api/v1/session", json={"code": code})
        assert (reply.status_code, reply.json()["code"]) == (422, "code_wrong")


async def test_case_39_five_wrong_tries_end_the_code_and_not_the_account(site: Site, box: Post) -> None:
    async with site.as_nobody() as client:
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        code = await box.code()
        wrong = "0000 0000" if code != "0000 0000" else "1111 1111"
        codes = [
            (await client.post("/api/v1/session", json={"code": wrong})).json()["code"] for _ in range(5)
        ]
        assert codes == ["code_wrong"] * 4 + ["code_expired"]
        assert (await client.post("/api/v1/session", json={"code": code})).json()["code"] == "code_expired"
        box.mails.clear()
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        assert (await client.post("/api/v1/session", json={"code": await box.code()})).status_code == 204


async def test_case_41_a_code_ends_after_ten_minutes(site: Site, box: Post) -> None:
    async with site.as_nobody() as client:
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        code = await box.code()
        site.clock.move(minutes=10)
        assert (await client.post("/api/v1/session", json={"code": code})).json()["code"] == "code_expired"


async def test_case_42_an_unknown_address_gets_the_same_answer_and_no_mail(site: Site, box: Post) -> None:
    async with site.as_nobody() as client:
        known = await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        await box.code()
        unknown = await client.post("/api/v1/session/code", json={"mail": "mallory@elsewhere.example"})
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        await asyncio.sleep(0.1)
        assert len(box.mails) == 1


async def test_a_session_ends_when_it_is_signed_out_or_the_person_left(site: Site) -> None:
    async with site.as_person(CLEO) as client:
        assert (await client.get("/api/v1/inbox")).status_code == 200

        async def leave(tx: object) -> None:
            await Person.filter(id=CLEO).update(left_at=site.clock.now())

        await write_tx(leave)
        assert (await client.get("/api/v1/inbox")).status_code == 401
    async with site.as_person(ADA) as client:
        assert (await client.delete("/api/v1/session")).status_code == 204
        assert (await client.get("/api/v1/inbox")).status_code == 401


async def test_hr_is_signed_out_after_twelve_hours(site: Site) -> None:
    async with site.as_person(ADA) as hr, site.as_person(CLEO) as cleo:
        site.clock.move(hours=12)
        assert (await hr.get("/api/v1/inbox")).status_code == 401
        assert (await cleo.get("/api/v1/inbox")).status_code == 200


async def test_case_48_a_next_address_is_never_followed(site: Site) -> None:
    async with site.as_nobody() as client:
        reply = await client.get("/hr?next=//evil.example")
        assert (reply.status_code, reply.headers["location"]) == (303, "/sign-in")


async def ask_often(site: Site, mail: str) -> list[tuple[int, bytes, set[str]]]:
    """Ask as somebody who wants to keep the owner out, each time in a new browser."""
    answers = []
    for _ in range(12):
        async with site.as_nobody() as mallory:
            reply = await mallory.post("/api/v1/session/code", json={"mail": mail})
            answers.append((reply.status_code, reply.content, set(reply.cookies)))
    return answers


async def test_nobody_keeps_the_owner_out_by_asking_for_codes(site: Site, box: Post) -> None:
    mail = "cleo@testwerk.example"
    answers = await ask_often(site, mail)
    assert answers == await ask_often(site, "mallory@elsewhere.example"), "known or not, the same answer"
    assert {one[0] for one in answers} == {204}
    await asyncio.sleep(0.5)
    codes = [re.search(r"\d{4}(?: \d{4})+", one.get_content()) for one in box.mails]
    (long,) = (one[0] for one in codes if one is not None and len(one[0]) == 14)
    assert len(codes) == 6, "five codes and the long one, however often somebody asks"
    async with site.as_nobody() as mallory, site.as_nobody() as owner:
        for client in (mallory, owner):
            await client.post("/sign-in", data={"mail": mail})
        for _ in range(8):
            wrong = await mallory.post("/api/v1/session", json={"code": "0000 0000 0001"})
            assert wrong.json()["code"] == "code_wrong"
        assert (await owner.post("/api/v1/session", json={"code": long})).status_code == 204
        assert (await mallory.post("/api/v1/session", json={"code": long})).status_code == 422


async def test_a_code_in_ones_own_browser_survives_that_somebody_else_asks(site: Site, box: Post) -> None:
    async with site.as_nobody() as owner, site.as_nobody() as mallory:
        await owner.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        code = await box.code()
        await mallory.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        assert (await owner.post("/api/v1/session", json={"code": code})).status_code == 204


async def test_very_many_codes_for_unknown_addresses_keep_nobody_out(
    site: Site, box: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.usecases.sign_in.MAX_WAITING", 10)
    async with site.as_nobody() as client:
        for n in range(12):
            await client.post("/api/v1/session/code", json={"mail": f"nobody{n}@elsewhere.example"})
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        assert (await client.post("/api/v1/session", json={"code": await box.code()})).status_code == 204


async def test_case_43_a_cookie_planted_before_signing_in_opens_nothing_after(site: Site, box: Post) -> None:
    planted = "f" * 64
    async with site.as_nobody() as client, site.as_nobody() as thief:
        client.cookies.set("sid", planted)
        thief.cookies.set("sid", planted)
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        reply = await client.post("/api/v1/session", json={"code": await box.code()})
        assert reply.cookies["sid"] != planted
        assert (await thief.get("/api/v1/inbox")).status_code == 401


async def test_case_44_a_stolen_cookie_ends_with_the_sign_out_and_with_the_person(site: Site) -> None:
    async with site.as_person(CLEO) as client, site.as_nobody() as thief:
        thief.cookies.set("sid", client.cookies["sid"])
        assert (await thief.get("/api/v1/inbox")).status_code == 200
        assert (await client.post("/sign-out")).status_code == 303
        assert (await thief.get("/api/v1/inbox")).status_code == 401


@pytest.mark.parametrize(
    "cookie", ["sid={0}; sid=" + "0" * 64, "sid=" + "x" * 8192, "sid=\u00e9", "sid=; sid=;;;", "sid"]
)
async def test_case_45_odd_cookies_are_refused_or_ignored_and_never_a_failure(
    site: Site, cookie: str
) -> None:
    async with site.as_nobody() as client:
        headers = {b"cookie": cookie.format("1" * 64).encode("latin-1")}
        assert (await client.get("/api/v1/inbox", headers=headers)).status_code in (400, 401)


async def test_signing_out_on_a_page_tells_the_phone_app_in_this_browser(site: Site) -> None:
    async with site.as_person(CLEO) as client:
        reply = await client.post("/sign-out")
        (cookie,) = (one for one in reply.headers.get_list("set-cookie") if one.startswith("left=1"))
        assert "Path=/app/" in cookie
        assert "HttpOnly" not in cookie


async def test_a_shared_phone_gets_a_key_that_is_the_persons_own(site: Site, box: Post) -> None:
    keys = []
    for mail in ("cleo@testwerk.example", "cleo@testwerk.example", "ada@testwerk.example"):
        async with site.as_nobody() as client:
            box.mails.clear()
            await client.post("/api/v1/session/code", json={"mail": mail})
            reply = await client.post("/api/v1/session", json={"code": await box.code(), "shared": True})
            assert reply.status_code == 200
            keys.append(reply.json()["key"])
    assert keys[0] == keys[1] != keys[2]
    assert await Session.filter(is_shared=True).count() == 3


async def test_a_sign_out_said_late_ends_the_session_that_counts_as_signed_out(site: Site) -> None:
    async with site.as_person(CLEO) as client:
        left_without_network(client)
        assert (await client.get("/api/v1/inbox")).status_code == 401
        assert await Session.all().count() == 1  # a request that only asks stores nothing
        assert (await client.delete("/api/v1/session")).status_code == 204
        assert await Session.all().count() == 0
        assert "signed_out" not in client.cookies
        assert (await client.delete("/api/v1/session")).status_code == 204


@pytest.mark.parametrize("way", ["page", "app"])
async def test_signing_in_with_a_code_ends_the_session_that_was_there(
    site: Site, box: Post, way: str
) -> None:
    async with site.as_person(CLEO) as client, site.as_nobody() as thief:
        thief.cookies.set("sid", client.cookies["sid"])
        await client.post("/api/v1/session/code", json={"mail": "ada@testwerk.example"})
        code = await box.code()
        if way == "page":
            await client.post("/sign-in/code", data={"code": code})
        else:
            await client.post("/api/v1/session", json={"code": code})
        assert (await client.get("/me")).status_code == 200
        assert (await thief.get("/api/v1/inbox")).status_code == 401
        assert await Session.all().count() == 1


@pytest.mark.parametrize("way", ["page", "app", "shared app"])
async def test_signing_in_with_a_code_is_good_is_good_after_a_sign_out_without_network(
    site: Site, box: Post, way: str
) -> None:
    async with site.as_person(CLEO) as client:
        left_without_network(client)
        await client.post("/api/v1/session/code", json={"mail": "cleo@testwerk.example"})
        code = await box.code()
        if way == "page":
            assert (await client.post("/sign-in/code", data={"code": code})).status_code == 303
        else:
            await client.post("/api/v1/session", json={"code": code, "shared": way == "shared app"})
        assert "signed_out" not in client.cookies
        assert (await client.get("/me")).status_code == 200

"""Bad inputs 1-23 of the reliability list, sent to the running application: what, where, what to do, nothing half stored."""

import gzip
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.usecases.cancel import cancel_rater
from server.usecases.inbox import inbox
from server.usecases.launch import launch_cycle
from surveys.models.cycles import Cycle
from tests.conftest import Database
from tests.factories import HR, RATEE, draft_cycle, id_of, store_cast
from tests.site import Site, running_site

DEVICE = "00000000000000d1"


@dataclass
class Phone:
    """Dan's tokens and an HTTP client."""

    client: httpx2.AsyncClient
    site: Site
    cycle: str
    write: str
    read: str
    n: int = 0

    def version(self, value: Any, **changes: Any) -> dict[str, Any]:
        self.n += 1
        stamp = round(self.site.clock.now().timestamp() * 1000) + self.n
        return {"v": value, "hlc": stamp, "d": DEVICE, "n": self.n, "seen": {}} | changes

    def body(self, cells: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        sheet = {"cycle": self.cycle, "write": self.write, "read": self.read, "have": {}, "cells": cells}
        return {"protocol": 1, "app": "test", "sheets": [sheet | changes]}

    async def raw(self, data: bytes, **headers: str) -> httpx2.Response:
        sent = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        reply = await self.client.post("/api/v1/sync", content=data, headers=sent)
        assert reply.status_code < 500, reply.text
        return reply

    async def send(self, cells: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        reply = await self.raw(json.dumps(self.body(cells, **changes)).encode())
        assert reply.status_code == 200, reply.text
        sheet: dict[str, Any] = reply.json()["sheets"][0]
        return sheet

    async def put(self, cell: str, value: Any, **changes: Any) -> list[str]:
        """Send one value; give the reasons it was refused for."""
        sheet = await self.send({cell: [self.version(value, **changes)]})
        assert sheet["want"] == []
        return [one["reason"] for one in sheet.get("refused", [])]

    async def stored(self) -> dict[str, Any]:
        """Read the sheet back as another phone would."""
        return dict((await self.send({})).get("cells", {}))


@pytest.fixture
async def dan(database: Database, tmp_path: Path) -> AsyncIterator[Phone]:
    async with running_site(database.url, tmp_path) as site:
        await store_cast()
        cycle = await draft_cycle()
        site.clock.at = (await Cycle.get(id=cycle)).opens_at
        keeper = site.app.state.keeper
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
        document = await inbox(id_of("dan"), locale="en", clock=site.clock, keeper=keeper)
        (one,) = document["assignments"]
        async with site.as_nobody() as client:
            yield Phone(client, site, one["cycle"], one["write"], one["read"])


def _problem(reply: httpx2.Response) -> tuple[int, str]:
    document = reply.json()
    assert reply.headers["content-type"] == "application/problem+json"
    assert document["title"]
    return reply.status_code, document["code"]


async def test_cases_1_2_and_3_what_is_no_json_is_refused(dan: Phone) -> None:
    assert _problem(await dan.raw(b""))[0] == 400
    assert _problem(await dan.raw(b"hello")) == (400, "not_json")
    assert _problem(await dan.raw(b"[" * 200 + b"]" * 200)) == (400, "too_deep")


async def test_case_4_a_body_over_the_limit_is_refused_with_and_without_a_length(dan: Phone) -> None:
    assert _problem(await dan.raw(b" " * (1024 * 1024 + 1))) == (413, "body_too_large")

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65536

    reply = await dan.client.post(
        "/api/v1/sync", content=chunks(), headers={"content-type": "application/json"}
    )
    assert _problem(reply) == (413, "body_too_large")


async def test_cases_5_and_6_duplicate_keys_and_nan_are_refused(dan: Phone) -> None:
    assert _problem(await dan.raw(b'{"protocol": 1, "protocol": 1}')) == (400, "duplicate_key")
    assert _problem(await dan.raw(b'{"protocol": NaN}'))[0] == 400


async def test_cases_7_and_8_unknown_fields_and_wrong_types_are_named(dan: Phone) -> None:
    reply = await dan.raw(json.dumps(dan.body({}) | {"colour": 1}).encode())
    assert _problem(reply) == (422, "unknown_field")
    assert "colour" in reply.text
    reply = await dan.raw(json.dumps(dan.body({}) | {"protocol": "1"}).encode())
    assert _problem(reply) == (422, "bad_field")
    assert await dan.put("SS01.f_match", "5") in (["wrong_type"], ["out_of_range"])


async def test_case_9_a_rating_outside_the_scale_is_refused_and_the_rest_is_stored(dan: Phone) -> None:
    for rating in (0, 6, 5_000_000):
        assert await dan.put("SS01.f_match", rating) == ["out_of_range"]
    sheet = await dan.send(
        {"SS01.f_match": [dan.version(9)], "SS02.f_match": [dan.version(4)]},
    )
    assert [one["cell"] for one in sheet["refused"]] == ["SS01.f_match"]
    assert set(await dan.stored()) == {"SS02.f_match"}


async def test_cases_11_a_question_of_another_form_is_refused_and_named(dan: Phone) -> None:
    assert await dan.put("SS13.f_match", 4) == ["unknown_cell"]
    for name in ("nonsense", "constructor", "__proto__"):
        assert await dan.put(name, 4) == ["unknown_cell"]
        assert name not in await dan.stored()


async def test_case_12_a_text_that_is_too_long_is_refused_and_shorter_words_are_kept(dan: Phone) -> None:
    assert await dan.put("OQ1.text", "x" * 2000) == []
    assert await dan.put("OQ1.text", "x" * 2001, seen={}) == ["too_long"]
    assert [one["v"] for one in (await dan.stored())["OQ1.text"]] == ["x" * 2000]


async def test_case_13_nul_and_control_characters_are_refused(dan: Phone) -> None:
    for text in ("a\x00b", "a\x07b", "a\x7fb", "\ud800"):
        assert await dan.put("OQ1.text", text) == ["bad_text"]


async def test_case_14_harmless_strange_text_is_stored_as_it_is(dan: Phone) -> None:
    text = "\u202eright\u202c \u200b👩\u200d👩\u200d👧 مرحبا\nline\ttab"
    assert await dan.put("OQ1.text", text) == []
    assert [one["v"] for one in (await dan.stored())["OQ1.text"]] == [text]


async def test_cases_15_and_23_the_same_request_twice_is_one_effect(dan: Phone) -> None:
    data = json.dumps(dan.body({"SS01.f_match": [dan.version(4)]})).encode()
    first, again = await dan.raw(data), await dan.raw(data)
    assert first.json()["sheets"] == again.json()["sheets"]
    assert len((await dan.stored())["SS01.f_match"]) == 1


async def test_case_18_two_devices_offline_lose_nothing(dan: Phone) -> None:
    assert await dan.put("OQ1.text", "From the phone.") == []
    assert await dan.put("OQ1.text", "From the laptop.", d="00000000000000d2") == []
    assert {one["v"] for one in (await dan.stored())["OQ1.text"]} == {"From the phone.", "From the laptop."}


async def test_case_19_an_unknown_token_hears_unknown_and_nothing_else(dan: Phone) -> None:
    assert await dan.send({}, write="0" * 64) == {"status": "unknown", "want": []}
    assert await dan.send({}, cycle="0" * 32) == {"status": "unknown", "want": []}


async def test_case_20_a_revoked_token_hears_revoked(dan: Phone) -> None:
    site = dan.site
    await cancel_rater(
        dan.cycle, id_of("dan"), id_of(RATEE), actor_id=id_of(HR), reason="left the team",
        keeper=site.app.state.keeper, clock=site.clock,
    )  # fmt: skip
    assert (await dan.send({}))["status"] == "revoked"


async def test_case_21_a_sheet_after_closing_hears_closed_for_any_token(dan: Phone) -> None:
    await Cycle.filter(id=dan.cycle).update(state="closing")
    for write in (dan.write, "0" * 64):
        assert await dan.send({"SS01.f_match": [dan.version(4)]}, write=write) == {
            "status": "closed",
            "want": [],
        }


async def test_case_22_a_phone_clock_in_2031_is_told_and_its_next_stamp_is_taken(dan: Phone) -> None:
    ahead = round(dan.site.clock.now().timestamp() * 1000) + 5 * 365 * 86_400_000
    assert await dan.put("SS01.f_match", 4, hlc=ahead) == ["clock"]
    assert await dan.put("SS01.f_match", 4) == []


async def test_case_26_a_gzip_bomb_is_refused(dan: Phone) -> None:
    bomb = gzip.compress(b" " * (64 * 1024 * 1024))
    assert (await dan.raw(bomb, content_encoding="gzip")).status_code in {413, 415}


async def test_case_28_another_content_type_is_refused(dan: Phone) -> None:
    reply = await dan.client.post("/api/v1/sync", content=b"{}", headers={"content-type": "text/plain"})
    assert _problem(reply) == (415, "content_type")

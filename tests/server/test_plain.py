"""Sheets on plain pages: one more device of the same merge, with every answer in words."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from server.usecases.advance import advance_cycles
from server.usecases.cancel import cancel_rater
from server.usecases.launch import launch_cycle
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment
from tests.clarity import LINES, draft, other_cells
from tests.conftest import Database
from tests.factories import HR, MANAGER, OUTSIDER, RATEE, World, assignment_id, draft_cycle, id_of, store_cast
from tests.site import Site, running_site

DAN = assignment_id("dan")
CLEO = assignment_id(RATEE)
TAPS = ("e_clear", "e_evidence", "e_support")


@dataclass
class Browser:
    """A browser without script: it follows links, and sends the form it was shown."""

    client: httpx2.AsyncClient
    text: str = ""
    url: str = ""
    status: int = 0

    async def go(self, url: str) -> str:
        reply = await self.client.get(url, follow_redirects=True)
        self.text, self.url, self.status = reply.text, str(reply.url), reply.status_code
        return self.text

    @property
    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.text)
        return {name: html.unescape(value) for name, value in found}

    async def send(self, values: dict[str, Any] | None = None, *, do: str = "save", url: str = "") -> str:
        """Fill the form of the page and press a button."""
        action = re.search(r'<form method="post" action="(/plain/[^"]+)"', self.text)
        assert action, self.text
        data = {**self.hidden, "do": do, **(values or {})}
        reply = await self.client.post(url or action[1], data=data, follow_redirects=True)
        self.text, self.url, self.status = reply.text, str(reply.url), reply.status_code
        return self.text

    async def begin(self, assignment: str, page: str = "1") -> str:
        """Read the promise, accept it, and open a page."""
        await self.go(f"/plain/{assignment}")
        return await self.go(f"/plain/{assignment}/{page}?told={self.hidden['told']}")


@dataclass
class Scene:
    """A site with one cycle, and its phones."""

    site: Site
    world: World

    async def stored(self, name: str, about: str | None = None) -> dict[str, Any]:
        """Read a sheet as another phone of the same person does."""
        phone = await self.world.phone(name, about=about)
        told = await phone.send({}, read=phone.assignments[0]["read"])
        return {cell: [one["v"] for one in versions] for cell, versions in told["cells"].items()}


async def _scene(site: Site, **draft_of: Any) -> Scene:
    await store_cast()
    cycle = await draft_cycle(opens_at=site.clock.now(), **draft_of)
    keeper: Keeper = site.app.state.keeper
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
    return Scene(site, World(cycle, keeper, site.clock, site.app.state.queue))


@pytest.fixture
async def feedback(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with running_site(database.url, tmp_path) as site:
        yield await _scene(site)


@pytest.fixture
async def clarity(database: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with running_site(database.url, tmp_path) as site:
        yield await _scene(site, **draft())


async def test_a_360_is_answered_sent_changed_and_sent_again_without_script(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        assert "Cleo" in await dan.go("/plain")
        assert "Not started" in dan.text
        promise = await dan.go(f"/plain/{DAN}")
        assert "Before you answer" in promise
        assert "Development talks." in promise
        await dan.begin(DAN)
        assert "<script" not in dan.text
        assert "style=" not in dan.text
        cells = sorted(set(re.findall(r'type="radio" name="([\w.]+)"', dan.text)))
        await dan.send({cells[0]: "4", "OQ1.text": "Zwei\r\nZeilen \u0007", "OQ1.show_name": "on"})
        assert "These still need an answer" in dan.text
        assert dan.url.endswith("saved=1")
        stored = await feedback.stored("dan")
        assert stored == {cells[0]: [4], "OQ1.text": ["Zwei\nZeilen "], "OQ1.show_name": [True]}
        await dan.begin(DAN)
        assert re.search(rf'name="{re.escape(cells[0])}" value="4" checked', dan.text)
        feedback.site.clock.move(minutes=1)
        await dan.send({**dict.fromkeys(cells, "5"), "OQ1.text": "Zwei\r\nZeilen "})
        assert "Every line has an answer." in dan.text
        left = dan.text
        await dan.send(do="submit")
        receipt = re.search(r"Receipt ([0-9A-F]{4}-\d+)", dan.text)
        assert receipt
        assert "have arrived" in dan.text
        stored = await feedback.stored("dan")
        assert stored["@submit"] == [True]
        assert stored["OQ1.show_name"] == [False]
        assert {stored[cell][0] for cell in cells} == {5}
        assert len(stored["OQ1.text"]) == 1
        last_look = Browser(client, left)
        assert receipt[1] in await dan.go(f"/plain/{DAN}")
        await dan.send(do="reopen")
        assert (await feedback.stored("dan"))["@submit"] == [False]
        await dan.begin(DAN)
        feedback.site.clock.move(minutes=1)
        await dan.send({cells[0]: "-"})
        feedback.site.clock.move(minutes=1)
        await last_look.send(do="submit")
        assert "have arrived" not in last_look.text
        assert "These still need an answer" in last_look.text


async def test_a_part_that_is_stored_is_counted_and_leads_to_the_next(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        parts = re.findall(r'<a href="#p-([\w.]+)"', dan.text)
        assert len(parts) > 1
        assert all(f'id="p-{part}"' in dan.text for part in parts)
        assert "1 of " not in dan.text
        first = re.search(r'type="radio" name="([\w.]+)"', dan.text)
        assert first
        following = re.search(r'name="do" value="(stay-p-[\w.]+)"', dan.text)
        assert following
        assert following[1] == f"stay-p-{parts[1]}"
        await dan.send({first[1]: "4"}, do=following[1])
        assert dan.url.endswith(f"#p-{parts[1]}")
        assert "1 of " in dan.text


async def test_a_strong_rating_offers_a_note_once_it_is_stored(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        assert "SS01.f_note" not in dan.text
        await dan.send({"SS01.f_match": "5", "SS02.f_match": "3"})
        assert "say what you saw" in dan.text
        assert "#b-SS01" in dan.text.split("say what you saw")[1]
        await dan.begin(DAN)
        assert 'name="SS01.f_note"' in dan.text
        assert 'name="SS02.f_note"' not in dan.text
        await dan.send({"SS01.f_note": "Stopped the line herself."})
        assert (await feedback.stored("dan"))["SS01.f_note"] == ["Stopped the line herself."]
        assert "say what you saw" not in dan.text


async def test_a_page_sent_twice_or_after_going_back_leaves_one_answer(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        form = await dan.begin(DAN)
        url = f"/plain/{DAN}/1"
        again = Browser(client, form)
        await dan.send({"SS01.f_match": "2", "OQ1.text": "first"}, url=url)
        await again.send({"SS01.f_match": "2", "OQ1.text": "first"}, url=url)
        assert await feedback.stored("dan") == {"SS01.f_match": [2], "OQ1.text": ["first"]}
        feedback.site.clock.move(seconds=5)
        back = Browser(client, form)
        await back.send({"SS01.f_match": "3", "OQ1.text": "second"}, url=url)
        stored = await feedback.stored("dan")
        assert (stored["SS01.f_match"], stored["OQ1.text"]) == ([3], ["second"])


async def test_a_page_left_open_takes_back_nothing_a_phone_sent_meanwhile(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        await dan.send({"SS01.f_match": "2", "OQ1.text": "on the page"}, url=f"/plain/{DAN}/1")
        form = await dan.begin(DAN)
        feedback.site.clock.move(seconds=5)
        phone = await feedback.world.phone("dan")
        await phone.put({"SS01.f_match": 5, "OQ1.text": "on the phone"})
        feedback.site.clock.move(seconds=5)
        stale = Browser(client, form)
        await stale.send(
            {"SS01.f_match": "2", "SS02.f_match": "4", "OQ1.text": "on the page, longer"},
            url=f"/plain/{DAN}/1",
        )
        stored = await feedback.stored("dan")
        # What was not touched on the page stays as the phone has it; two texts stand side by side.
        assert 5 in stored["SS01.f_match"]
        assert stored["SS02.f_match"] == [4]
        assert sorted(stored["OQ1.text"]) == ["on the page, longer", "on the phone"]
        await dan.begin(DAN)
        assert "You wrote this in two places" in dan.text
        assert "on the phone" in dan.text
        assert "on the page, longer" in dan.text
        feedback.site.clock.move(seconds=5)
        await dan.send({"OQ1.text": "one text"})
        assert (await feedback.stored("dan"))["OQ1.text"] == ["one text"]


async def test_bad_input_stands_beside_its_field_with_what_was_typed_and_the_rest_is_stored(
    feedback: Scene,
) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        await dan.send({"SS01.f_match": "9", "SS02.f_match": "3", "OQ1.text": "long " * 500})
        assert dan.status == 422
        assert "This text is too long. Shorten it." in dan.text
        assert "long long" in dan.text
        assert 'href="#f-OQ1.text"' in dan.text
        assert 'href="#f-SS01.f_match"' in dan.text
        assert 'aria-describedby="e-OQ1.text h-OQ1.text"' in dan.text
        assert (await feedback.stored("dan"))["SS02.f_match"] == [3]
        assert "SS01.f_match" not in await feedback.stored("dan")


async def test_a_busy_server_gives_the_page_back_with_everything_typed(
    feedback: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        queue = feedback.world.queue
        calls = iter([True, False, False])

        async def sometimes(request: Any, real: Any = queue.sync) -> Any:
            if next(calls):
                monkeypatch.setattr("server.usecases.sync.MOST_WAITING_SHEETS", 0)
            else:
                monkeypatch.setattr("server.usecases.sync.MOST_WAITING_SHEETS", 2000)
            return await real(request)

        monkeypatch.setattr(queue, "sync", sometimes)
        await dan.send({"SS01.f_match": "4", "OQ1.text": "typed on the tram"})
        assert dan.status == 503
        assert "still here" in dan.text
        assert "typed on the tram" in dan.text
        assert re.search(r'name="SS01.f_match" value="4" checked', dan.text)
        monkeypatch.undo()
        await dan.send({"SS01.f_match": "4", "OQ1.text": "typed on the tram"})
        assert (await feedback.stored("dan"))["OQ1.text"] == ["typed on the tram"]


async def test_declining_needs_a_reason_and_can_be_taken_back(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN, "decline")
        await dan.send({"reason": "other", "words": "  "}, do="decline")
        assert dan.status == 422
        assert "Choose a reason" in dan.text
        await dan.send({"reason": "other", "words": "We never met"}, do="decline")
        assert "Declined" in dan.text
        assert (await feedback.stored("dan"))["@decline"] == ["We never met"]
        await dan.go(f"/plain/{DAN}")
        feedback.site.clock.move(seconds=5)
        await dan.send(do="undecline")
        assert (await feedback.stored("dan"))["@decline"] == [None]


async def test_who_may_not_read_writes_and_sees_nothing_given_before(feedback: Scene) -> None:
    phone = await feedback.world.phone("dan")
    await phone.put({"SS01.f_match": 5, "OQ1.text": "canary of before"})
    async with feedback.site.as_person(id_of("dan")) as client:
        await write_tx(lambda tx: Assignment.filter(id=DAN).update(is_identity_changed=True))
        dan = Browser(client)
        assert "Open to you" in await dan.go("/plain")
        await dan.begin(DAN)
        assert "canary" not in dan.text
        assert " checked>" not in dan.text
        assert "is not shown" in dan.text
        feedback.site.clock.move(seconds=5)
        await dan.send({"SS01.f_match": "2", "OQ1.text": "new words"})
        assert "canary" not in dan.text
        assert "cannot be shown" in dan.text
        await dan.send(do="submit")
        await write_tx(lambda tx: Assignment.filter(id=DAN).update(is_identity_changed=False))
    stored = await feedback.stored("dan")
    assert sorted(stored["OQ1.text"]) == ["canary of before", "new words"]
    assert stored["@submit"] == [True]


async def test_what_was_typed_is_stored_although_the_session_has_ended(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        client.cookies.clear()
        await dan.send({"SS01.f_match": "4"})
        assert dan.url.endswith("/sign-in")
    assert await feedback.stored("dan") == {"SS01.f_match": [4]}


async def test_a_cancelled_rater_and_a_closed_round_are_told_in_words(feedback: Scene) -> None:
    world, site = feedback.world, feedback.site
    async with site.as_person(id_of("dan")) as client, site.as_person(id_of("eve")) as other:
        dan, eve = Browser(client), Browser(other)
        await dan.begin(DAN)
        await eve.begin(assignment_id("eve"))
        await cancel_rater(
            world.cycle, id_of("dan"), id_of(RATEE), actor_id=id_of(HR), reason="on leave", keeper=world.keeper,
            clock=site.clock,
        )  # fmt: skip
        await dan.send({"SS01.f_match": "4", "OQ1.text": "copy me please"})
        assert dan.status == 409
        assert "You are no longer asked" in dan.text
        assert "copy me please" in dan.text
        assert (await client.get(f"/plain/{DAN}")).status_code == 404
        site.clock.move(days=30)
        await advance_cycles(keeper=world.keeper, clock=site.clock, backups_dir=site.settings.backups_dir)
        await eve.send({"SS01.f_match": "4"})
        assert eve.status == 409
        assert "This round is closed" in eve.text


async def test_the_card_of_a_line_turns_only_after_its_answers_are_stored(clarity: Scene) -> None:
    async with clarity.site.as_person(id_of(RATEE)) as client:
        cleo = Browser(client)
        pages = {item: str(i + 2) for i, item in enumerate(LINES)}
        cards = (
            await client.get(
                f"/api/v1/forms/{(await clarity.world.phone(RATEE)).assignments[0]['form']}/en/cards.json"
            )
        ).json()
        great = cards["cards"][LINES[0]]["great"]
        assert great not in html.unescape(await cleo.begin(CLEO, pages[LINES[0]]))
        front = cleo.text
        first = {f"{LINES[0]}.{tap}": "4" for tap in TAPS}
        await cleo.send({f"{LINES[0]}.e_expected": "full"})
        assert great not in html.unescape(cleo.text)
        assert "have no answer yet" in cleo.text
        await cleo.send({f"{LINES[0]}.e_expected": "full", **first, f"{LINES[0]}.e_support": "1"})
        assert great in html.unescape(cleo.text)
        assert "They stay as you gave them" in cleo.text
        assert f'name="{LINES[0]}.e_clear"' not in cleo.text
        assert "What gets in the way?" in cleo.text
        # Back to the front in the browser's memory: what is locked stays as it was given.
        clarity.site.clock.move(seconds=5)
        back = Browser(client, front)
        await back.send(dict.fromkeys(first, "1") | {f"{LINES[0]}.e_expected": "none"})
        assert (await clarity.stored(RATEE))[f"{LINES[0]}.e_clear"] == [4]
        await cleo.send({f"{LINES[0]}.e_chips": "env_resources", f"{LINES[0]}.e_comment": "Show me once."})
        assert (await clarity.stored(RATEE))[f"{LINES[0]}.e_chips"] == [["env_resources"]]
        assert f"/{int(pages[LINES[0]]) + 1}?" in cleo.url


async def test_a_clarity_sheet_without_script_opens_the_pair(clarity: Scene) -> None:
    ben = await clarity.world.phone(MANAGER)
    await ben.put({**other_cells(), "@submit": True})
    async with clarity.site.as_person(id_of(RATEE)) as client:
        cleo = Browser(client)
        await cleo.begin(CLEO)
        await cleo.send({f"G{n}.pulse": "4" for n in range(1, 7)} | {"RES.text": "Nobody hurt."})
        for item in LINES:
            await cleo.send({f"{item}.e_expected": "full", **{f"{item}.{tap}": "4" for tap in TAPS}})
            assert "What great looks like here" in cleo.text
            await cleo.send()
        await cleo.send({"@top3": list(LINES)})
        assert cleo.text.count('class="block"') == len(LINES)
        await cleo.send({f"{LINES[0]}.e_teach_back": "I walk it."})
        if "Look over it" not in cleo.text:
            await cleo.send()
        left = Browser(client, cleo.text)
        await cleo.send(do="submit")
        assert "have arrived" in cleo.text
        assert "Where you both stand" in await cleo.go("/plain")
        assert (await client.get(f"/plain/{CLEO}")).status_code == 404
        await left.send(do="reopen")
        assert left.status == 409
        assert "Both sides are open" in left.text


async def test_a_card_beside_no_right_to_read_is_shown_by_the_answer_itself(clarity: Scene) -> None:
    async with clarity.site.as_person(id_of(RATEE)) as client:
        await write_tx(lambda tx: Assignment.filter(id=CLEO).update(is_identity_changed=True))
        cleo = Browser(client)
        await cleo.begin(CLEO, "2")
        await cleo.send({f"{LINES[0]}.e_expected": "full", **{f"{LINES[0]}.{tap}": "4" for tap in TAPS}})
        assert cleo.status == 200
        assert "What great looks like here" in cleo.text
        await cleo.begin(CLEO, "2")
        assert "What great looks like here" not in cleo.text
        assert " checked>" not in cleo.text


async def test_mallory_finds_no_sheet_of_others_and_the_promise_comes_before_any_page(
    feedback: Scene,
) -> None:
    async with feedback.site.as_person(id_of(OUTSIDER)) as client:
        assert "Nothing to do" in (await client.get("/plain")).text
        missing = (await client.get("/no/such/page")).content
        for url in (f"/plain/{DAN}", f"/plain/{DAN}/1", f"/plain/{DAN}/send"):
            assert (await client.get(url)).content == missing
    async with feedback.site.as_person(id_of("dan")) as client:
        assert (await client.get(f"/plain/{DAN}/1")).headers["location"] == f"/plain/{DAN}"
        for name in ("99", "0", "x", "-1"):
            told = (await feedback.world.phone("dan")).assignments[0]["promise"]["hash"]
            assert (await client.get(f"/plain/{DAN}/{name}?told={told}")).status_code == 404
    async with feedback.site.as_nobody() as client:
        assert (await client.get("/plain")).headers["location"] == "/sign-in"


async def test_whatever_is_posted_to_a_plain_page_is_answered_in_words(feedback: Scene) -> None:
    async with feedback.site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        whole = {**dan.hidden, "SS01.f_match": "4", "OQ1.text": "x", "do": "save"}
        for name in whole:
            for junk in (
                "",
                "\0",
                "9" * 400,
                "{}",
                "[]",
                '{"cycle":1}',
                "\u202e",
                "stay-\r\nSet-Cookie: a=b",
            ):
                reply = await client.post(f"/plain/{DAN}/1", data={**whole, name: junk})
                assert reply.status_code < 500, (name, junk)
                assert "set-cookie" not in reply.headers
        for page in ("1", "send", "decline", "x", "77"):
            for do in ("save", "submit", "reopen", "decline", "undecline", "stay-"):
                assert (await client.post(f"/plain/{DAN}/{page}", data={**whole, "do": do})).status_code < 500
        assert (await client.post(f"/plain/{DAN}/1", content=b"\xff\xfe")).status_code == 422


async def test_a_round_in_grace_takes_no_new_start_and_lets_who_began_finish(feedback: Scene) -> None:
    world, site = feedback.world, feedback.site
    async with site.as_person(id_of("dan")) as client:
        dan = Browser(client)
        await dan.begin(DAN)
        await dan.send({"SS01.f_match": "4"})
    site.clock.move(days=14, hours=1)
    await advance_cycles(keeper=world.keeper, clock=site.clock, backups_dir=site.settings.backups_dir)
    async with site.as_person(id_of("dan")) as client, site.as_person(id_of("eve")) as other:
        dan, eve = Browser(client), Browser(other)
        assert "No new starts any more" in await eve.go("/plain")
        told = (await world.phone("eve")).assignments[0]["promise"]["hash"]
        await eve.go(f"/plain/{assignment_id('eve')}/1?told={told}")
        assert '<form method="post" action="/plain' not in eve.text
        await dan.begin(DAN)
        await dan.send({"SS02.f_match": "4"})
        assert (await feedback.stored("dan"))["SS02.f_match"] == [4]

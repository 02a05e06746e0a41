"""A mirror: two phones, five lines; blind until both are through, one agreed sentence, gone in a day."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from server.content import content_dir
from server.usecases.mirror import end_old_mirrors
from server.usecases.profiles import import_content
from server.usecases.uploads import Upload
from surveys.database import write_tx
from surveys.models.mirror import Mirror
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from tests.conftest import Database
from tests.site import Site, running_site

BEN, MALLORY = "b" * 32, "f" * 32
CANARY_YES = {"m_expected": "full", "m_told": "5", "m_last_told": "this_month", "m_evidence": "4"}
EMPLOYEE_YES = {"e_expected": "full", "e_clear": "1", "e_evidence": "3", "e_support": "4"}


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async def people(tx: object) -> None:
        for id_, name in ((BEN, "Ben Harrowgate"), (MALLORY, "Mallory Grimshade")):
            await Person.create(id=id_, external_id=name, name=name)

    async with running_site(database.url, tmp_path) as running:
        await write_tx(people)
        for name in ("instruments.yaml", "plant-shift-supervisor.yaml", "plant-shift-supervisor.ar.yaml"):
            data = (content_dir() / name).read_bytes()
            await import_content(
                Upload(name, data), actor="", keeper=running.app.state.keeper, clock=running.clock
            )
        yield running


async def _started(ben: httpx2.AsyncClient) -> tuple[str, str]:
    """Start as the manager; give the address of the mirror and the code."""
    version = await ProfileVersion.first()
    assert version is not None
    reply = await ben.post("/mirror", data={"profile": version.id, "side": "manager"})
    assert reply.status_code == 303
    shown = (await ben.get(reply.headers["location"])).text
    code = re.search(r"([2-9A-Z]{4})&nbsp;([2-9A-Z]{4})", shown)
    assert code is not None
    assert "<svg" in shown
    return reply.headers["location"], code[1] + code[2]


@asynccontextmanager
async def _joined(site: Site, code: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_nobody() as phone:
        assert "Ben Harrowgate" in (await phone.get(f"/m/{code}")).text
        reply = await phone.post("/m", data={"code": f"{code[:4].lower()} {code[4:]}", "name": " Cleo "})
        assert reply.status_code == 303
        yield phone


async def _items() -> list[str]:
    row = await Mirror.first()
    assert row is not None
    return list(row.items)


async def _answer_all(phone: httpx2.AsyncClient, where: str, answers: dict[str, str]) -> None:
    for item in await _items():
        given = {f"{item}.{question}": value for question, value in answers.items()}
        reply = await phone.post(f"{where}/lines/{item}", data=given)
        assert reply.status_code == 303
        turned = await phone.get(reply.headers["location"].partition("#")[0])
        assert "What great looks like" in turned.text


async def test_two_phones_answer_blind_then_agree_one_sentence(site: Site) -> None:
    async with site.as_person(BEN) as ben:
        where, code = await _started(ben)
        async with _joined(site, code) as cleo:
            assert "could describe to a new colleague" in (await cleo.get(where)).text
            await _answer_all(ben, where, CANARY_YES)
            waiting = (await ben.get(where)).text
            assert "Cleo" in waiting
            assert "Could describe" not in waiting
            await _answer_all(cleo, where, EMPLOYEE_YES)
            for phone in (ben, cleo):
                talk = (await phone.get(where)).text
                assert "False clarity" in talk
                assert "This month" in talk
                assert "Not at all" in talk
            said = "Hazards raised get an owner before the shift ends."
            await cleo.post(f"{where}/sentence", data={"sentence": said})
            assert "I mean this too" not in (await cleo.get(where)).text
            refused = await cleo.post(f"{where}/agreement", data={"sentence": said})
            assert refused.status_code == 409
            await ben.post(f"{where}/agreement", data={"sentence": said})
            assert "Agreed by both of you." in (await cleo.get(where)).text
            late = await ben.post(f"{where}/sentence", data={"sentence": "Something else."})
            assert late.status_code == 409


async def test_before_both_are_through_nothing_of_the_other_side_is_on_any_page(site: Site) -> None:
    async with site.as_person(BEN) as ben:
        where, code = await _started(ben)
        async with _joined(site, code) as cleo:
            await _answer_all(ben, where, CANARY_YES)
            first, *_ = await _items()
            await cleo.post(f"{where}/lines/{first}", data={f"{first}.e_expected": "none"})
            for path in (where, f"{where}?turned={first}", f"{where}?turned=SS99"):
                page = (await cleo.get(path)).text
                assert "This month" not in page
                assert "could repeat" not in page
            early = await cleo.post(f"{where}/sentence", data={"sentence": "Too early."})
            assert early.status_code == 409


async def test_what_both_write_lies_sealed(site: Site, database: Database) -> None:
    async with site.as_person(BEN) as ben:
        where, code = await _started(ben)
        async with _joined(site, code):
            await _answer_all(ben, where, CANARY_YES)
    row = await Mirror.first()
    assert row is not None
    assert row.manager_box is not None
    assert b"this_month" not in row.manager_box


async def test_an_answered_line_is_not_changed_and_a_half_answered_one_names_what_is_missing(
    site: Site,
) -> None:
    async with site.as_person(BEN) as ben:
        where, code = await _started(ben)
        async with _joined(site, code) as cleo:
            first, *_ = await _items()
            half = await cleo.post(f"{where}/lines/{first}", data={f"{first}.e_expected": "full"})
            assert half.status_code == 422
            assert "Answer each question of this line" in half.text
            assert 'value="full" checked' in half.text
            junk = await cleo.post(f"{where}/lines/{first}", data={f"{first}.e_expected": "perhaps"})
            assert junk.status_code == 422
            await cleo.post(f"{where}/lines/{first}", data={f"{first}.e_expected": "none"})
            again = await cleo.post(f"{where}/lines/{first}", data={f"{first}.e_expected": "full"})
            assert again.status_code == 409
            missing = await cleo.post(f"{where}/lines/SS99", data={})
            assert missing.status_code == 404


async def test_a_code_lets_one_phone_in_for_ten_minutes(site: Site) -> None:
    async with site.as_person(BEN) as ben, site.as_nobody() as late:
        _, code = await _started(ben)
        async with _joined(site, code):
            second = await late.post("/m", data={"code": code, "name": "Dan"})
            assert second.status_code == 422
        _, other = await _started(ben)
        site.clock.move(minutes=11)
        assert (await late.post("/m", data={"code": other, "name": "Dan"})).status_code == 422
        assert (await late.get(f"/m/{other}")).status_code == 422
        assert (await late.post("/m", data={})).status_code == 422


async def test_mallory_and_strangers_see_no_mirror(site: Site) -> None:
    async with site.as_person(BEN) as ben:
        where, code = await _started(ben)
        async with site.as_person(MALLORY) as mallory, site.as_nobody() as stranger:
            missing = await mallory.get("/no/such/page")
            for method, path in (("GET", where), ("POST", f"{where}/end"), ("POST", f"{where}/keep")):
                reply = await mallory.request(method, path)
                assert (reply.status_code, reply.content) == (404, missing.content)
                stranger.cookies.set("mirror", "0" * 64)
                assert (await stranger.request(method, path)).headers["location"] == "/sign-in"
        assert await Mirror.exists()
        assert code


async def test_it_is_gone_after_a_day_with_its_key_unless_both_keep_it(site: Site) -> None:
    keeper = site.app.state.keeper
    async with site.as_person(BEN) as ben:
        kept, code = await _started(ben)
        async with _joined(site, code) as cleo:
            await ben.post(f"{kept}/keep")
            await cleo.post(f"{kept}/keep")
        lost, other = await _started(ben)
        async with _joined(site, other):
            await ben.post(f"{lost}/keep")
        site.clock.move(hours=24)
        assert (await ben.get(lost)).status_code == 404
        assert await end_old_mirrors(keeper=keeper, clock=site.clock) == 1
        assert not keeper.has_key(lost.rsplit("/", 1)[1])
        assert keeper.has_key(kept.rsplit("/", 1)[1])
        assert (await ben.get(kept)).status_code == 200
        assert (await ben.post(f"{kept}/end")).status_code == 303
    assert not await Mirror.exists()
    assert list(keeper.folder.glob("*.key")) == []

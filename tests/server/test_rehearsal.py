"""A rehearsal: any kind at once, about an invented person; its clock moves alone, and nothing of it stays or counts."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from io import BytesIO
from pathlib import Path

import httpx2
import pytest
from openpyxl import load_workbook

from server.demo.phone import Phone
from server.usecases.rehearsal import delete_old_rehearsals, list_rehearsals
from server.usecases.sign_in import open_session, sign_in_as
from surveys import queries_cycles, queries_people
from surveys.database import sqlite_file, write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from surveys.models.results import NamedResult, ResultCell
from surveys.queries_cycle_plan import has_closed_round
from tests.firm import PROFILE, Firm, new_firm

HOST = "127.0.0.1:8000"


@pytest.fixture
async def firm(tmp_path: Path, empty_database_url: str) -> AsyncIterator[Firm]:
    async with new_firm(tmp_path / "data", port=8000, database_url=empty_database_url) as one:
        await one.hire()
        yield one


@asynccontextmanager
async def _as(firm: Firm, name: str) -> AsyncIterator[httpx2.AsyncClient]:
    secret = firm.clock.random_bytes(32).hex()

    async def body(tx: object) -> None:
        await open_session(secret, firm.ids[name], now=firm.clock.now())

    await write_tx(body)
    transport = httpx2.ASGITransport(app=firm.app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
        client.cookies.set("sid", secret)
        yield client


async def _start(firm: Firm, hr: httpx2.AsyncClient, kind: str, plays: dict[str, str]) -> httpx2.Response:
    version = await ProfileVersion.get(profile=PROFILE)
    typed = {f"plays-{firm.ids[name]}": part for name, part in plays.items()}
    return await hr.post("/hr/rehearsals", data={"kind": kind, "profile": version.id, **typed})


async def _answer(firm: Firm, name: str, value: int) -> str:
    secret = await sign_in_as(name, clock=firm.clock)
    phone = Phone(firm.app, firm.clock, f"sid={secret}", HOST, firm.clock.random_bytes(8).hex())
    (asked,) = await phone.inbox()
    form = await phone.form(asked["form"])
    values = {line["questions"][0]["cell"]: value for line in form["lines"]}
    assert asked["title"] == "REHEARSAL 360"
    assert asked["ratee"]["name"] == "K. (invented person)"
    return await phone.send(asked, values | {"@submit": True})


PEERS = {"dan": "peer", "eve": "peer", "fay": "peer", "ben": "manager"}


async def test_a_360_about_an_invented_person_runs_to_its_report_and_workbook(firm: Firm) -> None:
    async with _as(firm, "ada") as ada, _as(firm, "dan") as dan, _as(firm, "mallory") as mallory:
        where = (await _start(firm, ada, "feedback360", PEERS)).headers["location"]
        assert "Your colleagues can answer now" in (await ada.get(where)).text
        assert [await _answer(firm, name, 4) for name in PEERS] == ["ok"] * 4
        assert (await ada.post(f"{where}/clock", data={"step": "end"})).status_code == 303
        assert "for 24 hours" in (await ada.get(where)).text
        (row,) = await list_rehearsals()
        report = f"/reports/{row.id}/people/{row.ratee_id}"
        assert (await ada.get(report)).status_code == 404
        await ada.post(f"{where}/clock", data={"step": "day"})
        for person in (ada, dan):
            shown = (await person.get(report)).text
            assert "REHEARSAL" in shown
            assert "K. (invented person)" in shown
        assert (await mallory.get(report)).status_code == 404
        book = load_workbook(BytesIO((await ada.get(f"{report}/workbook")).content))
        for sheet in book.worksheets:
            header = sheet.oddHeader
            assert header is not None
            assert "REHEARSAL" in f"{header.left.text} {header.right.text}", sheet.title
        front = [str(cell.value) for cells in book.worksheets[0].iter_rows() for cell in cells]
        assert any("it rates nobody" in said for said in front)


async def test_a_clarity_rehearsal_opens_for_its_two_people_alone(firm: Firm) -> None:
    async with _as(firm, "ada") as ada, _as(firm, "cleo") as cleo:
        reply = await _start(firm, ada, "clarity", {"cleo": "self", "dan": "manager"})
        (row,) = await list_rehearsals()
        assert row.ratee_id == firm.ids["cleo"]
        assert (await ada.get(f"/gaps/{row.id}/{row.ratee_id}")).status_code == 404
        assert (await cleo.get(f"/gaps/{row.id}/{row.ratee_id}")).status_code == 200
        await ada.post(f"{reply.headers['location']}/clock", data={"step": "end"})
        assert not await has_closed_round(PROFILE)


async def test_it_is_deleted_after_14_days_and_phones_hear_closed(firm: Firm) -> None:
    backups = firm.settings.backups_dir
    keeper = firm.app.state.keeper
    async with _as(firm, "ada") as ada:
        where = (await _start(firm, ada, "feedback360", PEERS)).headers["location"]
        secret = await sign_in_as("dan", clock=firm.clock)
        phone = Phone(firm.app, firm.clock, f"sid={secret}", HOST, "00000000000000ab")
        (asked,) = await phone.inbox()
        for name in PEERS:
            await _answer(firm, name, 5)
        await ada.post(f"{where}/clock", data={"step": "end"})
        copy = backups / "backup-of-that-night.db"
        path = sqlite_file()
        if path is not None:
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        firm.clock.move(days=13, hours=23)
        assert await delete_old_rehearsals(keeper=keeper, clock=firm.clock, backups_dir=backups) == 0
        firm.clock.move(hours=1)
        assert await delete_old_rehearsals(keeper=keeper, clock=firm.clock, backups_dir=backups) == 1
        assert await list_rehearsals() == ()
    async with _as(firm, "ada") as ada:
        assert (await ada.get(where)).status_code == 404
    assert not await Person.filter(is_invented=True).exists()
    for model in (Assignment, Ratee, NamedResult, ResultCell):
        assert await model.all().count() == 0
    assert list(keeper.folder.glob("*.results")) == []
    assert not list(backups.glob("close-*.db"))
    assert await phone.send(asked, {"SS01.f_match": 3}) == "closed"
    if path is not None:
        with closing(sqlite3.connect(copy)) as database:
            for table in ("ratee", "result_cell", "result_comment", "named_result"):
                assert database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,), table


async def test_it_shows_in_no_list_and_counts_in_no_load(firm: Firm) -> None:
    async with _as(firm, "ada") as ada:
        await _start(firm, ada, "feedback360", PEERS)
    now = firm.clock.now()
    assert await queries_cycles.list_cycles(now) == ()
    people = await queries_people.list_people("K.", day=now.date())
    assert [one.name for one in people.rows if one.name.startswith("K.")] == []
    assert await queries_cycles.loads([firm.ids["dan"]], cycle_id="0" * 32) == {}


@pytest.mark.parametrize(
    ("kind", "plays", "said"),
    [
        ("feedback360", {}, "at least one"),
        ("feedback360", {"dan": "self"}, "nobody plays the employee"),
        ("clarity", {"dan": "self"}, "exactly one employee"),
        ("clarity", {"dan": "self", "eve": "self"}, "exactly one employee"),
        ("clarity", {"cleo": "self", "ada": "manager"}, "two others play"),
    ],
)
async def test_a_form_that_does_not_fit_is_shown_again_and_nothing_is_stored(
    firm: Firm, kind: str, plays: dict[str, str], said: str
) -> None:
    async with _as(firm, "ada") as ada:
        reply = await _start(firm, ada, kind, plays)
        assert reply.status_code == 422
        assert said in reply.text
        junk = await ada.post("/hr/rehearsals", data={"profile": "x" * 5000, "plays-": "peer"})
        assert junk.status_code == 422
    assert not await Cycle.exists()


async def test_a_real_cycle_has_no_clock_to_move(firm: Firm) -> None:
    cycle_id = await firm.launch()
    async with _as(firm, "ada") as ada:
        for step in ("end", "day"):
            reply = await ada.post(f"/hr/rehearsals/{cycle_id}/clock", data={"step": step})
            assert reply.status_code == 404
        assert (await ada.post(f"/hr/rehearsals/{cycle_id}/end")).status_code == 404
    assert (await Cycle.get(id=cycle_id)).state == "open"

"""Workbooks by their addresses: what is in them, for whom, and when."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports import making
from surveys.database import write_tx
from surveys.models.cycles import Ratee
from surveys.models.results import ResultCell
from tests.conftest import Database
from tests.server.report_cast import (
    ADA,
    BEN,
    CASE_2,
    CLEO,
    CYCLE,
    MALLORY,
    Comment,
    add_people,
    add_profile,
    an_id,
    answer,
    closed_cycle,
    open_cycle,
    scores_of,
)
from tests.site import Site, running_site

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HR_BOOK = f"/hr/cycles/{CYCLE}/workbook"
CANARY = "Canary remark"
REMARKS = tuple(Comment(rater, "OQ1", f"{CANARY} {rater}") for rater in ("p1", "p2", "r1"))


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as running:
        yield running


async def download(site: Site, person: str, path: str) -> dict[str, list[list[object]]]:
    async with site.as_person(person) as client:
        reply = await client.get(path)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == XLSX
    assert reply.headers["content-disposition"].startswith("attachment; filename=")
    book = load_workbook(BytesIO(reply.content))
    return {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def texts(book: dict[str, list[list[object]]]) -> str:
    return "\n".join(str(cell) for rows in book.values() for row in rows for cell in row if cell is not None)


async def test_the_own_workbook_holds_the_figures_and_comments_of_the_report(site: Site) -> None:
    await closed_cycle(site, comments=REMARKS)

    book = await download(site, CLEO, f"/reports/{CYCLE}/workbook")

    lines = {row[0]: row for row in book["Items"]}
    assert "4.7-5.0" in lines["SS01"]
    assert "withheld" in lines["SS14"]
    assert CANARY in texts(book)
    assert "Cleo sees the report first." in texts(book)


async def test_the_managers_workbook_holds_comments_only_when_shared(site: Site) -> None:
    await closed_cycle(site, comments=REMARKS)
    site.clock.move(hours=25)
    path = f"/reports/{CYCLE}/people/{CLEO}/workbook"

    assert CANARY not in texts(await download(site, BEN, path))

    async def body(tx: object) -> None:
        await Ratee.filter(cycle_id=CYCLE).update(has_shared_comments=True)

    await write_tx(body)
    assert CANARY in texts(await download(site, BEN, path))


async def test_hrs_workbook_says_when_the_cycle_closes(site: Site) -> None:
    await add_people(CASE_2)
    await add_profile()
    await open_cycle(site, CASE_2)

    async with site.as_person(ADA) as ada:
        reply = await ada.get(HR_BOOK)

    assert reply.status_code == 409
    assert "18 Nov 2026" in reply.text  # 14 days and 48 hours of grace


async def test_hrs_workbook_waits_until_the_ratees_had_their_day(site: Site) -> None:
    await closed_cycle(site)
    site.clock.move(hours=23, minutes=59)

    async with site.as_person(ADA) as ada:
        assert (await ada.get(HR_BOOK)).status_code == 409
        site.clock.move(minutes=1)
        assert (await ada.get(HR_BOOK)).status_code == 200


async def test_hrs_workbook_holds_nothing_of_small_groups_and_no_comment(site: Site) -> None:
    await closed_cycle(site, comments=REMARKS)
    site.clock.move(hours=25)

    book = await download(site, ADA, HR_BOOK)

    # Groups of 4 and 3 are under HR's five, so Cleo is not even a row.
    assert len(book) >= 4
    assert CANARY not in texts(book)
    assert "Cleo" not in texts(book)
    assert ["Peers", 4] in [row[:2] for row in book["Groups"]]


async def test_hrs_workbook_never_holds_the_answers_of_self_and_manager(site: Site) -> None:
    scores = {"self": dict.fromkeys(scores_of("self"), 1), "manager": dict.fromkeys(scores_of("manager"), 2)}
    scores |= {f"p{n}": dict.fromkeys(scores_of("p1"), 4) for n in range(1, 7)}
    await closed_cycle(site, tuple(scores), scores=scores)
    site.clock.move(hours=25)

    book = await download(site, ADA, HR_BOOK)

    rows = [row for row in book["Items"] if "Cleo" in row]
    figures = {cell for row in rows for cell in row if isinstance(cell, int | float)}
    assert rows
    assert figures == {4, 6}  # the peers' mean and how many they are; neither 1 nor 2


async def test_hr_gets_nothing_of_a_ratee_outside_the_viewers_fixed_at_launch(site: Site) -> None:
    await closed_cycle(site)
    site.clock.move(hours=25)

    async def body(tx: object) -> None:
        await Ratee.filter(cycle_id=CYCLE).update(viewers={"manager": [BEN], "coach": [], "hr": []})

    await write_tx(body)
    async with site.as_person(ADA) as ada:
        assert (await ada.get(HR_BOOK)).status_code == 404


async def test_before_release_the_ratee_finds_no_report_and_no_workbook(site: Site) -> None:
    await add_people(CASE_2)
    await add_profile()
    await open_cycle(site, CASE_2)
    await answer(site, {rater: scores_of(rater) for rater in CASE_2})

    async with site.as_person(CLEO) as cleo:
        for path in (f"/reports/{CYCLE}", f"/reports/{CYCLE}/workbook"):
            assert (await cleo.get(path)).status_code == 404


async def test_no_workbook_is_made_from_results_that_were_changed_after_closing(site: Site) -> None:
    await closed_cycle(site)
    site.clock.move(hours=25)

    async def body(tx: object) -> None:
        await ResultCell.filter(cycle_id=CYCLE, item="SS02", group="peer").update(total=15)

    await write_tx(body)
    async with site.as_person(ADA) as ada:
        reply = await ada.get(HR_BOOK)
    assert reply.status_code == 409
    assert "do not match their record" in reply.text


async def test_mallory_finds_no_workbook(site: Site) -> None:
    await closed_cycle(site)
    site.clock.move(hours=25)

    async with site.as_person(MALLORY) as mallory:
        missing = (await mallory.get(f"/hr/cycles/{an_id('nothing')}/workbook")).content
        for path in (HR_BOOK, f"/reports/{CYCLE}/workbook", f"/reports/{CYCLE}/people/{CLEO}/workbook"):
            reply = await mallory.get(path)
            assert (reply.status_code, reply.content) == (404, missing)


async def test_a_workbook_that_cannot_be_made_is_a_named_problem(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed_cycle(site)
    monkeypatch.setattr(making, "LONGEST_S", 0.001)
    async with site.as_person(CLEO) as cleo:
        reply = await cleo.get(f"/reports/{CYCLE}/workbook")
    assert reply.status_code == 503
    assert "The workbook was not made" in reply.text

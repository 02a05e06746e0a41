"""HR and a closed clarity round: counts of five pairs or more, on the page and in the workbook, and nobody's gap."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
from openpyxl import load_workbook

from server.usecases.closing import close_cycle
from surveys.database import write_tx
from surveys.models.people import Grant, Person, Relation
from surveys.models.results import ClosingRecord, PairView
from tests.conftest import Database
from tests.factories import HR, MANAGER, PEERS, RATEE, id_of, store_cast
from tests.server.pair_cast import CYCLE, answer, complete, keeper_of, set_state, start_round, url_of
from tests.server.report_reading import text_of
from tests.site import Site, running_site
from tests.surveys.clarity_case import employee_cells, items, manager_cells

PEOPLE = (RATEE, *PEERS)  # seven: four in the north, two in the south, one who never answers
CANARY = "Canary sentence of one side."
HR_PAGE = f"/hr/cycles/{CYCLE}"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    async with running_site(database.url, tmp_path) as running:
        await _employ()
        await start_round(running, PEOPLE)
        yield running


async def _employ() -> None:
    async def body(tx: object) -> None:
        for n, name in enumerate(PEOPLE):
            await Person.filter(id=id_of(name)).update(unit="North" if n < 4 else "South")
            if name != RATEE:
                await Relation.create(
                    id=id_of(f"ben manages {name}"),
                    person_id=id_of(name),
                    kind="manager",
                    other_id=id_of(MANAGER),
                    from_on="2026-01-01",
                )

    await write_tx(body)


async def closed(site: Site, n_answering: int) -> dict[str, Any]:
    """Let some pairs answer, close the round, and give what the record keeps."""
    for name in PEOPLE[:n_answering]:
        own = complete({**employee_cells(), "SS03.e_comment": CANARY})
        await answer(site, "self", own, employee=name)
        await answer(site, "manager", manager_cells(), employee=name)
    site.clock.move(days=14, hours=49)
    state = await close_cycle(
        CYCLE, keeper=keeper_of(site), clock=site.clock, backups_dir=site.settings.backups_dir
    )
    assert state == "released"
    record = await ClosingRecord.get(cycle_id=CYCLE)
    found: dict[str, Any] = record.parameters["clarity"]
    return found


async def get(site: Site, person: str, path: str) -> httpx2.Response:
    async with site.as_person(id_of(person)) as client:
        return await client.get(path)


def tables(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(BytesIO(data))
    return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}


async def test_six_pairs_of_two_units_are_counted_together_for_hr(site: Site) -> None:
    kept = await closed(site, 6)

    assert [(one["units"], one["n_pairs"]) for one in kept["groups"]] == [(["North", "South"], 6)]
    page = text_of((await get(site, HR, HR_PAGE)).text)
    assert "North · South · 6 pairs" in page
    assert "30 of 66 lines are shared expectations." in page
    assert "Hiddenexpectation6" in page.replace(" ", "")

    reply = await get(site, HR, f"{HR_PAGE}/workbook")
    assert reply.status_code == 200, reply.text
    found = tables(reply.content)
    head, row = found["What to clear up"][:2]
    values = dict(zip(head, row, strict=True))
    assert (values["Units"], values["Pairs"], values["Hidden expectation"]) == ("North\nSouth", 6, 6)
    assert [one[3] for one in found["Role pulse"][1:]] == [6] * 6


async def test_four_pairs_are_too_few_for_hr_and_nothing_is_counted(site: Site) -> None:
    kept = await closed(site, 4)

    assert (kept["groups"], kept["pulse"]) == ([], [])
    page = text_of((await get(site, HR, HR_PAGE)).text)
    assert "Fewer than 5 pairs opened their views" in page
    assert "Hidden expectation" not in page
    found = tables((await get(site, HR, f"{HR_PAGE}/workbook")).content)
    assert set(found["What to clear up"][1][2:]) == {"withheld"}


async def test_hr_reads_nobodys_answers_anywhere(site: Site) -> None:
    await closed(site, 6)

    texts = [(await get(site, HR, HR_PAGE)).text]
    for rows in tables((await get(site, HR, f"{HR_PAGE}/workbook")).content).values():
        texts += [str(row) for row in rows]

    assert not any(CANARY in text for text in texts)
    assert not any("Cleo" in text for text in texts[1:])
    assert (await get(site, HR, url_of())).status_code == 404


async def test_the_two_of_a_pair_download_their_lines_in_their_language(site: Site) -> None:
    await closed(site, 6)

    for person in (RATEE, MANAGER):
        reply = await get(site, person, f"{url_of()}/workbook")
        assert reply.status_code == 200, reply.text
        found = tables(reply.content)
        assert [row[1] for row in found["Talk"][1:]][:4] == ["SS01", "SS02", "SS07", "SS03"]
        assert [row[0] for row in found["Lines"][1:]] == list(items())
        assert CANARY in str(found["Lines"])
    german = tables((await get(site, MANAGER, f"{url_of()}/workbook?lang=de")).content)
    assert "Verborgene Erwartung" in str(german["Gespräch"])


async def test_a_pair_that_waits_has_no_workbook(site: Site) -> None:
    await answer(site, "self", complete({**employee_cells(), "SS03.e_comment": CANARY}))

    reply = await get(site, MANAGER, f"{url_of()}/workbook")

    assert reply.status_code == 409
    assert CANARY not in reply.text


async def test_the_employees_results_in_own_words_are_in_no_workbook_of_the_manager(site: Site) -> None:
    secret = "The night shift never ran dry."
    await answer(site, "self", complete({**employee_cells(), "RES.text": secret}))
    await answer(site, "manager", manager_cells())
    site.clock.move(days=14, hours=49)
    await close_cycle(CYCLE, keeper=keeper_of(site), clock=site.clock, backups_dir=site.settings.backups_dir)

    assert secret not in str(tables((await get(site, MANAGER, f"{url_of()}/workbook")).content))
    assert secret not in (await get(site, MANAGER, url_of())).text
    assert secret in (await get(site, RATEE, url_of())).text


async def test_the_pulse_is_counted_and_then_gone(site: Site) -> None:
    kept = await closed(site, 6)

    assert kept["pulse"][0]["items"]["G1"] == {"n": 6, "total": 24, "band": None}
    keeper = keeper_of(site)
    for row in await PairView.filter(cycle_id=CYCLE):
        document = keeper.open_pair(CYCLE, row.ratee_id, bytes(row.ciphertext))
        assert not document.get("pulse")


async def test_a_closed_round_is_no_report(site: Site) -> None:
    await closed(site, 6)
    site.clock.at += timedelta(days=3)

    for person in (RATEE, MANAGER):
        assert CYCLE not in (await get(site, person, "/reports")).text
        assert (await get(site, person, f"/reports/{CYCLE}")).status_code == 404
        assert (await get(site, person, f"/reports/{CYCLE}/people/{id_of(RATEE)}")).status_code == 404


async def test_while_the_round_is_open_hr_sees_no_count(site: Site) -> None:
    for name in PEOPLE[:6]:
        await answer(site, "self", complete(employee_cells()), employee=name)
    await set_state("open")

    page = await get(site, HR, HR_PAGE)

    assert page.status_code == 200
    assert "Hidden expectation" not in page.text
    assert (await get(site, HR, f"{HR_PAGE}/workbook")).status_code == 409


async def runs_hr(name: str) -> None:
    async def body(tx: object) -> None:
        await Grant.create(
            id=id_of(f"{name} runs hr"), person_id=id_of(name), role="hr", from_on="2026-01-01"
        )

    await write_tx(body)


async def test_a_unit_changed_after_the_launch_moves_no_count(site: Site) -> None:
    await write_tx(lambda tx: Person.filter(id__in=[id_of(one) for one in PEOPLE[:5]]).update(unit="Chosen"))

    kept = await closed(site, 6)

    assert [one["units"] for one in kept["groups"]] == [["North", "South"]]


async def test_hr_in_one_of_six_pairs_reads_the_counts_of_all_six(site: Site) -> None:
    await runs_hr(RATEE)
    await closed(site, 6)

    page = text_of((await get(site, RATEE, HR_PAGE)).text)

    assert "6 pairs" in page
    assert "You are in pairs" not in page


async def test_the_pairs_left_without_the_readers_own_are_five_or_none_are_shown(site: Site) -> None:
    for name in (RATEE, MANAGER):
        await runs_hr(name)
    await closed(site, 5)

    page = text_of((await get(site, RATEE, HR_PAGE)).text)
    assert "You are in pairs of this round yourself" in page
    assert "5 pairs" not in page
    assert "5 people" not in page
    found = tables((await get(site, RATEE, f"{HR_PAGE}/workbook")).content)
    assert {one for row in found["What to clear up"][1:] for one in row[2:]} == {"withheld"}
    assert {one for row in found["Role pulse"][1:] for one in row[3:]} == {"withheld"}
    others = text_of((await get(site, HR, HR_PAGE)).text)
    assert "5 pairs" in others
    assert "You are in pairs" not in others
    knows_all = text_of((await get(site, MANAGER, HR_PAGE)).text)
    assert "5 pairs" in knows_all, "the manager of every pair has read them all"

"""Who may see a report: the ratee first, then those fixed at launch; comments only when shared."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from surveys.database import write_tx
from surveys.models.cycles import Cycle, Ratee
from surveys.models.work import AuditEntry
from tests.conftest import Database
from tests.server.report_cast import (
    ADA,
    BEN,
    CLEO,
    COACH,
    CYCLE,
    MALLORY,
    Comment,
    an_id,
    closed_cycle,
)
from tests.site import Site, running_site

CANARY = "Canary remark nobody but Cleo may read."
REMARKS = tuple(Comment(rater, "OQ1", f"{CANARY} {rater}") for rater in ("p1", "p2", "r1", "self"))
OWN = f"/reports/{CYCLE}"
VIEWED = f"/reports/{CYCLE}/people/{CLEO}"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as running:
        await closed_cycle(running, comments=REMARKS)
        yield running


async def get(site: Site, person: str, path: str) -> tuple[int, str]:
    async with site.as_person(person) as client:
        reply = await client.get(path)
    return reply.status_code, reply.text


async def share(site: Site, person: str, value: str) -> int:
    async with site.as_person(person) as client:
        reply = await client.post(
            f"{OWN}/sharing", data={"comments": value}, headers={"origin": "http://127.0.0.1:8000"}
        )
    return reply.status_code


@pytest.mark.parametrize("person", [MALLORY, ADA, COACH, an_id("p1")])
@pytest.mark.parametrize("path", [OWN, VIEWED, f"{OWN}/workbook", f"{VIEWED}/workbook"])
async def test_for_everybody_else_a_report_is_missing(site: Site, person: str, path: str) -> None:
    site.clock.move(hours=25)
    missing = f"/reports/{an_id('nothing')}"

    assert await get(site, person, path) == await get(site, person, missing)
    assert (await get(site, person, path))[0] == 404


async def test_the_manager_waits_a_day_and_then_sees_numbers_without_comments(site: Site) -> None:
    assert (await get(site, BEN, VIEWED))[0] == 404

    site.clock.move(hours=24)
    status, page = await get(site, BEN, VIEWED)

    assert status == 200
    assert "4.7-5.0" in page
    assert CANARY not in page
    assert CANARY in (await get(site, CLEO, OWN))[1]


async def test_the_manager_reads_comments_only_while_they_are_shared(site: Site) -> None:
    site.clock.move(hours=25)

    assert await share(site, CLEO, "on") == 303
    assert CANARY in (await get(site, BEN, VIEWED))[1]
    assert await share(site, CLEO, "off") == 303
    assert CANARY not in (await get(site, BEN, VIEWED))[1]


async def test_only_the_ratee_shares(site: Site) -> None:
    site.clock.move(hours=25)

    assert await share(site, BEN, "on") == 404
    assert await share(site, MALLORY, "on") == 404
    assert CANARY not in (await get(site, BEN, VIEWED))[1]


async def test_a_view_by_someone_else_is_in_the_audit_and_the_own_view_is_not(site: Site) -> None:
    site.clock.move(hours=25)
    await get(site, CLEO, OWN)
    await get(site, BEN, VIEWED)

    seen = await AuditEntry.filter(action="report.viewed").values_list("actor_id", "object_id", "detail")

    assert seen == [(BEN, CYCLE, f"about {CLEO}")]


async def test_the_list_shows_own_reports_and_those_one_may_open(site: Site) -> None:
    assert OWN in (await get(site, CLEO, "/reports"))[1]
    assert VIEWED not in (await get(site, BEN, "/reports"))[1]
    site.clock.move(hours=25)
    assert VIEWED in (await get(site, BEN, "/reports"))[1]
    for person in (MALLORY, ADA, COACH):
        page = (await get(site, person, "/reports"))[1]
        assert CYCLE not in page
        assert "No report yet" in page


async def test_a_longer_time_for_the_ratee_alone_is_kept(site: Site) -> None:
    async def body(tx: object) -> None:
        cycle = await Cycle.get(id=CYCLE)
        await Cycle.filter(id=CYCLE).update(policy={**cycle.policy, "ratee_first_hours": 48})

    await write_tx(body)
    site.clock.move(hours=47)
    assert (await get(site, BEN, VIEWED))[0] == 404
    assert VIEWED not in (await get(site, BEN, "/reports"))[1]
    site.clock.move(hours=1)
    assert (await get(site, BEN, VIEWED))[0] == 200
    assert VIEWED in (await get(site, BEN, "/reports"))[1]


async def test_a_ratee_who_was_cancelled_has_no_report(site: Site) -> None:
    async def body(tx: object) -> None:
        await Ratee.filter(cycle_id=CYCLE).update(is_cancelled=True)

    await write_tx(body)
    site.clock.move(hours=25)
    assert (await get(site, CLEO, OWN))[0] == 404
    assert (await get(site, BEN, VIEWED))[0] == 404
    assert CYCLE not in (await get(site, CLEO, "/reports"))[1]


async def test_without_the_key_of_the_named_answers_the_report_says_what_to_do(site: Site) -> None:
    (site.settings.keys_dir / f"{CYCLE}.results").unlink()

    status, page = await get(site, CLEO, OWN)

    assert status == 503
    assert "give back the folder keys/" in page


async def test_a_coach_sees_the_report_only_once_it_was_shared(site: Site) -> None:
    await add_coach()
    site.clock.move(hours=25)

    assert (await get(site, COACH, VIEWED))[0] == 404
    assert VIEWED not in (await get(site, COACH, "/reports"))[1]
    await share(site, CLEO, "on")
    assert CANARY in (await get(site, COACH, VIEWED))[1]
    assert VIEWED in (await get(site, COACH, "/reports"))[1]


async def add_coach() -> None:
    async def body(tx: object) -> None:
        viewers = {"manager": [BEN], "coach": [COACH], "hr": [ADA]}
        await Ratee.filter(cycle_id=CYCLE).update(viewers=viewers)

    await write_tx(body)

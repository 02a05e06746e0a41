"""Reports of before stay shut to a way of signing in that nobody confirmed: the own ones, and those of others."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from surveys.database import write_tx
from surveys.models.cards import IdentityChange
from surveys.models.cycles import Cycle
from tests.conftest import Database
from tests.server.report_cast import ADA, BEN, CLEO, CYCLE, an_id, closed_cycle
from tests.site import Site, running_site

OWN = f"/reports/{CYCLE}"
VIEWED = f"/reports/{CYCLE}/people/{CLEO}"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as running:
        await closed_cycle(running)
        running.clock.move(hours=25)
        yield running


async def change_sign_in(site: Site, person: str, *, confirmed_by: str = "") -> None:
    """Let another address of a person be in effect since an hour ago."""
    at = site.clock.now() - timedelta(hours=1)

    async def body(tx: object) -> None:
        await IdentityChange.create(
            id=an_id(f"change {person}"), person_id=person, kind="mail", made_by=ADA, made_at=at, due_at=at,
            state="effective", effective_at=at, confirmed_by=confirmed_by,
        )  # fmt: skip

    await write_tx(body)


async def launched_at(site: Site, hours_ago: int) -> None:
    async def body(tx: object) -> None:
        await Cycle.filter(id=CYCLE).update(launched_at=site.clock.now() - timedelta(hours=hours_ago))

    await write_tx(body)


async def statuses(site: Site, person: str, path: str) -> list[int]:
    async with site.as_person(person) as client:
        return [(await client.get(one)).status_code for one in (path, f"{path}/workbook")]


@pytest.mark.parametrize(("person", "path"), [(CLEO, OWN), (BEN, VIEWED)])
async def test_a_report_of_before_is_shut_and_says_why(site: Site, person: str, path: str) -> None:
    await launched_at(site, 500)
    assert await statuses(site, person, path) == [200, 200]
    await change_sign_in(site, person)
    assert await statuses(site, person, path) == [403, 403]
    async with site.as_person(person) as client:
        listed = await client.get("/reports")
        assert path not in listed.text
        assert "A second person of HR has to confirm that this is you" in listed.text
        if person == CLEO:
            shared = await client.post(f"{OWN}/sharing", data={"comments": "on"})
            assert shared.status_code == 403


@pytest.mark.parametrize(("hours_ago", "confirmed_by"), [(0, ""), (500, an_id("hugo"))])
async def test_what_came_later_or_was_confirmed_is_read(
    site: Site, hours_ago: int, confirmed_by: str
) -> None:
    await launched_at(site, hours_ago)
    await change_sign_in(site, CLEO, confirmed_by=confirmed_by)
    assert await statuses(site, CLEO, OWN) == [200, 200]

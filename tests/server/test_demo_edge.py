"""A demo stays a demo."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from server.app import check_marker
from server.usecases.commands import Context, run_command
from surveys.database import DatabaseError, write_tx
from surveys.models.people import Grant, Person
from tests.conftest import Database
from tests.site import START, Site, left_without_network, running_site

ADA = "a" * 32


@pytest.fixture
async def demo(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async def body(tx: object) -> None:
        await Person.create(id=ADA, external_id="H01", name="Ada Quillfeather")
        await Grant.create(id="1" * 32, person_id=ADA, role="hr", from_on=START.date())

    await write_tx(body)
    async with running_site(database.url, tmp_path, is_demo=True) as one:
        yield one


async def test_a_chair_signs_in_anew_and_says_it_is_a_demo(demo: Site) -> None:
    async with demo.as_nobody() as client:
        front = await client.get("/")
        assert front.status_code == 200
        assert 'class="demo-banner"' in front.text
        left_without_network(client)
        taken = await client.post("/demo/hr")
        assert (taken.status_code, taken.headers["location"]) == (303, "/hr")
        assert (await client.get("/hr")).status_code == 200
        assert (await client.post("/demo/boss")).status_code == 404


async def test_a_demo_imports_no_files(demo: Site) -> None:
    async with demo.as_person(ADA) as client:
        files = {"file": ("people.csv", b"external_id,name\nx,Xenia Holt\n", "text/csv")}
        reply = await client.post("/hr/people/import", files=files)
        assert reply.status_code == 409
        assert "the last of the five steps" in reply.text
    context = Context(demo.settings, demo.app.state.keeper, demo.clock)
    said = await run_command("import_people", {"filename": "people.csv", "data": ""}, context)
    assert "error" in said
    assert await Person.all().count() == 1


async def test_a_demo_cannot_be_served_as_a_real_installation(demo: Site) -> None:
    await check_marker(demo.settings)
    with pytest.raises(DatabaseError, match="real installation"):
        await check_marker(replace(demo.settings, is_demo=False))


async def test_a_real_installation_has_no_chairs(database: Database, tmp_path: Path) -> None:
    async with running_site(database.url, tmp_path) as site, site.as_nobody() as client:
        assert (await client.post("/demo/hr")).status_code == 404
        assert (await client.get("/")).headers["location"] == "/start"

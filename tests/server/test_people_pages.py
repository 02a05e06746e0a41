"""The list of people, one person, and roles in Sightline."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.database import reader, write_tx
from surveys.models.people import Grant, Person, Relation
from tests.conftest import Database
from tests.factories import HR, MANAGER, id_of
from tests.server.hr_cast import hr_site
from tests.site import Site


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def many(n: int) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.bulk_create(
            [Person(id=id_of(f"x{i}"), external_id=f"x{i}", name=f"Worker {i:05}") for i in range(n)]
        )
        await Relation.bulk_create(
            [
                Relation(
                    id=id_of(f"r{i}"),
                    person_id=id_of(f"x{i}"),
                    kind="manager",
                    other_id=id_of(MANAGER),
                    from_on=date(2026, 1, 1),
                )
                for i in range(n)
            ]
        )

    await write_tx(body)


async def test_people_are_found_by_a_part_of_name_mail_or_number(ada: httpx2.AsyncClient) -> None:
    for words in ("cle", "CLEO@example", "cleo"):
        reply = await ada.get("/hr/people", params={"q": words})
        assert "Cleo" in reply.text
        assert ">Dan<" not in reply.text
        assert "1 person<" in reply.text
    assert "Nobody matches" in (await ada.get("/hr/people", params={"q": "%"})).text


async def test_a_long_list_has_pages(ada: httpx2.AsyncClient) -> None:
    await many(60)
    first = await ada.get("/hr/people")
    assert "Page 1 of 2" in first.text
    second = await ada.get("/hr/people?q=&page=2")
    assert "Worker 00059" in second.text
    assert (await ada.get("/hr/people?page=99999999999")).status_code == 200


async def test_the_number_of_queries_is_the_same_for_few_and_for_many(
    ada: httpx2.AsyncClient, count_queries: list[str]
) -> None:
    counts = []
    for n in (0, 300):
        if n:
            await many(n)
        await ada.get("/hr/people")
        count_queries.clear()
        await ada.get("/hr/people")
        counts.append(len(count_queries))
    assert counts[0] == counts[1]
    assert counts[0] > 2


@pytest.fixture
def count_queries(monkeypatch: pytest.MonkeyPatch, database: Database) -> list[str]:
    """List the statements of the reading connection."""
    seen: list[str] = []
    client = type(reader())
    whole = client.execute_query

    async def noted(self: BaseDBAsyncClient, query: str, values: list[object] | None = None) -> object:
        seen.append(query)
        return await whole(self, query, values)

    monkeypatch.setattr(client, "execute_query", noted)
    return seen


async def test_a_role_is_given_once_and_ended_by_date(ada: httpx2.AsyncClient) -> None:
    url = f"/hr/people/{id_of(MANAGER)}"
    for _ in range(2):
        assert (await ada.post(f"{url}/grants", data={"role": "coach"})).status_code == 303
    grants = await Grant.filter(person_id=id_of(MANAGER))
    assert [(one.role, one.to_on) for one in grants] == [("coach", None)]
    assert (await ada.post(f"{url}/grants/{grants[0].id}/end")).status_code == 303
    ended = await Grant.get(id=grants[0].id)
    assert ended.to_on == ended.from_on
    assert (await ada.post(f"{url}/grants/{grants[0].id}/end")).status_code == 404


async def test_the_last_hr_role_stays(ada: httpx2.AsyncClient) -> None:
    grant = await Grant.get(person_id=id_of(HR), role="hr")
    reply = await ada.post(f"/hr/people/{id_of(HR)}/grants/{grant.id}/end")
    assert reply.status_code == 409
    assert "Someone must run HR" in reply.text
    assert (await Grant.get(id=grant.id)).to_on is None


async def test_a_role_that_does_not_exist_is_refused(ada: httpx2.AsyncClient) -> None:
    reply = await ada.post(f"/hr/people/{id_of(MANAGER)}/grants", data={"role": "operator"})
    assert reply.status_code == 422
    assert await Grant.filter(person_id=id_of(MANAGER)).count() == 0


async def test_case_74_a_name_with_markup_is_shown_as_text(ada: httpx2.AsyncClient) -> None:
    name = "<svg onload=alert(1)>"

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of("dan")).update(name=name, unit="<b>x</b>")

    await write_tx(body)
    for url in ("/hr/people", f"/hr/people/{id_of('dan')}"):
        text = (await ada.get(url)).text
        assert name not in text
        assert "&lt;svg onload=alert(1)&gt;" in text


async def test_the_start_page_names_one_next_step(site: Site, ada: httpx2.AsyncClient) -> None:
    assert "Hold your first clarity round" in (await ada.get("/hr")).text


async def test_pages_are_right_to_left_in_arabic(ada: httpx2.AsyncClient) -> None:
    for url in ("/hr", "/hr/people", "/hr/profiles", "/hr/cycles"):
        text = (await ada.get(url, params={"lang": "ar"})).text
        assert '<html lang="ar" dir="rtl">' in text

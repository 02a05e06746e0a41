"""What a phone gets that has nothing yet: page, inbox and forms in two rounds instead of four."""

from pathlib import Path

from server.routes.assets import FIRST_ASKED
from tests.conftest import Database
from tests.factories import OUTSIDER, RATEE, id_of
from tests.server.test_pair_canary import round_of_two

START = "/api/v1/inbox?start=1"


async def test_a_first_start_brings_the_forms_in_the_persons_language(
    database: Database, tmp_path: Path
) -> None:
    async with round_of_two(database.url, tmp_path) as (site, _), site.as_person(id_of(RATEE)) as client:
        reply = (await client.get(START, headers={"accept-language": "de"})).json()
        [assignment] = reply["assignments"]
        locale = reply["person"]["locale"]
        form = (await client.get(f"/api/v1/forms/{assignment['form']}/{locale}.json")).json()
        assert reply["locale"] == locale
        assert reply["forms"] == [form]
        usual = (await client.get(f"/api/v1/inbox?locale={locale}")).json()
        assert {"forms", "locale"}.isdisjoint(usual)
        assert {**reply, "now": 0} == {**usual, "now": 0, "locale": locale, "forms": [form]}


async def test_mallorys_first_start_has_no_form_of_others_and_nobodys_has_nothing(
    database: Database, tmp_path: Path
) -> None:
    async with round_of_two(database.url, tmp_path) as (site, _):
        async with site.as_person(id_of(OUTSIDER)) as mallory:
            assert (await mallory.get(START)).json()["forms"] == []
        async with site.as_nobody() as nobody:
            assert (await nobody.get(START)).status_code == 401


async def test_a_page_from_the_server_names_what_its_script_asks_first(
    database: Database, tmp_path: Path
) -> None:
    async with round_of_two(database.url, tmp_path) as (site, _), site.as_nobody() as client:
        page = await client.get("/app/", headers={"sec-fetch-dest": "document"})
        assert page.headers["link"] == FIRST_ASKED
        assert START in FIRST_ASKED
        kept_by_the_worker = await client.get("/app/", headers={"sec-fetch-dest": "empty"})
        assert "link" not in kept_by_the_worker.headers
        assert kept_by_the_worker.content == page.content


async def test_the_inbox_is_packed_for_who_can_unpack_it(database: Database, tmp_path: Path) -> None:
    async with round_of_two(database.url, tmp_path) as (site, _), site.as_person(id_of(RATEE)) as client:
        packed = await client.get(START, headers={"accept-encoding": "gzip"})
        plain = await client.get(START, headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["cache-control"] == "no-store"
        assert "content-encoding" not in plain.headers
        assert packed.json()["assignments"] == plain.json()["assignments"]

"""Who is asked about whom: by hand and by one list."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from server.usecases.advance import advance_cycles
from surveys.database import write_tx
from surveys.models.cycles import Assignment
from surveys.models.people import Person, Relation
from tests.conftest import Database
from tests.exports.reading import table_of
from tests.factories import HR, PEERS, RATEE, ROLE, SetClock, World, id_of
from tests.server.hr_cast import (
    TODAY,
    ask,
    commit,
    count_as_launched,
    hidden,
    hr_site,
    launchable,
    make_draft,
    plan,
    send,
    xlsx,
)
from tests.site import Site

HEAD = "ratee,rater,relationship\n"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def asked() -> dict[str, str]:
    rows = await Assignment.filter(ratee_id=id_of(RATEE)).select_related("rater")
    return {row.rater.external_id: row.relationship for row in rows}


async def test_people_are_found_and_asked(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    found = await ada.get(f"{cycle}/ratees/{id_of(RATEE)}", params={"q": "dan"})
    assert f'name="rater" value="{id_of("dan")}"' in found.text
    assert (await ask(ada, cycle, {"dan": "peer", "eve": "external"})).status_code == 303
    assert await asked() == {"cleo": "self", "ben": "manager", "dan": "peer", "eve": "external"}
    assert (await ask(ada, cycle, {"eve": "peer"})).status_code == 303
    assert (await asked())["eve"] == "peer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"cleo": "peer"},
        {"dan": "self"},
        {"dan": "boss"},
        {"ben": "peer"},
        {"dan": "manager"},
        {"dan": "direct_report"},
    ],
    ids=str,
)
async def test_case_24_a_relationship_that_does_not_fit_is_refused(
    ada: httpx2.AsyncClient, wrong: dict[str, str]
) -> None:
    cycle = await make_draft(ada)
    reply = await ask(ada, cycle, {"eve": "peer", **wrong})
    assert reply.status_code == 422
    assert "Nobody was added." in reply.text
    assert await asked() == {"cleo": "self", "ben": "manager"}


async def test_an_unknown_person_is_refused(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    assert (await ask(ada, cycle, {"nobody": "peer"})).status_code == 422
    assert (await ask(ada, cycle, {"dan": "peer"}, ratee="dan")).status_code in (404, 422)


async def test_a_rater_can_be_removed_from_a_draft(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    await ask(ada, cycle, {"dan": "peer"})
    row = await Assignment.get(rater_id=id_of("dan"))
    url = f"{cycle}/ratees/{id_of(RATEE)}/raters/{row.id}/remove"
    assert (await ada.post(url)).status_code == 303
    assert (await ada.post(url)).status_code == 404
    assert "dan" not in await asked()


async def test_colleagues_of_the_people_file_are_offered(ada: httpx2.AsyncClient) -> None:
    await commit(
        ada,
        "/hr/people/import",
        (await send(ada, "/hr/people/import", "external_id,name,manager\ndan,Dan,ben\njan,Jan,cleo\n")).text,
    )
    cycle = await make_draft(ada)
    text = (await ada.get(f"{cycle}/ratees/{id_of(RATEE)}")).text
    assert f'value="{id_of("dan")}"' in text
    assert f'value="{id_of("jan")}"' in text
    assert f'value="{id_of("eve")}"' not in text


async def test_the_load_is_shown_from_four_requests_on(ada: httpx2.AsyncClient) -> None:
    for number in range(4):
        cycle = await make_draft(ada, title=f"Cycle {number}")
        await ask(ada, cycle, {"dan": "peer"})
    await count_as_launched("Cycle")
    cycle = await make_draft(ada)
    text = (await ada.get(f"{cycle}/ratees/{id_of(RATEE)}", params={"q": "dan"})).text
    assert "4 open requests already" in text


async def test_a_list_is_looked_over_and_then_stored_whole(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    url = f"{cycle}/raters/import"
    rows = "".join(f"cleo,{name},peer\n" for name in PEERS)
    seen = await send(ada, url, HEAD + rows, "raters.csv")
    assert "6 new, 0 changed" in seen.text
    assert await asked() == {"cleo": "self", "ben": "manager"}
    assert (await commit(ada, url, seen.text)).status_code == 303
    assert set(PEERS) < set(await asked())
    again = await send(ada, url, HEAD + rows, "raters.csv")
    assert "0 new, 0 changed" in again.text
    changed = await send(ada, url, HEAD + "cleo,dan,external\n", "raters.csv")
    assert "0 new, 1 changed" in changed.text
    await commit(ada, url, changed.text)
    assert (await asked())["dan"] == "external"
    assert (await asked())["eve"] == "peer"


async def test_the_downloaded_list_can_be_sent_back(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    await ask(ada, cycle, {"dan": "peer"})
    template = await ada.get(f"{cycle}/raters.xlsx")
    seen = await send(ada, f"{cycle}/raters/import", template.content, "raters.xlsx")
    assert "0 new, 0 changed" in seen.text


WRONG = {
    "nobody": ("cleo,zoe,peer\n", "row 3"),
    "relationship": ("cleo,dan,friend\n", "column C"),
    "manager as peer": ("cleo,ben,peer\n", "manage"),
    "self as peer": ("cleo,cleo,peer\n", "own peer"),
    "not rated": ("dan,eve,peer\n", "not rated in this cycle"),
    "twice": ("cleo,dan,peer\ncleo,dan,external\n", "row 4"),
    "markup": ("cleo,<script>x</script>,peer\n", "script"),
}


@pytest.mark.parametrize("name", sorted(WRONG))
async def test_a_bad_list_is_refused_by_row_and_nothing_is_stored(ada: httpx2.AsyncClient, name: str) -> None:
    rows, said = WRONG[name]
    cycle = await make_draft(ada)
    reply = await send(ada, f"{cycle}/raters/import", HEAD + "cleo,finn,peer\n" + rows, "raters.csv")
    assert reply.status_code == 422
    assert said.casefold() in reply.text.casefold()
    assert "<script>x" not in reply.text
    assert await asked() == {"cleo": "self", "ben": "manager"}


async def test_a_list_for_a_cycle_that_is_gone_is_refused(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    data = xlsx("raters", [("ratee", "rater", "relationship"), ("cleo", "dan", "peer")])
    seen = await send(ada, f"{cycle}/raters/import", data, "raters.xlsx")
    await ada.post(f"{cycle}/delete")
    assert (await commit(ada, f"{cycle}/raters/import", seen.text)).status_code == 404


async def test_a_list_of_another_cycle_is_refused(ada: httpx2.AsyncClient) -> None:
    first = await make_draft(ada)
    seen = await send(ada, f"{first}/raters/import", HEAD + "cleo,dan,peer\n", "raters.csv")
    people = await send(
        ada, "/hr/people/import", "external_id,name,role_profile\ndan,Dan,plant-shift-supervisor\n"
    )
    await commit(ada, "/hr/people/import", people.text)
    fields = plan()
    fields["ratees"] = [id_of("dan")]
    second = (await ada.post("/hr/cycles/new", data=fields)).headers["location"]
    assert (await commit(ada, f"{second}/raters/import", seen.text)).status_code == 409
    assert not await Assignment.filter(rater_id=id_of("dan"), relationship="peer").exists()


async def test_only_named_raters_are_shown_as_answered_or_not(site: Site, tmp_path: Path) -> None:
    async with site.as_person(id_of(HR)) as ada:
        cycle = await launchable(ada)
        await ada.post(f"{cycle}/launch")
    site.clock.move(days=36)
    await advance_cycles(keeper=site.app.state.keeper, clock=site.clock, backups_dir=tmp_path)
    clock = SetClock(at=site.clock.now())
    world = World(cycle.rsplit("/", 1)[1], site.app.state.keeper, clock, site.app.state.queue)
    for name in ("ben", "dan"):
        phone = await world.phone(name)
        assert (await phone.put(await phone.answers()))["status"] == "ok"
    async with site.as_person(id_of(HR)) as ada:
        page = f"{cycle}/ratees/{id_of(RATEE)}"
        text = (await ada.get(page)).text
        rows = dict(re.findall(r'<th scope="row"><bdi>(\w+)</bdi>.*?</th>(.*?)</tr>', text, re.DOTALL))
        assert "answered" in rows["Ben"]
        assert "not yet" in rows["Cleo"]
        for name in ("Dan", "Eve"):
            assert "answered" not in rows[name], name
            assert "not yet" not in rows[name], name


async def test_a_mark_takes_a_rater_out_and_nothing_else_does(ada: httpx2.AsyncClient) -> None:
    cycle = await make_draft(ada)
    await ask(ada, cycle, {"dan": "peer", "eve": "peer"})
    url = f"{cycle}/raters/import"
    head = "ratee,rater,relationship,remove,load\n"
    seen = await send(
        ada, url, head + "cleo,dan,peer,yes,9\ncleo,finn,peer,,\ncleo,gwen,peer,YES,\n", "raters.csv"
    )
    assert "1 are taken out" in seen.text
    assert set(await asked()) == {"cleo", "ben", "dan", "eve"}
    assert (await commit(ada, url, seen.text)).status_code == 303
    assert set(await asked()) == {"cleo", "ben", "eve", "finn"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("cleo,dan,peer,perhaps\n", "neither yes nor no"),
        ("cleo,dan,peer,yes\ncleo,dan,peer,\n", "both removed and asked"),
        ("cleo,cleo,self,yes\n", "own view cannot be removed"),
    ],
)
async def test_an_unclear_mark_is_refused(ada: httpx2.AsyncClient, rows: str, said: str) -> None:
    cycle = await make_draft(ada)
    head = "ratee,rater,relationship,remove\n"
    reply = await send(ada, f"{cycle}/raters/import", head + rows, "raters.csv")
    assert reply.status_code == 422
    assert said in reply.text
    assert await asked() == {"cleo": "self", "ben": "manager"}


async def test_six_requests_need_an_approval_and_come_with_alternatives(ada: httpx2.AsyncClient) -> None:
    for number in range(5):
        cycle = await make_draft(ada, title=f"Cycle {number}")
        await ask(ada, cycle, {"dan": "peer"})
    await count_as_launched("Cycle")

    async def body(tx: object) -> None:
        for name in ("dan", "eve"):
            await Relation.create(
                id=id_of(f"ben manages {name}"),
                person_id=id_of(name),
                kind="manager",
                other_id=id_of("ben"),
                from_on=TODAY,
            )

    await write_tx(body)
    cycle = await make_draft(ada)
    url = f"{cycle}/raters/import"
    seen = await send(ada, url, HEAD + "cleo,dan,peer\n", "raters.csv")
    assert "needs your approval" in seen.text
    assert "Asked less: <bdi>Eve</bdi>" in seen.text
    refused = await commit(ada, url, seen.text)
    assert refused.status_code == 422
    assert "Approve this first" in refused.text
    assert not await Assignment.filter(cycle_id=cycle.rsplit("/", 1)[1], rater_id=id_of("dan")).exists()
    fields = {
        "token": hidden(seen.text, "token"),
        "approval": hidden(seen.text, "approval"),
        "loads": "approved",
    }
    assert (await ada.post(f"{url}/commit", data=fields)).status_code == 303
    assert await Assignment.filter(cycle_id=cycle.rsplit("/", 1)[1], rater_id=id_of("dan")).exists()


async def test_the_download_is_filled_from_the_people_file_and_shows_the_load(
    ada: httpx2.AsyncClient,
) -> None:
    async def body(tx: object) -> None:
        await Relation.create(
            id=id_of("ben manages dan"),
            person_id=id_of("dan"),
            kind="manager",
            other_id=id_of("ben"),
            from_on=TODAY,
        )

    await write_tx(body)
    first = await make_draft(ada, title="Cycle 1")
    await ask(ada, first, {"dan": "peer"})
    await count_as_launched("Cycle")
    cycle = await make_draft(ada)
    rows = table_of((await ada.get(f"{cycle}/raters.xlsx")).content, "raters")
    dan = next(row for row in rows if row["rater"] == "dan")
    assert (dan["relationship"], dan["load"]) == ("peer", "1")
    assert {row["rater"] for row in rows} == {"cleo", "ben", "dan"}


async def test_the_suggested_raters_are_spread_over_everybody_and_the_file_comes_back_without_a_word(
    ada: httpx2.AsyncClient,
) -> None:
    everybody = [id_of(one) for one in (RATEE, *PEERS)]

    async def body(tx: object) -> None:
        await Person.filter(id__in=everybody).update(role_profile=ROLE)
        for one in PEERS:
            await Relation.create(
                id=id_of(f"ben leads {one}"),
                person_id=id_of(one),
                kind="manager",
                other_id=id_of("ben"),
                from_on=TODAY,
            )

    await write_tx(body)
    made = await ada.post("/hr/cycles/new", data=plan() | {"ratees": everybody})
    cycle = made.headers["location"]
    template = await ada.get(f"{cycle}/raters.xlsx")
    rows = [row for row in table_of(template.content, "raters") if row["relationship"] == "peer"]
    asked = Counter(row["rater"] for row in rows)
    assert set(Counter(row["ratee"] for row in rows).values()) == {5}
    assert max(asked.values()) - min(asked.values()) <= 2, asked
    seen = await send(ada, f"{cycle}/raters/import", template.content, "raters.xlsx")
    assert "a filter" not in seen.text
    assert "other sheets" not in seen.text

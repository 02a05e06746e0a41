"""Role profiles through the pages: import, what great looks like, notice, exemplars."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from server.usecases.launch import launch_cycle
from surveys.database import write_tx
from surveys.models.cycles import Cycle
from surveys.models.profiles import Exemplar, Instrument, Notice, ProfileVersion
from surveys.models.work import AuditEntry
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, ROLE, draft_cycle, id_of
from tests.server.hr_cast import PROFILES, TODAY, hidden, hr_site, plan, send
from tests.site import Site

URL = "/hr/profiles/import"
ASKED_FIRST = "Walks the whole line before the shift starts."
SOFTWARE = (PROFILES / "product-software-engineer.yaml").read_text("utf-8")
SUPERVISOR = (PROFILES / "plant-shift-supervisor.yaml").read_text("utf-8")


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def store(client: httpx2.AsyncClient, data: bytes | str, name: str, **fields: str) -> httpx2.Response:
    """Look over a file and press Store."""
    text = (await send(client, URL, data, name)).text
    data_ = {"token": hidden(text, "token"), "approval": hidden(text, "approval"), **fields}
    return await client.post(f"{URL}/commit", data=data_)


async def test_a_profile_is_stored_once_with_its_grade(ada: httpx2.AsyncClient) -> None:
    reply = await store(ada, SOFTWARE, "engineer.yaml")
    assert reply.status_code == 303, reply.text
    assert "stored=profile" in reply.headers["location"]
    assert "Product software engineer 1.1.0" in (await ada.get(reply.headers["location"])).text
    again = await send(ada, URL, SOFTWARE, "engineer.yaml")
    assert "is already here, word for word" in again.text
    assert "/import/commit" not in again.text
    row = await ProfileVersion.get(profile="product-software-engineer")
    assert row.grade == "studied"
    assert await AuditEntry.filter(action="profile.imported").count() == 1


async def test_a_version_is_never_changed_and_the_next_one_is_proposed(ada: httpx2.AsyncClient) -> None:
    await store(ada, SOFTWARE, "engineer.yaml")
    other = SOFTWARE.replace("Product software engineer", "Another title", 1)
    reply = await send(ada, URL, other, "engineer.yaml")
    assert "1.1.0 is stored with other words" in reply.text
    assert re.findall(r'value="([\d.]+)"( checked)?', reply.text) == [
        ("1.1.1", ""),
        ("1.2.0", " checked"),
        ("2.0.0", ""),
    ]
    for wrong in ("1.1.0", "", "3.0.0", "x"):
        assert (await store(ada, other, "engineer.yaml", version=wrong)).status_code == 409
    assert (await store(ada, other, "engineer.yaml", version="1.2.0")).status_code == 303
    rows = await ProfileVersion.filter(profile="product-software-engineer").order_by("version")
    assert [(row.version, row.title) for row in rows] == [
        ("1.1.0", "Product software engineer"),
        ("1.2.0", "Another title"),
    ]


async def test_a_profile_can_be_looked_at(ada: httpx2.AsyncClient) -> None:
    text = (await ada.get(f"/hr/profiles/{id_of(ROLE)}")).text
    for words in (
        "A shift without harm",
        "Walk the line before the start",
        "Reads the log in the office",
        "91",
    ):
        assert words in text


async def test_every_problem_of_a_profile_is_shown_by_line_and_field(ada: httpx2.AsyncClient) -> None:
    broken = SOFTWARE.replace("weight: 5", "weight: 9", 1).replace(
        "  status: published", "  status: living", 1
    )
    reply = await send(ada, URL, broken, "engineer.yaml")
    assert reply.status_code == 422
    assert "<code>profile.status</code>" in reply.text
    assert "weight</code>" in reply.text
    assert "Line " in reply.text
    assert not await ProfileVersion.filter(profile="product-software-engineer").exists()


async def test_case_74_markup_in_a_refused_file_is_shown_as_text(ada: httpx2.AsyncClient) -> None:
    broken = SOFTWARE.replace("  status: published", "  status: '<img src=x onerror=alert(1)>'", 1)
    reply = await send(ada, URL, broken, "<script>x</script>.yaml")
    assert reply.status_code == 422
    assert "<img src=x" not in reply.text
    assert "<script>x" not in reply.text
    assert "&lt;img src=x" in reply.text


async def test_case_72_an_item_of_an_element_that_is_gone_is_refused_with_its_place(
    ada: httpx2.AsyncClient,
) -> None:
    reply = await send(ada, URL, re.sub(r"(?m)^(  +from: ).*$", r"\1A9.T9", SOFTWARE, count=1), "x.yaml")
    assert reply.status_code == 422
    assert "is no element of this profile" in reply.text
    assert "<code>items[0].from</code>" in reply.text or "<code>items.0.from</code>" in reply.text


async def test_case_71_tricks_of_yaml_are_refused(ada: httpx2.AsyncClient) -> None:
    bomb = "schema: role-profile/1\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    for text in (
        bomb,
        "schema: role-profile/1\nprofile: !!python/object/apply:os.system [ls]\n",
        "\tx",
        "schema: [\n",
    ):
        reply = await send(ada, URL, text, "x.yaml")
        assert reply.status_code == 422, text
        assert "Traceback" not in reply.text


async def test_question_texts_are_stored(ada: httpx2.AsyncClient) -> None:
    data = (PROFILES / "instruments.yaml").read_bytes()
    reply = await store(ada, data, "instruments.yaml")
    assert "stored=instrument" in reply.headers["location"]
    assert await Instrument.filter(name="clarity-and-feedback-default").exists()


async def test_a_translation_finds_its_profile(ada: httpx2.AsyncClient) -> None:
    orphan = (PROFILES / "plant-shift-supervisor.ar.yaml").read_text("utf-8").replace("1.0.0", "7.0.0")
    reply = await send(ada, URL, orphan, "ar.yaml")
    assert reply.status_code == 422
    assert "import that profile first" in reply.text
    newer = SUPERVISOR.replace("version: 1.0.0", "version: 7.0.0", 1)
    await store(ada, newer, "supervisor.yaml")
    reply = await store(ada, orphan, "ar.yaml")
    assert "stored=overlay" in reply.headers["location"]
    row = await ProfileVersion.get(profile=ROLE, version="7.0.0")
    assert list(row.overlays) == ["ar"]
    assert "stored=same" in (await store(ada, orphan, "ar.yaml")).headers["location"]


async def test_notice_is_recorded_by_its_paper_date_and_the_earlier_day_stays(
    ada: httpx2.AsyncClient,
) -> None:
    url = f"/hr/profiles/{id_of(ROLE)}/notices"
    early, late = (TODAY - timedelta(days=40)).isoformat(), (TODAY - timedelta(days=3)).isoformat()
    for day in (late, early, late):
        reply = await ada.post(url, data={"delivered_on": day, "who": "all"})
        assert reply.status_code == 303
    row = await Notice.get(person_id=id_of(RATEE))
    assert (row.delivered_on.isoformat(), row.way, row.version) == (early, "paper", "1.0.0")
    assert await Notice.all().count() == 1
    assert await AuditEntry.filter(action="notice.recorded").count() == 3


async def test_notice_can_be_recorded_for_chosen_people(ada: httpx2.AsyncClient) -> None:
    url = f"/hr/profiles/{id_of(ROLE)}/notices"
    data = {"delivered_on": TODAY.isoformat(), "who": "chosen", "people": [id_of(RATEE)]}
    assert (await ada.post(url, data=data)).status_code == 303
    assert await Notice.filter(person_id=id_of(RATEE)).count() == 1


@pytest.mark.parametrize("day", [(TODAY + timedelta(days=1)).isoformat(), "", "03/04/2026", "0001-01-01"])
async def test_notice_needs_a_day_that_has_been(ada: httpx2.AsyncClient, day: str) -> None:
    reply = await ada.post(f"/hr/profiles/{id_of(ROLE)}/notices", data={"delivered_on": day, "who": "all"})
    assert reply.status_code == 422
    assert "not in the future" in reply.text
    assert await Notice.all().count() == 0


async def test_notice_needs_somebody(ada: httpx2.AsyncClient) -> None:
    data = {"delivered_on": TODAY.isoformat(), "who": "chosen"}
    reply = await ada.post(f"/hr/profiles/{id_of(ROLE)}/notices", data=data)
    assert reply.status_code == 422
    assert "Tick at least one person." in reply.text


async def test_an_exemplar_needs_reason_and_measures_and_is_dated(ada: httpx2.AsyncClient) -> None:
    url = f"/hr/profiles/{id_of(ROLE)}/exemplars"
    reply = await ada.post(url, data={"person": id_of(RATEE), "reason": "Best fifth", "measures": " "})
    assert reply.status_code == 422
    assert 'value="Best fifth"' in reply.text
    data = {"person": id_of(RATEE), "reason": "Best fifth", "measures": "Attainment 97 % over 24 months"}
    for _ in range(2):
        assert (await ada.post(url, data=data)).status_code == 303
    row = await Exemplar.get(person_id=id_of(RATEE))
    assert (row.from_on, row.to_on) == (TODAY, None)
    assert (await ada.post(f"{url}/{row.id}/end")).status_code == 303
    assert (await Exemplar.get(id=row.id)).to_on == TODAY


async def test_the_log_does_not_say_who_is_an_exemplar(ada: httpx2.AsyncClient) -> None:
    data = {"person": id_of(RATEE), "reason": "Best fifth", "measures": "Attainment"}
    await ada.post(f"/hr/profiles/{id_of(ROLE)}/exemplars", data=data)
    entry = await AuditEntry.get(action="exemplar.marked")
    assert id_of(RATEE) not in entry.object_id + entry.detail


async def launch(site: Site, name: str, profile_version: str = "") -> str:
    """Launch a 360 about Cleo that is open at once."""
    cycle = await draft_cycle(name, opens_at=site.clock.now())

    async def body(tx: object) -> None:
        await Cycle.filter(id=cycle).update(profile_version_id=profile_version)

    if profile_version:
        await write_tx(body)
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=site.app.state.keeper, clock=site.clock)
    return cycle


async def fetched(phone: httpx2.AsyncClient, cycle: str) -> tuple[str, list[bytes]]:
    """Give the hash of the form the list names, and that form in two languages, as a phone fetches them."""
    listed = (await phone.get("/api/v1/inbox")).json()["assignments"]
    (form,) = [one["form"] for one in listed if one["cycle"] == cycle]
    replies = [await phone.get(f"/api/v1/forms/{form}/{locale}.json") for locale in ("en", "de")]
    return form, [reply.content for reply in replies]


async def test_whatever_is_done_to_a_profile_an_open_cycle_asks_what_it_asked_at_its_launch(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    cycle = await launch(site, "autumn")
    new_words = SUPERVISOR.replace(ASKED_FIRST, "Sits at the desk.")
    german = (PROFILES / "plant-shift-supervisor.de.yaml").read_text("utf-8")
    new_german = german.replace("SS01.observe: Geht vor", "SS01.observe: Sitzt vor")
    texts = (PROFILES / "instruments.yaml").read_text("utf-8").replace("en: Fully", "en: Wholly")
    async with site.as_person(id_of(PEERS[0])) as dan:
        before = await fetched(dan, cycle)
        assert ASKED_FIRST.encode() in before[1][0]
        assert b"Geht vor Schichtbeginn" in before[1][1]
        assert (await store(ada, new_words, "supervisor.yaml", version="1.0.0")).status_code == 409
        for data, name, fields in (
            (new_words, "supervisor.yaml", {"version": "1.1.0"}),
            (new_german, "de.yaml", {}),
            (texts, "instruments.yaml", {}),
        ):
            reply = await store(ada, data, name, **fields)
            assert (name, reply.status_code) == (name, 303), reply.text
            assert await fetched(dan, cycle) == before, name
        new = await ProfileVersion.get(profile=ROLE, version="1.1.0")
        for done in (f"/hr/profiles/{new.id}/publish", f"/hr/profiles/{id_of(ROLE)}/publish"):
            assert (await ada.post(done)).status_code == 303
        for refused in ("edit", "delete"):
            reply = await ada.post(f"/hr/cycles/{cycle}/{refused}", data=plan(profile=new.id))
            assert (refused, reply.status_code) == (refused, 409)
        assert await fetched(dan, cycle) == before
        later = await fetched(dan, await launch(site, "winter", new.id))
        assert later[0] != before[0]
        assert b"Sits at the desk." in later[1][0]

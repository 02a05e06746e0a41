"""The check before launch as HR reads it: from the database to the words on the page."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.preflight import preflight
from surveys.database import write_tx
from surveys.lifecycle import STATES
from surveys.models.people import Grant, Person, Relation
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, id_of
from tests.server.hr_cast import (
    TODAY,
    ask,
    count_as_launched,
    hr_site,
    launchable,
    make_draft,
    names_of_warnings,
    record_delivery,
)
from tests.site import Site

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def change(person: str, **fields: str) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(person)).update(**fields)

    await write_tx(body)


async def test_a_good_plan_is_all_well(site: Site, ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    text = (await ada.get(url)).text
    assert "All is well." in text
    assert ">Launch</button>" in text
    check = await preflight(url.rsplit("/", 1)[1], clock=site.clock)
    assert (check.errors, check.warnings) == ((), ())
    assert check.is_clear([])


async def test_the_first_lawful_day_is_computed_and_shown(ada: httpx2.AsyncClient) -> None:
    await record_delivery(days_ago=0)
    url = await make_draft(ada, opens_at="2026-11-20T08:00")
    text = (await ada.get(url)).text
    assert "The notice is not over at the opening" in text
    assert "First lawful day for everyone: 2 Dec 2026" in text


async def test_case_73_texts_without_translation_are_counted_from_the_real_forms(
    ada: httpx2.AsyncClient,
) -> None:
    url = await launchable(ada)
    await change("dan", locale="de")
    assert "Not translated for everyone" not in (await ada.get(url)).text
    await change("dan", locale="fr")
    text = (await ada.get(url)).text
    assert "Not translated for everyone" in text
    assert re.search(r"fr: [1-9]\d* texts are shown in the source language, to 1 people", text)


async def test_people_without_mail_are_named(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await change("eve", mail="")
    text = (await ada.get(url)).text
    assert "Nobody can mail them" in text
    assert "<bdi>Eve</bdi>" in text


async def test_an_hr_person_among_the_peers_is_named(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)

    async def body(tx: BaseDBAsyncClient) -> None:
        await Grant.create(id=id_of("g"), person_id=id_of("eve"), role="hr", from_on=TODAY)

    await write_tx(body)
    assert "Rates and would see the report" in (await ada.get(url)).text


async def test_the_load_over_all_launched_cycles_counts(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    for number in range(5):
        other = await make_draft(ada, title=f"Cycle {number}")
        await ask(ada, other, dict.fromkeys(PEERS[:1], "peer"))
    await count_as_launched("Cycle")
    text = (await ada.get(url)).text
    assert "Much is asked of some" in text
    assert "6 open requests" in text


async def test_case_74_names_in_findings_are_shown_as_text(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    await change(RATEE, name="<img src=x onerror=alert(1)>")
    text = (await ada.get(url)).text
    assert "<img src=x" not in text


def test_every_finding_has_words_in_english_and_arabic() -> None:
    modules = ("launch_checks", "clarity_checks", "shared_checks")
    source = "".join((ROOT / "surveys" / f"{one}.py").read_text("utf-8") for one in modules)
    findings = re.findall(r'Finding\(\s*"([a-z_0-9]+)", (True|False)', source)
    assert len(findings) > 20
    wanted = {f"cycles.state_{state}" for state in STATES} | {
        f"cycles.said_{state}" for state in STATES if state != "draft"
    }
    for code, is_error in findings:
        wanted |= {f"preflight.{code}", f"preflight.{code}_do"}
        if is_error == "False":
            wanted.add(f"preflight.{code}_confirm")
    for locale in ("en", "ar"):
        words = json.loads((ROOT / "server" / "catalogues" / f"{locale}.json").read_text("utf-8"))
        assert sorted(wanted - set(words)) == []


async def test_other_drafts_are_no_load(site: Site, ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    for number in range(6):
        other = await make_draft(ada, title=f"Draft {number}")
        assert (await ask(ada, other, dict.fromkeys(PEERS, "peer"))).status_code == 303
    check = await preflight(url.rsplit("/", 1)[1], clock=site.clock)
    assert check.warnings == ()
    assert "6 open requests" not in (await ada.get(f"{url}/ratees/{id_of(RATEE)}")).text
    await count_as_launched("Draft")
    check = await preflight(url.rsplit("/", 1)[1], clock=site.clock)
    assert [one.code for one in check.warnings] == ["load_high"]


async def test_a_report_asked_as_a_peer_and_a_brief_cycle_are_confirmed_on_the_page(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Relation.create(
            id=id_of("cleo manages dan"),
            person_id=id_of("dan"),
            kind="manager",
            other_id=id_of(RATEE),
            from_on=TODAY,
        )

    await write_tx(body)
    await record_delivery()
    url = await make_draft(ada, closes_at="2026-12-07T20:30")
    await ask(ada, url, dict.fromkeys(PEERS, "peer"))
    text = (await ada.get(url)).text
    assert "Direct reports asked as peers" in text
    assert re.search(r"<bdi>Dan</bdi> → <bdi>Cleo</bdi>", text)
    assert "open for 12 h 30 min" in text
    names = names_of_warnings(text)
    assert len(names) == 2
    for confirmed in names:
        assert (await ada.post(f"{url}/launch", data={"confirm": confirmed})).status_code == 422
    assert (await ada.post(f"{url}/launch", data={"confirm": names})).status_code == 303

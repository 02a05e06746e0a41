"""The talk pages of a clarity pair: what they show, to whom, and that nothing shows before both have answered."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from server.access import GuardedRoute
from server.errors import Problem
from server.routes import table
from server.usecases.gaps import pair_page
from surveys.queries_pairs import is_in_pair
from tests.conftest import Database
from tests.factories import HR, MANAGER, OUTSIDER, RATEE, id_of, store_cast
from tests.server.pair_cast import (
    COACH,
    CYCLE,
    FORMER_MANAGER,
    answer,
    api_of,
    complete,
    keeper_of,
    open_views,
    set_state,
    start_round,
    url_of,
)
from tests.server.report_reading import text_of
from tests.site import Site, running_site
from tests.surveys.clarity_case import clarity_case, employee_cells, items, manager_cells

CANARY = "Canary sentence of one side."
TEXTS = {
    "SS03.e_comment": CANARY,
    "SS01.e_teach_back": f"{CANARY} teach-back",
    "SS02.e_own_way": f"{CANARY} own way",
}
WIRE = Path(__file__).parents[1] / "vectors" / "wire" / "gaps.json"
OUTSIDERS = (OUTSIDER, HR, COACH, FORMER_MANAGER, "dan")


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    async with running_site(database.url, tmp_path) as running:
        await start_round(running)
        yield running


async def get(site: Site, person: str, path: str) -> tuple[int, str]:
    async with site.as_person(id_of(person)) as client:
        reply = await client.get(path)
    return reply.status_code, reply.text


async def document(site: Site, person: str, path: str = "") -> dict[str, Any]:
    async with site.as_person(id_of(person)) as client:
        reply = await client.get(path or api_of())
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def shape(value: Any) -> Any:
    """Reduce a document to its keys; a list to the shapes that occur in it."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in sorted(value.items()) if key not in ("labels", "figures")}
    return "list" if isinstance(value, list) else type(value).__name__


def ids(page: str, of: str) -> list[str]:
    """List the lines in one section of the page, in the order shown."""
    return [str(one) for one in html.fromstring(page).xpath(f"//*[@id='{of}']//article/@id")]


@pytest.mark.parametrize("person", OUTSIDERS)
@pytest.mark.parametrize("state", ["open", "released"])
@pytest.mark.parametrize("path", [url_of(), api_of(), f"{url_of()}/workbook"])
async def test_for_everybody_but_the_two_a_pair_is_missing(
    site: Site, person: str, state: str, path: str
) -> None:
    await open_views(site)
    await set_state(state)
    missing = f"{'/api/v1' if path.startswith('/api') else ''}/no/such/page"

    assert await get(site, person, path) == await get(site, person, missing)
    assert (await get(site, person, path))[0] == 404


async def test_the_policy_and_the_use_case_each_let_only_the_two_in(site: Site) -> None:
    await open_views(site)

    for person in (RATEE, MANAGER, *OUTSIDERS):
        is_one_of_the_two = person in (RATEE, MANAGER)
        assert await is_in_pair(id_of(person), CYCLE, id_of(RATEE)) is is_one_of_the_two
        asked = pair_page(
            CYCLE, id_of(RATEE), id_of(person), keeper=keeper_of(site), locale="en", clock=site.clock
        )
        if is_one_of_the_two:
            assert (await asked).state == "open"
        else:
            with pytest.raises(Problem):
                await asked
    assert not await is_in_pair(id_of(RATEE), id_of("another round"), id_of(RATEE))
    paths = [one for one in table.routes(site.settings) if isinstance(one, GuardedRoute)]
    assert {one.policy.name for one in paths if "{employee}" in one.path} == {"pair"}


@pytest.mark.parametrize("person", [RATEE, MANAGER])
@pytest.mark.parametrize("state", ["draft", "abandoned"])
async def test_a_round_that_was_not_launched_or_was_abandoned_has_no_page(
    site: Site, person: str, state: str
) -> None:
    await open_views(site)
    await set_state(state)

    assert (await get(site, person, url_of()))[0] == 404
    assert CYCLE not in (await get(site, person, "/gaps"))[1]


@pytest.mark.parametrize("person", [RATEE, MANAGER])
async def test_the_document_has_every_line_and_the_summary_of_the_invented_pair(
    site: Site, person: str
) -> None:
    await open_views(site, own=TEXTS)

    found = await document(site, person)

    assert (found["schema"], found["state"]) == ("gaps/1", "open")
    assert found["you"] == ("employee" if person == RATEE else "manager")
    for row, expected in zip(found["rows"], clarity_case()["rows"], strict=True):
        gap = {
            "gap": row["gap"]["id"],
            "also": [one["id"] for one in row["also"]],
            "severity": row["severity"],
        }
        assert (row["item"], gap) == (expected["item"], expected["expected"])
    summary = clarity_case()["expected_summary"]
    assert found["summary"] == {name: summary[name] for name in found["summary"]}
    assert found["agenda"] == summary["agenda"]
    assert found["parked"] == summary["parked"]
    assert found["open_with_strength"] == summary["open_with_strength"]
    assert found["minutes"] == {"strength": 3, "gaps": 20, "agree": 5, "manager": 2}


async def test_the_example_of_the_wire_has_the_shape_of_a_real_document(site: Site) -> None:
    await open_views(site, own=TEXTS)
    example: dict[str, Any] = json.loads(WIRE.read_text("utf-8"))

    found = await document(site, RATEE)

    assert shape(example) == shape(found)
    rows = {row["item"]: row for row in found["rows"]}
    for row in example["rows"]:
        assert shape(row) == shape(rows[row["item"]])
        assert row["labels"] == rows[row["item"]]["labels"]


async def test_the_document_says_answers_in_the_words_of_the_scales(site: Site) -> None:
    await open_views(site, own=TEXTS)

    found = await document(site, MANAGER, api_of(locale="de"))
    row = next(one for one in found["rows"] if one["item"] == "SS09")

    assert (found["locale"], found["dir"]) == ("de", "ltr")
    assert row["labels"]["employee"]["support"] == "Gar nicht"
    assert row["labels"]["manager"]["last_told"] == "Diesen Monat"
    assert row["labels"]["chips"] == ["Mir fehlen Zeit, Mittel oder Hilfe"]
    assert row["gap"]["name"] == "Klar, aber blockiert"
    assert row["gap"]["opener"].startswith("Was steht im Weg")
    assert row["card"]["lang"] == "de"
    assert (await document(site, RATEE, api_of(locale="ar")))["dir"] == "rtl"
    assert (await get(site, RATEE, api_of(locale="xx")))[0] == 404


@pytest.mark.parametrize(("person", "other"), [(RATEE, "Ben"), (MANAGER, "Cleo")])
async def test_the_page_opens_with_a_strength_then_three_gaps_then_the_parked_rest(
    site: Site, person: str, other: str
) -> None:
    await open_views(site, own=TEXTS)
    summary = clarity_case()["expected_summary"]

    status, page = await get(site, person, url_of())

    assert status == 200
    assert ids(page, "strength") == [summary["open_with_strength"]]
    assert ids(page, "gaps") == [*summary["agenda"], *summary["parked"]]
    assert ids(page, "parked") == summary["parked"]
    words = text_of(page)
    assert f"You and {other}" in words
    assert "You share 5 of 11 expectations and 2 of 3 priorities." in words
    assert "I have been expecting this, and I never made sure you knew. What did you think?" in words
    assert CANARY in words
    assert "I lack time, tools or help" in words
    assert "71" not in words, "the index is no score of a person"


async def test_employee_and_manager_read_the_same_gap_in_their_own_words(site: Site) -> None:
    await open_views(site)

    employee, manager = [text_of((await get(site, one, url_of()))[1]) for one in (RATEE, MANAGER)]
    rows = clarity_case()["rows"]
    hidden = [row["item"] for row in rows if row["expected"]["gap"] == "hidden_expectation"]

    said = {
        "none": ("Ben expects this of you. You did not think so.", "You expect this. Cleo did not think so."),
        "unsure": ("Ben expects this of you. You were not sure.", "You expect this. Cleo was not sure."),
    }
    answers = {employee_cells()[f"{item}.e_expected"] for item in hidden}
    assert answers
    for given, (to_employee, to_manager) in said.items():
        assert (to_employee in employee) is (given in answers)
        assert (to_manager in manager) is (given in answers)
    assert "Ben may begin with" in employee
    assert "You could begin with" in manager


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("full", "You see this as yours. Ben does not expect it."),
        ("partly", "You see this as yours in part. Ben does not expect it."),
        ("unsure", "You were not sure whether this is yours. Ben does not expect it."),
    ],
)
async def test_unasked_work_is_told_by_the_answer_and_its_opening_sentence_once(
    site: Site, answer: str, sentence: str
) -> None:
    lines = items()
    own = {f"{item}.e_expected": answer for item in lines}
    managers = {f"{item}.m_expected": "none" for item in lines}
    await open_views(site, own=own, managers=managers)
    page = html.fromstring((await get(site, RATEE, url_of()))[1])
    assert len(page.xpath("//*[@id='gaps']//article")) == len(lines)
    told = {str(one.text_content()).strip() for one in page.xpath("//p[@class='gap-says']")}
    assert told == {sentence}
    assert len(page.xpath("//figure[@class='opener']")) == 1


async def test_the_employees_results_in_own_words_never_reach_the_manager(site: Site) -> None:
    secret = "The night shift never ran dry."
    await open_views(site, own={"RES.text": secret})

    for path in (url_of(), api_of()):
        assert secret in (await get(site, RATEE, path))[1]
        assert secret not in (await get(site, MANAGER, path))[1]


async def test_no_pulse_answer_is_on_any_page(site: Site) -> None:
    await open_views(site)

    for person in (RATEE, MANAGER):
        for path in (url_of(), api_of()):
            assert "pulse" not in (await get(site, person, path))[1].lower()


@pytest.mark.parametrize(("side", "reader"), [("self", MANAGER), ("manager", RATEE)])
@pytest.mark.parametrize("is_final", [True, False])
async def test_while_waiting_only_answered_or_not_yet_is_said_of_the_other(
    site: Site, side: str, reader: str, is_final: bool
) -> None:
    cells = (
        complete({**employee_cells(), **TEXTS}) if side == "self" else {**manager_cells(), "OQ1.text": CANARY}
    )
    empty = await get(site, reader, url_of())
    await answer(site, side, cells, is_final=is_final)

    page, found = await get(site, reader, url_of()), await document(site, reader)

    assert found == {
        "schema": "gaps/1",
        "state": "waiting",
        "cycle": CYCLE,
        "title": "Autumn clarity",
        "locale": "en",
        "dir": "ltr",
        "you": "employee" if reader == RATEE else "manager",
        "employee": {"id": id_of(RATEE), "name": "Cleo"},
        "manager": {"name": "Ben"},
        "you_answered": False,
        "other_answered": is_final,
    }
    assert (page == empty) is not is_final, "started or not must look the same"
    assert CANARY not in page[1]
    assert not any(item in page[1] for item in items())


async def test_the_waiting_page_says_what_comes_next(site: Site) -> None:
    neither = text_of((await get(site, MANAGER, url_of()))[1])
    await answer(site, "manager", manager_cells())
    waits = text_of((await get(site, MANAGER, url_of()))[1])
    asked = text_of((await get(site, RATEE, url_of()))[1])

    assert "Neither of you has answered everything yet." in neither
    assert "You are done. Cleo has not answered yet." in waits
    assert "Answer now" not in waits
    assert "Ben is done. Your part is still open." in asked
    assert "Answer now" in asked


@pytest.mark.parametrize(
    ("sides", "reader", "other"), [("self", RATEE, MANAGER), ("manager", MANAGER, RATEE)]
)
async def test_after_closing_an_unopened_pair_each_keeps_the_own_side_only(
    site: Site, sides: str, reader: str, other: str
) -> None:
    await open_views(site, sides=sides, own=TEXTS, managers={"OQ9.text": CANARY})
    await set_state("released")

    mine, theirs = await document(site, reader), await document(site, other)

    assert mine["state"] == theirs["state"] == "own"
    own, lost = ("employee", "manager") if reader == RATEE else ("manager", "employee")
    assert [row["gap"]["id"] for row in mine["rows"]] == ["waiting"] * len(items())
    assert all(row[own] is not None and row[lost] is None for row in mine["rows"])
    assert mine["summary"] is None
    assert theirs["rows"] == []
    page = text_of((await get(site, other, url_of()))[1])
    assert CANARY not in page
    assert "Your part was not finished, so nothing of it was kept." in page
    assert "Below is what you answered." in text_of((await get(site, reader, url_of()))[1])


async def test_a_pair_that_means_the_same_has_nothing_to_clear_up(site: Site) -> None:
    own: dict[str, Any] = {"@top3": []}
    managers: dict[str, Any] = {"@top3": []}
    for item in items():
        own |= {f"{item}.e_expected": "full", f"{item}.e_clear": 5, f"{item}.e_evidence": 5}
        own |= {f"{item}.e_support": 5, f"{item}.e_level": None}
        managers |= {f"{item}.m_expected": "full", f"{item}.m_evidence": 5, f"{item}.m_level": None}
    await open_views(site, own=own, managers=managers)

    page = text_of((await get(site, MANAGER, url_of()))[1])

    assert "Nothing to clear up" in page
    assert "No line stands out yet." in page


async def test_the_managers_list_counts_opened_pairs_only(site: Site) -> None:
    await open_views(site, "cleo")
    await answer(site, "self", complete(employee_cells()), employee="dan")

    page = (await get(site, MANAGER, "/gaps"))[1]
    rows = {
        " ".join(row.xpath("./th")[0].text_content().split()): " ".join(row.text_content().split())
        for row in html.fromstring(page).xpath("//tbody/tr")
    }

    assert list(rows) == ["Cleo", "Dan", "Eve"]
    assert "5 of 11 expectations" in rows["Cleo"]
    assert "Now: 3" in rows["Cleo"]
    assert "Hidden expectation 1" in rows["Cleo"]
    assert "answered not yet Waiting" in rows["Dan"]
    assert "not yet not yet Waiting" in rows["Eve"]
    assert "Hidden" not in rows["Dan"] + rows["Eve"]


async def test_each_sees_the_own_pairs_only(site: Site) -> None:
    await open_views(site)

    assert url_of("dan") in (await get(site, "dan", "/gaps"))[1]
    assert url_of(RATEE) not in (await get(site, "dan", "/gaps"))[1]
    for person in (OUTSIDER, HR, COACH, FORMER_MANAGER):
        page = (await get(site, person, "/gaps"))[1]
        assert CYCLE not in page
        assert "No talks yet" in page


@pytest.mark.parametrize("locale", ["en", "es", "de", "ar"])
async def test_every_state_is_said_in_every_language(site: Site, locale: str) -> None:
    await open_views(site, "cleo", own=TEXTS)

    for path in ("/gaps", url_of("cleo"), url_of("dan")):
        status, page = await get(site, MANAGER, f"{path}?lang={locale}")
        assert status == 200
        assert f'lang="{locale}"' in page
    if locale != "en":
        assert "You share" not in (await get(site, MANAGER, f"{url_of('cleo')}?lang={locale}"))[1]

"""Planning a clarity round through the pages: who, which lines, one button, and the pairs while it runs."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.cycle_form import CyclePlan, read_clarity_form
from server.usecases.mistakes import Mistakes
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person, Relation
from surveys.models.profiles import ProfileVersion
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, ROLE, id_of
from tests.server.hr_cast import CLOSES, OPENS, hr_site
from tests.site import START, Site

NEW = f"/hr/cycles/new?kind=clarity&profile={id_of(ROLE)}"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


def clarity(**changes: object) -> dict[str, object]:
    """Give the fields of a round that could be launched."""
    fields: dict[str, object] = {
        "kind": "clarity",
        "profile": id_of(ROLE),
        "role": "Supervisor",
        "title": "Clarity supervisors",
        "purpose": "To find out together.",
        "ratees": [id_of(RATEE)],
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "grace_hours": "48",
        "retention_days": "730",
        "items": ["SS01", "SS04"],
        "asks_pulse": "yes",
        "do": "launch",
    }
    return {**fields, **changes}


async def hire(name: str, *managers: str, unit: str = "", mail: str = "x@example.test") -> None:
    """Let one of the cast hold the role, with these managers, the longest first."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(name)).update(role_profile=ROLE, unit=unit, mail=mail)
        for number, manager in enumerate(managers):
            await Relation.create(
                id=id_of(f"{manager} manages {name}"), person_id=id_of(name), kind="manager",
                other_id=id_of(manager), from_on=START.date() - timedelta(days=90 - number),
            )  # fmt: skip

    await write_tx(body)


async def the_cycle() -> Cycle:
    return await Cycle.get()


def checked(text: str, name: str) -> set[str]:
    """Read which boxes of a form are ticked."""
    return set(re.findall(rf'name="{name}" value="([^"]+)" checked', text))


async def test_the_form_is_filled_in_and_one_button_launches(ada: httpx2.AsyncClient) -> None:
    text = (await ada.get(NEW)).text
    items = checked(text, "items")
    assert 1 <= len(items) <= 12
    assert {one[:2] for one in items} == {"SS"}
    assert checked(text, "ratees") == {id_of(RATEE)}
    assert 'value="2026-11-03T08:00"' in text
    reply = await ada.post("/hr/cycles/new", data=clarity(items=sorted(items)))
    assert reply.status_code == 303
    cycle = await the_cycle()
    assert (cycle.kind, cycle.state) == ("clarity", "scheduled")
    assert set(cycle.content["items"]) == items
    rows = await Assignment.all().values_list("rater_id", "ratee_id", "relationship")
    assert sorted(rows) == sorted(
        [(id_of(RATEE), id_of(RATEE), "self"), (id_of(MANAGER), id_of(RATEE), "manager")]
    )
    assert await OutboxMail.filter(template="invitation").count() == 2
    text = (await ada.get(reply.headers["location"])).text
    assert "0 of 1 open" in text
    assert "It opens by itself on" in text


async def test_the_pages_of_a_running_round_call_nobody_rated(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity())
    url = f"/hr/cycles/{(await the_cycle()).id}"
    await hire("dan", MANAGER)
    one = (await ada.get(f"{url}/ratees/{id_of(RATEE)}")).text
    assert "The pair of Cleo" in one
    assert "Take out of the pair" in one
    assert "End the pair of Cleo" in one
    for words in ("Who is asked", "Cancel this rater", "Do not rate", "Open requests"):
        assert words not in one, words
    add = (await ada.get(f"{url}/add")).text
    assert "One more person takes part" in add
    assert "May be rated" not in add
    delete = (await ada.get(f"/hr/people/{id_of(RATEE)}/delete")).text
    assert "is rated" not in delete
    assert "takes part" in delete
    assert "1 profile version<" in (await ada.get("/hr")).text


async def test_no_notice_and_no_validation_are_needed(ada: httpx2.AsyncClient) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await ProfileVersion.filter(id=id_of(ROLE)).update(grade="sketched")

    await write_tx(body)
    text = (await ada.get(NEW)).text
    assert "the profile is a sketch" in text, "a 360 after it is offered on a sketch"
    await ada.post("/hr/cycles/new", data=clarity())
    assert (await the_cycle()).state == "scheduled"


async def test_who_has_no_manager_is_named_and_blocks_only_when_chosen(ada: httpx2.AsyncClient) -> None:
    await hire("dan")
    text = (await ada.get(NEW)).text
    assert "no manager: cannot take part" in text
    assert checked(text, "ratees") == {id_of(RATEE)}
    reply = await ada.post("/hr/cycles/new", data=clarity(ratees=[id_of(RATEE), id_of("dan")]))
    assert reply.headers["location"].endswith("#check")
    text = (await ada.get(reply.headers["location"])).text
    assert "No manager for the pair" in text
    assert "<bdi>Dan</bdi>" in text
    assert ">Launch</button>" not in text
    assert (await the_cycle()).state == "draft"


async def test_of_several_managers_the_longest_is_preset_and_another_can_be_chosen(
    ada: httpx2.AsyncClient,
) -> None:
    await hire("dan", "finn", "eve")
    chosen = [id_of("dan")]
    await ada.post("/hr/cycles/new", data=clarity(ratees=chosen, do="save"))
    assert await _manager_of("dan") == id_of("finn")
    url = f"/hr/cycles/{(await the_cycle()).id}"
    field = f"manager_{id_of('dan')}"
    text = (await ada.get(f"{url}/edit")).text
    assert re.search(rf'name="{field}".*?value="{id_of("finn")}" selected', text, re.DOTALL)
    for wanted, stored in (("eve", "eve"), ("mallory", "finn")):
        reply = await ada.post(f"{url}/edit", data=clarity(ratees=chosen, **{field: id_of(wanted)}))
        assert reply.status_code == 303
        assert await _manager_of("dan") == id_of(stored), "someone who is no manager was taken"


async def _manager_of(name: str) -> str:
    row = await Assignment.get(ratee_id=id_of(name), relationship="manager")
    return str(row.rater_id)  # type: ignore[attr-defined]  # Tortoise adds the `_id` attribute


async def test_one_unit_can_be_chosen_alone(ada: httpx2.AsyncClient) -> None:
    await hire("dan", MANAGER, unit="Plant North")
    await hire("eve", MANAGER, unit="Plant South")
    text = (await ada.get(f"{NEW}&unit=Plant+North")).text
    assert checked(text, "ratees") == {id_of("dan")}
    assert checked((await ada.get(NEW)).text, "ratees") == {id_of(one) for one in (RATEE, "dan", "eve")}


MISTAKES: dict[str, tuple[dict[str, object], str]] = {
    "no line": ({"items": []}, "0 lines are chosen; choose 1 to 12."),
    "strange line": ({"items": ["SS01", "XX99"]}, "choose 1 to 12"),
    "nobody": ({"ratees": []}, "Choose at least one person."),
    "past": ({"opens_at": "2026-10-01T08:00"}, "in the past"),
    "order": ({"closes_at": "2026-12-01T08:00"}, "must close after it opens"),
    "title": ({"title": " "}, "must not be empty"),
}


@pytest.mark.parametrize("name", sorted(MISTAKES))
async def test_case_75_a_mistake_of_a_clarity_plan_is_shown_and_what_was_typed_stays(
    ada: httpx2.AsyncClient, name: str
) -> None:
    changes, said = MISTAKES[name]
    reply = await ada.post("/hr/cycles/new", data=clarity(purpose="A purpose of our own", **changes))
    assert reply.status_code == 422
    assert said in reply.text
    assert "A purpose of our own" in reply.text
    assert await Cycle.all().count() == 0


def test_more_lines_than_a_form_may_have_are_refused() -> None:
    lines = [f"L{number:02}" for number in range(13)]
    fields = {name: str(value) for name, value in clarity().items()}

    def read(items: list[str]) -> CyclePlan:
        return read_clarity_form(fields, ["x"], items, known_items=lines, time_zone="UTC", now=START)

    content = read(lines[:12]).content
    assert content is not None
    assert content.items == tuple(lines[:12])
    with pytest.raises(Mistakes) as refused:
        read(lines)
    assert set(refused.value.by_field) == {"items"}


async def test_the_minutes_follow_the_chosen_lines_and_store_nothing(ada: httpx2.AsyncClient) -> None:
    few = await ada.get("/hr/cycles/minutes", params={"profile": id_of(ROLE), "items": ["SS01"]})
    many = await ada.get(
        "/hr/cycles/minutes",
        params={"profile": id_of(ROLE), "items": [f"SS{n:02}" for n in (1, 2, 3, 4, 5, 7)]},
    )
    assert "1 lines" in few.text
    n_few, n_many = (int(re.findall(r"about (\d+) minutes", one.text)[0]) for one in (few, many))
    assert n_few < n_many
    nothing = await ada.get("/hr/cycles/minutes", params={"profile": id_of(ROLE)})
    assert "Choose 1 to 12 lines." in nothing.text
    assert await Cycle.all().count() == 0


async def test_a_second_round_at_the_same_time_is_refused(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity())
    reply = await ada.post("/hr/cycles/new", data=clarity(title="Again"))
    text = (await ada.get(reply.headers["location"])).text
    assert "In another clarity round at the same time" in text
    assert (await Cycle.get(title="Again")).state == "draft"


async def test_levels_are_preset_from_the_second_round_of_the_role_on(ada: httpx2.AsyncClient) -> None:
    assert 'name="asks_level" value="yes" checked' not in (await ada.get(NEW)).text
    await ada.post("/hr/cycles/new", data=clarity())

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.all().update(state="released")

    await write_tx(body)
    assert 'name="asks_level" value="yes" checked' in (await ada.get(NEW)).text


async def test_people_without_mail_are_confirmed_by_name_before_a_round(ada: httpx2.AsyncClient) -> None:
    await hire("dan", MANAGER, mail="")
    reply = await ada.post("/hr/cycles/new", data=clarity(ratees=[id_of(RATEE), id_of("dan")]))
    url = reply.headers["location"].split("#")[0]
    text = (await ada.get(url)).text
    assert "Nobody can mail them" in text
    names = re.findall(r'name="confirm" value="([^"]+)"', text)
    assert (await ada.post(f"{url}/launch", data={"confirm": names})).status_code == 303
    assert (await the_cycle()).state == "scheduled"


async def test_case_79_two_people_of_hr_do_not_overwrite_each_other(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity(do="save"))
    url = f"/hr/cycles/{(await the_cycle()).id}/edit"
    seen = re.findall(r'name="seen" value="([^"]+)"', (await ada.get(url)).text)[0]
    first = await ada.post(url, data=clarity(title="By the first", retention_days="365", seen=seen))
    assert first.status_code == 303
    second = await ada.post(url, data=clarity(title="By the second", purpose="Mine", seen=seen))
    assert second.status_code == 409
    assert "Somebody changed this draft meanwhile" in second.text
    assert "<dt>Name</dt><dd><bdi>By the first</bdi></dd>" in second.text
    assert "<dt>Days to keep named answers</dt><dd><bdi>365</bdi></dd>" in second.text
    assert 'value="By the second"' in second.text, "what was typed is lost"
    assert (await the_cycle()).title == "By the first"
    again = re.findall(r'name="seen" value="([^"]+)"', second.text)[0]
    assert (await ada.post(url, data=clarity(title="By the second", seen=again))).status_code == 303
    assert (await the_cycle()).title == "By the second"


async def test_case_77_nothing_of_a_launched_promise_or_form_can_be_changed(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity())
    url = f"/hr/cycles/{(await the_cycle()).id}"
    before = await the_cycle()
    added = await ada.post(f"{url}/edit", data=clarity(items=["SS01", "SS02", "SS04"]))
    lowered = await ada.post(
        f"{url}/promise", data={"k": "3", "grace_hours": "0", "opens_at": OPENS, "closes_at": CLOSES}
    )
    assert (added.status_code, lowered.status_code) == (409, 409)
    assert "cannot be changed any more" in lowered.text
    after = await the_cycle()
    assert (after.content, after.policy, after.grace_hours) == (
        before.content,
        before.policy,
        before.grace_hours,
    )


async def test_mallory_sees_nothing_of_it(site: Site, ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity())
    url = f"/hr/cycles/{(await the_cycle()).id}"
    for name in ("mallory", RATEE, MANAGER):
        async with site.as_person(id_of(name)) as client:
            for path in (NEW, url, f"{url}/promise", f"/hr/cycles/minutes?profile={id_of(ROLE)}"):
                assert (await client.get(path)).status_code == 404
            assert (await client.post("/hr/cycles/new", data=clarity())).status_code == 404
            assert (await client.post(f"{url}/programme")).status_code == 404


async def test_a_draft_is_thrown_away_with_its_pairs(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity(do="save"))
    url = f"/hr/cycles/{(await the_cycle()).id}"
    assert (await ada.post(f"{url}/delete")).status_code == 303
    assert await Cycle.all().count() == await Assignment.all().count() == await Ratee.all().count() == 0

"""Planning, launching and running a 360 through the pages."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from surveys.database import write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Person
from surveys.models.profiles import ProfileVersion
from surveys.models.work import AuditEntry
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, ROLE, id_of
from tests.server.hr_cast import (
    ask,
    hr_site,
    launchable,
    make_draft,
    names_of_warnings,
    plan,
    record_delivery,
    store_past_cycle,
)
from tests.site import START, Site


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def set_zone(zone: str) -> None:
    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(HR)).update(time_zone=zone)

    await write_tx(body)


async def cycle_of(url: str) -> Cycle:
    return await Cycle.get(id=url.rsplit("/", 1)[1])


async def launch(client: httpx2.AsyncClient, cycle: str) -> None:
    confirm = names_of_warnings((await client.get(cycle)).text)
    reply = await client.post(f"{cycle}/launch", data={"confirm": confirm})
    assert reply.status_code == 303, reply.text


async def test_with_one_role_each_kind_is_one_click_away(ada: httpx2.AsyncClient) -> None:
    text = (await ada.get("/hr/cycles/new")).text
    assert f"/hr/cycles/new?kind=clarity&amp;profile={id_of(ROLE)}" in text
    assert f"/hr/cycles/new?kind=feedback360&amp;profile={id_of(ROLE)}" in text
    text = (await ada.get(f"/hr/cycles/new?kind=feedback360&profile={id_of(ROLE)}")).text
    assert "no notice yet" in text
    assert 'value="2026-11-03T08:00"' in text


async def test_the_form_offers_the_first_lawful_day(ada: httpx2.AsyncClient) -> None:
    await record_delivery(days_ago=10)
    text = (await ada.get(f"/hr/cycles/new?kind=feedback360&profile={id_of(ROLE)}")).text
    assert "may be rated from 22 Nov 2026" in text
    assert 'value="2026-11-22T08:00"' in text


async def test_a_draft_asks_the_person_and_the_manager_by_itself(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    rows = await Assignment.filter(cycle_id=(await cycle_of(url)).id).values_list("rater_id", "relationship")
    assert sorted(rows) == sorted([(id_of("cleo"), "self"), (id_of("ben"), "manager")])


MISTAKES = {
    "title": ({"title": " "}, "must not be empty"),
    "small": ({"small_groups": "zz"}, "Choose one of the list."),
    "turned": ({"title": "Winter \u202e063"}, "invisible character U+202E"),
    "blank": ({"title": "Talks\u200b."}, "invisible character U+200B"),
    "isolate": ({"clarity_reason": "\u2068Ben"}, "invisible character U+2068"),
    "long": ({"title": "x" * 161}, "161 characters; at most 160"),
    "past": ({"opens_at": "2026-10-01T08:00"}, "in the past"),
    "order": ({"closes_at": "2026-12-01T08:00"}, "must close after it opens"),
    "moment": ({"opens_at": "soon"}, "Write a day and a time"),
    "k": ({"k": "2"}, "from 3 to 20"),
    "notice": ({"notice_days": "7"}, "from 14 to 365"),
    "grace": ({"grace_hours": "-1"}, "from 0 to"),
    "retention": ({"retention_days": "3651"}, "from 180 to 3650"),
    "clarity": ({"clarity_held_on": "2027-01-01"}, "in the future"),
}


@pytest.mark.parametrize("name", sorted(MISTAKES))
async def test_case_75_a_mistake_is_shown_beside_its_field_and_what_was_typed_stays(
    ada: httpx2.AsyncClient, name: str
) -> None:
    changes, said = MISTAKES[name]
    reply = await ada.post("/hr/cycles/new", data=plan(purpose="A purpose of our own", **changes))
    assert reply.status_code == 422
    assert said in reply.text
    assert "A purpose of our own" in reply.text
    assert await Cycle.all().count() == 0


async def test_a_plan_about_nobody_is_refused(ada: httpx2.AsyncClient) -> None:
    fields = plan()
    fields["ratees"] = []
    reply = await ada.post("/hr/cycles/new", data=fields)
    assert reply.status_code == 422
    assert "Choose at least one person." in reply.text


async def test_case_75_a_time_the_clocks_skip_is_refused_and_the_next_is_named(
    ada: httpx2.AsyncClient,
) -> None:
    await set_zone("Europe/Berlin")
    reply = await ada.post(
        "/hr/cycles/new", data=plan(opens_at="2027-03-28T02:30", closes_at="2027-04-28T08:00")
    )
    assert reply.status_code == 422
    assert "The next is 03:30" in reply.text


async def test_case_75_of_two_equal_hours_the_first_counts(ada: httpx2.AsyncClient) -> None:
    await set_zone("Europe/Berlin")
    url = await make_draft(ada, opens_at="2027-10-31T02:30", closes_at="2027-11-14T08:00")
    assert (await cycle_of(url)).opens_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


async def test_times_are_those_on_the_wall_of_hr(ada: httpx2.AsyncClient) -> None:
    await set_zone("Asia/Riyadh")
    url = await make_draft(ada)
    assert (await cycle_of(url)).opens_at == datetime(2026, 12, 7, 5, tzinfo=UTC)
    assert "7 Dec 2026, 08:00" in (await ada.get(url)).text


async def test_a_draft_can_be_changed_and_thrown_away(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    assert 'value="Winter 360"' in (await ada.get(f"{url}/edit")).text
    assert (await ada.post(f"{url}/edit", data=plan(title="Spring 360"))).status_code == 303
    assert (await cycle_of(url)).title == "Spring 360"
    assert (await ada.post(f"{url}/delete")).status_code == 303
    assert await Cycle.all().count() == await Assignment.all().count() == await Ratee.all().count() == 0
    assert (await ada.get(url)).status_code == 404


async def test_without_notice_nothing_is_launched(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    await ask(ada, url, dict.fromkeys(PEERS, "peer"))
    text = (await ada.get(url)).text
    assert "No notice yet" in text
    assert ">Launch<" not in text
    reply = await ada.post(f"{url}/launch", data={"confirm": names_of_warnings(text)})
    assert reply.status_code == 422
    assert "Not launched." in reply.text
    assert (await cycle_of(url)).state == "draft"


async def test_without_clarity_nothing_is_launched(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await ada.post(f"{url}/edit", data=plan(clarity_reason="", clarity_held_on=""))
    reply = await ada.post(f"{url}/launch", data={"confirm": names_of_warnings((await ada.get(url)).text)})
    assert reply.status_code == 422
    assert "Clarity comes before level" in reply.text


async def test_a_sketch_is_never_launched(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)

    async def body(tx: BaseDBAsyncClient) -> None:
        await ProfileVersion.filter(id=id_of(ROLE)).update(grade="sketched")

    await write_tx(body)
    reply = await ada.post(f"{url}/launch")
    assert reply.status_code == 422
    assert "only a sketch" in reply.text


async def test_each_warning_is_confirmed_by_its_own_name(ada: httpx2.AsyncClient) -> None:
    await record_delivery()
    url = await make_draft(ada)
    await ask(ada, url, {"dan": "peer", "eve": "peer"})
    text = (await ada.get(url)).text
    assert "Groups that can never be shown" in text
    for confirm in ([], ["group_left_out"], [*names_of_warnings(text)[:-1], "x"]):
        reply = await ada.post(f"{url}/launch", data={"confirm": confirm})
        assert reply.status_code == 422
    await ada.post(f"{url}/ratees/{id_of(RATEE)}/raters/{await assignment_of('dan')}/remove")
    reply = await ada.post(f"{url}/launch", data={"confirm": names_of_warnings(text)})
    assert reply.status_code == 422, "a confirmation of another group counted"
    await launch(ada, url)


async def assignment_of(rater: str) -> str:
    return (await Assignment.get(rater_id=id_of(rater), ratee_id=id_of(RATEE))).id


async def test_a_launch_is_done_once_and_the_draft_is_fixed(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    text = (await ada.get(url)).text
    assert "It opens by itself on" in text
    assert "Whether a confidential rater has answered is never shown" in text
    for path, data in (
        ("/edit", plan(title="Other")),
        ("/delete", {}),
        (f"/ratees/{id_of(RATEE)}/raters/{await assignment_of('dan')}/remove", {}),
    ):
        assert (await ada.post(url + path, data=data)).status_code == 409, path
    cycle = await cycle_of(url)
    assert (cycle.title, cycle.state) == ("Winter 360", "scheduled")


async def test_a_launched_cycle_offers_no_form_to_change_it(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    reply = await ada.get(f"{url}/edit")
    assert reply.status_code == 409
    assert "cannot be changed any more" in reply.text
    assert 'name="purpose"' not in reply.text
    nothing = await ada.post(f"{url}/edit", data={"title": ""})
    assert nothing.status_code == 409
    assert 'name="purpose"' not in nothing.text


async def test_two_cycles_about_one_person_keep_their_distance(ada: httpx2.AsyncClient) -> None:
    await store_past_cycle(closes_at=START - timedelta(days=30))
    url = await launchable(ada)
    reply = await ada.post(f"{url}/launch", data={"confirm": names_of_warnings((await ada.get(url)).text)})
    assert reply.status_code == 422
    assert "Too soon after the previous closing" in reply.text
    assert "A closing is possible from" in reply.text


async def test_pages_say_what_the_clock_says_before_the_stored_word_follows(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    for moment, said, tag in (
        (datetime(2026, 12, 7, 8, tzinfo=UTC), "Answers come in until", "open"),
        (datetime(2026, 12, 21, 8, tzinfo=UTC), "still arrive until", "grace"),
    ):
        site.clock.at = moment
        async with site.as_person(id_of(HR)) as client:
            assert said in (await client.get(url)).text
            for page in (url, "/hr/cycles", "/hr"):
                assert f">{tag}</span>" in (await client.get(page)).text, page
    assert (await cycle_of(url)).state == "scheduled"


async def test_a_cycle_is_extended_once_and_never_shortened(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    for day in ("2026-12-20T08:00", "2026-12-21T08:00", "never", ""):
        reply = await ada.post(f"{url}/extend", data={"closes_at": day})
        assert reply.status_code in (409, 422)
        assert "Not extended." in reply.text
    assert (await extend(ada, url, "2026-12-28T08:00")).status_code == 303
    assert (await cycle_of(url)).closes_at == datetime(2026, 12, 28, 8, tzinfo=UTC)
    assert (await extend(ada, url, "2027-01-28T08:00")).status_code == 409
    assert await AuditEntry.filter(action="cycle.extended").count() == 1


async def extend(client: httpx2.AsyncClient, url: str, day: str) -> httpx2.Response:
    return await client.post(f"{url}/extend", data={"closes_at": day, "confirmed": day})


async def test_an_extension_is_shown_in_words_before_it_holds(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    reply = await ada.post(f"{url}/extend", data={"closes_at": "2026-12-28T08:00"})
    assert reply.status_code == 200
    assert "Monday, 28 December 2026, 08:00" in reply.text
    assert "7 days later" in reply.text
    assert (await cycle_of(url)).closes_at == datetime(2026, 12, 21, 8, tzinfo=UTC)
    other = await ada.post(
        f"{url}/extend", data={"closes_at": "2026-12-29T08:00", "confirmed": "2026-12-28T08:00"}
    )
    assert "Tuesday, 29 December 2026, 08:00" in other.text, "the confirmation of another date counted"
    assert not (await cycle_of(url)).is_extended


async def test_a_cycle_is_extended_by_sixty_days_at_most(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    for confirmed in ("", "2027-02-19T08:01"):
        reply = await ada.post(
            f"{url}/extend", data={"closes_at": "2027-02-19T08:01", "confirmed": confirmed}
        )
        assert reply.status_code == 422
        assert "60 days at most" in reply.text
    assert (await extend(ada, url, "2027-02-19T08:00")).status_code == 303


async def test_nobody_closes_a_cycle_before_the_end_of_grace(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    assert (await ada.post(f"{url}/close")).status_code == 409
    await launch(ada, url)
    reply = await ada.post(f"{url}/close")
    assert reply.status_code == 409
    assert "Not closed." in reply.text
    assert (await cycle_of(url)).state == "scheduled"


async def test_case_80_a_due_closing_runs_once_and_pressing_again_is_harmless(site: Site) -> None:
    async with site.as_person(id_of(HR)) as ada:
        url = await launchable(ada)
        await launch(ada, url)
    site.clock.move(days=60)
    async with site.as_person(id_of(HR)) as ada:
        for _ in range(2):
            assert (await ada.post(f"{url}/close")).status_code in (303, 409)
        assert (await cycle_of(url)).state == "released"
        text = (await ada.get(url)).text
        assert f"{url}/workbook" in text
        assert "0 sheets counted" in text
    assert await Assignment.all().count() == 0


async def _raters() -> list[str]:
    return [str(one) for one in await Assignment.all().values_list("rater_id", flat=True)]


async def test_abandoning_needs_a_reason_a_second_look_and_ends_everything(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    reply = await ada.post(f"{url}/abandon", data={"reason": " "})
    assert reply.status_code == 422
    assert "Write a reason." in reply.text
    for hidden in ("Wrong \u202e people", "Wrong\0"):
        reply = await ada.post(f"{url}/abandon", data={"reason": hidden})
        assert reply.status_code == 422
        assert "a character that nobody can see" in reply.text
    typed = {"reason": "Wrong <b>people</b>"}
    reply = await ada.post(f"{url}/abandon", data=typed)
    assert reply.status_code == 200
    assert f"People asked: {len(set(await _raters()))}." in reply.text
    assert "Talks already open" not in reply.text
    assert 'name="reason" value="Wrong &lt;b&gt;people&lt;/b&gt;"' in reply.text
    assert "This cycle was abandoned." not in (await ada.get(url)).text
    reply = await ada.post(f"{url}/abandon", data={**typed, "confirmed": "yes"})
    assert reply.status_code == 303
    text = (await ada.get(url)).text
    assert "This cycle was abandoned." in text
    assert "Wrong &lt;b&gt;people&lt;/b&gt;" in text


async def test_a_rater_and_a_person_can_be_taken_out_of_a_running_cycle(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    page = f"{url}/ratees/{id_of(RATEE)}"
    assert (
        await ada.post(f"{page}/cancel-rater", data={"rater": id_of("dan"), "reason": ""})
    ).status_code == 422
    reply = await ada.post(f"{page}/cancel-rater", data={"rater": id_of("dan"), "reason": "On leave"})
    assert reply.status_code == 303
    assert "cancelled" in (await ada.get(page)).text
    assert (await ada.post(f"{page}/cancel", data={"reason": "Left the role"})).status_code == 303
    assert (await Ratee.get(person_id=id_of(RATEE))).is_cancelled


async def test_a_missing_reason_is_said_beside_the_form_it_belongs_to(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    page = f"{url}/ratees/{id_of(RATEE)}"
    reply = await ada.post(f"{page}/cancel-rater", data={"rater": id_of("eve"), "reason": " "})
    assert reply.status_code == 422
    form = part(reply.text, "cancel-rater")
    assert "Write a reason." in form
    assert f'value="{id_of("eve")}" selected' in form, "who was chosen is forgotten"
    reply = await ada.post(f"{page}/cancel", data={"reason": ""})
    assert reply.status_code == 422
    assert "Write a reason." not in part(reply.text, "cancel-rater")
    assert 'id="reason-ratee-error">Write a reason.' in reply.text
    assert "<details open>" in reply.text


def part(text: str, form: str) -> str:
    return text.split(f'id="{form}"')[1].split("</form>", maxsplit=1)[0]


async def test_cancelling_twice_says_so(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await launch(ada, url)
    page = f"{url}/ratees/{id_of(RATEE)}"
    for path, data in (("cancel-rater", {"rater": id_of("dan")}), ("cancel", {})):
        sent = {**data, "reason": "On leave"}
        assert (await ada.post(f"{page}/{path}", data=sent)).status_code == 303
        again = await ada.post(f"{page}/{path}", data=sent)
        assert again.status_code == 409
        assert "this was cancelled before" in again.text
    unknown = {"rater": id_of("mallory"), "reason": "Never asked"}
    assert (await ada.post(f"{page}/cancel-rater", data=unknown)).status_code == 404


async def test_the_role_is_named_in_the_language_of_the_reader(site: Site, ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    version = await ProfileVersion.get(id=id_of(ROLE))
    translated = version.overlays["ar"]["profile.title"]
    pages = (url, "/hr", "/hr/cycles", "/hr/profiles", f"{url}/edit")
    for page in pages:
        assert version.title in (await ada.get(page)).text, page

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.filter(id=id_of(HR)).update(locale="ar")

    await write_tx(body)
    for page in pages:
        text = (await ada.get(page)).text
        assert translated in text, page
        assert version.title not in text, page


async def test_what_does_not_exist_is_404(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    for path in (
        "/hr/cycles/" + "0" * 32,
        "/hr/cycles/new?kind=clarity&profile=x",
        "/hr/cycles/new?kind=feedback360&profile=x",
        "/hr/cycles/minutes?profile=x",
        f"{url}/ratees/x",
        "/hr/profiles/x",
        "/hr/people/x",
    ):
        assert (await ada.get(path)).status_code == 404, path
    assert (await ada.post("/hr/cycles/new", data=plan(profile="x"))).status_code == 404
    assert (await ada.post(f"/hr/cycles/{'0' * 32}/launch")).status_code == 404

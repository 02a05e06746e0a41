"""The living promise of a draft: the sentences follow the numbers, and only a draft can be moved."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from surveys.models.cycles import Cycle
from surveys.policy import from_document
from surveys.promises import Viewers, promise_lines
from tests.conftest import Database
from tests.factories import HR, RATEE, id_of
from tests.server.hr_cast import CLOSES, OPENS, hr_site, launchable, make_draft, names_of_warnings
from tests.server.test_clarity_pages import clarity
from tests.site import Site


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


Typed = dict[str, str | list[str]]


def typed(**changes: str | list[str]) -> Typed:
    return {
        "k": "3",
        "grace_hours": "48",
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "viewers": ["manager", "hr"],
        "relationship": "peer",
        "language": "en",
        **changes,
    }


async def policy_of(url: str) -> tuple[int, int, tuple[str, ...]]:
    policy = from_document((await Cycle.get(id=url.rsplit("/", 1)[1])).policy)
    return policy.k, policy.grace_hours, policy.viewers


async def test_the_sentences_are_those_a_rater_gets_and_nothing_is_stored(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    before = await policy_of(url)
    text = (await ada.get(f"{url}/promise", params=typed(k="5", grace_hours="0", language="ar"))).text
    policy = from_document((await Cycle.get(id=url.rsplit("/", 1)[1])).policy)
    assert await policy_of(url) == before
    assert "5 أشخاص" in text
    assert 'dir="rtl"' in text
    stored = promise_lines(
        policy, "peer", locale="en", ratee_name=RATEE.capitalize(), viewers=Viewers(managers=("Ben",))
    )
    text = (await ada.get(f"{url}/promise", params=typed())).text
    for line in stored:
        assert line.replace("'", "&#39;") in text


async def test_each_relationship_reads_its_own_promise(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    peer = (await ada.get(f"{url}/promise", params=typed())).text
    manager = (await ada.get(f"{url}/promise", params=typed(relationship="manager"))).text
    assert "Your answers are confidential" in peer
    assert "Your answers are shown with your name." in manager


async def test_what_is_kept_is_stored_and_shown(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    reply = await ada.post(f"{url}/promise", data=typed(k="6", grace_hours="24", viewers=["manager"]))
    assert reply.status_code == 303
    assert await policy_of(url) == (6, 24, ("manager",))
    text = (await ada.get(url)).text
    assert "at least 6 people" in text
    assert "HR sees no results of this round." in text


async def test_hr_chooses_for_how_long_named_answers_are_kept(ada: httpx2.AsyncClient) -> None:
    url = await make_draft(ada)
    asked = typed(retention_days="365", relationship="manager")
    text = (await ada.get(f"{url}/promise", params=asked)).text
    assert "for at most 365 days (about 12 months)" in text
    assert "Answers of self and manager are kept until" in text
    assert (await ada.post(f"{url}/promise", data=asked)).status_code == 303
    cycle = await Cycle.get(id=url.rsplit("/", 1)[1])
    assert from_document(cycle.policy).retention_days == 365
    assert 'value="365"' in (await ada.get(f"{url}/edit")).text


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "floor": ({"k": "2"}, "from 3 to 20"),
    "past": ({"opens_at": "2026-10-01T08:00"}, "in the past"),
    "order": ({"closes_at": "2026-11-20T08:00"}, "must close after it opens"),
    "grace": ({"grace_hours": "-1"}, "from 0 to"),
    "retention": ({"retention_days": "179"}, "from 180 to 3650"),
}


@pytest.mark.parametrize("name", sorted(MISTAKES))
async def test_case_75_a_promise_that_cannot_be_is_refused_beside_its_field(
    ada: httpx2.AsyncClient, name: str
) -> None:
    url = await make_draft(ada)
    before = await policy_of(url)
    changes, said = MISTAKES[name]
    reply = await ada.post(f"{url}/promise", data=typed(**changes))
    assert reply.status_code == 422
    assert said in reply.text
    assert await policy_of(url) == before
    shown = await ada.get(f"{url}/promise", params=typed(**changes))
    assert shown.status_code == 200
    assert "The sentences show what is stored." in shown.text


async def test_case_77_lowering_k_after_launch_is_refused(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    await ada.post(f"{url}/promise", data=typed(k="5"))
    names = names_of_warnings((await ada.get(url)).text)
    assert (await ada.post(f"{url}/launch", data={"confirm": names})).status_code == 303
    for wanted in (typed(k="3"), typed(k="9"), typed(viewers=["manager", "coach", "hr"])):
        reply = await ada.post(f"{url}/promise", data=wanted)
        assert reply.status_code == 409
        assert "what people were told stays as it is" in reply.text or "cannot be changed" in reply.text
    assert await policy_of(url) == (5, 48, ("manager", "hr"))
    assert (await ada.get(f"{url}/promise", params=typed())).status_code == 409


async def test_a_clarity_pair_reads_its_own_words(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/cycles/new", data=clarity(do="save"))
    url = f"/hr/cycles/{(await Cycle.get()).id}"
    text = (await ada.get(f"{url}/promise", params=typed(relationship="self"))).text
    assert "Ben" in text
    assert "at least 3 people" not in text
    reply = await ada.post(f"{url}/promise", data=typed(k="9", grace_hours="72"))
    assert reply.status_code == 303
    assert (await policy_of(url))[:2] == (3, 72), "a number that means nothing to a pair was stored"


async def test_case_81_a_workbook_is_refused_while_the_cycle_closes(ada: httpx2.AsyncClient) -> None:
    url = await launchable(ada)
    names = names_of_warnings((await ada.get(url)).text)
    await ada.post(f"{url}/launch", data={"confirm": names})
    for state in ("open", "closing", "sealed"):
        await Cycle.filter(id=url.rsplit("/", 1)[1]).update(state=state)
        assert (await ada.get(f"{url}/workbook")).status_code == 409, state

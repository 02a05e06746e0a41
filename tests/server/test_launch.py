"""Launch: frozen, sealed, invited; and the inbox that follows from it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import CONFIDENTIAL
from server.errors import Problem
from server.usecases import launch as launch_module
from server.usecases.freeze_baseline import freeze_baseline
from server.usecases.inbox import find_cards, find_form, inbox
from server.usecases.launch import launch_cycle
from surveys import audit, sheet_store
from surveys.database import is_sqlite, reader, sqlite_path, write_tx
from surveys.launch_values import Finding
from surveys.models.cycles import Assignment, Cycle, CycleForm, FormDocument, Ratee
from surveys.models.people import Grant
from surveys.models.profiles import Exemplar
from surveys.models.results import BaselineValue, ResultCell, ResultGroup
from surveys.models.work import OutboxMail
from surveys.policy import Policy, policy_hash
from surveys.sealed_sheet import Place, key_of
from surveys.sealing import auth_of
from tests.clarity import LINES, draft
from tests.conftest import Database
from tests.factories import (
    HR,
    MANAGER,
    NOW,
    PEERS,
    RATEE,
    RATERS,
    SetClock,
    assignment_id,
    draft_cycle,
    id_of,
    keeper_in,
    launched,
    store_cast,
)

VECTOR = Path(__file__).parents[1] / "vectors" / "wire" / "inbox.json"


async def test_a_launch_freezes_forms_policy_and_counts(database: Database, tmp_path: Path) -> None:
    cycle_id, keeper, _ = await launched(tmp_path)
    cycle = await Cycle.get(id=cycle_id)
    assert (cycle.state, cycle.policy_hash, cycle.launched_at) == ("open", policy_hash(Policy()), NOW)
    asked = {row.relationship: row.n_asked for row in await CycleForm.filter(cycle_id=cycle_id)}
    assert asked == {"self": 1, "manager": 1, "peer": 6, "direct_report": 3}
    for row in await Assignment.all():
        key = keeper.open_cycle(cycle_id)
        assert row.auth == auth_of(key.write_token(row.id, 1))
        place = key_of(key, Place(cycle_id, row.id, 1))
        assert place in await sheet_store.read(reader(), [place])
        assert await FormDocument.filter(hash=row.form).exists()


async def test_a_cycle_that_opens_later_is_scheduled_and_asks_nothing_yet(
    database: Database, tmp_path: Path
) -> None:
    cycle_id, keeper, clock = await launched(tmp_path, opens_at=NOW + timedelta(days=3))
    assert (await Cycle.get(id=cycle_id)).state == "scheduled"
    assert (await inbox(id_of("dan"), locale="en", clock=clock, keeper=keeper))["assignments"] == []
    clock.move(days=3)
    (one,) = (await inbox(id_of("dan"), locale="en", clock=clock, keeper=keeper))["assignments"]
    assert one["state"] == "open"
    assert {row.due_at for row in await OutboxMail.all()} == {NOW + timedelta(days=3)}


async def test_each_rater_is_invited_once(database: Database, tmp_path: Path) -> None:
    await launched(
        tmp_path, raters={RATEE: RATERS, "dan": (("dan", "self"), ("eve", "peer"), (MANAGER, "manager"))}
    )
    mails = await OutboxMail.all()
    assert {row.person_id for row in mails} == {id_of(rater) for rater, _ in RATERS}
    assert len(mails) == len(RATERS)
    assert {row.template for row in mails} == {"invitation"}


async def test_a_draft_with_errors_is_not_launched(database: Database, tmp_path: Path) -> None:
    clock = SetClock()
    await store_cast()
    cycle_id = await draft_cycle()
    with pytest.raises(Problem, match="preflight"):
        await launch_cycle(
            cycle_id,
            actor_id="",
            keeper=keeper_in(tmp_path, clock),
            clock=clock,
            errors=[Finding("notice_missing", True)],
        )
    assert (await Cycle.get(id=cycle_id)).state == "draft"
    assert await OutboxMail.all().count() == 0


async def test_a_cycle_is_launched_once(database: Database, tmp_path: Path) -> None:
    cycle_id, keeper, clock = await launched(tmp_path)
    with pytest.raises(Problem, match="not_a_draft"):
        await launch_cycle(cycle_id, actor_id="", keeper=keeper, clock=clock)
    assert await OutboxMail.all().count() == len(RATERS)


async def test_a_launch_that_fails_leaves_a_draft_that_can_be_launched(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()
    keeper = keeper_in(tmp_path, clock)
    await store_cast()
    cycle_id = await draft_cycle()

    async def broken(*_: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(launch_module, "_invite", broken)
        with pytest.raises(RuntimeError):
            await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper, clock=clock)
    assert (await Cycle.get(id=cycle_id)).state == "draft"
    assert {row.auth for row in await Assignment.all()} == {""}
    key = keeper.open_cycle(cycle_id).secret
    assert await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper, clock=clock) == "open"
    assert keeper.open_cycle(cycle_id).secret == key


async def test_a_draft_changed_during_the_launch_is_not_launched(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SetClock()
    await store_cast()
    cycle_id = await draft_cycle()

    async def meanwhile(*args: Any, **named: Any) -> Any:
        await write_tx(lambda tx: Assignment.filter(id=assignment_id("dan")).delete())
        return await freeze_baseline(*args, **named)

    monkeypatch.setattr(launch_module, "freeze_baseline", meanwhile)
    with pytest.raises(Problem, match="changed"):
        await launch_cycle(cycle_id, actor_id="", keeper=keeper_in(tmp_path, clock), clock=clock)
    assert (await Cycle.get(id=cycle_id)).state == "draft"


async def test_who_rates_in_confidence_is_never_a_viewer_of_the_same_person(
    database: Database, tmp_path: Path
) -> None:
    await store_cast()
    await write_tx(
        lambda tx: Grant.create(id=id_of("g"), person_id=id_of("dan"), role="hr", from_on=NOW.date())
    )
    clock = SetClock()
    raters = (*RATERS, (HR, "external"))
    cycle_id = await draft_cycle(raters={RATEE: raters})
    await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper_in(tmp_path, clock), clock=clock)
    viewers = (await Ratee.get(cycle_id=cycle_id)).viewers
    assert viewers == {"manager": [id_of(MANAGER)], "coach": [], "hr": []}
    confidential = {id_of(rater) for rater, relationship in raters if relationship in CONFIDENTIAL}
    assert not confidential & {one for ids in viewers.values() for one in ids}


async def test_the_launch_stands_in_the_audit_log(database: Database, tmp_path: Path) -> None:
    _, keeper, _ = await launched(tmp_path)
    assert keeper.audit_pin() is not None
    assert await audit.find_break(key=keeper.audit_key(), pin=keeper.audit_pin()) is None


async def test_the_inbox_has_the_shape_of_the_vector(database: Database, tmp_path: Path) -> None:
    _, keeper, clock = await launched(tmp_path)
    document = await inbox(id_of("dan"), locale="ar", clock=clock, keeper=keeper)
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    assert document.keys() == vector.keys()
    (one,) = document["assignments"]
    assert one.keys() == vector["assignments"][0].keys()
    for name, value in vector["assignments"][0].items():
        assert type(one[name]) is type(value), name
    assert one["named"] is False
    assert one["grace_until"] - one["closes_at"] == 48 * 3600 * 1000
    english = await inbox(id_of("dan"), locale="en", clock=clock, keeper=keeper)
    told = english["assignments"][0]["promise"]
    assert told["lines"] != one["promise"]["lines"]
    assert (told["lang"], one["promise"]["lang"]) == ("en", "ar")
    assert told["hash"] == one["promise"]["hash"]  # read once, in either language


async def test_self_and_manager_are_told_that_they_are_named(database: Database, tmp_path: Path) -> None:
    _, keeper, clock = await launched(tmp_path)
    for name in (RATEE, MANAGER):
        (one,) = (await inbox(id_of(name), locale="en", clock=clock, keeper=keeper))["assignments"]
        assert one["named"] is True


async def test_a_form_is_given_in_its_languages_only(database: Database, tmp_path: Path) -> None:
    _, keeper, clock = await launched(tmp_path)
    (one,) = (await inbox(id_of("dan"), locale="en", clock=clock, keeper=keeper))["assignments"]
    for locale in one["locales"]:
        form = await find_form(one["form"], locale)
        assert form is not None
        assert (form["hash"], form["locale"]) == (one["form"], locale)
    assert await find_form(one["form"], "tlh") is None
    assert await find_form("0" * 64, "en") is None


async def test_while_open_the_files_show_no_question_key_and_no_stamp(
    database: Database, tmp_path: Path
) -> None:
    await launched(tmp_path)
    if not is_sqlite(database.url):
        _, rows = await reader().execute_query("SELECT document FROM form")
        assert all(b".f_match" not in bytes(row["document"]) for row in rows)
        return
    path = sqlite_path(database.url)
    content = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    assert b".f_match" not in content
    assert b'"hlc"' not in content
    assert b".show_name" not in content


async def _closed_with(exemplars: list[str], n_released: int) -> None:
    """Store an earlier cycle with released cells about some people, as its closing would have left them."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.filter(id=id_of("cycle spring")).update(
            state="released", released_at=NOW - timedelta(days=200)
        )
        for number, name in enumerate(exemplars):
            await Exemplar.create(
                id=id_of(f"exemplar {name}"), person_id=id_of(name), profile="plant-shift-supervisor",
                reason="fewest stops", measures="24 months", from_on=NOW.date(),
            )  # fmt: skip
            if number < n_released:
                await ResultGroup.create(
                    id=id_of(f"group {name}") * 2, cycle_id=id_of("cycle spring"), ratee_id=id_of(name), group="peer",
                    n_raters=4, members="peer",
                )  # fmt: skip
                await ResultCell.create(
                    id=id_of(f"cell {name}") * 2, cycle_id=id_of("cycle spring"), ratee_id=id_of(name), group="peer",
                    item="SS01", n=4, total=16 + number % 2,
                )  # fmt: skip

    await write_tx(body)


@pytest.mark.parametrize(("n_released", "has_baseline"), [(5, True), (4, False)])
async def test_the_baseline_is_frozen_from_five_exemplars_on(
    database: Database, tmp_path: Path, n_released: int, has_baseline: bool
) -> None:
    _, keeper, clock = await launched(
        tmp_path, name="spring", opens_at=NOW - timedelta(days=220),
        raters={name: ((name, "self"), *((one, "peer") for one in PEERS if one != name)) for name in PEERS},
    )  # fmt: skip
    await _closed_with(list(PEERS), n_released)
    cycle_id = await draft_cycle()
    await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper, clock=clock)
    values = {row.item: row for row in await BaselineValue.filter(cycle_id=cycle_id)}
    assert values["SS01"].n_exemplars == n_released
    assert (values["SS01"].numerator is not None) is has_baseline
    assert values["SS02"].n_exemplars == 0
    assert values["SS02"].numerator is None


async def clarity_draft(**changes: Any) -> str:
    return await draft_cycle(**draft((RATEE, "dan"), **changes))


async def test_a_clarity_round_freezes_two_forms_and_the_manager_of_each_pair(
    database: Database, tmp_path: Path
) -> None:
    await store_cast()
    cycle_id, clock = await clarity_draft(), SetClock()
    state = await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper_in(tmp_path, clock), clock=clock)
    assert state == "open"
    forms = await CycleForm.filter(cycle_id=cycle_id).order_by("relationship")
    assert [(form.relationship, form.n_asked) for form in forms] == [("manager", 2), ("self", 2)]
    only = {"manager": [id_of(MANAGER)], "coach": [], "hr": []}
    assert [row.viewers for row in await Ratee.filter(cycle_id=cycle_id)] == [only, only]
    assert await BaselineValue.filter(cycle_id=cycle_id).count() == 0
    assert await sheet_store.count(reader(), cycle_id) == 4
    cycle = await Cycle.get(id=cycle_id)
    assert cycle.content == {"items": list(LINES), "asks_level": False, "asks_pulse": True}
    mails = [str(one) for one in await OutboxMail.all().values_list("person_id", flat=True)]
    assert sorted(mails) == sorted(map(id_of, (MANAGER, RATEE, "dan")))


async def test_a_clarity_round_without_a_choice_asks_the_default_lines(
    database: Database, tmp_path: Path
) -> None:
    await store_cast()
    cycle_id, clock = await clarity_draft(content={}), SetClock()
    await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper_in(tmp_path, clock), clock=clock)
    assert len((await Cycle.get(id=cycle_id)).content["items"]) == 12


async def test_the_second_round_of_a_role_asks_for_levels(database: Database, tmp_path: Path) -> None:
    await store_cast()
    earlier = await draft_cycle("spring", **draft())
    await write_tx(lambda tx: Cycle.filter(id=earlier).update(state="released"))
    cycle_id, clock = await clarity_draft(), SetClock()
    await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper_in(tmp_path, clock), clock=clock)
    assert (await Cycle.get(id=cycle_id)).content["asks_level"] is True


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"raters": {RATEE: ((RATEE, "self"),)}}, "no_pair"),
        ({"raters": {RATEE: ((MANAGER, "manager"),)}}, "no_pair"),
        ({"raters": {RATEE: ((RATEE, "self"), (MANAGER, "manager"), ("dan", "manager"))}}, "no_pair"),
        ({"raters": {RATEE: ((RATEE, "self"), (MANAGER, "manager"), ("dan", "peer"))}}, "no_pair"),
        ({"raters": {RATEE: (("dan", "self"), (MANAGER, "manager"))}}, "no_pair"),
        ({"content": {"items": ["SS06"]}}, "content"),
        ({"content": {"items": "SS01"}}, "content"),
        ({"content": {"items": []}}, "content"),
    ],
)
async def test_a_clarity_round_that_cannot_be_held_is_not_launched(
    database: Database, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    await store_cast()
    cycle_id, clock = await clarity_draft(**changes), SetClock()
    with pytest.raises(Problem) as caught:
        await launch_cycle(cycle_id, actor_id=id_of(HR), keeper=keeper_in(tmp_path, clock), clock=clock)
    assert (caught.value.status, caught.value.code) == (422, code)
    assert (await Cycle.get(id=cycle_id)).state == "draft"


async def test_both_sides_of_a_pair_are_told_their_own_promise(database: Database, tmp_path: Path) -> None:
    _, keeper, clock = await launched(tmp_path, **draft())
    for locale in ("en", "es", "de", "ar"):
        said = {}
        for name, other in ((RATEE, "Ben"), (MANAGER, "Cleo")):
            document = await inbox(id_of(name), locale=locale, clock=clock, keeper=keeper)
            (one,) = document["assignments"]
            said[name] = one["promise"]["lines"]
            assert one["named"] is True
            assert one["pair"] == {"other": other, "other_answered": False}
            assert f"\u2068{other}\u2069" in said[name][0]
            assert f"\u2068{other}\u2069" in one["why"]
        assert len(said[RATEE]) == len(said[MANAGER]) + 2  # the own results, and the pulse


async def test_the_cards_of_a_clarity_form_are_given_in_its_languages_only(
    database: Database, tmp_path: Path
) -> None:
    _, keeper, clock = await launched(tmp_path, **draft())
    (one,) = (await inbox(id_of(MANAGER), locale="en", clock=clock, keeper=keeper))["assignments"]
    form = await find_form(one["form"], "ar")
    assert form is not None
    assert (form["kind"], form["relationship"]) == ("clarity", "manager")
    cards = await find_cards(one["form"], "ar")
    assert cards is not None
    assert set(cards["cards"]) == set(LINES)
    assert await find_cards(one["form"], "tlh") is None
    assert await find_cards("0" * 64, "en") is None

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
from server.usecases.inbox import find_form, inbox
from server.usecases.launch import launch_cycle
from surveys import audit, sheet_store
from surveys.database import is_sqlite, reader, sqlite_path, write_tx
from surveys.launch_checks import Finding
from surveys.models.cycles import Assignment, Cycle, CycleForm, FormDocument, Ratee
from surveys.models.people import Grant
from surveys.models.profiles import Exemplar
from surveys.models.results import BaselineValue, ResultCell, ResultGroup
from surveys.models.work import OutboxMail
from surveys.policy import Policy, policy_hash
from surveys.sealed_sheet import Place, key_of
from surveys.sealing import auth_of
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
    assert {type(value) for value in one.values()} == {
        type(value) for value in vector["assignments"][0].values()
    }
    assert one["named"] is False
    assert one["grace_until"] - one["closes_at"] == 48 * 3600 * 1000
    english = await inbox(id_of("dan"), locale="en", clock=clock, keeper=keeper)
    assert english["assignments"][0]["promise"]["lines"] != one["promise"]["lines"]


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

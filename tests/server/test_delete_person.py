"""Deleting a person: what is theirs is gone, others keep their numbers, nothing points to nothing."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tortoise.models import Model

from server.errors import Problem
from server.usecases.backups import back_up
from server.usecases.closing import close_cycle
from server.usecases.delete_person import DELETED, KEPT, delete_person, look_at_deletion
from server.usecases.launch import launch_cycle
from server.usecases.outbox import queue_mail
from server.usecases.sign_in import open_session
from surveys import audit, sheet_store
from surveys.database import MODELS, reader, write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Grant, Person, Session
from surveys.models.results import NamedResult, ResultCell
from surveys.models.work import AuditEntry
from surveys.queries_people import list_people, n_people
from surveys.queries_people_file import list_stated_people
from tests.conftest import Database
from tests.factories import CAST, HR, MANAGER, OUTSIDER, PEERS, RATEE, World, draft_cycle, id_of, store_cast
from tests.server.hr_cast import record_delivery
from tests.site import Site, running_site, settings_for

FORMER = "A former colleague"
NAMES_A_PERSON = ("person_id", "ratee_id", "rater_id")


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as one:
        yield one


@pytest.fixture
async def world(site: Site) -> World:
    """Launch a cycle of people whose names are found nowhere else."""
    await store_cast()

    async def rename(tx: object) -> None:
        for name in CAST:
            await Person.filter(id=id_of(name)).update(name=full_name(name))

    await write_tx(rename)
    cycle = await draft_cycle(opens_at=site.clock.now())
    keeper = site.app.state.keeper
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
    site.clock.move(hours=1)
    return World(cycle, keeper, site.clock, site.app.state.queue)


def full_name(name: str) -> str:
    return f"{name.capitalize()} Zq{name}x"


async def delete(world: World, name: str, *, cancels: bool = False, confirm: str | None = None) -> None:
    await delete_person(
        id_of(name), confirm=confirm if confirm is not None else name, cancels=cancels, former=FORMER,
        actor=id_of(HR), keeper=world.keeper, clock=world.clock,
    )  # fmt: skip


async def no_trace(name: str, database: Database, folder: Path, world: World) -> None:
    """Look through a whole copy of the database: neither name nor mail, and no row that points to nothing."""
    copy = await back_up(settings_for(database.url, folder), clock=world.clock, target=folder / "look.db")
    data = copy.path.read_bytes()
    assert f"{name}@example.test".encode() not in data
    assert f"Zq{name}x".encode() not in data
    with closing(sqlite3.connect(copy.path)) as found:
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        for model, column in DELETED:
            rows = f'SELECT count(*) FROM "{model._meta.db_table}" WHERE "{column}" = ?'
            assert found.execute(rows, [id_of(name)]).fetchone() == (0,), (model, column)


def test_every_column_that_names_a_person_is_thought_of() -> None:
    known = {(model._meta.db_table, column) for model, column in (*DELETED, *KEPT)}
    found = set()
    for module in MODELS:
        for model in vars(import_module(module)).values():
            if not (isinstance(model, type) and issubclass(model, Model) and model.__module__ == module):
                continue
            for name, one in model._meta.fields_map.items():
                if getattr(one, "model_name", "") == "surveys.Person":
                    found.add((model._meta.db_table, f"{name}_id"))
                elif name in NAMES_A_PERSON:
                    found.add((model._meta.db_table, name))
    assert found == known, "say in delete_person.py what becomes of each"


async def test_everything_of_somebody_uninvolved_goes(
    world: World, database: Database, tmp_path: Path
) -> None:
    async def body(tx: object) -> None:
        await open_session("m" * 64, id_of(OUTSIDER), now=world.clock.now())
        await queue_mail(id_of(OUTSIDER), "reminder", {}, clock=world.clock)

    await write_tx(body)
    n_before = await n_people()
    await delete(world, OUTSIDER)
    row = await Person.get(id=id_of(OUTSIDER))
    assert (row.name, row.mail, row.external_id) == (FORMER, "", f"former-{id_of(OUTSIDER)[:12]}")
    assert row.left_at == world.clock.now()
    assert await Session.filter(person_id=id_of(OUTSIDER)).count() == 0
    await no_trace(OUTSIDER, database, tmp_path, world)
    # The empty row that stays is nobody: neither listed nor counted nor in the people file.
    day = world.clock.now().date()
    assert await n_people() == n_before - 1
    assert id_of(OUTSIDER) not in [one.id for one in (await list_people(day=day)).rows]
    assert (await list_people(FORMER, day=day)).rows == ()
    assert id_of(OUTSIDER) not in await list_stated_people(day=day)
    entry = (await AuditEntry.all().order_by("-seq"))[0]
    assert (entry.action, entry.object_id, entry.actor_id) == ("person.deleted", id_of(OUTSIDER), id_of(HR))
    assert OUTSIDER not in entry.detail
    assert await audit.find_break(key=world.keeper.audit_key(), pin=world.keeper.audit_pin()) is None


async def test_case_78_a_person_in_an_open_cycle_is_asked_about_first_and_leaves_no_orphans(
    world: World, database: Database, tmp_path: Path
) -> None:
    n_before = await sheet_store.count(reader(), world.cycle)
    plan = await look_at_deletion(id_of("dan"), clock=world.clock)
    assert [(part.is_rated, part.other) for part in plan.parts] == [(False, full_name(RATEE))]
    with pytest.raises(Problem, match="running cycles"):
        await delete(world, "dan")
    assert (await Person.get(id=id_of("dan"))).name == full_name("dan")
    await delete(world, "dan", cancels=True)
    assert await sheet_store.count(reader(), world.cycle) == n_before - 1
    assert await Assignment.filter(rater_id=id_of("dan"), is_cancelled=False).count() == 0
    await no_trace("dan", database, tmp_path, world)


async def test_a_person_who_is_rated_takes_all_sheets_about_them_along(
    world: World, database: Database, tmp_path: Path
) -> None:
    await record_delivery()
    await delete(world, RATEE, cancels=True)
    assert await sheet_store.count(reader(), world.cycle) == 0
    assert (await Ratee.get(person_id=id_of(RATEE))).is_cancelled
    await no_trace(RATEE, database, tmp_path, world)


async def close(world: World, tmp_path: Path) -> None:
    for name in (*PEERS, MANAGER, RATEE):
        phone = await world.phone(name)
        await phone.put(await phone.answers())
    world.clock.move(days=17)
    await close_cycle(world.cycle, keeper=world.keeper, clock=world.clock, backups_dir=tmp_path / "backups")


async def test_own_results_go_with_the_named_answers(
    world: World, database: Database, tmp_path: Path
) -> None:
    await close(world, tmp_path)
    assert await ResultCell.filter(ratee_id=id_of(RATEE)).count() > 0
    assert (await look_at_deletion(id_of(RATEE), clock=world.clock)).n_reports == 1
    await delete(world, RATEE)
    assert await ResultCell.filter(ratee_id=id_of(RATEE)).count() == 0
    assert await NamedResult.filter(ratee_id=id_of(RATEE)).count() == 0
    await no_trace(RATEE, database, tmp_path, world)


async def test_the_numbers_others_were_given_stay_when_a_rater_goes(
    world: World, database: Database, tmp_path: Path
) -> None:
    await close(world, tmp_path)
    before = await ResultCell.all().order_by("id").values()
    await delete(world, "dan")
    await delete(world, MANAGER)
    assert await ResultCell.all().order_by("id").values() == before
    assert await NamedResult.filter(ratee_id=id_of(RATEE)).count() > 0
    await no_trace("dan", database, tmp_path, world)


async def test_a_draft_loses_them_without_a_question(world: World) -> None:
    draft = await draft_cycle("winter", raters={RATEE: (("dan", "peer"), ("eve", "peer"))})
    await delete(world, "dan", cancels=True)
    left = await Assignment.filter(cycle_id=draft).values_list("rater_id", flat=True)
    assert [str(one) for one in left] == [id_of("eve")]


@pytest.mark.parametrize("state", ["closing", "sealed"])
async def test_while_a_cycle_is_being_closed_nobody_in_it_is_deleted(world: World, state: str) -> None:
    await Cycle.filter(id=world.cycle).update(state=state)
    for name in ("dan", RATEE):
        with pytest.raises(Problem, match="being closed"):
            await delete(world, name, cancels=True)


async def test_the_last_hr_person_stays(world: World) -> None:
    with pytest.raises(Problem, match="Someone must run HR"):
        await delete(world, HR, cancels=True)

    async def body(tx: object) -> None:
        day = world.clock.now().date()
        await Grant.create(id="1" * 32, person_id=id_of(MANAGER), role="hr", from_on=day)

    await write_tx(body)
    await delete(world, HR, cancels=True)
    entry = (await AuditEntry.all().order_by("-seq"))[0]
    assert entry.actor_id == ""


async def test_the_page_says_what_goes_and_wants_the_number_typed(site: Site, world: World) -> None:
    url = f"/hr/people/{id_of('dan')}/delete"

    async def post(client: httpx2.AsyncClient, **fields: str) -> httpx2.Response:
        return await client.post(url, data=fields)

    async with site.as_person(id_of(HR)) as ada:
        shown = await ada.get(url)
        assert "Autumn 360" in shown.text
        assert (await post(ada)).status_code == 422
        assert (await post(ada, confirm="eve", cancels="yes")).status_code == 422
        assert (await post(ada, confirm="\0", cancels="\u202e")).status_code == 422
        still = await post(ada, confirm="dan")
        assert (still.status_code, 'value="dan"' in still.text) == (409, True)
        assert (await Person.get(id=id_of("dan"))).name == full_name("dan")
        done: Any = await post(ada, confirm="dan", cancels="yes")
        assert (done.status_code, done.headers["location"]) == (303, "/hr/people")
    async with site.as_person(id_of(OUTSIDER)) as mallory:
        missing = await mallory.get("/no/such/page")
        assert (await mallory.get(url)).content == missing.content
        assert (await mallory.post(url, data={"confirm": "dan"})).content == missing.content

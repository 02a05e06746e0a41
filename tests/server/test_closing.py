"""Closing: once, resumable anywhere, and nothing left that links a rater to an answer."""

import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.errors import Problem
from server.usecases import closing as closing_module
from server.usecases.cancel import cancel_ratee, cancel_rater
from server.usecases.closing import close_cycle
from server.usecases.closing_backup import copy_results
from server.usecases.sync import SyncQueue
from surveys import sheet_store
from surveys.database import is_sqlite, reader, sqlite_path, write_tx
from surveys.forms import NOTES
from surveys.keeper import CycleIsClosed, Keeper
from surveys.models.cycles import Assignment, Cycle, RevokedAuth
from surveys.models.results import ClosingRecord, NamedResult, ResultCell, ResultComment, ResultGroup
from surveys.models.work import AuditEntry, OutboxMail
from surveys.sealed_sheet import Place, key_of
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, RATERS, REPORTS, World, assignment_id, id_of, launched

Answered = tuple[int, int, int, int, int]
CANARY = "canary in a comment nobody may read"


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    cycle, keeper, clock = await launched(tmp_path)
    async with SyncQueue(keeper=keeper, clock=clock) as queue:
        yield World(cycle, keeper, clock, queue)


async def answer_all(world: World, *, order: int = 0) -> None:
    """Six peers and three direct reports answer in some order; Cleo and Ben too."""
    names = [rater for rater, _ in RATERS]
    random.Random(order).shuffle(names)
    for name in names:
        phone = await world.phone(name)
        rating = 3 + names_sorted.index(name) % 3
        await phone.put(await phone.answers(rating, text=f"Comment of {name}."))


names_sorted = sorted(rater for rater, _ in RATERS)


def to_the_end_of_grace(world: World) -> None:
    world.clock.move(days=14, hours=48)


async def close(world: World, **changes: Any) -> str:
    return await close_cycle(
        world.cycle,
        keeper=world.keeper,
        clock=world.clock,
        backups_dir=world.keeper.folder.parent / "backups",
        **changes,
    )


async def counts() -> Answered:
    record = await ClosingRecord.get()
    return record.n_counted, record.n_unfinished, record.n_empty, record.n_orphans, record.n_unreadable


async def test_a_whole_cycle_is_released_and_forgotten(world: World, database: Database) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    assert await close(world) == "released"
    assert await counts() == (11, 0, 0, 0, 0)
    assert {row.group: row.n_raters for row in await ResultGroup.all()} == {"peer": 6, "direct_report": 3}
    assert {row.n for row in await ResultCell.filter(group="peer")} == {6}
    assert await NamedResult.filter(relationship__in=["self", "manager"]).count() == 2
    assert await sheet_store.count(reader(), world.cycle) == 0
    assert await Assignment.all().count() == await RevokedAuth.all().count() == 0
    assert not world.keeper.has_key(world.cycle)
    assert world.keeper.is_closed(world.cycle)
    assert await OutboxMail.filter(template="report_ready").count() == 1
    assert (await Cycle.get(id=world.cycle)).released_at == world.clock.now()


async def test_the_comments_are_there_word_for_word_and_not_in_the_order_they_came(world: World) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    await close(world)
    texts = [row.text for row in await ResultComment.all().order_by("id")]
    assert sorted(texts) == sorted(f"Comment of {name}." for name in (*PEERS, *REPORTS))
    assert {row.signed_by for row in await ResultComment.all()} == {""}


async def test_what_raters_saw_is_read_without_its_line_and_only_where_it_was_asked_for(world: World) -> None:
    cell = "{}.f_note"
    for name in PEERS:
        phone = await world.phone(name)
        # SS02 was rated 2 first, which asks for a note, and 4 in the end, which does not.
        given = await phone.answers(4)
        seen = {"SS01.f_match": 5, cell.format("SS01"): f"{name}: at the gate.", cell.format("SS02"): CANARY}
        after = {cell.format("SS03"): f"{name}: by the press.", "SS03.f_match": 1}
        await phone.put({**given, **seen, **after})
    ben = await world.phone("ben")
    await ben.put({**await ben.answers(2), cell.format("SS01"): "Late twice."})
    for name in REPORTS[:2]:
        phone = await world.phone(name)
        await phone.put(await phone.answers(4))
    to_the_end_of_grace(world)
    await close(world)
    notes = await ResultComment.filter(question=NOTES)
    assert sorted(row.text for row in notes) == sorted(
        f"{n}: at the gate.\n\n{n}: by the press." for n in PEERS
    )
    assert {row.signed_by for row in notes} == {""}
    sealed = await NamedResult.get(relationship="manager/texts")
    texts = world.keeper.open_texts(world.cycle, sealed.ratee_id, "manager", sealed.ciphertext)
    assert texts == {NOTES: "Late twice."}


async def test_two_notes_are_two_too_few_to_show(world: World) -> None:
    for name in PEERS:
        phone = await world.phone(name)
        note = {"SS01.f_note": CANARY} if name in PEERS[:2] else {}
        await phone.put({**await phone.answers(5), **note})
    to_the_end_of_grace(world)
    await close(world)
    assert await ResultComment.all().count() == 0


@pytest.mark.parametrize("order", [1, 2])
async def test_the_order_of_arrival_changes_no_stored_row(world: World, order: int) -> None:
    await answer_all(world, order=order)
    to_the_end_of_grace(world)
    await close(world)
    # The key of the cycle is the same on every run of this test, so the rows must be as well.
    assert await fingerprint() == await expected_fingerprint(world)


async def fingerprint() -> list[tuple[str, ...]]:
    cells = [
        (row.id, row.group, row.item, str(row.n), str(row.total), row.band) for row in await ResultCell.all()
    ]
    comments = [(row.id, row.question, row.text) for row in await ResultComment.all()]
    return sorted(cells) + sorted(comments)


_known: dict[str, list[tuple[str, ...]]] = {}


async def expected_fingerprint(world: World) -> list[tuple[str, ...]]:
    found = await fingerprint()
    assert len(found) > 20
    return _known.setdefault("first", found)


async def test_a_cycle_closes_at_the_end_of_grace_and_never_before(world: World) -> None:
    world.clock.move(days=14, hours=47, minutes=59)
    dan = await world.phone("dan")
    assert (await dan.put({"SS01.f_match": 4}))["status"] == "ok"
    with pytest.raises(Problem, match="not_due"):
        await close(world)
    world.clock.move(minutes=1)
    assert await close(world) == "released"
    assert await dan.put({"SS01.f_match": 5}) == {"status": "closed", "want": []}


async def test_only_final_sheets_count_and_the_five_counts_add_up(world: World) -> None:
    for name in ("dan", "eve", "finn"):
        phone = await world.phone(name)
        await phone.put(await phone.answers())
    gwen, hugo = await world.phone("gwen"), await world.phone("hugo")
    await gwen.put({**await gwen.answers(), "@submit": False})
    await hugo.put({"@submit": True, "SS01.f_match": 4})
    stray = sheet_store.SealedSheet(world.cycle, "f" * 64, "0" * 16, b"from nowhere")
    await write_tx(lambda tx: sheet_store.write(tx, [stray]))
    to_the_end_of_grace(world)
    await close(world)
    assert await counts() == (3, 2, 6, 1, 0)
    assert {row.group: row.n_raters for row in await ResultGroup.all()} == {"peer": 3}


async def test_a_group_of_two_leaves_no_trace_of_what_it_said(world: World, database: Database) -> None:
    for name in ("dan", "eve"):
        phone = await world.phone(name)
        await phone.put(await phone.answers(5, text=f"{CANARY} {name}"))
    to_the_end_of_grace(world)
    await close(world)
    assert (
        await ResultGroup.all().count()
        == await ResultCell.all().count()
        == await ResultComment.all().count()
        == 0
    )
    if is_sqlite(database.url):
        path = sqlite_path(database.url)
        content = b"".join(one.read_bytes() for one in path.parent.rglob("*") if one.is_file())
        assert CANARY.encode() not in content


async def test_after_closing_no_file_names_an_assignment_or_a_token(world: World, database: Database) -> None:
    await answer_all(world)
    key = world.keeper.open_cycle(world.cycle)
    secrets = [key.secret, key.secret.hex().encode()]
    for rater, _ in RATERS:
        one = assignment_id(rater)
        secrets += [
            value.encode()
            for value in (one, key.write_token(one, 1), key.read_token(one, 1), key.sheet_id(one, 1))
        ]
    to_the_end_of_grace(world)
    await close(world)
    assert [path.name for path in world.keeper.folder.glob("*.key")] == []
    if not is_sqlite(database.url):
        _, rows = await reader().execute_query(
            "SELECT tablename FROM pg_tables WHERE tablename LIKE 'sheet_%'"
        )
        assert list(rows) == []
        return
    path = sqlite_path(database.url)
    content = b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))
    assert [one for one in secrets if one in content] == []


async def test_a_cancelled_rater_is_not_counted_and_a_cancelled_ratee_gets_no_report(world: World) -> None:
    await answer_all(world)
    how: dict[str, Any] = {
        "actor_id": id_of(HR),
        "reason": "left",
        "keeper": world.keeper,
        "clock": world.clock,
    }
    await cancel_rater(world.cycle, id_of("dan"), id_of(RATEE), **how)
    to_the_end_of_grace(world)
    await close(world)
    assert await counts() == (10, 0, 0, 0, 0)
    assert {row.n_raters for row in await ResultGroup.filter(group="peer")} == {5}
    await world.queue.stop()


async def test_a_ratee_cancelled_before_closing_leaves_nothing(world: World) -> None:
    await answer_all(world)
    how: dict[str, Any] = {
        "actor_id": id_of(HR),
        "reason": "left",
        "keeper": world.keeper,
        "clock": world.clock,
    }
    await cancel_ratee(world.cycle, id_of(RATEE), **how)
    to_the_end_of_grace(world)
    assert await close(world) == "released"
    assert await counts() == (0, 0, 0, 0, 0)
    assert await ResultCell.all().count() == await NamedResult.all().count() == 0
    assert await OutboxMail.filter(template="report_ready").count() == 0


async def test_sheets_that_do_not_open_halt_the_closing_until_someone_says_why(world: World) -> None:
    await answer_all(world)
    key = world.keeper.open_cycle(world.cycle)
    place = key_of(key, Place(world.cycle, assignment_id("dan"), 1))
    await write_tx(
        lambda tx: sheet_store.write(tx, [sheet_store.SealedSheet(*place, "0" * 16, b"damaged" * 99)])
    )
    to_the_end_of_grace(world)
    for _ in range(2):
        with pytest.raises(Problem, match="unreadable"):
            await close(world)
    assert world.keeper.has_key(world.cycle)
    assert await sheet_store.count(reader(), world.cycle) == 11
    assert await close(world, unreadable_reason="disk fault of 3 November") == "released"
    assert await counts() == (10, 0, 0, 0, 1)
    assert "disk fault" in (await AuditEntry.get(action="cycle.closed")).detail


async def test_closing_again_changes_nothing(world: World) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    await close(world)
    before = await fingerprint()
    assert await close(world) == "released"
    assert await fingerprint() == before
    assert await ClosingRecord.all().count() == 1
    assert await OutboxMail.filter(template="report_ready").count() == 1


class Stopped(Exception):
    """The power went."""


STEPS = (
    "_release",
    "store_results",
    "_read_back",
    "_back_up",
    "bury",
    "destroy",
    "compact",
    "destroy_cycle",
    "publish",
)


def stop_at(step: str, patched: pytest.MonkeyPatch) -> None:
    """Let the closing stop at the beginning of one of its steps, once."""

    async def stopped(*_: object, **__: object) -> None:
        raise Stopped

    def stopped_at_once(*_: object, **__: object) -> None:
        raise Stopped

    if step in {"bury", "destroy_cycle"}:
        patched.setattr(Keeper, step, stopped_at_once)
    elif step == "destroy":
        patched.setattr(sheet_store, "destroy", stopped)
    elif step == "publish":
        patched.setattr(closing_module, "OutboxMail", None)
    else:
        patched.setattr(closing_module, step, stopped)


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_at_any_step_goes_on_to_the_same_result(
    world: World, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    with monkeypatch.context() as patched:
        stop_at(step, patched)
        with pytest.raises((Stopped, AttributeError)):
            await close(world)
    has_results = await ClosingRecord.exists()
    assert (
        world.keeper.has_key(world.cycle) or has_results
    )  # the key is never gone before the results are there
    dan = await Assignment.get_or_none(id=assignment_id("dan"))
    assert (dan is not None) or has_results
    assert await close(world) == "released"
    assert await counts() == (11, 0, 0, 0, 0)
    assert not world.keeper.has_key(world.cycle)
    assert await Assignment.all().count() == await sheet_store.count(reader(), world.cycle) == 0
    assert await ClosingRecord.all().count() == 1
    assert len({(row.group, row.item) for row in await ResultCell.all()}) == await ResultCell.all().count()
    assert await fingerprint() == await expected_fingerprint(world)


async def test_results_that_read_back_differently_destroy_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    read_back = closing_module._read_back

    async def damaged(cycle_id: str) -> None:
        await write_tx(lambda tx: ResultCell.filter(item="SS01").update(n=99))
        await read_back(cycle_id)

    monkeypatch.setattr(closing_module, "_read_back", damaged)
    with pytest.raises(Problem, match="read_back"):
        await close(world)
    assert world.keeper.has_key(world.cycle)
    assert not world.keeper.is_closed(world.cycle)
    assert await sheet_store.count(reader(), world.cycle) == 11


async def test_while_a_reader_is_in_the_way_the_cycle_stays_sealed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)

    async def in_the_way() -> bool:
        return False

    with monkeypatch.context() as patched:
        patched.setattr(closing_module, "compact", in_the_way)
        assert await close(world) == "sealed"
    assert world.keeper.has_key(world.cycle)
    assert await OutboxMail.filter(template="report_ready").count() == 0
    assert await close(world) == "released"


async def test_a_restored_database_is_never_opened_again(
    world: World, database: Database, tmp_path: Path
) -> None:
    await answer_all(world)
    key_files = {path: path.read_bytes() for path in world.keeper.folder.glob("*.key")}
    to_the_end_of_grace(world)
    await close(world)
    # What a restore of an old backup with an old copy of the key would bring back.
    for path, content in key_files.items():
        path.write_bytes(content)

    async def restore(tx: object) -> None:
        await ClosingRecord.all().delete()
        await Cycle.all().update(state="open", released_at=None)

    await write_tx(restore)
    with pytest.raises(CycleIsClosed):
        await close(world)
    assert await ClosingRecord.all().count() == 0


async def test_sqlite_is_backed_up_before_the_sheets_go(world: World, database: Database) -> None:
    await answer_all(world)
    to_the_end_of_grace(world)
    await close(world)
    backups = world.keeper.folder.parent / "backups"
    if not is_sqlite(database.url):
        assert not backups.exists()  # there the operator's own tools make the backup
        return
    (backup,) = backups.iterdir()
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT count(*) FROM result_cell").fetchone()[0] > 0
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


ANSWER_ROWS = {
    "sheet": "cycle",
    "assignment": "cycle_id",
    "revoked_auth": "cycle_id",
    "reminder_wave": "cycle_id",
}


def files_with_answers(folder: Path, cycle: str) -> set[str]:
    """Open every database in a folder; name those with a row about the sheets or raters of a cycle."""
    found = set()
    for path in folder.rglob("*.db"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            for table, column in ANSWER_ROWS.items():
                query = f"SELECT count(*) FROM {table} WHERE {column} = ?"
                if database.execute(query, [cycle]).fetchone()[0]:
                    found.add(path.name)
    return found


async def test_after_the_release_no_file_tells_who_was_asked_or_holds_a_sheet(
    world: World, database: Database
) -> None:
    if not is_sqlite(database.url):
        return  # no file there is ours
    await answer_all(world)
    backups = world.keeper.folder.parent / "backups"
    backups.mkdir()
    for name in ("before-migration-from-1.db", "close-made-by-an-earlier-version.db"):
        with closing(sqlite3.connect(sqlite_path(database.url))) as old:
            old.execute("VACUUM INTO ?", [str(backups / name)])
    ids = [(await Assignment.get(id=assignment_id("dan"))).id.encode()]
    ids += [sheet_id.encode() async for sheet_id, _ in sheet_store.each(reader(), world.cycle)]
    assert len(files_with_answers(backups, world.cycle)) == 2
    (backups / "damaged.db").write_bytes(b"not a database" * 100)
    to_the_end_of_grace(world)
    assert await close(world) == "released"
    (backups / "damaged.db").unlink()
    assert {path.suffix for path in backups.iterdir()} == {".db"}
    assert len(list(backups.iterdir())) == 3
    for folder in (backups, sqlite_path(database.url).parent):
        assert files_with_answers(folder, world.cycle) == set()
        for path in folder.rglob("*.db*"):
            content = path.read_bytes()
            assert not any(one in content for one in ids), path.name


async def test_a_copy_made_at_a_close_holds_nothing_of_a_cycle_that_is_still_open(
    world: World, database: Database, tmp_path: Path
) -> None:
    if not is_sqlite(database.url):
        return
    copy_results(sqlite_path(database.url), tmp_path / "copies" / "close-another.db")
    assert files_with_answers(tmp_path / "copies", world.cycle) == set()
    assert await sheet_store.count(reader(), world.cycle) == 11

"""Restoring: elsewhere with the keys, from and to both databases; closed stays closed; phones send again what was lost."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bench.n2_kill import Scene, compare, phone, read_all, serving, stage, wait_until_ready
from server.process import hold_folder
from server.settings import Settings
from server.usecases.advance import advance_cycles
from server.usecases.backups import back_up
from server.usecases.closing import close_cycle
from server.usecases.restore import Restored, restore
from server.usecases.sign_in import open_session
from server.usecases.sync import SyncQueue
from surveys import audit
from surveys.copies import CopyRefused, check_copy
from surveys.copies_postgres import DatabaseInUse
from surveys.database import is_sqlite, open_database, sqlite_path, write_tx
from surveys.keeper import Keeper
from surveys.migrate import migrate, newest_version, plain_url, schema_version
from surveys.models.cycles import Assignment, Cycle
from surveys.models.people import Person, Session
from surveys.models.work import AuditEntry, Installation
from tests.commands import sightline
from tests.factories import EPOCH, PEERS, SetClock, World, id_of, keeper_in, launched, send
from tests.site import settings_for

LOAD = "00000000000000aa"


@dataclass
class Firm:
    """A launched cycle in a database of its own; no connection is open."""

    settings: Settings
    cycle: str
    keeper: Keeper
    clock: SetClock

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        async with (
            open_database(self.settings.database_url),
            SyncQueue(keeper=self.keeper, clock=self.clock) as queue,
        ):
            yield World(self.cycle, self.keeper, self.clock, queue)

    async def back_up(self, name: str = "backup.db") -> Path:
        async with open_database(self.settings.database_url):
            made = await back_up(
                self.settings, clock=self.clock, target=self.settings.data_dir / "copies" / name
            )
        return made.path

    async def restore(self, file: Path) -> Restored:
        return await restore(file, self.settings, keeper=self.keeper, clock=self.clock)

    async def audit_break(self) -> int | None:
        async with open_database(self.settings.database_url):
            return await audit.find_break(key=self.keeper.audit_key(), pin=self.keeper.audit_pin())


@pytest.fixture
async def firm(database_url: str, tmp_path: Path) -> Firm:
    folder = tmp_path / "here"
    folder.mkdir()
    async with open_database(database_url):
        cycle, keeper, clock = await launched(folder)
    clock.move(hours=1)
    return Firm(settings_for(database_url, folder), cycle, keeper, clock)


async def test_a_backup_under_load_restores_elsewhere_and_phones_send_again_what_it_lacks(
    database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    scene = await stage(here, database_url)
    settings = settings_for(database_url, here)
    with serving(scene, "ours") as (process, port):
        await wait_until_ready(process, port)
        loads = {one: f"{number:016x}" for number, one in enumerate(scene.tokens)}
        phones = [asyncio.create_task(phone(scene, one, port, load)) for one, load in loads.items()]
        await asyncio.wait_for(scene.has_acknowledged.wait(), 30)
        await asyncio.sleep(0.3)
        before = dict(scene.acknowledged)
        made = await back_up(settings, clock=SetClock(), target=here / "copies")
        await asyncio.sleep(0.5)
        process.kill()
        await asyncio.gather(*phones)
    there.mkdir()
    (here / "keys").rename(there / "keys")
    new = settings_for(empty_database_url, there)
    keeper, clock = keeper_in(there, SetClock()), SetClock()
    done = await restore(made.path, new, keeper=keeper, clock=clock)
    assert (done.kept, done.kept_closed, done.without_key) == (None, (), ())
    restored = Scene(there, empty_database_url, scene.cycle, scene.tokens, before)
    assert compare(restored, *await read_all(restored)) == (0, 0), (
        "what was acknowledged before is there, once"
    )
    restored.acknowledged = scene.acknowledged
    n_lost, _ = compare(restored, *await read_all(restored))
    assert n_lost > 0, "the backup is older than the last answers"
    async with open_database(empty_database_url):
        assert (await Installation.get(id=1)).epoch not in ("", EPOCH)
        async with SyncQueue(keeper=keeper, clock=clock) as queue:
            for assignment in scene.tokens:
                await send_again(restored, assignment, queue)
    assert compare(restored, *await read_all(restored)) == (0, 0)


async def send_again(scene: Scene, assignment: str, queue: SyncQueue) -> None:
    """Name everything the phone holds, as it does when the epoch has changed, and send what is wanted."""
    held: dict[str, dict[str, int]] = {}
    for (one, cell, load), n in scene.acknowledged.items():
        if one == assignment:
            held.setdefault(load, {})[cell] = n
    sheet: dict[str, Any] = {"cycle": scene.cycle, "write": scene.tokens[assignment], "cells": {}}
    (told,) = (await send(queue, sheet | {"have": held}))["sheets"]
    cells = {
        cell: [
            {"v": n % 5 + 1, "hlc": n, "d": load, "n": n, "seen": {load: n - 14} if n > 14 else {}}
            for load, counted in held.items()
            for n in [counted.get(cell, 0)]
            if n
        ]
        for cell in told["want"]
    }
    (told,) = (await send(queue, sheet | {"have": held, "cells": cells}))["sheets"]
    assert (told["status"], told["want"]) == ("ok", [])


async def test_the_old_database_is_kept_everybody_signs_in_again_and_the_log_goes_on(firm: Firm) -> None:
    async def sign_in(tx: object) -> None:
        await open_session("s" * 64, id_of("ada"), now=firm.clock.now())

    async with firm.world():
        await write_tx(sign_in)
    backup = await firm.back_up()
    async with firm.world() as world:

        async def rename(tx: object) -> None:
            await Person.filter(id=id_of("dan")).update(name="Dan Renamed Since")
            last = await audit.record(
                tx,  # type: ignore[arg-type]  # the transaction that write_tx hands over
                key=firm.keeper.audit_key(), at=world.clock.now(), action="person.renamed",
            )  # fmt: skip
            firm.keeper.pin_audit(*last)

        await write_tx(rename)
    done = await firm.restore(backup)
    async with firm.world():
        assert (await Person.get(id=id_of("dan"))).name == "Dan"
        assert await Session.all().count() == 0
        last = (await AuditEntry.all().order_by("-seq"))[0]
        assert last.action == "database.restored"
        assert "the log went on to entry" in last.detail
    assert await firm.audit_break() is None
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as kept:
        assert kept.execute("SELECT count(*) FROM person WHERE name = 'Dan Renamed Since'").fetchone() == (1,)
    assert not (firm.settings.data_dir / ".restoring.db").exists()


async def test_a_tombstoned_cycle_is_never_opened_again(firm: Firm) -> None:
    backup = await firm.back_up()
    async with firm.world() as world:
        for name in PEERS:
            one = await world.phone(name)
            await one.put(await one.answers())
        phone_of_dan = await world.phone("dan")
        world.clock.move(days=17)
        closed = await close_cycle(
            firm.cycle, keeper=firm.keeper, clock=firm.clock, backups_dir=firm.settings.backups_dir
        )
        assert closed == "released"
    done = await firm.restore(backup)
    assert done.kept_closed == (firm.cycle,)
    async with firm.world() as world:
        cycle = await Cycle.get(id=firm.cycle)
        assert cycle.state == "abandoned"
        assert "closed before" in cycle.end_reason
        assert await Assignment.filter(cycle_id=firm.cycle).count() == 0
        phone_of_dan.world = world
        assert (await phone_of_dan.put({"SS01.f_match": 4}))["status"] == "closed"
        await advance_cycles(keeper=firm.keeper, clock=firm.clock, backups_dir=firm.settings.backups_dir)
        assert (await Cycle.get(id=firm.cycle)).state == "abandoned"
    assert firm.keeper.is_closed(firm.cycle)
    assert not firm.keeper.has_key(firm.cycle)


async def test_a_folder_made_by_hand_is_closed_to_others(firm: Firm) -> None:
    folder = firm.settings.data_dir
    file = await firm.back_up()
    folder.chmod(0o755)
    await firm.restore(file)
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_missing_keys_are_named(firm: Firm) -> None:
    backup = await firm.back_up()
    (firm.settings.keys_dir / f"{firm.cycle}.key").unlink()
    assert (await firm.restore(backup)).without_key == (firm.cycle,)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scribble(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    file.write_bytes(bytes(data))


def from_the_future(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.execute(f"INSERT INTO schema_version VALUES ({newest_version() + 1}, 'later', '2027-01-01')")


def not_a_backup(file: Path) -> None:
    file.write_bytes(b"id,name\n1,Dan\n")


def of_something_else(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE song (title TEXT)")


def dangling(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        copy.execute("DELETE FROM person WHERE external_id = 'ben'")


def of_a_close(file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as copy:
        for table in ("sheet", "assignment"):
            copy.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (cut, "damaged"),
        (scribble, "damaged"),
        (from_the_future, "newer version"),
        (not_a_backup, "no backup of Sightline"),
        (of_something_else, "no backup of Sightline"),
        (dangling, "point to nothing"),
        (of_a_close, "holds results"),
    ],
)
async def test_case_87_a_backup_that_cannot_be_used_is_refused_before_anything_is_touched(
    firm: Firm, spoil: Any, words: str
) -> None:
    backup = await firm.back_up()
    spoil(backup)
    before = await fingerprint(firm.settings)
    with pytest.raises(CopyRefused, match=words):
        await firm.restore(backup)
    assert await fingerprint(firm.settings) == before
    assert list(firm.settings.backups_dir.iterdir()) == []
    assert not (firm.settings.data_dir / ".restoring.db").exists()


async def fingerprint(settings: Settings) -> object:
    url = settings.database_url
    if is_sqlite(url):
        return sqlite_path(url).read_bytes()
    connection = await asyncpg.connect(plain_url(url))
    try:
        return [
            await connection.fetchval(f"SELECT md5(string_agg(x::text, '|' ORDER BY x::text)) FROM {table} x")
            for table in ("person", "assignment", "sheet", "audit_entry", "installation", "schema_version")
        ]
    finally:
        await connection.close()


async def test_postgres_refuses_while_another_program_is_connected(firm: Firm) -> None:
    if is_sqlite(firm.settings.database_url):
        with hold_folder(firm.settings.data_dir):
            (firm.settings.data_dir / "sightline.toml").write_text(
                f'organisation = "T"\npublic_url = "http://127.0.0.1:8000"\nsecret = "{"s" * 64}"\n', "utf-8"
            )
            done = await asyncio.to_thread(
                sightline, "restore", "any.db", "--data", str(firm.settings.data_dir)
            )
        assert done.returncode == 1
        assert "in use by a running server" in " ".join(done.stderr.split())
        return
    backup = await firm.back_up()
    async with firm.world():
        with pytest.raises(DatabaseInUse, match="Stop every server"):
            await firm.restore(backup)


async def test_a_damaged_database_is_moved_aside_as_it_is(sqlite_template: Path, tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path / 'sightline.db'}"
    shutil.copyfile(sqlite_template, tmp_path / "sightline.db")
    async with open_database(url):
        cycle, keeper, clock = await launched(tmp_path)
    firm = Firm(settings_for(url, tmp_path), cycle, keeper, clock)
    backup = await firm.back_up()
    sqlite_path(url).write_bytes(b"broken" * 1000)
    done = await firm.restore(backup)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"broken" * 1000
    async with firm.world():
        assert await Person.all().count() > 0


async def test_an_older_backup_comes_out_at_the_newest_version(
    firm: Firm, empty_database_url: str, tmp_path: Path
) -> None:
    backup = await firm.back_up()
    settings = replace(firm.settings, database_url=empty_database_url)
    await restore(backup, settings, keeper=firm.keeper, clock=firm.clock)
    assert await schema_version(empty_database_url) == newest_version()
    again = tmp_path / "again.db"
    async with open_database(empty_database_url):
        made = await back_up(settings, clock=firm.clock, target=again)
    first = check_copy(backup).contents
    changed = {name for name, one in made.facts.contents.items() if one != first[name]}
    # There and back: JSON may be spelled differently by PostgreSQL, everything else is the same to the bit.
    spelled = {"cycle", "ratee", "profile_version", "closing_record", "outbox_mail", "mirror", "mail_setting"}
    assert changed <= {"installation", "audit_entry", "schema_version"} | spelled
    assert {name: one.n_rows for name, one in made.facts.contents.items() if name != "audit_entry"} == {
        name: one.n_rows for name, one in first.items() if name != "audit_entry"
    }


async def test_a_whole_installation_moves_by_the_commands_a_person_types(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    options = ["--organisation", "Zeilenwerk (fictional)", "--hr-mail", "hr@zeilenwerk.example"]
    assert sightline("init", *options, "--data", str(old)).returncode == 0
    made = sightline("backup", str(tmp_path / "copy.db"), "--data", str(old))
    assert made.returncode == 0, made.stderr
    assert "looked through" in made.stdout
    moved = sightline(
        "restore", str(tmp_path / "copy.db"), "--data", str(new), "--config", str(old / "sightline.toml")
    )
    assert moved.returncode == 0, moved.stderr
    assert "everybody signs in again" in moved.stdout
    assert (new / "sightline.toml").stat().st_mode & 0o777 == 0o600
    again = sightline("restore", str(tmp_path / "copy.db"), "--data", str(new))
    assert "the database that was here is kept" in again.stdout
    await migrate(f"sqlite:{new / 'sightline.db'}", backup_dir=new, now=SetClock().now())

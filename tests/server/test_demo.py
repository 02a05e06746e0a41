"""The headless demo: what phones sent is what was counted, and the figures can be wrong."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from rich.console import Console

from server.clock import SystemClock, today
from server.demo.build import FIGURES_NAME, WORKBOOK_NAME, Build, build_demo, demo_settings
from server.usecases.cancel import cancel_rater
from server.usecases.gaps import open_gaps
from server.usecases.sync import SyncQueue
from server.usecases.sync_merge import Reply
from server.wire import SentSheet
from surveys.database import open_database, write_tx
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment
from surveys.models.people import Person, Session
from surveys.queries_cycle_facts import find_cycle_facts
from surveys.queries_pairs import list_own_pairs
from tests.browser.whole_site import filled_site
from tests.server.reading_all import READERS, files_of, read_all, readable, rows_of

QUIET = Console(quiet=True)
WAYS_ON = {"/app", "/start"}  # addresses that only lead on


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build one demo that every test here may look at, and copy before it changes it."""
    folder = tmp_path_factory.mktemp("plain") / "demo"
    asyncio.run(build_demo(folder, port=8000, console=QUIET))
    return folder


async def test_every_sheet_that_was_sent_is_counted_and_some_cells_are_withheld(plain: Path) -> None:
    figures = await build_demo(plain, port=8000, console=QUIET)
    assert set(figures) == {
        "people", "cycles", "sheets_sent", "sheets_counted", "released_cells", "withheld_cells", "seconds",
    }  # fmt: skip
    assert (figures["people"], figures["cycles"]) == (60, 6)
    assert figures["sheets_sent"] == figures["sheets_counted"] > 180
    assert figures["released_cells"] > 200
    assert figures["withheld_cells"] > 0
    assert len(load_workbook(plain / WORKBOOK_NAME).sheetnames) >= 4
    figures_file = json.loads((plain / FIGURES_NAME).read_text("utf-8"))
    assert figures == figures_file, "an existing demo is kept"


class ClosedQueue(SyncQueue):
    """A sync that answers as after closing, whatever state the cycle is in."""

    async def commit(self, sheets: Sequence[SentSheet]) -> list[Reply]:
        return [{"status": "closed", "want": []} for _ in sheets]


async def test_with_a_sync_that_answers_closed_nothing_is_counted(tmp_path: Path) -> None:
    figures = await build_demo(tmp_path / "demo", port=8000, console=QUIET, queue=ClosedQueue)
    assert (figures["sheets_sent"], figures["sheets_counted"], figures["released_cells"]) == (0, 0, 0)


async def test_a_rater_cancelled_before_closing_is_sent_and_not_counted(tmp_path: Path, plain: Path) -> None:
    cancelled: list[str] = []

    async def cancel_one(build: Build, cycle_id: str) -> None:
        if not cancelled:
            row = await Assignment.filter(cycle_id=cycle_id, relationship="peer").order_by("id").first()
            if row is None:  # a clarity round
                return
            await cancel_rater(
                cycle_id,
                str(row.rater_id),  # type: ignore[attr-defined]  # Tortoise adds <fk>_id at run time
                str(row.ratee_id),  # type: ignore[attr-defined]  # same
                actor_id="",
                reason="moved to another site",
                keeper=build.app.state.keeper,
                clock=build.clock,
            )
            cancelled.append(row.id)

    before = await build_demo(plain, port=8000, console=QUIET)
    figures = await build_demo(tmp_path / "demo", port=8000, console=QUIET, before_close=cancel_one)
    assert figures["sheets_sent"] == before["sheets_sent"]
    assert figures["sheets_counted"] == before["sheets_counted"] - 1


async def test_a_demo_of_an_earlier_version_is_put_aside_and_built_anew(tmp_path: Path, plain: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(plain, folder)
    with closing(sqlite3.connect(folder / "sightline.db")) as old:
        old.execute("DELETE FROM schema_version WHERE version > 1")
        old.commit()
    (folder / "mark").touch()
    figures = await build_demo(folder, port=8000, console=QUIET)
    assert figures["cycles"] == 6
    assert not (folder / "mark").exists()
    assert (tmp_path / "demo.before-1" / "mark").exists()


async def test_the_pair_that_is_laid_down_shows_its_gaps(plain: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(plain, folder)
    settings = demo_settings(folder, port=8000)
    keeper = Keeper(settings.keys_dir, secret=settings.secret, random_bytes=SystemClock().random_bytes)
    async with open_database(settings.database_url):
        employee = (await Person.get(external_id="E01")).id
        pairs = await list_own_pairs(employee)
        assert [pair.state for pair in pairs] == ["open", "released", "released"]
        assert [pair.sides for pair in pairs] == ["", "both", "both"]
        cycle = await find_cycle_facts(pairs[1].cycle)
        assert cycle is not None
        gaps = open_gaps(pairs[1], cycle, keeper=keeper)
        assert gaps is not None
        assert (gaps.shared_expectations, gaps.in_scope, gaps.clarity_index) == (5, 11, 71)
        assert (gaps.open_with_strength, gaps.agenda) == ("SS01", ("SS02", "SS07", "SS03"))


# Reading leaves every table and every file as it was, but for these two.
NOTED = {"report.viewed", "workbook.downloaded"}  # the log says who saw or took what is about others
LOG = {"audit_entry", "demo/keys/audit.head"}
KEPT = ("sheet", "session", "card", "notice", "outbox_mail", "mirror", "progress", "pair_view", "result_cell")
DAY_OF_USE = "used_on"  # of a session, at most once a day: one that nobody uses ends


def _stored(folder: Path) -> dict[str, Any]:
    return {**rows_of(folder), **files_of(folder)}


async def _use_no_session_today() -> None:
    yesterday = today(SystemClock()) - timedelta(days=1)

    async def body(tx: object) -> None:
        await Session.all().update(used_on=yesterday)

    await write_tx(body)


async def test_a_get_changes_nothing(plain: Path, tmp_path: Path) -> None:
    shutil.copytree(plain, tmp_path / "demo")
    async with filled_site(tmp_path) as site:
        await site.card_code()
        await _use_no_session_today()
        before = _stored(tmp_path)
        assert [one for one in KEPT if not before[one]] == []
        statuses = await read_all(site)
        after = _stored(tmp_path)
    for route in readable(site):
        answered = [bool(statuses[route.path, who] & {200, 204}) for who in READERS[route.policy.name]]
        is_for_each = route.policy.name not in {"public", "signed_in"}
        assert (all if is_for_each else any)(answered) or route.path in WAYS_ON, route.path
    n_noted = len(before["audit_entry"])
    assert after["audit_entry"][:n_noted] == before["audit_entry"]
    assert {one["action"] for one in after["audit_entry"][n_noted:]} == NOTED
    days = [{one.pop(DAY_OF_USE) for one in stored["session"]} for stored in (before, after)]
    assert [len(one) for one in days] == [1, 2]
    assert {name for name in before.keys() | after if before.get(name) != after.get(name)} == LOG

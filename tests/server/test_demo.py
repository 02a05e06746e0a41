"""The headless demo: what phones sent is what was counted, and the figures can be wrong."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import load_workbook
from rich.console import Console

from server.demo.build import WORKBOOK_NAME, Build, build_demo
from server.usecases.cancel import cancel_rater
from server.usecases.sync import SyncQueue
from server.usecases.sync_batch import Reply
from server.wire import SentSheet
from surveys.models.cycles import Assignment

QUIET = Console(quiet=True)


async def test_every_sheet_that_was_sent_is_counted_and_some_cells_are_withheld(tmp_path: Path) -> None:
    figures = await build_demo(tmp_path / "demo", port=8000, console=QUIET)
    assert set(figures) == {
        "people", "cycles", "sheets_sent", "sheets_counted", "released_cells", "withheld_cells", "seconds",
    }  # fmt: skip
    assert (figures["people"], figures["cycles"]) == (60, 3)
    assert figures["sheets_sent"] == figures["sheets_counted"] > 100
    assert figures["released_cells"] > 200
    assert figures["withheld_cells"] > 0
    assert len(load_workbook(tmp_path / "demo" / WORKBOOK_NAME).sheetnames) >= 4
    again = await build_demo(tmp_path / "demo", port=8000, console=QUIET)
    assert again == figures, "an existing demo is kept"


class ClosedQueue(SyncQueue):
    """A sync that answers as after closing, whatever state the cycle is in."""

    async def commit(self, sheets: Sequence[SentSheet]) -> list[Reply]:
        return [{"status": "closed", "want": []} for _ in sheets]


async def test_with_a_sync_that_answers_closed_nothing_is_counted(tmp_path: Path) -> None:
    figures = await build_demo(tmp_path / "demo", port=8000, console=QUIET, queue=ClosedQueue)
    assert (figures["sheets_sent"], figures["sheets_counted"], figures["released_cells"]) == (0, 0, 0)


async def test_a_rater_cancelled_before_closing_is_sent_and_not_counted(tmp_path: Path) -> None:
    cancelled: list[str] = []

    async def cancel_one(build: Build, cycle_id: str) -> None:
        if not cancelled:
            row = await Assignment.filter(cycle_id=cycle_id, relationship="peer").order_by("id").first()
            assert row is not None
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

    plain = await build_demo(tmp_path / "plain", port=8000, console=QUIET)
    figures = await build_demo(tmp_path / "demo", port=8000, console=QUIET, before_close=cancel_one)
    assert figures["sheets_sent"] == plain["sheets_sent"]
    assert figures["sheets_counted"] == plain["sheets_counted"] - 1

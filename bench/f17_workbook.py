"""F17: HR's workbook of 500 ratees, beside XlsxWriter writing the same cells."""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import load_workbook

from exports.books import ClosingCounts, HrBook, HrItem, Person
from exports.hr_workbook import hr_workbook
from exports.languages import words_for
from exports.read_me import CycleInfo, ProfileInfo, Promise
from scoring.values import Reference, ReleasedCell, ReleasePolicy, RollupCell, Scale

N_RUNS = 5
N_RATEES = 500
N_ITEMS = 16
TARGET_RATIO = 2.0
FLAT_MIB = 30  # growth from 100 to 500 ratees

OURS = "from bench.f17_workbook import write_ours; write_ours({n})"
RIVAL = "from bench.f17_workbook import write_rival; write_rival({path!r})"


def book(n_ratees: int) -> HrBook:
    """An HR workbook in which HR may see two groups of every person."""
    items = tuple(
        HrItem(f"SS{n:02}", f"A line of the form, as raters saw it, number {n}.", "A1", "A shift without harm",
               ("self", "manager", "peer", "direct_report"), Reference("baseline", Fraction(43, 10), 8))
        for n in range(N_ITEMS)
    )  # fmt: skip
    ratees = [f"r{n}" for n in range(n_ratees)]
    cycle = CycleInfo(
        organisation="Plant North", title="360 autumn", kind="feedback360", purpose="To learn.",
        promises=(Promise("peer", ("Your scores are shown only together with those of others.",)),),
        policy=ReleasePolicy(), scale=Scale(), profile=ProfileInfo("shift", "Shift supervisor", "1.0.0", "studied"),
        opened_on=date(2026, 10, 5), deadline=date(2026, 10, 26), closed_on=date(2026, 10, 28),
    )  # fmt: skip
    return HrBook(
        cycle=cycle,
        closing=ClosingCounts(n_ratees * 8, 0, 0, 0, 0),
        items=items,
        groups_invited={"self": n_ratees, "peer": 5 * n_ratees},
        people={ratee: Person(ratee, f"Person {ratee}", "Shift supervisor") for ratee in ratees},
        cells=tuple(
            ReleasedCell(ratee, group, item.id, 5 + len(ratee) % 3, 21, None)
            for ratee in ratees for group in ("peer", "direct_report") for item in items
        ),
        rollups=tuple(RollupCell("Shift supervisor", "peer", item.id, 9, 45, Fraction(21, 5)) for item in items),
        words=words_for("en"),
    )  # fmt: skip


def write_ours(n_ratees: int) -> None:
    """Print the seconds of one writing, and the peak of memory in KiB."""
    given = book(n_ratees)
    started = time.perf_counter()
    hr_workbook(given)
    print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def write_rival(path: str) -> None:
    """Print the seconds XlsxWriter takes for the same cells, streaming, with the two formats it needs."""
    sheets = [(sheet.title, list(sheet.values)) for sheet in load_workbook(path).worksheets]
    started = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        rival = xlsxwriter.Workbook(out, {"constant_memory": True})
        text, score = rival.add_format({"text_wrap": True}), rival.add_format({"num_format": "0.0"})
        for title, rows in sheets:
            sheet = rival.add_worksheet(title)
            for number, row in enumerate(rows):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, place, value, text)
                    elif isinstance(value, int | float):
                        sheet.write_number(number, place, value, score)
        rival.close()
    print(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _measured(statement: str) -> tuple[float, float]:
    done = subprocess.run([sys.executable, "-c", statement], check=True, capture_output=True, text=True)
    seconds, kib = map(float, done.stdout.split())
    return seconds, kib / 1024


def run(tier: str) -> list[dict[str, Any]]:
    """Measure each writing in a process of its own, turn about, medians of 5."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "same.xlsx"
        path.write_bytes(hr_workbook(book(N_RATEES)))
        pairs = [
            (_measured(OURS.format(n=N_RATEES)), _measured(RIVAL.format(path=str(path))))
            for _ in range(N_RUNS)
        ]
    ours, rival = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
    peak = max(pair[0][1] for pair in pairs)
    growth = peak - _measured(OURS.format(n=N_RATEES // 5))[1]
    return [
        {"id": "F17", "name": f"report workbook, {N_RATEES} ratees", "value": f"{ours:.2f} s, {peak:.0f} MiB",
         "target": f"<= {TARGET_RATIO} x XlsxWriter; memory flat", "bound": f"XlsxWriter {rival:.2f} s",
         "reached": ours <= TARGET_RATIO * rival and growth <= FLAT_MIB,
         "note": f"ratio {ours / rival:.2f}, +{growth:.0f} MiB from {N_RATEES // 5} to {N_RATEES} ratees"}
    ]  # fmt: skip

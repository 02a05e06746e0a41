import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from surveys.errors import FileRefused, ReadingFailed
from surveys.people import PEOPLE_COLUMNS
from surveys.people_file import read_people
from surveys.raters_file import read_raters
from surveys.reading import (
    read_instruments_in_child,
    read_overlay_in_child,
    read_people_in_child,
    read_profile_in_child,
    read_raters_in_child,
)
from surveys.reading_frame import Limits
from tests.surveys.content import instruments, overlays, profile, text_of
from tests.surveys.spreadsheets import HEADER, csv_of, people_csv, xlsx_of

pytestmark = pytest.mark.usefixtures("starts_children_anew")
CLEO = ("E1", "Cleo", "cleo@example.org", "")


async def test_a_people_file_reads_in_the_child_as_it_does_here() -> None:
    data = xlsx_of(HEADER, CLEO, ("E2", "Dän", "", "E1;E9"))
    here = read_people(data, filename="p.xlsx", known_people={"E9"}, known_profiles=set())
    there = await read_people_in_child(data, filename="p.xlsx", known_people={"E9"}, known_profiles=set())
    assert there == here


async def test_dates_and_grants_survive_the_way_back() -> None:
    data = csv_of(
        [column.name for column in PEOPLE_COLUMNS],
        [column.example.replace("no", "yes") for column in PEOPLE_COLUMNS],
    )
    known = {"E007", "E008"}
    there = await read_people_in_child(data, filename="p.csv", known_people=known)
    assert there == read_people(data, filename="p.csv", known_people=known)
    assert there.people[0].is_hr


async def test_a_raters_file_reads_in_the_child_as_it_does_here() -> None:
    data = csv_of(("ratee", "rater", "relationship"), ("E1", "E2", "peer"), ("E1", "B", "manager"))
    known, managers = {"E1", "E2", "B"}, {"E1": ["B"]}
    here = read_raters(data, filename="r.csv", known_people=known, managers=managers)
    assert await read_raters_in_child(data, filename="r.csv", known_people=known, managers=managers) == here


async def test_content_reads_in_the_child_as_it_does_here() -> None:
    supervisor = text_of("plant-shift-supervisor").encode()
    assert await read_profile_in_child(supervisor, filename="p.yaml") == profile()
    german = text_of("plant-shift-supervisor.de").encode()
    overlay = await read_overlay_in_child(german, filename="de.yaml", profile=profile())
    assert overlay.strings == overlays("de")["de"]
    assert (
        await read_instruments_in_child(text_of("instruments").encode(), filename="i.yaml") == instruments()
    )


async def test_every_problem_the_child_finds_arrives_with_its_place() -> None:
    bad = people_csv(("E1", "", "nonsense", "E1"))
    with pytest.raises(FileRefused) as here:
        read_people(bad, filename="p.csv")
    with pytest.raises(FileRefused) as there:
        await read_people_in_child(bad, filename="p.csv")
    assert there.value.problems == here.value.problems
    assert len(there.value.problems) == 3


def many_people() -> bytes:
    return b"external_id,name\n" + b"".join(b"E%d,Person number %d\n" % (n, n) for n in range(100_000))


async def test_a_file_that_needs_too_much_memory_is_refused_in_words() -> None:
    with pytest.raises(ReadingFailed, match=r"p\.csv needs more than 90 MiB"):
        await read_people_in_child(many_people(), filename="p.csv", limits=Limits(memory_mib=90))


async def test_a_file_that_needs_too_much_computing_is_stopped() -> None:
    with pytest.raises(ReadingFailed, match="longer than 1 seconds"):
        await read_people_in_child(many_people(), filename="p.csv", limits=Limits(cpu_seconds=1))


async def test_a_child_that_does_not_answer_is_ended() -> None:
    with pytest.raises(ReadingFailed, match=r"longer than 0\.01 seconds"):
        await read_people_in_child(people_csv(CLEO), filename="p.csv", limits=Limits(wall_seconds=0.01))


async def test_a_reader_that_crashes_is_a_clear_error_without_the_content(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("surveys.reading.TABLES", "surveys.reading_content")  # knows no people files
    with pytest.raises(ReadingFailed, match="could not be read") as caught:
        await read_people_in_child(people_csv(CLEO), filename="p.csv")
    assert "Cleo" not in str(caught.value)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


async def test_a_child_is_ended_when_nobody_waits_for_it_any_more() -> None:
    before = children_of_this_process()  # a database server of another test may be one of them
    task = asyncio.create_task(read_people_in_child(many_people(), filename="p.csv"))
    async with asyncio.timeout(10):
        while children_of_this_process() == before:  # noqa: ASYNC110 a child that begins tells nobody
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children_of_this_process() == before


def children_of_this_process() -> list[str]:
    found: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            found += (task / "children").read_text().split()
    return found


def loaded_after(statement: str) -> Callable[[str], bool]:
    code = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    return lambda name: name in modules


def test_the_server_side_of_reading_loads_no_spreadsheet_library() -> None:
    loads = loaded_after("import surveys.reading")
    assert not loads("openpyxl")
    assert not loads("numpy")
    assert loaded_after("import surveys.reading_tables")("openpyxl")
    assert not loaded_after("import surveys.reading_content")("openpyxl")

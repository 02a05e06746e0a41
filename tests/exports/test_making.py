"""Workbooks made in a child process are the same bytes, and the server stays without what writes them."""

import subprocess
import sys

import pytest

from exports import making
from exports.books import TemplateColumn
from exports.errors import MakingFailed
from exports.hr_workbook import hr_workbook
from exports.making import make_hr_workbook, make_people_template, make_ratee_workbook, make_raters_template
from exports.ratee_workbook import ratee_workbook
from exports.templates import people_template, raters_template
from tests.exports.books import hr_book, ratee_book

pytestmark = pytest.mark.usefixtures("starts_children_anew")
COLUMNS = (TemplateColumn("external_id", "the number of a person", "00123"),)


async def test_a_child_makes_the_same_bytes() -> None:
    assert await make_hr_workbook(hr_book()) == hr_workbook(hr_book())
    assert await make_ratee_workbook(ratee_book()) == ratee_workbook(ratee_book())
    assert await make_people_template(COLUMNS, locale="ar") == people_template(COLUMNS, locale="ar")
    rows = [("00123",)]
    assert await make_raters_template(COLUMNS, rows, locale="en") == raters_template(
        COLUMNS, rows, locale="en"
    )


async def test_a_child_that_fails_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MakingFailed, match="could not be made"):
        await make_people_template(COLUMNS, locale=5)  # type: ignore[arg-type]  # what the types forbid
    monkeypatch.setattr(making, "LONGEST_S", 0.01)
    with pytest.raises(MakingFailed, match="longer than"):
        await make_people_template(COLUMNS, locale="en")


def test_the_server_starts_without_what_writes_workbooks() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import server.cli, sys; print('openpyxl' in sys.modules, 'lxml' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == ["False", "False"]

"""A real spreadsheet program opens what we write, without repair."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from exports.hr_workbook import hr_workbook
from exports.languages import words_for
from exports.ratee_workbook import ratee_workbook
from exports.sheets import About, Column, Table
from exports.workbook import workbook_bytes
from tests.exports.books import hr_book, ratee_book
from tests.exports.test_cells import ATTACKS, fit

CSV_OF_ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both workbooks and one full of attacks, opened once by LibreOffice and written out as text."""
    folder = tmp_path_factory.mktemp("office")
    about = About("t", "o", None, words_for("en"))
    columns = (Column("n", "", "count", 9), Column("text", "", "text", 40))
    rows = [(number, text) for number, text in enumerate(ATTACKS)]
    (folder / "hr.xlsx").write_bytes(hr_workbook(hr_book("ar")))
    (folder / "ratee.xlsx").write_bytes(ratee_workbook(ratee_book()))
    (folder / "attack.xlsx").write_bytes(workbook_bytes([Table("t", "", columns, rows, "")], about))
    office = shutil.which("soffice")
    assert office, "LibreOffice (soffice) is not on the PATH; install it, this test is never skipped."
    done = subprocess.run(
        [
            office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
            CSV_OF_ALL_SHEETS, "--outdir", folder, *sorted(folder.glob("*.xlsx")),
        ],
        check=True, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert "Error" not in done.stdout + done.stderr
    return folder


def lines_of(path: Path) -> list[list[str]]:
    """The rows LibreOffice saw."""
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True)))


def test_hrs_workbook_opens_with_every_sheet_and_its_values(converted: Path) -> None:
    names = {path.name for path in converted.glob("hr-*.csv")}
    assert len(names) == 7
    texts = [cell for row in lines_of(converted / "hr-السطور.csv") for cell in row]
    assert {"00123", "Cleo Marsh", "4.8-5.0", "4.2", "محجوب"} <= set(texts)


def test_the_ratees_workbook_opens_with_every_sheet_and_its_values(converted: Path) -> None:
    assert len(list(converted.glob("ratee-*.csv"))) == 7
    texts = {cell for row in lines_of(converted / "ratee-Items.csv") for cell in row}
    assert {"4.3", "4.7-5.0", "withheld", "not asked", "-0.4", "0.7"} <= texts


def test_the_program_shows_hostile_text_as_that_text(converted: Path) -> None:
    _, *rows = lines_of(converted / "attack-t.csv")
    assert [text for _, text in rows] == [fit(text) for text in ATTACKS]

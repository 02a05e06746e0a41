"""Titles that every spreadsheet program accepts."""

from hypothesis import given
from hypothesis import strategies as st

from exports.languages import words_for
from exports.sheet_titles import MAX_TITLE, sheet_titles
from exports.sheets import About, Column, Page, Table
from exports.workbook import workbook_bytes
from tests.exports.reading import every_text, opened

FORBIDDEN = "[]:*?/\\"


@given(st.lists(st.text(max_size=60) | st.text("[]:*?/\\'a ", max_size=40), max_size=8))
def test_every_title_is_legal_and_different_from_the_others(asked: list[str]) -> None:
    used = [title.used for title in sheet_titles(asked)]
    assert len({title.casefold() for title in used}) == len(asked)
    for title in used:
        assert 1 <= len(title.encode("utf-16-le")) // 2 <= MAX_TITLE
        assert not set(title) & set(FORBIDDEN)
        assert title.strip("'") == title


def test_a_legal_title_stays_as_it_is() -> None:
    (title,) = sheet_titles(["Read me"])
    assert (title.used, title.is_renamed) == ("Read me", False)


def test_the_title_that_excel_keeps_for_itself_is_renamed() -> None:
    assert sheet_titles(["History"])[0].used == "History (2)"


def test_renamed_sheets_are_listed_on_the_first_page() -> None:
    asked = "Plan/ist: quality [north] and everything else"
    page = Page("Read me", "h", "s", "", ())
    table = Table(asked, "", (Column("c", "", "text", 9),), [("x",)], "")
    data = workbook_bytes([page, table], About("t", "o", None, words_for("en")))
    assert opened(data).sheetnames == ["Read me", "Plan ist quality north and ever"]
    assert asked in every_text(data)

"""The workbook of one person rated holds the report and nothing more."""

from dataclasses import replace

import pytest

from exports.errors import UnknownText
from exports.languages import LANGUAGES
from exports.ratee_workbook import ratee_workbook
from tests.exports.books import ratee_book, report
from tests.exports.reading import every_text, opened, sheet_of, table_of

SHEETS = ["Read me", "Groups", "Accomplishments", "Items", "Mental models", "Comments", "Dictionary"]


def test_the_sheets_stand_in_the_order_of_reading() -> None:
    assert opened(ratee_workbook(ratee_book())).sheetnames == SHEETS


def test_a_line_shows_every_source_side_by_side() -> None:
    row = table_of(ratee_workbook(ratee_book()), "Items")[0]
    assert (row["Line id"], row["Accomplishment"]) == ("SS01", "A shift without harm")
    assert (row["Self"], row["Manager"]) == (5, 4)
    assert (row["Peers"], row["Peers: answers"]) == (4.3, 4)
    assert row["Peers: 95 % range"] == "3.4-5.0\n(assumed width)"
    assert (row["Direct reports"], row["Direct reports: answers"]) == ("4.7-5.0", 3)
    assert (row["Others"], row["Compared with"], row["Kind of comparison"]) == (4.3, 4.7, "Baseline")
    assert (row["Others minus comparison"], row["Self minus others"]) == (-0.4, 0.7)
    assert row["In words"] == "Others see this clearly below the baseline."


def test_what_is_not_there_is_a_word_in_every_column() -> None:
    row = table_of(ratee_workbook(ratee_book()), "Items")[1]
    assert row["Manager"] == "not observed"
    assert [row["Peers"], row["Peers: answers"], row["Peers: 95 % range"]] == ["withheld"] * 3
    assert row["Direct reports"] == "not asked"
    assert (row["Others"], row["Compared with"]) == ("withheld", "not yet")
    assert row["Self minus others"] == "no comparison"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_cell_of_a_table_is_blank(locale: str) -> None:
    data = ratee_workbook(ratee_book(locale))
    for sheet in opened(data).worksheets[1:]:
        for row in sheet.iter_rows(values_only=True):
            assert None not in row


def test_a_group_under_five_is_to_be_read_as_a_hint() -> None:
    rows = table_of(ratee_workbook(ratee_book()), "Groups")
    assert [(row["Group"], row["Raters"]) for row in rows] == [("Peers", 4), ("Direct reports", 5)]
    assert str(rows[0]["How to read it"]).startswith("Read as a hint")
    assert not str(rows[1]["How to read it"]).startswith("Read as a hint")


def test_only_the_groups_of_this_persons_partition_have_columns() -> None:
    book = replace(ratee_book(), report=replace(report(), groups=report().groups[:1]))
    heads = [cell.value for cell in sheet_of(ratee_workbook(book), "Items")[1]]
    assert "Peers" in heads
    assert "Direct reports" not in heads


def test_mental_models_stand_apart_and_roll_up_nowhere() -> None:
    data = ratee_workbook(ratee_book())
    assert [row["Line id"] for row in table_of(data, "Mental models")] == ["MM1"]
    assert "MM1" not in {row["Line id"] for row in table_of(data, "Items")}


def test_comments_are_word_for_word_and_only_signers_have_a_name() -> None:
    book = ratee_book()
    rows = table_of(ratee_workbook(book), "Comments")
    assert [row["Comment"] for row in rows] == [comment.text for comment in book.comments]
    assert [row["Shown as"] for row in rows] == ["confidential", "confidential", "Dan Ortiz"]


def test_without_comments_the_sheet_says_why() -> None:
    sheet = sheet_of(ratee_workbook(replace(ratee_book(), comments=())), "Comments")
    assert str(sheet["A2"].value).startswith("No comments can be shown")


def test_purpose_promise_and_noise_stand_on_the_first_page() -> None:
    book = ratee_book()
    texts = every_text(ratee_workbook(book))
    assert {book.cycle.purpose, book.person_name, *book.cycle.promises[0].lines} <= set(texts)
    assert "Differences smaller than 0.6 points are noise in this report." in texts


def test_a_report_without_a_noise_figure_says_nothing_of_noise() -> None:
    book = replace(ratee_book(), report=replace(report(), noise_points=None))
    assert not [text for text in every_text(ratee_workbook(book)) if "noise" in text]


@pytest.mark.parametrize("missing", ["item_texts", "sentences", "question_texts", "accomplishment_titles"])
def test_a_text_the_report_names_and_the_book_lacks_is_refused(missing: str) -> None:
    book = ratee_book()
    emptied = {
        "item_texts": replace(book, item_texts={}),
        "sentences": replace(book, sentences={}),
        "question_texts": replace(book, question_texts={}),
        "accomplishment_titles": replace(book, accomplishment_titles={}),
    }[missing]
    with pytest.raises(UnknownText, match="has no text for"):
        ratee_workbook(emptied)

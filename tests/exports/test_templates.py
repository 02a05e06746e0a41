"""Workbooks that people fill in and hand back."""

import pytest

from exports.books import TemplateColumn
from exports.templates import people_template, raters_template
from tests.exports.reading import opened, sheet_of, table_of

PEOPLE = (
    TemplateColumn("external_id", "Unique id of the person; stays text.", "00123"),
    TemplateColumn("name", "Full name.", "Cleo Marsh"),
    TemplateColumn("locale", "Language of mails and forms.", "en", ("en", "es", "de", "ar")),
)
RATERS = (
    TemplateColumn("ratee", "External id of the person rated.", "00123"),
    TemplateColumn("rater", "External id of the rater.", "00124"),
    TemplateColumn(
        "relationship", "How the rater stands to the ratee.", "peer", ("manager", "peer", "external")
    ),
)


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_the_people_template_has_a_heading_row_and_nothing_to_import(locale: str) -> None:
    sheet = sheet_of(people_template(PEOPLE, locale=locale), "people")
    assert list(sheet.iter_rows(values_only=True)) == [("external_id", "name", "locale")]


def test_a_second_sheet_explains_each_column_with_an_example() -> None:
    data = people_template(PEOPLE, locale="en")
    assert opened(data).sheetnames == ["people", "Columns"]
    assert table_of(data, "Columns")[0] == {
        "Column": "external_id",
        "Meaning": "Unique id of the person; stays text.",
        "Example": "00123",
    }


def test_every_column_of_a_form_is_text_all_the_way_down() -> None:
    sheet = sheet_of(people_template(PEOPLE, locale="en"), "people")
    assert {sheet.column_dimensions[letter].number_format for letter in "ABC"} == {"@"}


def test_choices_are_offered_as_a_list() -> None:
    sheet = sheet_of(people_template(PEOPLE, locale="en"), "people")
    (offered,) = sheet.data_validations.dataValidation
    assert (offered.formula1, str(offered.sqref)) == ('"en,es,de,ar"', "C2:C5000")


def test_choices_that_a_sheet_cannot_hold_are_left_out() -> None:
    column = TemplateColumn("role", "Role.", "lead", ("lead, north", "x" * 300))
    assert not sheet_of(people_template((column,), locale="en"), "people").data_validations.dataValidation


def test_the_raters_file_is_prefilled_and_ids_come_back_as_they_went() -> None:
    rows = [("00123", "00124", "peer"), ("=1", "-7", "external")]
    data = raters_template(RATERS, rows, locale="de")
    read = [tuple(row.values()) for row in table_of(data, "raters")]
    assert read == rows
    assert opened(data).sheetnames == ["raters", "Spalten"]


def test_a_template_is_the_same_bytes_each_time() -> None:
    assert people_template(PEOPLE, locale="es") == people_template(PEOPLE, locale="es")

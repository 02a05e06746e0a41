"""The one door to a cell."""

from datetime import UTC, date, datetime
from fractions import Fraction
from unicodedata import category

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exports.cells import MAX_UNITS, Cell, CellValue, Word, cell_of, clean_text, text_cell
from exports.errors import NotACellValue
from exports.languages import LANGUAGES, words_for
from exports.sheets import About, Column, Table
from exports.workbook import workbook_bytes
from scoring.values import (
    Band,
    Mean,
    NamedValue,
    NoAnswer,
    NotAsked,
    NotObserved,
    Withheld,
)
from tests.exports.reading import decoded, sheet_of

WORDS = words_for("en")
ATTACKS = (
    "=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|x", "\x00=1", "#REF!", "#N/A", "=",
    "_x003D_1+1", "_x005F_x003D_1", "'=1", "1e5", "00123", "TRUE", "2026-01-02", "", " ", "\n", "a\r\nb", "\u202e=1",
    "\ud800", "\uffff", "😀" * 10,
)  # fmt: skip
any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(ATTACKS)


def written(*values: CellValue) -> list[object]:
    """Write one row and read it back."""
    columns = tuple(Column(f"c{number}", "", "text", 20) for number in range(len(values)))
    data = workbook_bytes([Table("t", "", columns, [values], "")], About("t", "o", None, WORDS))
    _, row = sheet_of(data, "t").iter_rows()
    assert all(cell.data_type != "f" for cell in row)
    assert all(cell.data_type != "e" for cell in row)
    return [cell.value for cell in row]


def fit(text: str) -> str:
    """What a sheet can carry of a text, said in another way than the code says it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        for letter in lines
        if letter in "\t\n"
        or (ord(letter) >= 0x20 and category(letter) not in {"Cc", "Cs"} and letter not in "\ufffe\uffff")
    )


@settings(deadline=None, max_examples=60)  # each example writes and reads a whole workbook
@given(st.lists(any_text, min_size=1, max_size=8))
@example(list(ATTACKS))
def test_any_text_comes_out_as_the_same_text_and_never_as_a_formula(texts: list[str]) -> None:
    read = [decoded(value) if isinstance(value, str) else value for value in written(*texts)]
    assert read == [fit(text) or None for text in texts]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t1", "|x", "#REF!"])
def test_text_that_looks_like_a_formula_is_typed_and_stays_text_when_edited(text: str) -> None:
    columns = (Column("c", "", "text", 20),)
    data = workbook_bytes([Table("t", "", columns, [(text,)], "")], About("t", "o", None, WORDS))
    cell = sheet_of(data, "t")["A2"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_ordinary_text_is_not_typed() -> None:
    assert not text_cell("Cleo", cut_mark="").is_risky


def test_text_too_long_for_a_cell_is_cut_with_a_mark() -> None:
    read = written("a" * 40_000)[0]
    assert isinstance(read, str)
    assert len(read) == MAX_UNITS
    assert read.endswith(WORDS.values.cut)


@settings(deadline=None, max_examples=40)  # forty thousand letters each
@given(st.text(st.sampled_from("a😀_x0041"), min_size=1, max_size=9), st.integers(30_000, 40_000))
def test_a_cut_never_splits_a_letter_or_an_escape_and_never_exceeds_the_limit(unit: str, length: int) -> None:
    text = (unit * length)[:length]
    clean = clean_text(text, cut_mark=WORDS.values.cut)
    assert len(clean.encode("utf-16-le")) // 2 <= MAX_UNITS
    kept = decoded(clean).removesuffix(WORDS.values.cut)
    assert text.startswith(kept)
    assert kept == text or len(kept.encode("utf-16-le")) // 2 > 3_000


@pytest.mark.parametrize("locale", LANGUAGES)
def test_what_is_not_shown_is_a_word_and_never_zero_or_blank(locale: str) -> None:
    values = words_for(locale).values
    said = [cell_of(value, values).value for value in (Withheld(), NotAsked(), NotObserved(), NoAnswer())]
    assert all(isinstance(word, str) and word.strip() for word in said)
    assert len(set(said)) == 4


def test_numbers_are_numbers_rounded_half_up_from_exact_fractions() -> None:
    quarter = Fraction(17, 4)  # 4.25: rounding the float would give 4.2
    read = written(quarter, Mean(4, quarter, None, None, False), NamedValue(Fraction(5)), Fraction(-1, 4), 7)
    assert read == [4.3, 4.3, 5, -0.3, 7]


def test_a_tiny_negative_gap_is_zero_without_a_sign() -> None:
    assert str(cell_of(Fraction(-1, 100), WORDS.values).value) == "0.0"


def test_a_band_is_printed_as_its_range() -> None:
    assert written(Band(3, Fraction(14, 3), Fraction(5))) == ["4.7-5.0"]


def test_a_word_is_shown_like_a_withheld_value() -> None:
    assert cell_of(Word("not yet"), WORDS.values) == Cell("not yet", "word")


def test_a_date_stays_a_date() -> None:
    assert written(date(2026, 10, 28)) == [datetime(2026, 10, 28)]  # noqa: DTZ001 -- what openpyxl reads


@pytest.mark.parametrize(
    "value", [None, 4.25, True, float("nan"), datetime(2026, 1, 1, tzinfo=UTC), b"x", ["a"]]
)
def test_a_value_without_an_honest_place_is_refused(value: object) -> None:
    with pytest.raises(NotACellValue, match="has no place in a cell"):
        cell_of(value, WORDS.values)  # type: ignore[arg-type]  # what the type checker would stop

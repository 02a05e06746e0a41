"""The one door to a cell: text stays text, a number is rounded once, and what cannot be shown is a word."""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal, NamedTuple

from exports.errors import NotACellValue
from exports.words import ValueWords
from scoring.values import Band, Mean, NamedValue, NoAnswer, NotAsked, NotObserved, Withheld
from scoring.wording import band_text, one_decimal

MAX_UNITS = 32_767  # UTF-16 units in one cell, Excel's limit
UNITS_PER_ESCAPE = 8  # the most that leaving out one character can win back
FORMULA_STARTS = frozenset("=+-@\t|")
# Spreadsheet programs read these as error values when they are stored untyped.
ERROR_CODES = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))

# All that XML 1.0 or a spreadsheet cannot carry: control characters but tab and line feed, lone surrogates, U+FFFE/F.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?")
# ECMA-376 22.9.2.19: a reader turns _xHHHH_ into a character, so the first underscore is itself escaped.
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NEEDS_CARE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the product that stands where a number would, such as "not yet"; shown like "withheld"."""

    text: str


CellKind = Literal["text", "number", "date", "word"]
Missing = Withheld | NotAsked | NotObserved | NoAnswer
CellValue = str | int | Fraction | date | NamedValue | Mean | Band | Missing | Word


class Cell(NamedTuple):
    """What is written: the value, what it is, and whether a program could take it for a formula."""

    value: str | int | float | date
    kind: CellKind
    is_risky: bool = False


def cell_of(value: CellValue, words: ValueWords) -> Cell:
    """Turn a value of the product into a cell; never a formula, never 0 or blank for something that is not shown."""
    match value:
        case str():
            return text_cell(value, cut_mark=words.cut)
        case Mean() | NamedValue():
            return Cell(rounded(value.value), "number")
        case Word(text):
            return Cell(text, "word")
        case Band():
            return Cell(band_text(value), "text")
        case Fraction():
            return Cell(rounded(value), "number")
        case Withheld() | NotAsked() | NotObserved() | NoAnswer():
            return Cell(word_for(value, words), "word")
        case _:
            return _plain_cell(value)


def _plain_cell(value: object) -> Cell:
    # By exact type: bool is an int and datetime is a date, and neither is meant.
    if type(value) is int:
        return Cell(value, "number")
    if type(value) is date:
        return Cell(value, "date")
    raise NotACellValue(
        f"{value!r} has no place in a cell. Pass text, a whole number, an exact fraction, a date or a typed reason."
    )


def text_cell(text: str, *, cut_mark: str) -> Cell:
    """Turn any text into a cell that shows it and can never act."""
    clean = (
        clean_text(text, cut_mark=cut_mark)
        if _NEEDS_CARE.search(text) or len(text) > MAX_UNITS // 2
        else text
    )
    is_risky = bool(clean) and (clean[0] in FORMULA_STARTS or clean in ERROR_CODES)
    return Cell(clean, "text", is_risky)


def clean_text(text: str, *, cut_mark: str) -> str:
    """Leave out what a sheet cannot carry, escape what a reader would decode, and cut what is longer than a cell."""
    fit = _UNFIT.sub("", _LINE_ENDS.sub("\n", text))
    if _n_units(_escaped(fit)) <= MAX_UNITS:
        return _escaped(fit)
    room = MAX_UNITS - _n_units(cut_mark)
    kept = fit.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore")
    while (excess := _n_units(_escaped(kept)) - room) > 0:
        kept = kept[: -max(1, excess // UNITS_PER_ESCAPE)]
    return _escaped(kept) + cut_mark


def _escaped(text: str) -> str:
    return _ESCAPE_LIKE.sub("_x005F_", text)


def word_for(value: Missing, words: ValueWords) -> str:
    """Give the word that stands where no number may stand."""
    match value:
        case Withheld():
            return words.withheld
        case NotAsked():
            return words.not_asked
        case NotObserved():
            return words.not_observed
        case NoAnswer():
            return words.no_answer


def rounded(value: Fraction) -> float:
    """Round once to the decimal that is printed everywhere else; adding 0.0 takes the sign off a zero."""
    return float(one_decimal(value)) + 0.0


def _n_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2

"""A table from a spreadsheet or a text file: a header and rows of texts, before anyone knows what they mean."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from surveys.errors import FileRefused, Problem
from surveys.text import has_bad_character, quoted

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 50
MOST_BLANK_ROWS = 1_000
MOST_CHARACTERS = 2_000
MOST_PROBLEMS = 1_000
ERROR_CODES = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))

CellKind = Literal["text", "date", "number"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its number in the file, its texts by column index, and which of them were dates or numbers."""

    number: int
    texts: tuple[str, ...]
    kinds: Mapping[int, CellKind] = field(default_factory=dict)  # text unless said otherwise

    def text(self, index: int) -> str:
        """Give the text of a column; rows end where their last value is."""
        return self.texts[index] if index < len(self.texts) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A header with its row number, the rows that are not empty, and what the reader noticed on the way."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[TableRow, ...]
    sheet: str | None
    separator: str | None
    encoding: str | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def column_letter(index: int) -> str:
    """Name a column the way spreadsheets do: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def refuse(filename: str, message: str, line: int | None = None) -> FileRefused:
    """Build the refusal of a whole file for one reason."""
    return FileRefused(filename, [Problem(line, "", message)])


def cleaned(text: str) -> str:
    """Trim a text and bring it into the one Unicode form (NFC) that is stored and compared."""
    return unicodedata.normalize("NFC", text.replace("\xa0", " ").strip())


# Titles of the sheet of our templates that says what each column means, in the languages they are made in.
EXPLAINS = ("columns", "columnas", "spalten", "الأعمدة")


def likeness(text: str) -> str:
    """Reduce a text to what two spellings of it share, so that case and Unicode form make no second person."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def cell_problem(text: str, row: int, index: int, name: str = "") -> Problem | None:
    """Say what is wrong with a cell whatever its column means: an error value, a control character, its length."""
    if text in ERROR_CODES:
        return Problem(row, name, f"holds the error {text}; correct the cell", column_letter(index))
    if "\n" in text or "\r" in text or "\t" in text:
        message = f"{quoted(text)} holds a line break or tab; write it on one line"
        return Problem(row, name, message, column_letter(index))
    if has_bad_character(text):
        message = f"{quoted(text)} holds a control character; type it again"
        return Problem(row, name, message, column_letter(index))
    if len(text) > MOST_CHARACTERS:
        message = f"holds {len(text):,} characters; {MOST_CHARACTERS:,} is the most a cell may have"
        return Problem(row, name, message, column_letter(index))
    return None


def capped(problems: list[Problem]) -> list[Problem]:
    """Keep the first thousand problems and say how many more there are."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    rest = len(problems) - MOST_PROBLEMS
    return [*problems[:MOST_PROBLEMS], Problem(None, "", f"and {rest:,} more problems; correct these first")]

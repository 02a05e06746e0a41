"""The error root of this room, and what a refused file says."""

from collections.abc import Iterable
from dataclasses import dataclass


class SurveysError(Exception):
    """Something in the domain may not happen; the message says what, which, and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: where (sheet, line or row, column letter, field) and what to do about it.

    The message may quote the file, cleaned and shortened; whoever shows it escapes it like any other text.
    """

    line: int | None
    field: str
    message: str
    column: str | None = None
    sheet: str | None = None  # a workbook of several sheets: the place is written as profile!D7

    def __str__(self) -> str:
        """Join the place and the message into one line."""
        places = [self.cell, self.field] if self.sheet is not None else self._places()
        place = ", ".join(part for part in places if part)
        return f"{place}: {self.message}" if place else self.message

    @property
    def cell(self) -> str:
        """Name the place in a workbook: `profile!D7`, `profile!7` for a row, `profile` for the sheet."""
        inside = f"{self.column or ''}{self.line or ''}"
        return f"{self.sheet}!{inside}" if inside else self.sheet or ""

    def _places(self) -> list[str]:
        return [
            f"line {self.line}" if self.line is not None and self.column is None else "",
            f"row {self.line}" if self.line is not None and self.column is not None else "",
            f"column {self.column}" if self.column else "",
            self.field,
        ]


class FileRefused(SurveysError):
    """A file was not taken over, with every problem found in it; nothing of it was stored."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        listed = "\n".join(f"- {problem}" for problem in self.problems)
        super().__init__(f"{source}: {count}; nothing was imported.\n{listed}")


class ReadingFailed(SurveysError):
    """The child process that reads a file ended without an answer (time, memory or a crash)."""

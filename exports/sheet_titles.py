"""Titles that every spreadsheet program accepts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_TITLE = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_RESERVED = frozenset(("history",))  # Excel keeps this title for itself


@dataclass(frozen=True, slots=True)
class SheetTitle:
    """The title that was asked for and the one that is used."""

    asked: str
    used: str

    @property
    def is_renamed(self) -> bool:
        """Tell whether the reader has to be told."""
        return self.asked != self.used


def sheet_titles(asked: Sequence[str]) -> tuple[SheetTitle, ...]:
    """Make each title legal and different from the others, in order."""
    taken: set[str] = set(_RESERVED)
    titles = []
    for title in asked:
        used = _free_title(_legal_title(title), taken)
        taken.add(used.casefold())
        titles.append(SheetTitle(title, used))
    return tuple(titles)


def _legal_title(title: str) -> str:
    return _cut(" ".join(_FORBIDDEN.sub(" ", title).split()), MAX_TITLE).strip(" '") or "Sheet"


def _free_title(title: str, taken: set[str]) -> str:
    candidate, number = title, 1
    while candidate.casefold() in taken:
        number += 1
        mark = f" ({number})"
        candidate = _cut(title, MAX_TITLE - len(mark)).rstrip() + mark
    return candidate


def _cut(text: str, n_units: int) -> str:
    # Excel counts UTF-16 units, so an emoji counts twice.
    return text.encode("utf-16-le")[: 2 * n_units].decode("utf-16-le", errors="ignore")

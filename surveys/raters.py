"""Requests for feedback as a raters file states them."""

from dataclasses import dataclass

from surveys.assignments import Load, Request
from surveys.errors import Problem
from surveys.table_columns import Column

RATERS_COLUMNS: tuple[Column, ...] = (
    Column("ratee", "external_id of the person who receives feedback", "E042", is_required=True),
    Column("rater", "external_id of the person who gives it", "E043", is_required=True),
    Column("relationship", "self, manager, peer, direct_report or external", "peer", is_required=True),
    Column("remove", "yes takes this rater out; empty keeps or adds", ""),
    Column("load", "open requests of the rater, for you to look at; it is not read back", "3"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterRow:
    """One request with the row of the file that states it."""

    row: int
    request: Request
    is_removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RatersTable:
    """A raters file without faults: its rows, the load of each rater, and what HR should approve or know."""

    rows: tuple[RaterRow, ...]
    loads: tuple[Load, ...]
    sheet: str | None
    separator: str | None
    encoding: str | None
    warnings: tuple[Problem, ...]

    @property
    def requests(self) -> tuple[Request, ...]:
        """Give the requests without their rows, in the order of the file."""
        return tuple(row.request for row in self.rows if not row.is_removed)

    @property
    def removed(self) -> tuple[Request, ...]:
        """Give the requests the file takes back."""
        return tuple(row.request for row in self.rows if row.is_removed)

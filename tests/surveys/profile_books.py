"""`profile.xlsx` in tests: written as the server writes it, edited as a person would, read as the child reads it."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl

from exports.books import FormSheet, TemplateColumn
from exports.profile_book import profile_book
from surveys.overlay_file import read_overlay
from surveys.profile_file import read_profile
from surveys.profile_ids import KnownIds, known_ids
from surveys.profile_schema import RoleProfile
from surveys.profile_sheet import read_profile_sheets
from surveys.profile_sheet_rows import SheetRows, profile_sheets
from surveys.profile_sheet_values import SheetProfile
from tests.surveys.spreadsheets import saved

PROFILES = Path(__file__).parents[2] / "profiles"
SUPERVISOR, EXECUTIVE, ENGINEER = (
    "plant-shift-supervisor",
    "b2b-account-executive",
    "product-software-engineer",
)
ROLES = (SUPERVISOR, EXECUTIVE, ENGINEER)
TODAY = date(2026, 11, 2)
EASY = ("accomplishment", "task", "great", "typical", "expect", "observe")
SMALLEST = (
    EASY,
    ("Orders complete", "Check", "Counts each pallet.", "Counts later.", "Pallets are counted.", "Counts pallets."),
    ("Nobody hurt", "Walk", "Walks every aisle.", "Waits.", "Aisles are clear.", "Walks the aisles first."),
    ("A team", "Teach", "Shows one step a week.", "Shows all at once.", "One step a week.", "Shows a new step."),
)  # fmt: skip
ROLE = (("field", "value"), ("title", "Warehouse team lead"), ("great", "Sends every order out complete."))
Overlays = Mapping[str, Mapping[str, str]]
Sheets = Mapping[str, Sequence[Sequence[object]]]


def stored(name: str = SUPERVISOR) -> RoleProfile:
    return read_profile((PROFILES / f"{name}.yaml").read_bytes(), source=name)


def translations(*locales: str) -> Overlays:
    """The shipped translations of the supervisor."""
    return {
        one: read_overlay(
            (PROFILES / f"{SUPERVISOR}.{one}.yaml").read_bytes(), source=one, profile=stored()
        ).strings
        for one in locales
    }


def written(profile: RoleProfile, overlays: Overlays | None = None) -> bytes:
    return as_book(profile_sheets(profile, overlays or {}))


def as_book(sheets: Sequence[SheetRows]) -> bytes:
    listed = [
        FormSheet(
            one.name,
            tuple(TemplateColumn(c.name, c.meaning, c.example, c.choices) for c in one.columns),
            tuple(c.width for c in one.columns),
            one.rows,
        )
        for one in sheets
    ]
    return profile_book(listed, title="profile", locale="en")


def typed(sheets: Sheets | None = None) -> bytes:
    """A workbook someone typed, by default the smallest valid one."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in {"role": ROLE, "profile": SMALLEST, **(sheets or {})}.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    return saved(book)


def edited(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def put(sheet: str, cell: str, value: str | int) -> Callable[[openpyxl.Workbook], None]:
    """A change of one cell."""

    def change(book: openpyxl.Workbook) -> None:
        book[sheet][cell] = value

    return change


def read(data: bytes, *versions: RoleProfile, filename: str = "profile.xlsx") -> SheetProfile:
    known: dict[str, KnownIds] = {versions[-1].profile.id: known_ids(versions)} if versions else {}
    return read_profile_sheets(data, source=filename, known=known, today=TODAY)

"""Workbooks are made in a short-lived process, so that the server never holds what it takes to write one."""

import asyncio
import os
import pickle
import sys
from collections.abc import Sequence
from typing import Any, Literal

from exports.books import FormSheet, HrBook, RateeBook, TemplateColumn
from exports.clarity_books import ClarityHrBook, PairBook
from exports.errors import MakingFailed
from exports.invitations import Invitation

LONGEST_S = 120.0
Kind = Literal[
    "hr",
    "ratee",
    "clarity_hr",
    "pair",
    "profile",
    "people_template",
    "raters_template",
    "cards_file",
    "invitations",
]


async def make_hr_workbook(book: HrBook) -> bytes:
    """Make HR's workbook. Raises MakingFailed."""
    return await _make("hr", book)


async def make_ratee_workbook(book: RateeBook) -> bytes:
    """Make the workbook of one person rated. Raises MakingFailed."""
    return await _make("ratee", book)


async def make_clarity_hr_workbook(book: ClarityHrBook) -> bytes:
    """Make HR's workbook of a clarity round. Raises MakingFailed."""
    return await _make("clarity_hr", book)


async def make_pair_workbook(book: PairBook) -> bytes:
    """Make the workbook of one clarity pair. Raises MakingFailed."""
    return await _make("pair", book)


async def make_people_template(columns: Sequence[TemplateColumn], *, locale: str) -> bytes:
    """Make the empty people file. Raises MakingFailed."""
    return await _make("people_template", tuple(columns), locale=locale)


async def make_raters_template(
    columns: Sequence[TemplateColumn], rows: Sequence[tuple[str, ...]], *, locale: str
) -> bytes:
    """Make the raters file. Raises MakingFailed."""
    return await _make("raters_template", tuple(columns), tuple(rows), locale=locale)


async def make_profile_book(sheets: Sequence[FormSheet], *, title: str, locale: str) -> bytes:
    """Make `profile.xlsx`. Raises MakingFailed."""
    return await _make("profile", tuple(sheets), title=title, locale=locale)


async def make_cards_file(
    columns: Sequence[TemplateColumn], rows: Sequence[tuple[str, ...]], *, locale: str
) -> bytes:
    """Make the spreadsheet of printed cards. Raises MakingFailed."""
    return await _make("cards_file", tuple(columns), tuple(rows), locale=locale)


async def make_invitations(rows: Sequence[Invitation], *, locale: str) -> bytes:
    """Make the invitations of a cycle for mail merge. Raises MakingFailed."""
    return await _make("invitations", tuple(rows), locale=locale)


async def _make(kind: Kind, *arguments: Any, **options: Any) -> bytes:  # the values of all makers
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-B", "-m", "exports"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # a traceback could hold names of people
        env={"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
    )
    try:
        made, _ = await asyncio.wait_for(
            child.communicate(pickle.dumps((kind, arguments, options))), LONGEST_S
        )
    except TimeoutError as error:
        raise MakingFailed(
            f"The workbook took longer than {LONGEST_S:g} seconds. Try again when less is going on."
        ) from error
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        raise MakingFailed("The workbook could not be made. Look at the free memory and try again.")
    return made

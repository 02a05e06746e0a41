"""`profile.xlsx`: a role profile from a spreadsheet, checked like the YAML file it could have been.

Errors name sheet and cell (`profile!D7`), all at once. `surveys.profile_sheet_rows` writes the same sheets.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from surveys.errors import FileRefused, Problem
from surveys.forms import direction
from surveys.overlay_file import translatable_texts
from surveys.profile_checks import findings
from surveys.profile_file import check_document
from surveys.profile_ids import IdMaker, KnownIds
from surveys.profile_schema import RoleProfile
from surveys.profile_sheet_columns import (
    MAIN,
    ROLE,
    ROLE_FIELDS,
    SHEETS,
    TRANSLATION_COLUMNS,
    TRANSLATIONS,
    shape,
)
from surveys.profile_sheet_draft import Block, CellRef, Draft, SheetRow
from surveys.profile_sheet_main import make_ids, read_main
from surveys.profile_sheet_parts import add_parts
from surveys.profile_sheet_values import SheetProfile
from surveys.table import EXPLAINS, Table, capped, refuse
from surveys.table_file import read_sheets
from surveys.text import quoted
from surveys.yaml_source import Place

FIRST_VERSION = "1.0.0"
REVIEW_AFTER = timedelta(days=365)
LONGEST_TEXT = 1000
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
READ = {ROLE, MAIN, TRANSLATIONS, *(one.name for one in SHEETS)}


def read_profile_sheets(
    data: bytes, *, source: str, known: Mapping[str, KnownIds], today: date
) -> SheetProfile:
    """Read a workbook of a role profile.

    `known` says per profile which ids its stored versions used. Raises `FileRefused` with every problem by sheet
    and cell; nothing is half read.
    """
    tables = read_sheets(data, filename=source)
    if MAIN not in tables:
        raise refuse(source, f"there is no visible sheet {quoted(MAIN)}; start from the template")
    draft = Draft()
    said = _role(draft, draft.rows(tables, shape(ROLE)))
    header = _header(draft, said, known, today)
    rows = {one.name: draft.rows(tables, one) for one in SHEETS if one.name != ROLE}
    main = read_main(draft, rows[MAIN])
    if MAIN in tables and not tables[MAIN].rows:
        draft.note(CellRef(MAIN, 2, "A", ""), "there are no rows below the headings; add accomplishments")
    maker = IdMaker(known.get(str(header.get("id")), KnownIds()), _explicit(rows))
    make_ids(main, maker)
    plain = {"profile": header, **add_parts(main, lambda name: rows[name], maker)}
    profile = _checked(draft, plain, source)
    overlays = _overlays(draft, tables.get(TRANSLATIONS), profile, source)
    return SheetProfile(
        profile, overlays, has_version="version" in said, warnings=(*draft.warnings, *_not_read(tables))
    )


def _role(draft: Draft, rows: Iterable[SheetRow]) -> Block:
    fields = {name: field for name, field, *_ in ROLE_FIELDS}
    found: Block = {}
    for row in rows:
        name, value = row.text("field").lower().replace(" ", "_"), row.text("value")
        if name not in fields:
            message = (
                f"{quoted(row.text('field'))} is no field of this sheet; write one of {', '.join(fields)}"
            )
            draft.note(row.cell("field"), message)
            continue
        # The column is called value in every row: the field is what tells which one is meant.
        draft.cells[("profile", fields[name])] = replace(row.cell("value"), name=name)
        if value and fields[name] in found:
            draft.note(row.cell("field"), f"says {name} a second time; keep one row")
        if value:
            found[fields[name]] = value
    draft.cells.setdefault(("profile",), CellRef(ROLE, None, None, ""))
    for field, name in (("title", "title"), ("summary", "great")):
        draft.cells.setdefault(("profile", field), CellRef(ROLE, None, None, name))
    return found


def _header(draft: Draft, said: Block, known: Mapping[str, KnownIds], today: date) -> Block:
    title = str(said.get("title", ""))
    identifier = str(said.get("id") or slug_of(title))
    before = known.get(identifier, KnownIds())
    starts_on = before.effective_from or today
    locale = str(said.get("locale", "en"))
    made = {
        "id": identifier,
        "version": FIRST_VERSION,
        "status": "draft",
        "locale": locale,
        "dir": direction(locale),
        "effective_from": starts_on.isoformat(),
        "review_due": (before.review_due or starts_on + REVIEW_AFTER).isoformat(),
    }
    if "effective_from" in said and "review_due" not in said:
        made["review_due"] = _year_after(str(said["effective_from"]), made["review_due"])
    return {**made, **said}


def slug_of(title: str) -> str:
    """Make an id out of a title; a title without Latin letters gets a short fingerprint."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    return slug or f"role-{hashlib.sha256(title.encode()).hexdigest()[:8]}"


def _year_after(text: str, otherwise: str) -> str:
    try:
        return (date.fromisoformat(text) + REVIEW_AFTER).isoformat()
    except (ValueError, OverflowError):
        return otherwise


def _explicit(rows: Mapping[str, tuple[SheetRow, ...]]) -> set[str]:
    return {
        row.text(column)
        for listed in rows.values()
        for row in listed
        for column in row.columns
        if column.endswith("_id") and row.text(column)
    }


def _checked(draft: Draft, plain: Block, source: str) -> RoleProfile:
    profile, violations = check_document(plain)
    noted = {(one.sheet, one.line, one.column) for one in draft.problems}
    for place, message in (*findings(plain), *violations):
        cell = draft.cell_of(place)
        if (cell.sheet, cell.row, cell.column) not in noted:
            noted.add((cell.sheet, cell.row, cell.column))
            draft.problems.append(cell.problem(_said(place, message, plain)))
    if profile is None or draft.problems:
        raise FileRefused(source, capped(sorted(draft.problems, key=_by_place)))
    return profile


def _said(place: Place, message: str, plain: Block) -> str:
    """Say it for a cell: what a YAML file would call a missing field is an empty cell here."""
    if not message.startswith("is missing"):
        return message
    value: object = plain
    for step in place:
        value = value.get(step) if isinstance(value, dict) else None
    return message if value is not None else "is empty; fill in this cell"


def _overlays(
    draft: Draft, table: Table | None, profile: RoleProfile, source: str
) -> Mapping[str, Mapping[str, str]]:
    if table is None or not table.header:
        return {}
    names = [title.strip() for title in table.header]
    draft.problems += [replace(one, sheet=TRANSLATIONS) for one in table.problems]
    locales = {name: index for index, name in enumerate(names) if LOCALE.fullmatch(name)}
    if "key" not in names:
        raise refuse(
            source, "the sheet translations has no column key; export the profile and start from there"
        )
    strings: dict[str, dict[str, str]] = {
        name: {} for name in locales if name not in ("key", "text", profile.profile.locale)
    }
    texts = translatable_texts(profile)
    rows_of = {
        **{one.name: names.index(one.name) for one in TRANSLATION_COLUMNS if one.name in names},
        **locales,
    }
    for row in table.rows:
        at = SheetRow(TRANSLATIONS, row.number, rows_of, row)
        for locale, found in strings.items():
            _string(draft, at, locale, found, texts)
    if draft.problems:
        raise FileRefused(source, capped(sorted(draft.problems, key=_by_place)))
    return {locale: found for locale, found in strings.items() if found}


def _string(
    draft: Draft, row: SheetRow, locale: str, found: dict[str, str], texts: Mapping[str, str]
) -> None:
    key, text = row.text("key"), row.text(locale)
    if not text:
        return
    if key not in texts:
        draft.warnings.append(
            row.cell("key").problem(f"{quoted(key)} is no text of this profile; its translation is not read")
        )
    elif key in found:
        draft.note(row.cell("key"), f"{quoted(key)} stands here twice; keep one row")
    elif len(text) > LONGEST_TEXT:
        draft.note(row.cell(locale), f"is longer than {LONGEST_TEXT} characters; shorten it")
    else:
        found[key] = text


def _not_read(tables: Mapping[str, Table]) -> Iterable[Problem]:
    others = [name for name in tables if name not in READ and name not in ("example", *EXPLAINS)]
    for name in others:
        if tables[name].rows:
            yield Problem(None, "", "is not read; its name is not one of this workbook", None, name)


def _by_place(problem: Problem) -> tuple[int, int, str]:
    order = [one.name for one in SHEETS]
    sheet = order.index(problem.sheet) if problem.sheet in order else len(order)
    return sheet, problem.line or 0, problem.column or ""

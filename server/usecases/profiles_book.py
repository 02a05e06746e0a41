"""`profile.xlsx` to take away: the empty template, and any stored version."""

from collections.abc import Iterable

from exports.books import FormSheet, TemplateColumn
from exports.making import make_profile_book
from surveys.profile_sheet_rows import SheetRows, empty_sheets, profile_sheets, role_notes
from surveys.queries_profile_versions import find_version


async def profile_template_file(*, locale: str) -> bytes:
    """Give the empty workbook with its worked example."""
    return await make_profile_book(_forms(empty_sheets()), title="profile", locale=locale)


async def profile_file(version_id: str, *, locale: str) -> tuple[str, bytes] | None:
    """Give a stored version as a workbook with a name for it; None when there is no such version."""
    found = await find_version(version_id)
    if found is None:
        return None
    header = found.profile.profile
    sheets = profile_sheets(found.profile, found.overlays)
    data = await make_profile_book(_forms(sheets), title=header.title, locale=locale)
    return f"{header.id} {header.version}.xlsx", data


def _forms(sheets: Iterable[SheetRows]) -> tuple[FormSheet, ...]:
    return tuple(
        FormSheet(
            one.name,
            tuple(
                TemplateColumn(column.name, column.meaning, column.example, column.choices)
                for column in one.columns
            ),
            tuple(column.width for column in one.columns),
            one.rows,
            role_notes() if one.name == "role" else (),
        )
        for one in sheets
    )

"""Spreadsheets that HR fills in and hands back."""

from exports.books import TemplateColumn
from exports.making import make_people_template, make_raters_template
from surveys import queries_cycles
from surveys.items import RELATIONSHIPS
from surveys.people import PEOPLE_COLUMNS
from surveys.raters import RATERS_COLUMNS
from surveys.table_columns import Column

CHOICES: dict[str, tuple[str, ...]] = {
    "locale": ("en", "es", "de", "ar"),
    "hr": ("yes", "no"),
    "coach": ("yes", "no"),
    "relationship": tuple(RELATIONSHIPS),
}


async def people_template_file(*, locale: str) -> bytes:
    """Give the empty people file."""
    return await make_people_template(_columns(PEOPLE_COLUMNS), locale=locale)


async def raters_template_file(cycle_id: str, *, locale: str) -> bytes:
    """Give the raters file of a draft, filled with who is asked so far."""
    rows = [
        (ratee.external_id, rater.external_id, rater.relationship)
        for ratee in await queries_cycles.list_ratees(cycle_id)
        for rater in ratee.raters
        if not rater.is_cancelled
    ]
    return await make_raters_template(_columns(RATERS_COLUMNS), rows, locale=locale)


def _columns(columns: tuple[Column, ...]) -> tuple[TemplateColumn, ...]:
    return tuple(
        TemplateColumn(one.name, one.meaning, one.example, CHOICES.get(one.name, ())) for one in columns
    )

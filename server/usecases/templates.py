"""Spreadsheets that HR fills in and hands back."""

from collections import Counter

from exports.books import TemplateColumn
from exports.making import make_people_template, make_raters_template
from scoring.values import CONFIDENTIAL
from server.clock import Clock, today
from surveys import queries_cycles, queries_people
from surveys.items import RELATIONSHIPS
from surveys.people import PEOPLE_COLUMNS
from surveys.raters import RATERS_COLUMNS
from surveys.table_columns import Column

CHOICES: dict[str, tuple[str, ...]] = {
    "locale": ("en", "es", "de", "ar"),
    "hr": ("yes", "no"),
    "coach": ("yes", "no"),
    "relationship": tuple(RELATIONSHIPS),
    "remove": ("yes", "no"),
}
MOST_SUGGESTED = 5  # two more than are shown together; from six requests on somebody has to approve


async def people_template_file(*, locale: str) -> bytes:
    """Give the empty people file."""
    return await make_people_template(_columns(PEOPLE_COLUMNS), locale=locale)


async def raters_template_file(cycle_id: str, *, locale: str, clock: Clock) -> bytes:
    """Give the raters file of a draft: who is asked so far with the load of each, or else the people file's colleagues."""
    ratees = await queries_cycles.list_ratees(cycle_id)
    wanted: list[tuple[str, str, str, str]] = []  # external ids, relationship, id of the rater
    suggested: Counter[str] = Counter()
    for ratee in ratees:
        asked = [one for one in ratee.raters if not one.is_cancelled]
        wanted += [(ratee.external_id, one.external_id, one.relationship, one.person_id) for one in asked]
        if all(one.relationship not in CONFIDENTIAL for one in asked):
            colleagues = await queries_people.list_colleagues(ratee.person_id, day=today(clock))
            known = {one.person_id for one in asked}
            fresh = [(one, name) for one, name in colleagues if one.id not in known]
            # Whoever was suggested least comes first, or the top of the alphabet would be asked about everybody.
            fresh.sort(key=lambda pair: suggested[pair[0].id])
            chosen = fresh[:MOST_SUGGESTED]
            suggested.update(one.id for one, _ in chosen)
            wanted += [(ratee.external_id, one.external_id, name, one.id) for one, name in chosen]
    loads = await queries_cycles.loads((one for *_, one in wanted), cycle_id=cycle_id)
    rows = [(ratee, rater, name, "", str(loads.get(one, 0))) for ratee, rater, name, one in wanted]
    return await make_raters_template(_columns(RATERS_COLUMNS), rows, locale=locale)


def _columns(columns: tuple[Column, ...]) -> tuple[TemplateColumn, ...]:
    return tuple(
        TemplateColumn(one.name, one.meaning, one.example, CHOICES.get(one.name, ())) for one in columns
    )

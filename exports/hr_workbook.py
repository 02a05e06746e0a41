"""HR's workbook: what HR's audience may see of one closed cycle, and nothing of any single rater."""

from collections.abc import Iterable, Sequence

from exports.books import POOL, ClosingCounts, HrBook, HrItem
from exports.cells import CellValue, Word
from exports.read_me import read_me
from exports.sheets import About, Column, Line, Row, Section, Table, dictionary_table
from exports.words import Words
from exports.workbook import workbook_bytes
from scoring.audience import cell_total
from scoring.estimate import band_of
from scoring.values import (
    CONFIDENTIAL,
    GroupName,
    NotAsked,
    Relationship,
    ReleasedCell,
    RollupCell,
    Scale,
    Withheld,
)


def hr_workbook(book: HrBook) -> bytes:
    """Write the workbook of one closed cycle for HR; the same book gives the same bytes."""
    words = book.words
    tables = [
        _groups_table(book),
        _overview_table(book),
        _roles_table(book),
        _items_table(book),
        _baseline_table(book),
    ]
    tables.append(dictionary_table(tables, words))
    front = read_me(
        book.cycle,
        words,
        heading=words.page.hr_title,
        person="",
        numbers=words.page.hr_numbers,
        tables=tables,
        closing=[_closing_section(book.closing, words)],
    )
    about = About(book.cycle.title, book.cycle.organisation, book.cycle.closed_on, words)
    return workbook_bytes([front, *tables], about)


def _closing_section(counts: ClosingCounts, words: Words) -> Section:
    page = words.page
    return Section(
        page.closing,
        (
            Line(page.counted, counts.counted),
            Line(page.unfinished, counts.unfinished),
            Line(page.empty, counts.empty),
            Line(page.orphans, counts.orphans),
            Line(page.unreadable, counts.unreadable),
        ),
    )


def _groups_table(book: HrBook) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.group, "text", 26),
        Column.of(words.columns.invited, "count", 14),
        Column.of(words.columns.shown_how, "text", 52),
    )
    together = words.shown_grouped.format(k_hr=book.cycle.policy.k_hr)
    rows: list[Row] = [
        (words.groups[group], n, together if group in CONFIDENTIAL else words.shown_named)
        for group, n in book.groups_invited.items()
    ]
    return Table.of(words.sheets.hr_groups, columns, rows)


def _overview_table(book: HrBook) -> Table:
    words = book.words
    lead = (Column.of(words.columns.role, "text", 28), Column.of(words.columns.group, "text", 18))
    columns = [*lead, *(_item_column(item, words) for item in book.items)]
    by_place = {(cell.role, cell.group, cell.item): cell.mean for cell in book.rollups}
    asked = {item.id: item.relationships for item in book.items}

    def value(role: str, group: GroupName, item: str) -> CellValue:
        return by_place.get((role, group, item), _absent(group, asked[item]))

    places = dict.fromkeys((cell.role, cell.group) for cell in book.rollups)
    rows: list[Row] = [
        (role, words.groups[group], *(value(role, group, item.id) for item in book.items))
        for role, group in places
    ]
    return Table.of(words.sheets.hr_overview, columns, rows, n_frozen_columns=len(lead))


def _item_column(item: HrItem, words: Words) -> Column:
    return Column.of(words.columns.role_item, "score", 18, item=item.id, line=item.text)


def _roles_table(book: HrBook) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.role, "text", 26),
        Column.of(words.columns.accomplishment, "text", 28),
        Column.of(words.columns.item_id, "id", 10),
        Column.of(words.columns.item, "text", 52),
        Column.of(words.columns.group, "text", 18),
        Column.of(words.columns.n_people, "count", 11),
        Column.of(words.columns.n_answers, "count", 11),
        Column.of(words.columns.mean, "score", 11),
    )
    items = {item.id: item for item in book.items}
    rows = [_role_row(cell, items[cell.item], words) for cell in book.rollups]
    return Table.of(words.sheets.hr_roles, columns, rows)


def _role_row(cell: RollupCell, item: HrItem, words: Words) -> Row:
    lead = (cell.role, _accomplishment(item, words), item.id, item.text, words.groups[cell.group])
    return (*lead, cell.n_ratees, cell.n, cell.mean)


def _items_table(book: HrBook) -> Table:
    words = book.words
    lead = (
        Column.of(words.columns.person_id, "id", 12),
        Column.of(words.columns.person_name, "text", 24),
        Column.of(words.columns.role, "text", 24),
        Column.of(words.columns.accomplishment, "text", 26),
        Column.of(words.columns.item_id, "id", 9),
        Column.of(words.columns.item, "text", 48),
    )
    groups = _form_groups(book)
    columns = [*lead]
    for group in groups:
        columns.append(Column.of(words.columns.group_value, "score", 13, group=words.groups[group]))
        columns.append(Column.of(words.columns.group_n, "count", 13, group=words.groups[group]))
    return Table.of(words.sheets.hr_items, columns, _person_rows(book, groups), n_frozen_columns=2)


def _form_groups(book: HrBook) -> tuple[GroupName, ...]:
    """Give the groups of the form and policy, never of the data: the columns are the same for 0 and 10,000 answers."""
    asked: set[str] = {relationship for item in book.items for relationship in item.relationships}
    groups: tuple[GroupName, ...] = tuple(group for group in CONFIDENTIAL if group in asked)
    return (*groups, POOL) if groups and book.cycle.policy.small_groups == "pool" else groups


def _person_rows(book: HrBook, groups: Sequence[GroupName]) -> Iterable[Row]:
    cells = {(cell.ratee, cell.item, cell.group): cell for cell in book.cells}
    seen = {cell.ratee for cell in book.cells}
    by_name = sorted(seen, key=lambda ratee: (book.people[ratee].name, book.people[ratee].external_id))
    for ratee in by_name:
        person = book.people[ratee]
        for item in book.items:
            values: list[CellValue] = []
            for group in groups:
                cell = cells.get((ratee, item.id, group))
                values += (
                    _value_and_n(cell, book.cycle.scale) if cell else 2 * [_absent(group, item.relationships)]
                )
            lead = (person.external_id, person.name, person.role, _accomplishment(item, book.words))
            yield (*lead, item.id, item.text, *values)


def _value_and_n(cell: ReleasedCell, scale: Scale) -> list[CellValue]:
    if cell.band is not None:
        return [band_of(cell, scale), cell.n]
    return [cell_total(cell, scale) / cell.n, cell.n]


def _absent(group: GroupName, asked: Sequence[Relationship]) -> Withheld | NotAsked:
    members = CONFIDENTIAL if group == POOL else (group,)
    return Withheld() if any(member in asked for member in members) else NotAsked()


def _baseline_table(book: HrBook) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.accomplishment, "text", 30),
        Column.of(words.columns.item_id, "id", 10),
        Column.of(words.columns.item, "text", 58),
        Column.of(words.columns.reference, "score", 16),
        Column.of(words.columns.reference_kind, "text", 24),
        Column.of(words.columns.n_exemplars, "count", 16),
    )
    rows: list[Row] = [
        (
            _accomplishment(item, words),
            item.id,
            item.text,
            Word(words.values.no_reference) if item.reference.value is None else item.reference.value,
            words.references[item.reference.kind],
            item.reference.n_exemplars,
        )
        for item in book.items
    ]
    return Table.of(words.sheets.hr_baseline, columns, rows)


def _accomplishment(item: HrItem, words: Words) -> str:
    return item.accomplishment or words.sheets.mental_models.title

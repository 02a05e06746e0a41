"""HR's workbook of a clarity round: counts per gap class and the role pulse, and nothing of any single pair."""

from collections.abc import Mapping, Sequence

from exports.cells import CellValue
from exports.clarity_books import ClarityHrBook, ClassCounts
from exports.clarity_words import clarity_words
from exports.read_me import about_section, sheets_section, told_sections
from exports.sheets import About, Column, Line, Page, Row, Section, Table, dictionary_table
from exports.words import ClarityWords
from exports.workbook import workbook_bytes
from scoring.values import Relationship, Withheld


def clarity_hr_workbook(book: ClarityHrBook) -> bytes:
    """Write the workbook of one closed clarity round for HR; the same book gives the same bytes."""
    words, own = book.words, clarity_words(book.words.locale)
    tables = [
        _asked_table(book.groups_invited, book, own),
        _classes_table(book, own),
        _pulse_table(book, own),
    ]
    tables.append(dictionary_table(tables, words))
    page, counts = words.page, book.closing
    front = Page(
        title=words.sheets.read_me,
        heading=page.hr_title,
        subheading=page.results_of.format(cycle=book.cycle.title),
        notice=book.cycle.notice,
        sections=(
            *told_sections(book.cycle, words),
            Section(page.withheld, tuple(Line("", text) for text in page.withheld_means)),
            Section(
                page.numbers,
                tuple(Line("", text.format(k_hr=book.cycle.policy.k_hr)) for text in own.hr_numbers),
            ),
            about_section(book.cycle, words, ""),
            Section(
                page.closing,
                (
                    Line(own.opened, counts.counted),
                    Line(page.unfinished, counts.unfinished),
                    Line(page.empty, counts.empty),
                    Line(page.orphans, counts.orphans),
                    Line(page.unreadable, counts.unreadable),
                ),
            ),
            sheets_section(tables, words),
        ),
    )
    about = About(book.cycle.title, book.cycle.organisation, book.cycle.closed_on, words)
    return workbook_bytes([front, *tables], about)


def _asked_table(invited: Mapping[Relationship, int], book: ClarityHrBook, own: ClarityWords) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.group, "text", 26),
        Column.of(words.columns.invited, "count", 14),
        Column.of(words.columns.shown_how, "text", 60),
    )
    rows: list[Row] = [(words.groups[group], n, own.shown_how) for group, n in invited.items()]
    return Table.of(words.sheets.hr_groups, columns, rows)


def _classes_table(book: ClarityHrBook, own: ClarityWords) -> Table:
    lead = (
        Column.of(book.words.columns.role, "text", 26),
        Column.of(own.columns["units"], "comment", 34),
        Column.of(own.columns["pairs"], "count", 10),
    )
    classes = [Column.of(own.columns["class"], "count", 15, gap=name) for _, name in book.classes]
    rows = [
        (block.role, _units(block.units, own), *_counts(block, [gap for gap, _ in book.classes]))
        for block in book.blocks
    ]
    return Table.of(own.classes, [*lead, *classes], rows, n_frozen_columns=2)


def _counts(block: ClassCounts, classes: Sequence[str]) -> Sequence[CellValue]:
    if block.n_pairs is None:
        return [Withheld()] * (len(classes) + 1)
    return [block.n_pairs, *(block.counts[gap] for gap in classes)]


def _pulse_table(book: ClarityHrBook, own: ClarityWords) -> Table:
    columns = (
        Column.of(book.words.columns.role, "text", 26),
        Column.of(own.columns["units"], "comment", 34),
        Column.of(own.columns["statement"], "comment", 64),
        Column.of(own.columns["people"], "count", 10),
        Column.of(own.columns["mean"], "score", 11),
    )
    rows: list[Row] = [
        (row.role, _units(row.units, own), row.statement, row.n, row.mean) for row in book.pulse
    ]
    return Table.of(own.pulse, columns, rows, n_frozen_columns=2)


def _units(units: Sequence[str], own: ClarityWords) -> str:
    return "\n".join(unit or own.no_unit for unit in units)

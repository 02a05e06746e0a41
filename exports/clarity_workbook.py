"""The workbook of one clarity pair: what to talk about, and every line with both views side by side."""

from collections.abc import Iterable, Sequence

from exports.cells import CellValue
from exports.clarity_books import PairBook, PairBookRow
from exports.clarity_words import clarity_words
from exports.read_me import about_section, sheets_section, told_sections
from exports.sheets import About, Column, Line, Page, Row, Section, Table, dictionary_table
from exports.words import ClarityWords
from exports.workbook import workbook_bytes
from scoring.values import NotAsked

TALKED_ABOUT = ("strength", "now", "parked")
BOTH = ("expected", "clear", "evidence", "level", "top3")


def pair_workbook(book: PairBook) -> bytes:
    """Write one pair's lines for one of its two people; the same book gives the same bytes."""
    words, own = book.words, clarity_words(book.words.locale)
    tables = [_talk_table(book, own), _lines_table(book, own)]
    tables.append(dictionary_table(tables, words))
    front = Page(
        title=words.sheets.read_me,
        heading=own.pair_title.format(employee=book.employee_name, manager=book.manager_name),
        subheading=words.page.results_of.format(cycle=book.cycle.title),
        notice=book.cycle.notice,
        sections=(
            Section(own.summary, tuple(Line("", text) for text in (book.summary, own.no_rating) if text)),
            *told_sections(book.cycle, words),
            about_section(book.cycle, words, book.employee_name),
            sheets_section(tables, words),
        ),
    )
    about = About(book.cycle.title, book.cycle.organisation, book.cycle.closed_on, words)
    return workbook_bytes([front, *tables], about)


def _talk_table(book: PairBook, own: ClarityWords) -> Table:
    columns = (
        Column.of(own.columns["part"], "text", 22),
        Column.of(book.words.columns.item_id, "id", 9),
        Column.of(book.words.columns.item, "comment", 48),
        Column.of(own.columns["gap"], "text", 22),
        Column.of(own.columns["opener"], "comment", 58),
        Column.of(own.columns["also"], "text", 30),
    )
    rows = sorted(
        (row for row in book.rows if row.part in TALKED_ABOUT),
        key=lambda row: (TALKED_ABOUT.index(row.part), row.place),
    )
    cells: list[Row] = [
        (own.parts[row.part], row.item, row.line, row.gap, row.opener, _listed(row.also)) for row in rows
    ]
    return Table.of(own.talk, columns, cells)


def _lines_table(book: PairBook, own: ClarityWords) -> Table:
    lead = (
        Column.of(book.words.columns.item_id, "id", 9),
        Column.of(book.words.columns.item, "comment", 44),
        Column.of(book.words.columns.accomplishment, "text", 24),
        Column.of(own.columns["gap"], "text", 20),
        Column.of(own.columns["also"], "text", 26),
        Column.of(own.columns["weight"], "text", 14),
        Column.of(own.columns["part"], "text", 18),
    )
    columns = [*lead, *_view_columns(book, own)]
    for name in ("barriers", "teach_back", "comment", "own_way"):
        columns.append(Column.of(own.columns[name], "comment", 34, name=book.employee_name))
    return Table.of(own.lines, columns, (_line_row(row, book, own) for row in book.rows), n_frozen_columns=2)


def _view_columns(book: PairBook, own: ClarityWords) -> Iterable[Column]:
    for name in BOTH:
        yield Column.of(own.columns[name], "text", 18, name=book.employee_name)
        yield Column.of(own.columns[name], "text", 18, name=book.manager_name)
    yield Column.of(own.columns["support"], "text", 18, name=book.employee_name)
    yield Column.of(own.columns["last_told"], "text", 18, name=book.manager_name)


def _line_row(row: PairBookRow, book: PairBook, own: ClarityWords) -> Row:
    lead: Sequence[CellValue] = (
        row.item,
        row.line,
        row.section or book.words.sheets.mental_models.title,
        row.gap,
        _listed(row.also),
        own.weights["high" if row.is_high else "normal"],
        own.parts[row.part],
    )
    views = [_word(side.get(name, "")) for name in BOTH for side in (row.employee, row.manager)]
    views += [_word(row.employee.get("support", "")), _word(row.manager.get("last_told", ""))]
    written = [_word(text) for text in (_lines(row.barriers), row.teach_back, row.comment, row.own_way)]
    return (*lead, *views, *written)


def _word(text: str) -> CellValue:
    return text or NotAsked()


def _listed(names: Sequence[str]) -> CellValue:
    return _word(_lines(names))


def _lines(names: Sequence[str]) -> str:
    return "\n".join(names)

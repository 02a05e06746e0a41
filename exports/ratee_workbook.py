"""The workbook of one person rated: the numbers of the own report, side by side, with nothing more than the report."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from exports.books import RateeBook
from exports.cells import CellValue, Word
from exports.errors import UnknownText
from exports.read_me import read_me
from exports.sheets import About, Column, Row, Table, dictionary_table
from exports.words import ColumnText, SheetText, Words
from exports.workbook import workbook_bytes
from scoring.values import (
    Band,
    GroupName,
    GroupValue,
    Mean,
    NotAsked,
    ReleasedGroup,
    ReportRow,
    Withheld,
)
from scoring.wording import band_text, one_decimal

GROUP_ORDER: Final[tuple[GroupName, ...]] = ("peer", "direct_report", "external", "colleagues")
HINT_BELOW: Final = 5


def ratee_workbook(book: RateeBook) -> bytes:
    """Write one ratee's own results; the same book gives the same bytes."""
    words = book.words
    tables = [
        _groups_table(book),
        _accomplishments_table(book),
        _items_table(book),
        _mental_models_table(book),
        _comments_table(book),
    ]
    tables.append(dictionary_table(tables, words))
    numbers = [one for one in (book.named_over, *words.page.ratee_numbers) if one]
    if book.report.noise_points is not None:
        noise = one_decimal(Fraction(book.report.noise_points))
        numbers.append(words.page.noise.format(noise=noise))
    front = read_me(
        book.cycle,
        words,
        heading=words.page.ratee_title,
        person=book.person_name,
        numbers=numbers,
        tables=tables,
    )
    about = About(book.cycle.title, book.cycle.organisation, book.cycle.closed_on, words)
    return workbook_bytes([front, *tables], about)


def _groups_table(book: RateeBook) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.group, "text", 26),
        Column.of(words.columns.n_raters, "count", 14),
        Column.of(words.columns.members, "text", 44),
        Column.of(words.columns.how_to_read, "text", 44),
    )
    rows = [_group_row(group, words) for group in book.report.groups]
    return Table.of(words.sheets.groups, columns, rows)


def _group_row(group: ReleasedGroup, words: Words) -> Row:
    members = "\n".join(words.groups[member] for member in group.members)
    reading = words.read_hint if group.n_raters < HINT_BELOW else words.read_normal
    return (words.groups[group.group], group.n_raters, members, reading)


def _accomplishments_table(book: RateeBook) -> Table:
    lead = (Column.of(book.words.columns.accomplishment, "text", 44),)
    rows = [
        (_text(book.accomplishment_titles, row.id), *_source_cells(row, book))
        for row in book.report.accomplishments
    ]
    return _source_table(book, book.words.sheets.accomplishments, lead, rows)


def _items_table(book: RateeBook) -> Table:
    columns = book.words.columns
    lead = (
        Column.of(columns.item_id, "id", 8),
        Column.of(columns.item, "text", 42),
        Column.of(columns.accomplishment, "text", 20),
    )
    rows = [
        (
            row.id,
            _text(book.item_texts, row.id),
            _text(book.accomplishment_titles, _text(book.item_accomplishments, row.id)),
            *_source_cells(row, book),
        )
        for row in book.report.items
    ]
    return _source_table(book, book.words.sheets.items, lead, rows)


def _mental_models_table(book: RateeBook) -> Table:
    columns = book.words.columns
    lead = (Column.of(columns.model_id, "id", 10), Column.of(columns.model, "text", 46))
    rows = [
        (row.id, _text(book.item_texts, row.id), *_source_cells(row, book))
        for row in book.report.mental_models
    ]
    return _source_table(book, book.words.sheets.mental_models, lead, rows)


def _source_table(book: RateeBook, text: SheetText, lead: Sequence[Column], rows: Sequence[Row]) -> Table:
    return Table.of(text, [*lead, *_source_columns(book)], rows, n_frozen_columns=min(2, len(lead)))


def _source_columns(book: RateeBook) -> list[Column]:
    words, texts = book.words, book.words.columns

    def score(text: ColumnText, **places: str) -> Column:
        return Column.of(text, "score", 10.5, **places)

    columns = [] if book.named_over else [score(texts.self_value), score(texts.manager_value)]
    for group in _shown_groups(book):
        name = words.groups[group]
        columns.append(score(texts.group_value, group=name))
        columns.append(Column.of(texts.group_n, "count", 10.5, group=name))
        columns.append(Column.of(texts.group_range, "score", 11.5, group=name))
    columns += [score(texts.others), score(texts.reference), Column.of(texts.reference_kind, "text", 13)]
    columns.append(Column.of(texts.gap_others, "gap", 12))
    if not book.named_over:
        columns.append(Column.of(texts.gap_self, "gap", 12))
    return [*columns, Column.of(texts.gap_words, "text", 32)]


def _shown_groups(book: RateeBook) -> tuple[GroupName, ...]:
    """Give the groups of this person's partition, which is decided once: each sheet has the same columns."""
    shown = {group.group for group in book.report.groups}
    return tuple(group for group in GROUP_ORDER if group in shown)


def _source_cells(row: ReportRow, book: RateeBook) -> Row:
    values = book.words.values
    cells: list[CellValue] = [] if book.named_over else [row.self_value, row.manager_value]
    for group in _shown_groups(book):
        cells += _group_cells(row.groups.get(group, NotAsked()), book.words)
    reference = Word(values.no_reference) if row.reference.value is None else row.reference.value
    cells += [row.others, reference, book.words.references[row.reference.kind]]
    gaps = (row.gap_others_to_reference, *(() if book.named_over else (row.gap_self_to_others,)))
    for gap in gaps:
        cells.append(Word(values.no_comparison) if gap is None else gap)
    return (*cells, _text(book.sentences, row.words))


def _group_cells(value: GroupValue, words: Words) -> list[CellValue]:
    match value:
        case Withheld() | NotAsked():
            return [value, value, value]
        case Band():
            return [value, value.n, Word(words.values.undefined)]
        case Mean():
            return [value, value.n, _range_cell(value, words)]


def _range_cell(mean: Mean, words: Words) -> str | Word:
    if mean.low is None or mean.high is None:
        return Word(words.values.undefined)
    text = band_text(Band(mean.n, Fraction(mean.low), Fraction(mean.high)))
    return f"{text}\n({words.assumed_width})" if mean.is_width_assumed else text


def _comments_table(book: RateeBook) -> Table:
    words = book.words
    columns = (
        Column.of(words.columns.question, "comment", 44),
        Column.of(words.columns.comment, "comment", 92),
        Column.of(words.columns.signed_by, "text", 24),
    )
    rows: list[Row] = [
        (_text(book.question_texts, comment.question), comment.text, comment.signed_by or words.confidential)
        for comment in book.comments
    ]
    return Table.of(words.sheets.comments, columns, rows)


def _text(texts: Mapping[str, str], key: str) -> str:
    if key not in texts:
        raise UnknownText(f"The book has no text for {key!r}. Pass the text of every id the report names.")
    return texts[key]

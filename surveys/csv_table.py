"""Text tables (csv): encoding and separator are detected, reported and never guessed in silence."""

import csv
import io
from collections.abc import Iterator

from surveys.errors import Problem
from surveys.table import MOST_BLANK_ROWS, MOST_COLUMNS, MOST_ROWS, Table, TableRow, cleaned, refuse

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_csv(data: bytes, *, filename: str) -> Table:
    """Read a text table. Raises `FileRefused` when it is no table at all; faults of cells are in `problems`."""
    text, encoding, warnings = _decoded(data, filename)
    separator, first_line = _separator(text)
    warnings.append(
        Problem(None, "", f"columns are separated by {SEPARATORS[separator]}, text is {encoding}")
    )
    if text and not text.endswith(("\n", "\r")):
        warnings.append(Problem(None, "", "the last line has no line break; check that the file is complete"))
    records = _records(text, separator, first_line, filename)
    header_row, header = next(records, (first_line, []))
    problems: list[Problem] = []
    rows: list[TableRow] = []
    n_blank = 0
    for number, record in records:
        texts = tuple(cleaned(part) for part in record)
        if not any(texts):
            n_blank += 1
            continue
        if n_blank > MOST_BLANK_ROWS:
            raise refuse(filename, f"stands below {n_blank:,} empty lines; move it up or delete it", number)
        n_blank = 0
        if len(texts) != len(header):
            problems.append(Problem(number, "", _width_message(len(texts), len(header))))
        rows.append(TableRow(number, texts))
        if len(rows) > MOST_ROWS:
            raise refuse(filename, f"the file has more than {MOST_ROWS:,} rows; split it", number)
    return Table(
        header=tuple(cleaned(part) for part in header),
        header_row=header_row,
        rows=tuple(rows),
        sheet=None,
        separator=separator,
        encoding=encoding,
        problems=tuple(problems),
        warnings=tuple(warnings),
    )


def _width_message(found: int, wanted: int) -> str:
    return (
        f"has {found} columns where the header has {wanted}; the file may be cut, or a separator is unquoted"
    )


def _decoded(data: bytes, filename: str) -> tuple[str, str, list[Problem]]:
    encodings = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = [("utf-16", "UTF-16")]
    elif b"\x00" in data:
        line = data.count(b"\n", 0, data.index(b"\x00")) + 1
        raise refuse(filename, "the file holds NUL bytes, so it is no plain text; save it as CSV UTF-8", line)
    for encoding, name in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        message = (
            "the text is not UTF-8 and was read as Windows-1252; check names with accents before you go on"
        )
        return text, name, [Problem(None, "", message)] if encoding == "cp1252" else []
    raise refuse(filename, "the text is neither UTF-8 nor UTF-16 nor Windows-1252; save it as CSV UTF-8")


def _separator(text: str) -> tuple[str, int]:
    """Choose the separator that splits the header most, or the one named by a first line `sep=;`."""
    first = text[:10_000].lstrip("\ufeff").split("\n", 1)[0].strip("\r")
    if first.lower().startswith("sep=") and first[4:5] in SEPARATORS:
        return first[4:5], 2
    return max(SEPARATORS, key=first.count), 1


def _records(text: str, separator: str, first_line: int, filename: str) -> Iterator[tuple[int, list[str]]]:
    source = io.StringIO(text, newline="")
    for _ in range(first_line - 1):
        source.readline()
    reader = csv.reader(source, delimiter=separator, strict=True)
    line = first_line
    try:
        for record in reader:
            if len(record) > MOST_COLUMNS:
                raise refuse(filename, f"has {len(record)} columns; {MOST_COLUMNS} is the most", line)
            yield line, record
            line = first_line + reader.line_num
    except csv.Error as error:
        message = f"cannot be read ({error}); look for a quotation mark without its partner from here on"
        raise refuse(filename, message, line) from error

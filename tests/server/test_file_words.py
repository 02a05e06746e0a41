"""What is wrong with a people or raters file is said in Arabic too: every sentence the readers can write."""

import ast
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from server.file_words import HERE, PLACE, say_problem
from surveys.people import PEOPLE_COLUMNS

READERS = (
    "table", "table_file", "table_columns", "table_values", "xlsx_package", "csv_table", "people_file",
    "people_graph", "people", "raters_file", "assignments",
)  # fmt: skip
# Pieces that only ever stand inside a sentence of the list, and what a column means in a template.
PIECES = {
    "hidden rows; they are read like the others",
    "a filter; rows it hides are read too",
    "merged cells; only their first cell has a value",
    "hidden columns; they are read like the others",
    "open it in your spreadsheet program and save it as .xlsx",
    "is protected by a password; remove it and",
    "is an old .xls file;",
    " (did you mean {1}?)",
    "is written {1} elsewhere; use one spelling",
    "is nobody in Sightline",
    "as {1} and as {2}",
    *(column.meaning for column in PEOPLE_COLUMNS),
}
# Sentences with a piece in the place of a value.
WITH_PIECES = {
    "the workbook has {1}": "the workbook has a filter; rows it hides are read too",
    "columns are separated by {1}, text is {2}": "columns are separated by bar, text is UTF-8",
    "the file {1} open it in your spreadsheet program and save it as .xlsx": (
        "the file is an old .xls file; open it in your spreadsheet program and save it as .xlsx"
    ),
    "the column {1} is not known and is not read{2}": "the column “x” is not known and is not read",
    "{1} is asked about {2} {3}; keep one": "“x” is asked about “y” twice; keep one",
}


def _template(node: ast.JoinedStr, module: ModuleType) -> str:
    text, n_places = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value)
            continue
        name = (
            part.value.id if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) else ""
        )
        fixed = getattr(module, name, None) if name else None
        n_places += not isinstance(fixed, str)
        text += fixed if isinstance(fixed, str) else f"{{{n_places}}}"
    return text


def _sentences(name: str) -> Iterator[str]:
    """Find every text of three words and more in a module that is no docstring."""
    module = importlib.import_module(f"surveys.{name}")
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    passed = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    passed |= {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _template(node, module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("name", READERS)
def test_every_sentence_of_a_reader_is_said_in_arabic(name: str) -> None:
    found = [one for one in _sentences(name) if len(one.split()) > 2 and one not in PIECES]
    said = {one: say_problem("ar", PLACE.sub("“x”", WITH_PIECES.get(one, one))) for one in found}
    assert [one for one, words in said.items() if words is None] == []


def test_a_translation_keeps_every_value_of_the_english() -> None:
    said = json.loads((HERE / "file_problems.ar.json").read_text("utf-8"))
    assert [one for one, words in said.items() if set(PLACE.findall(one)) != set(PLACE.findall(words))] == []
    assert list(said) == sorted(said)


def test_values_stand_apart_and_a_message_inside_a_message_is_said_too() -> None:
    assert say_problem("ar", "“maybe” is neither yes nor no; write one of them") == (
        "\u2068“maybe”\u2069 ليس نعم ولا لا؛ اكتب أحدهما (yes أو no)"
    )
    assert say_problem("ar", "(not read) holds the error #REF!; correct the cell") == (
        "(لا يُقرأ) في الخلية الخطأ \u2068#REF!\u2069؛ صحّحها"
    )
    hinted = say_problem("ar", "the column “nme” is not known and is not read (did you mean name?)")
    assert hinted is not None
    assert "هل تقصد" in hinted


def test_what_is_not_translated_is_left_in_english() -> None:
    assert say_problem("ar", "accomplishments.0: a title is missing") is None
    assert say_problem("en", "the file is empty; choose the file again") is None
    assert say_problem("de", "the file is empty; choose the file again") is None

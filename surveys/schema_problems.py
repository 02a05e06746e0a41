"""From what Pydantic found to problems a person can act on, with the line of the file."""

import difflib
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from surveys.errors import FileRefused, Problem
from surveys.text import quoted
from surveys.yaml_source import Node, Place, path_text

T = TypeVar("T")
Finding = tuple[Place, str]

SIMPLE = {
    "missing": "is missing; add it",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list (lines that start with -)",
    "dataclass_type": "must be a block of fields (`name: value` lines)",
    "mapping_type": "must be a block of fields (`name: value` lines)",
}


def check_schema_name(root: Node, expected: str, *, source: str) -> None:
    """Refuse a file that says it is something else, before its fields are blamed for it."""
    node = (root.entries or {}).get("schema")
    if node is None or node.text != expected:
        said = "says nothing" if node is None else f"says {quoted(node.text)}"
        message = f"the file must say `schema: {expected}`; it {said}. Choose the right kind of file"
        raise FileRefused(source, [Problem(root.line if node is None else node.line, "schema", message)])


def checked(adapter: TypeAdapter[T], root: Node, *, source: str, findings: Iterable[Finding]) -> T:
    """Build the value of a schema from a YAML file whose `schema:` was checked.

    `findings` are what the file's own cross-checks say. Raises `FileRefused` with all of it at once, by line.
    """
    plain = root.plain()
    if not isinstance(plain, dict):
        raise TypeError("read_yaml gives a mapping at the top")
    problems = [Problem(root.line_of(place), path_text(place), message) for place, message in findings]
    value: T | None = None
    found: tuple[Finding, ...] = ()
    try:
        value = adapter.validate_python({key: part for key, part in plain.items() if key != "schema"})
    except ValidationError as error:
        found = violations(error)
    told = {(problem.line, problem.field) for problem in problems}
    broken = [Problem(root.line_of(place), path_text(place), message) for place, message in found]
    problems += [one for one in broken if (one.line, one.field) not in told]
    if value is None or problems:
        raise FileRefused(source, sorted(problems, key=_by_line))
    return value


def violations(error: ValidationError) -> tuple[Finding, ...]:
    """Say where values break a schema and what to do, place by place."""
    return tuple(_finding(detail) for detail in error.errors(include_url=False))


def _by_line(problem: Problem) -> tuple[int, str]:
    return problem.line or 0, problem.field


def _finding(detail: ErrorDetails) -> Finding:
    place = tuple(step for step in detail["loc"] if step != "[key]")
    return place, _message(detail, place)


def _message(detail: ErrorDetails, place: Place) -> str:
    kind = detail["type"]
    context: dict[str, Any] = detail.get("ctx", {})  # Pydantic's own type: the values differ per error
    if kind == "missing" and isinstance(place[-1], str):
        return f"is missing; add `{place[-1]}:` here"
    if kind in SIMPLE:
        return SIMPLE[kind] if detail["input"] is not None else "is empty; write a value or remove the line"
    if kind == "unexpected_keyword_argument":
        return "is not a field of this file; remove it or correct its name"
    if kind == "value_error":
        return f"{context['error']}; it is {quoted(detail['input'])}"
    if kind == "literal_error":
        return _not_one_of(str(context["expected"]), detail["input"])
    if kind in ("greater_than_equal", "less_than_equal"):
        limit = context.get("ge", context.get("le"))
        side = "at least" if "ge" in context else "at most"
        return f"must be {side} {limit}; it is {quoted(detail['input'])}"
    if kind == "string_too_long":
        return f"is longer than {context['max_length']} characters; shorten it"
    if kind == "string_too_short":
        return "is empty; write a value or remove the line"
    if kind == "string_pattern_mismatch":
        return f"{quoted(detail['input'])} has a form that is not allowed here ({context['pattern']})"
    return f"{detail['msg']}; it is {quoted(detail['input'])}"


def _not_one_of(expected: str, value: object) -> str:
    words = [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]
    near = difflib.get_close_matches(str(value), words, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"must be one of {', '.join(words)}; it is {quoted(value)}{hint}"

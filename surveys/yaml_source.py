"""A YAML file as plain text values that remember their line.

Every scalar stays text (`no`, `off`, `012` are words until a schema asks for something else). Anchors, aliases,
tags, duplicate keys and several documents are refused, because none of them is needed to write a profile and each
has been used to attack or confuse a reader.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import yaml

from surveys.errors import FileRefused, Problem
from surveys.text import has_bad_character, quoted

LARGEST_FILE = 1024 * 1024
DEEPEST = 20
MOST_VALUES = 50_000
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Place = tuple[str | int, ...]


@dataclass(slots=True)
class Node:
    """One value of the file: text, nothing, a list or a mapping, with the line it starts on."""

    line: int
    text: str | None = None
    parts: "list[Node] | None" = None
    entries: "dict[str, Node] | None" = None

    def plain(self) -> object:
        """Turn the node into plain Python values; every scalar is text or None."""
        if self.entries is not None:
            return {key: node.plain() for key, node in self.entries.items()}
        if self.parts is not None:
            return [node.plain() for node in self.parts]
        return self.text

    def line_of(self, place: Sequence[str | int]) -> int:
        """Find the line of a place, or of the nearest thing around it that exists."""
        node = self
        for step in place:
            below: Node | None = None
            if node.entries is not None:
                below = node.entries.get(str(step))
            elif node.parts is not None and isinstance(step, int) and step < len(node.parts):
                below = node.parts[step]
            if below is None:
                return node.line
            node = below
        return node.line


@dataclass(slots=True)
class _Reader:
    events: Iterator[yaml.Event]
    problems: list[Problem] = field(default_factory=list)
    n_values: int = 0

    def note(self, event: yaml.Event, place: Place, message: str) -> None:
        self.problems.append(Problem(_line(event), path_text(place), message))

    def next_value(self, event: yaml.Event, place: Place) -> Node:
        self.n_values += 1
        if self.n_values > MOST_VALUES:
            raise _Stop(event, place, f"the file holds more than {MOST_VALUES:,} values; split it")
        if len(place) > DEEPEST:
            raise _Stop(event, place, f"nested deeper than {DEEPEST} levels; a profile needs fewer than ten")
        if isinstance(event, yaml.AliasEvent):
            self.note(event, place, "aliases (*name) are not read; write the text out")
            return Node(_line(event))
        if getattr(event, "anchor", None) is not None:
            self.note(event, place, "anchors (&name) are not read; remove the anchor")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.note(event, place, f"the tag {quoted(tag)} is not read; write plain text instead")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.read_list(event, place)
        if isinstance(event, yaml.MappingStartEvent):
            return self.read_mapping(event, place)
        return self.read_scalar(event, place)

    def read_scalar(self, event: yaml.Event, place: Place) -> Node:
        if not isinstance(event, yaml.ScalarEvent):
            raise _Stop(event, place, "a value was expected here")
        if has_bad_character(event.value):
            self.note(
                event, place, "holds a control character; delete it (only line breaks and tabs are kept)"
            )
        is_nothing = event.style is None and event.value in NULLS
        return Node(_line(event), text=None if is_nothing else event.value)

    def read_list(self, start: yaml.Event, place: Place) -> Node:
        parts: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            parts.append(self.next_value(event, (*place, len(parts))))
        return Node(_line(start), parts=parts)

    def read_mapping(self, start: yaml.Event, place: Place) -> Node:
        entries: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                raise _Stop(event, place, "keys are plain words; write `name: value`")
            node = self.next_value(next(self.events), (*place, key))
            node.line = _line(event)
            if key in entries:
                self.note(
                    event,
                    (*place, key),
                    f"the key {quoted(key)} is here twice (first on line {entries[key].line}); keep one",
                )
            else:
                entries[key] = node
        return Node(_line(start), entries=entries)


class _Stop(Exception):
    """Carries a place out of the recursion; never leaves this module."""

    def __init__(self, event: yaml.Event, place: Place, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(_line(event), path_text(place), message)


def read_yaml(data: bytes, *, source: str) -> Node:
    """Read one YAML document into nodes with lines.

    Raises `FileRefused` with every problem: not YAML, not UTF-8, too large or deep, aliases, tags, duplicate keys.
    """
    reader = _Reader(iter(yaml.parse(_decoded(data, source), Loader=yaml.CSafeLoader)))
    try:
        root = _root(reader)
    except _Stop as stop:
        raise FileRefused(source, [*reader.problems, stop.problem]) from stop
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        problem = Problem(line, "", f"this is not valid YAML: {error.problem}")
        raise FileRefused(source, [*reader.problems, problem]) from error
    except yaml.YAMLError as error:
        problem = Problem(None, "", f"this is not valid YAML: {quoted(error)}")
        raise FileRefused(source, [*reader.problems, problem]) from error
    if reader.problems:
        raise FileRefused(source, reader.problems)
    return root


def path_text(place: Sequence[str | int]) -> str:
    """Write a place the way people point at it: `items[3].target`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _root(reader: _Reader) -> Node:
    start = next(reader.events)
    event = next(reader.events)
    if isinstance(event, yaml.StreamEndEvent):
        raise _Stop(start, (), "the file is empty")
    root = reader.next_value(next(reader.events), ())
    if root.entries is None:
        raise _Stop(event, (), "the file must start with `schema:` and its fields")
    next(reader.events)
    after = next(reader.events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _Stop(after, (), "the file holds several documents (---); keep one")
    return root


def _decoded(data: bytes, source: str) -> str:
    if len(data) > LARGEST_FILE:
        message = f"the file is larger than {LARGEST_FILE // 1024} KiB; a role profile has about 30"
        raise FileRefused(source, [Problem(None, "", message)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "this byte is not UTF-8; save the file as UTF-8"
        raise FileRefused(source, [Problem(line, "", message)]) from error


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 1 if mark is None else mark.line + 1

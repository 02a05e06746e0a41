"""Who manages whom in a people file: nobody themselves, nobody unknown, no circle."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from surveys.errors import Problem
from surveys.people import Person
from surveys.table import column_letter, likeness
from surveys.text import quoted

LONGEST_LOOP_SHOWN = 8


class Row(Protocol):
    """A row of a people file."""

    @property
    def row(self) -> int:
        """Number of the row in the file."""

    @property
    def person(self) -> Person:
        """The person it states."""


def graph_problems(
    rows: Sequence[Row], known_people: Collection[str], column: int | None
) -> Iterator[Problem]:
    """List managers who are the person, who are not known, and each circle once, with its people named."""
    letter = None if column is None else column_letter(column)
    ids = {row.person.external_id: row.row for row in rows}
    spellings = {likeness(one): one for one in (*known_people, *ids)}
    everyone = ids.keys() | set(known_people)
    managers: dict[str, tuple[str, ...]] = {}
    for row in rows:
        own = row.person.external_id
        managers[own] = tuple(one for one in row.person.managers if one in ids and one != own)
        for manager in row.person.managers:
            if manager == own:
                yield Problem(row.row, "manager", "names the person as the own manager; correct it", letter)
            elif manager not in everyone:
                yield Problem(row.row, "manager", _unknown(manager, spellings), letter)
    for loop in _loops(managers):
        shown = [quoted(one) for one in (*loop[:LONGEST_LOOP_SHOWN], loop[0])]
        message = f"the managers form a circle: {' → '.join(shown)}; correct one of them"
        yield Problem(ids[loop[0]], "manager", message, letter)


def _unknown(manager: str, spellings: Mapping[str, str]) -> str:
    near = spellings.get(likeness(manager))
    if near is not None:
        return f"{quoted(manager)} is written {quoted(near)} elsewhere; use one spelling"
    return f"{quoted(manager)} is nobody in this file or in Sightline; add the person or correct the id"


def _loops(managers: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Walk upwards from everyone without recursion; a person met again on the same path closes a circle."""
    done: set[str] = set()
    for start in managers:
        path: list[str] = []
        at: dict[str, int] = {}
        stack: list[tuple[str, Iterator[str]]] = []
        if start not in done:
            at[start] = len(path)
            path.append(start)
            stack.append((start, iter(managers[start])))
        while stack:
            person, above = stack[-1]
            manager = next(above, None)
            if manager is None:
                stack.pop()
                path.pop()
                del at[person]
                done.add(person)
            elif manager in at:
                yield tuple(path[at[manager] :])
            elif manager not in done:
                at[manager] = len(path)
                path.append(manager)
                stack.append((manager, iter(managers[manager])))

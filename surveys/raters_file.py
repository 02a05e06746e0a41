"""Raters files: a sheet `raters` (ratee, rater, relationship), checked as a whole."""

from collections.abc import Collection, Mapping
from typing import get_args

from scoring.values import Relationship
from surveys.assignments import Request, faults, loads
from surveys.errors import FileRefused, Problem
from surveys.raters import RATERS_COLUMNS, RaterRow, RatersTable
from surveys.table import TableRow, capped, cell_problem, cleaned, column_letter, likeness
from surveys.table_columns import match_columns, required_problems
from surveys.table_file import read_table
from surveys.text import quoted

SHEET = "raters"
RELATIONSHIPS: tuple[Relationship, ...] = get_args(Relationship)
YES, NO = frozenset({"yes", "y", "x", "1", "true"}), frozenset({"", "no", "n", "0", "false"})
OTHER_WORDS: Mapping[str, Relationship] = {
    "report": "direct_report",
    "direct": "direct_report",
    "skip_level": "external",
    "colleague": "peer",
    "boss": "manager",
}


def read_raters(
    data: bytes,
    *,
    filename: str,
    known_people: Collection[str],
    managers: Mapping[str, Collection[str]] | None = None,
) -> RatersTable:
    """Read a raters file; people are external ids.

    `managers` maps a person to the managers of today; with None those rules are left to the preflight. Raises
    `FileRefused` with every problem by row and column letter.
    """
    table = read_table(data, filename=filename, sheet=SHEET)
    matched = match_columns(table, RATERS_COLUMNS)
    problems = [*table.problems, *matched.problems]
    spellings = {likeness(one): one for one in known_people}
    rows: list[RaterRow] = []
    for row in table.rows if not matched.problems else ():
        problems += required_problems(row, matched.index, RATERS_COLUMNS)
        read = _row(row, matched.index, frozenset(known_people), spellings, problems)
        if read is not None:
            rows.append(read)
    problems += _rule_problems(rows, matched.index, managers)
    if not table.rows and not problems:
        problems.append(Problem(table.header_row, "", "there are no raters below the header; add rows"))
    if problems:
        problems.sort(key=lambda one: (one.line or 0, one.column or ""))
        raise FileRefused(filename, capped(problems))
    return RatersTable(
        rows=tuple(rows),
        loads=loads(row.request for row in rows if not row.is_removed),
        sheet=table.sheet,
        separator=table.separator,
        encoding=table.encoding,
        warnings=(*table.warnings, *matched.warnings),
    )


def _row(
    row: TableRow,
    index: Mapping[str, int],
    known: frozenset[str],
    spellings: Mapping[str, str],
    problems: list[Problem],
) -> RaterRow | None:
    before = len(problems)
    for name in ("ratee", "rater"):
        text = row.text(index[name])
        problem = cell_problem(text, row.number, index[name], name) if text else None
        if problem is None and text and text not in known:
            near = spellings.get(likeness(text))
            hint = (
                f"is written {quoted(near)} elsewhere; use one spelling" if near else "is nobody in Sightline"
            )
            problem = Problem(row.number, name, f"{quoted(text)} {hint}", column_letter(index[name]))
        if problem is not None:
            problems.append(problem)
    written = row.text(index["relationship"])
    relationship = _relationship(written)
    if relationship is None and written:
        message = f"{quoted(written)} is none of {', '.join(RELATIONSHIPS)}; write one of them"
        letter = column_letter(index["relationship"])
        problems.append(Problem(row.number, "relationship", message, letter))
    mark = cleaned(row.text(index["remove"])).casefold() if "remove" in index else ""
    if mark not in YES | NO:
        letter = column_letter(index["remove"])
        problems.append(Problem(row.number, "remove", f"{quoted(mark)} is neither yes nor no", letter))
    ratee, rater = row.text(index["ratee"]), row.text(index["rater"])
    if relationship is None or not ratee or not rater or len(problems) > before:
        return None
    request = Request(ratee=ratee, rater=rater, relationship=relationship)
    return RaterRow(row=row.number, request=request, is_removed=mark in YES)


def _relationship(text: str) -> Relationship | None:
    word = cleaned(text).casefold().replace(" ", "_").replace("-", "_")
    for relationship in RELATIONSHIPS:
        if word == relationship:
            return relationship
    return OTHER_WORDS.get(word)


def _rule_problems(
    rows: list[RaterRow], index: Mapping[str, int], managers: Mapping[str, Collection[str]] | None
) -> list[Problem]:
    kept = [row for row in rows if not row.is_removed]
    requests = [row.request for row in kept]
    known = managers if managers is not None else _as_stated(requests)
    found = [
        Problem(kept[fault.position].row, fault.field, fault.message, column_letter(index[fault.field]))
        for fault in faults(requests, managers=known)
    ]
    return [*found, *_removal_problems(rows, index)]


def _removal_problems(rows: list[RaterRow], index: Mapping[str, int]) -> list[Problem]:
    kept = {(row.request.ratee, row.request.rater) for row in rows if not row.is_removed}
    found: list[Problem] = []
    for row in rows:
        letter = column_letter(index.get("remove", 0))
        if row.is_removed and (row.request.ratee, row.request.rater) in kept:
            message = f"{quoted(row.request.rater)} is both removed and asked; keep one of the rows"
            found.append(Problem(row.row, "remove", message, letter))
        elif row.is_removed and row.request.relationship == "self":
            message = "the own view cannot be removed; take the person out of the cycle"
            found.append(Problem(row.row, "remove", message, letter))
    return found


def _as_stated(requests: list[Request]) -> Mapping[str, Collection[str]]:
    """Take the managers from the file itself, so that only the rules without managers bite."""
    stated: dict[str, set[str]] = {}
    for request in requests:
        if request.relationship == "manager":
            stated.setdefault(request.ratee, set()).add(request.rater)
        elif request.relationship == "direct_report":
            stated.setdefault(request.rater, set()).add(request.ratee)
    return stated

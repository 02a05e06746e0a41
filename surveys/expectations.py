"""Where two people do not mean the same thing: the gap classes of a clarity pair, one for each line (pure).

The rules are `gap_rules` of `profiles/demo-cycle.yaml`. A value of None is a question that was skipped, not seen or
not asked; it never counts as low.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from scoring.values import ItemSpec

GapClass = Literal[
    "hidden_expectation",
    "unasked_work",
    "false_clarity",
    "unclear",
    "no_yardstick",
    "unshared_priority",
    "blocked",
    "level_view_differs",
    "practice_gap",
    "strength",
    "aligned",
    "out_of_scope",
    "waiting",
]
Severity = Literal["high", "normal"]

GAP_CLASSES: Final[tuple[GapClass, ...]] = get_args(GapClass)
PRECEDENCE: Final[tuple[GapClass, ...]] = GAP_CLASSES[:9]
SHARED: Final[frozenset[GapClass]] = frozenset(
    {"blocked", "level_view_differs", "practice_gap", "strength", "aligned"}
)
EXPECTED: Final = ("full", "partly")
EMPLOYEE_ENDS: Final = ("none", "unsure")  # then the line's other questions are not asked
MANAGER_ENDS: Final = ("none",)
LOW, HIGH = 2, 4
LEVEL_DIFFERENCE = 2
MOST_ON_AGENDA = 3
DECISIVE_WEIGHT = 5
TOP3_CELL = "@top3"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployeeSide:
    """What the employee answered on one line."""

    expected: str | None
    clear: int | None
    evidence: int | None
    support: int | None
    top3: bool
    level: int | None
    chips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerSide:
    """What the manager answered on one line."""

    expected: str | None
    told: int | None
    last_told: str | None
    evidence: int | None
    top3: bool
    level: int | None


@dataclass(frozen=True, slots=True)
class PairLine:
    """One line with both sides; a side is None until both have answered."""

    item: str
    weight: int
    target: int | None
    employee: EmployeeSide | None
    manager: ManagerSide | None


@dataclass(frozen=True, slots=True)
class GapRow:
    """The one class of a line, the classes that would match as well, and how much it matters."""

    item: str
    gap: GapClass
    also: tuple[GapClass, ...]
    severity: Severity


@dataclass(frozen=True, slots=True)
class GapList:
    """A pair's lines in form order, and what to talk about: a strength, at most three gaps, the rest parked."""

    rows: tuple[GapRow, ...]
    in_scope: int
    shared_expectations: int
    shared_top3: int
    clarity_index: int | None  # 0-100, for the pair only; None when no value was given
    agenda: tuple[str, ...]
    open_with_strength: str | None
    parked: tuple[str, ...]


def classify(line: PairLine) -> GapRow:
    """Give a line its class: the first rule that matches; later matches are listed beside it."""
    employee, manager = line.employee, line.manager
    if employee is None or manager is None or employee.expected is None or manager.expected is None:
        return GapRow(line.item, "waiting", (), "normal")
    severity: Severity = (
        "high" if employee.top3 or manager.top3 or line.weight >= DECISIVE_WEIGHT else "normal"
    )
    ended = _ends(employee, manager)
    if ended is not None:
        return GapRow(line.item, ended, (), severity)
    found = tuple(gap for gap in PRECEDENCE if gap in _matches(line.target, employee, manager))
    if found:
        return GapRow(line.item, found[0], found[1:], severity)
    has_level = manager.level is not None and line.target is not None
    return GapRow(line.item, "strength" if has_level else "aligned", (), severity)


def read_pair(lines: Sequence[PairLine]) -> GapList:
    """Classify every line of a pair, given in form order, and set the agenda."""
    rows = tuple(classify(line) for line in lines)
    place = {row.item: n for n, row in enumerate(rows)}

    def order(row: GapRow) -> tuple[bool, int, int]:
        return row.severity != "high", GAP_CLASSES.index(row.gap), place[row.item]

    open_gaps = [row.item for row in sorted(rows, key=order) if row.gap in PRECEDENCE]
    strengths = [row.item for row in sorted(rows, key=order) if row.gap == "strength"]
    return GapList(
        rows=rows,
        in_scope=sum(row.gap != "out_of_scope" for row in rows),
        shared_expectations=sum(row.gap in SHARED for row in rows),
        shared_top3=sum(_is_in_both_top3(line) for line in lines),
        clarity_index=_clarity_index(lines),
        agenda=tuple(open_gaps[:MOST_ON_AGENDA]),
        open_with_strength=strengths[0] if strengths else None,
        parked=tuple(open_gaps[MOST_ON_AGENDA:]),
    )


def pair_lines(
    specs: Sequence[ItemSpec],
    employee: Mapping[str, object] | None,
    manager: Mapping[str, object] | None,
) -> tuple[PairLine, ...]:
    """Put the answers of both (cell -> value) side by side, line by line in form order."""
    return tuple(
        PairLine(
            spec.item,
            spec.weight,
            spec.target,
            None if employee is None else employee_side(employee, spec.item),
            None if manager is None else manager_side(manager, spec.item),
        )
        for spec in specs
    )


def employee_side(answers: Mapping[str, object], item: str) -> EmployeeSide:
    """Read the employee's answers to one line; what stands behind a *no* or *not sure* is no answer any more."""
    expected = _word(answers.get(f"{item}.e_expected"))
    asked = {} if expected in EMPLOYEE_ENDS else answers
    support = _number(asked.get(f"{item}.e_support"))
    return EmployeeSide(
        expected=expected,
        clear=_number(asked.get(f"{item}.e_clear")),
        evidence=_number(asked.get(f"{item}.e_evidence")),
        support=support,
        top3=_has_picked(answers, item),
        level=_number(asked.get(f"{item}.e_level")),
        chips=_words(asked.get(f"{item}.e_chips")) if _is_low(support) else (),
    )


def manager_side(answers: Mapping[str, object], item: str) -> ManagerSide:
    """Read the manager's answers to one line; what stands behind a *no* is no answer any more."""
    expected = _word(answers.get(f"{item}.m_expected"))
    asked = {} if expected in MANAGER_ENDS else answers
    return ManagerSide(
        expected=expected,
        told=_number(asked.get(f"{item}.m_told")),
        last_told=_word(asked.get(f"{item}.m_last_told")),
        evidence=_number(asked.get(f"{item}.m_evidence")),
        top3=_has_picked(answers, item),
        level=_number(asked.get(f"{item}.m_level")),
    )


def _ends(employee: EmployeeSide, manager: ManagerSide) -> GapClass | None:
    if manager.expected in EXPECTED:
        return None if employee.expected in EXPECTED else "hidden_expectation"
    return "out_of_scope" if employee.expected == "none" else "unasked_work"


def _matches(target: int | None, employee: EmployeeSide, manager: ManagerSide) -> frozenset[GapClass]:
    is_told = manager.told is not None and manager.told >= HIGH
    rules: dict[GapClass, bool] = {
        "false_clarity": _is_low(employee.clear) and is_told,
        "unclear": _is_low(employee.clear) and not is_told,
        "no_yardstick": _is_low(employee.evidence) or _is_low(manager.evidence),
        "unshared_priority": employee.top3 != manager.top3,
        "blocked": _is_low(employee.support),
        "level_view_differs": (
            employee.level is not None
            and manager.level is not None
            and abs(employee.level - manager.level) >= LEVEL_DIFFERENCE
        ),
        "practice_gap": target is not None and manager.level is not None and manager.level < target,
    }
    return frozenset(gap for gap, is_met in rules.items() if is_met)


def _is_low(value: int | None) -> bool:
    return value is not None and value <= LOW


def _is_in_both_top3(line: PairLine) -> bool:
    return line.employee is not None and line.manager is not None and line.employee.top3 and line.manager.top3


def _clarity_index(lines: Sequence[PairLine]) -> int | None:
    given = [
        value
        for line in lines
        if line.employee is not None
        for value in (line.employee.clear, line.employee.evidence)
        if value is not None
    ]
    if not given:
        return None
    above, n = sum(given) - len(given), len(given)
    return (2 * 25 * above + n) // (2 * n)  # 100 x (mean - 1) / 4, half up


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value not in ("skip", "not_observed") else None


def _words(value: object) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, tuple | list) else ()


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _has_picked(answers: Mapping[str, object], item: str) -> bool:
    return item in _words(answers.get(TOP3_CELL))

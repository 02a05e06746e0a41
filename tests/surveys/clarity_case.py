"""The invented clarity pair of `profiles/demo-cycle.yaml`: what both answered, and what a correct server shows."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "profiles" / "demo-cycle.yaml"
EMPLOYEE_CELLS = {
    "expected": "e_expected",
    "clear": "e_clear",
    "evidence": "e_evidence",
    "support": "e_support",
}
MANAGER_CELLS = {
    "expected": "m_expected",
    "told": "m_told",
    "last_told": "m_last_told",
    "evidence": "m_evidence",
}


@cache
def clarity_case() -> Mapping[str, Any]:
    """Read the pair's rows and the expected summary."""
    case: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))["clarity_case"]
    return case


def items() -> tuple[str, ...]:
    """List the lines in form order."""
    return tuple(row["item"] for row in clarity_case()["rows"])


def employee_cells() -> dict[str, Any]:
    """Give the employee's sheet as the phone sends it: what was not asked is not there."""
    cells: dict[str, Any] = {}
    for row in clarity_case()["rows"]:
        side = row["employee"]
        cells |= _cells(row["item"], side, {**EMPLOYEE_CELLS, "level": "e_level"})
        if side.get("chips"):
            cells[f"{row['item']}.e_chips"] = sorted(side["chips"])
    return {**cells, "@top3": _top3("employee")}


def manager_cells() -> dict[str, Any]:
    """Give the manager's sheet as the phone sends it; a level the file lacks was *not seen*."""
    cells: dict[str, Any] = {}
    for row in clarity_case()["rows"]:
        side = row["manager"]
        cells |= _cells(row["item"], side, MANAGER_CELLS)
        if side["expected"] != "none":
            level = side["level"]
            cells[f"{row['item']}.m_level"] = "not_observed" if level is None else level
    return {**cells, "@top3": _top3("manager")}


def _cells(item: str, side: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {f"{item}.{cell}": side[name] for name, cell in names.items() if side[name] is not None}


def _top3(side: str) -> list[str]:
    return sorted(row["item"] for row in clarity_case()["rows"] if row[side]["top3"])

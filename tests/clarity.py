"""A clarity round about Cleo and her colleagues, whom Ben manages, launched by the real launch."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.factories import MANAGER, PEERS, RATEE, REPORTS, Phone

EMPLOYEES = (RATEE, *PEERS, *REPORTS)
LINES = ("SS01", "SS02", "SS04")
CONTENT = {"items": list(LINES)}


def pairs(
    employees: Iterable[str] = EMPLOYEES, manager: str = MANAGER
) -> dict[str, tuple[tuple[str, str], ...]]:
    """Write the raters of a draft: each employee, and the manager of all."""
    return {one: ((one, "self"), (manager, "manager")) for one in employees}


def draft(employees: Iterable[str] = (RATEE,), **changes: Any) -> dict[str, Any]:
    """Describe a draft of a clarity round for `draft_cycle` and `launched`."""
    return {"kind": "clarity", "raters": pairs(employees), "content": CONTENT, **changes}


def own_cells(**changes: Any) -> dict[str, Any]:
    """Answer everything as an employee; keys of changes use `_` for the dot."""
    cells: dict[str, Any] = {f"G{n}.pulse": 4 for n in range(1, 7)}
    for item in LINES:
        cells |= {
            f"{item}.e_expected": "full",
            f"{item}.e_clear": 4,
            f"{item}.e_evidence": 4,
            f"{item}.e_support": 4,
        }
    return {**cells, "@top3": list(LINES), **_named(changes)}


def other_cells(**changes: Any) -> dict[str, Any]:
    """Answer everything as the manager."""
    cells: dict[str, Any] = {}
    for item in LINES:
        cells |= {
            f"{item}.m_expected": "full", f"{item}.m_told": 5, f"{item}.m_last_told": "this_month", f"{item}.m_evidence": 4,
        }  # fmt: skip
    return {**cells, "@top3": list(LINES), **_named(changes)}


async def finish(phone: Phone, cells: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Hand in a complete sheet."""
    side = phone.assignments[0]["relationship"]
    values = cells if cells is not None else own_cells() if side == "self" else other_cells()
    return await phone.put({**values, "@submit": True})


def _named(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {name.replace("_", ".", 1): value for name, value in changes.items()}

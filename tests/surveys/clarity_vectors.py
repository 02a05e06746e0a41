"""Writes the clarity examples of `tests/vectors/` from the real code: `python -m tests.surveys.clarity_vectors`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from surveys.content import CycleContent, default_content
from surveys.form_cells import required_now
from surveys.form_view import render, render_cards
from surveys.forms import Form
from surveys.sheet import Version
from tests.surveys.content import clarity_forms, profile

VECTORS = Path(__file__).parents[1] / "vectors"
LOAD = "aaaaaaaaaaaaaaaa"


def wire_documents() -> dict[str, Any]:
    """The forms of a second round (levels are asked) and the cards, in English."""
    forms = clarity_forms(default_content(profile(), has_earlier_round=True))
    return {
        "form-clarity-self.json": render(forms["self"], "en"),
        "form-clarity-manager.json": render(forms["manager"], "en"),
        "cards.json": render_cards(forms["self"], "en"),
    }


def sheet_of(values: Mapping[str, Any]) -> dict[str, tuple[Version, ...]]:
    return {
        cell: (Version(tuple(value) if isinstance(value, list) else value, 10 + n, LOAD, 1 + n, {}),)
        for n, (cell, value) in enumerate(values.items())
    }


def short_forms() -> Mapping[str, Form]:
    """Both forms with four lines, as the examples of what is needed use them."""
    items = ("SS01", "SS02", "SS04", "SS13")
    return clarity_forms(CycleContent(items=items, asks_level=True, asks_pulse=True))


def _answered(items: tuple[str, ...], side: str) -> dict[str, Any]:
    taps = {
        "self": ("e_clear", "e_evidence", "e_support"),
        "manager": ("m_told", "m_last_told", "m_evidence"),
    }
    values: dict[str, Any] = {}
    for item in items:
        values[f"{item}.{side[0] if side == 'manager' else 'e'}_expected"] = "full"
        values |= {f"{item}.{name}": "this_month" if name == "m_last_told" else 4 for name in taps[side]}
    return values


def required_rows() -> list[dict[str, Any]]:
    """Sheets by plain values (one version each), with the cells that are still needed, in the order asked."""
    every = ("SS01", "SS02", "SS04", "SS13")
    pulse = {f"G{n}.pulse": 4 for n in range(1, 7)}
    own, other = _answered(every, "self"), _answered(every, "manager")
    picks = {"@top3": ["SS01", "SS02", "SS04"]}
    skipped = {cell: "skip" if value == 4 else value for cell, value in own.items()}

    def ended(values: Mapping[str, Any], side: str, word: str, *items: str) -> dict[str, Any]:
        gone = tuple(f"{item}." for item in items)
        kept = {cell: value for cell, value in values.items() if not cell.startswith(gone)}
        return kept | {f"{item}.{side}_expected": word for item in items}

    two = ended(own, "e", "none", "SS04", "SS13")
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("an empty sheet needs the pulse, every line and the top three", "self", {}),
        ("everything answered", "self", {**pulse, **own, **picks}),
        ("skip is an answer", "self", {**dict.fromkeys(pulse, "skip"), **skipped, **picks}),
        ("a cleared answer is needed again", "self", {**pulse, **own, "SS02.e_clear": None, **picks}),
        ("chips, level, comments and teach-back are never needed", "self", {**pulse, **own, "SS01.e_support": 1, **picks}),
        ("not sure ends the line", "self", {**pulse, **ended(own, "e", "unsure", "SS13"), **picks}),
        ("a line ended after it was answered needs nothing more", "self", {**pulse, **own, "SS13.e_expected": "none", **picks}),
        ("partly goes on", "self", {**pulse, **ended(own, "e", "partly", "SS13"), **picks}),
        ("a pick of an ended line counts as none", "self", {**pulse, **ended(own, "e", "none", "SS04"), **picks}),
        ("two picks where three may be", "self", {**pulse, **own, "@top3": ["SS01", "SS02"]}),
        ("two lines go on, two picks are enough", "self", {**pulse, **two, "@top3": ["SS01", "SS02"]}),
        ("two lines go on, one pick is not enough", "self", {**pulse, **two, "@top3": ["SS01"]}),
        ("all lines ended, nothing to pick", "self", {**pulse, **ended(own, "e", "none", *every)}),
        ("all lines ended, old picks do no harm", "self", {**pulse, **ended(own, "e", "unsure", *every), **picks}),
        ("a cleared top three is needed", "self", {**pulse, **own, "@top3": None}),
        ("an empty sheet of the manager", "manager", {}),
        ("the manager answered everything", "manager", {**other, **picks}),
        ("the manager does not expect it", "manager", {**ended(other, "m", "none", "SS13"), **picks}),
        ("when it was last spoken about is needed", "manager", {**other, "SS01.m_last_told": None, **picks}),
    ]  # fmt: skip
    forms = short_forms()
    return [
        {
            "name": name,
            "form": side,
            "values": values,
            "needs": list(required_now(forms[side], sheet_of(values))),
        }
        for name, side, values in cases
    ]


def required_document() -> dict[str, Any]:
    """`forms` are wire forms in English; each case names one of them."""
    return {
        "forms": {side: render(form, "en") for side, form in short_forms().items()},
        "cases": required_rows(),
    }


def _write() -> None:
    for name, document in wire_documents().items():
        path = VECTORS / "wire" / name
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    path = VECTORS / "form" / "required.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(required_document(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()

"""What the looks at all pages came to, by kind of fault, for the figure N9."""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

RESULTS = Path(__file__).parents[2] / "build" / "pages.json"
KINDS = ("axe", "csp", "console", "foreign host", "other")


def kind_of(fault: str) -> str:
    """Name the kind of a fault as `look_at_pages` and `Watched` write it: `cell page: fault`."""
    said = fault.partition(": ")[2]
    if said.startswith("axe "):
        return "axe"
    if "Content Security Policy" in said:
        return "csp"
    if said.startswith(("console: ", "error: ")):
        return "console"
    return "foreign host" if said.startswith("foreign host: ") else "other"


def count(faults: Iterable[str]) -> dict[str, int]:
    """Count faults by kind; a kind without any is 0."""
    found = Counter(kind_of(one) for one in faults)
    return {kind: found[kind] for kind in KINDS}


def write_counts(faults: Iterable[str], *, n_looks: int, n_cells: int) -> None:
    """Write down what was found, where the figure reads it."""
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"looks": n_looks, "cells": n_cells, "faults": count(faults)}), "utf-8")

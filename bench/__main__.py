"""Print figures as rows and write them as JSON: `python -m bench --kind bench|prove --tier change|nightly --only "F1 F8"`."""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from bench.figures import BENCH, PROVE, Figure

HERE = Path(__file__).parent
FILES = {"bench": "out.json", "prove": "prove.json"}


def measure(figure: Figure, tier: str) -> dict[str, Any]:
    """Measure one figure; a row whose `reached` is None says that nothing is built yet."""
    row: dict[str, Any] = {
        "id": figure.id, "name": figure.name, "value": None, "target": figure.target, "bound": None, "reached": None,
        "note": "not yet",
    }  # fmt: skip
    if not figure.script:
        return row
    module = importlib.import_module(f"bench.{figure.script}")
    rows: list[dict[str, Any]] = module.run(tier)
    return row | next(one for one in rows if one["id"] == figure.id)


def main() -> int:
    """Measure what was asked for; a proof that fails makes the run fail, a speed that is missed does not."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kind", choices=sorted(FILES), required=True)
    parser.add_argument("--tier", choices=["change", "nightly"], default="change")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    figures = BENCH if options.kind == "bench" else PROVE
    wanted = set(options.only.split())
    if unknown := wanted - {figure.id for figure in (*BENCH, *PROVE)}:
        parser.error(f"unknown figures: {', '.join(sorted(unknown))}")
    rows = []
    for figure in figures:
        if wanted and figure.id not in wanted:
            continue
        row = measure(figure, options.tier)
        rows.append(row)
        words = {True: "reached", False: "NOT REACHED", None: "not yet"}[row["reached"]]
        print(
            f"{row['id']:4} {words:12} {row['name']}: {row['value']} "
            f"(target {row['target']}; bound {row['bound']}) {row['note']}",
            flush=True,
        )
    (HERE / FILES[options.kind]).write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    has_failed = options.kind == "prove" and any(row["reached"] is False for row in rows)
    return 1 if has_failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""F19: how long importing `scoring.report` takes, beside numpy and scipy.special alone."""

import statistics
import subprocess
import sys
import time
from typing import Any

N_RUNS = 5
TARGET_S = 0.7


def _seconds(statement: str) -> float:
    took = []
    for _ in range(N_RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def run(tier: str) -> list[dict[str, Any]]:
    """Measure cold interpreters, medians of 5."""
    ours = _seconds("import scoring.report")
    bound = _seconds("import numpy, scipy.special")
    return [
        {"id": "F19", "name": "import of scoring, whole process", "value": f"{ours:.2f} s", "target": f"<= {TARGET_S} s",
         "bound": f"numpy + scipy.special {bound:.2f} s", "reached": ours <= TARGET_S, "note": f"ratio {ours / bound:.2f}"}
    ]  # fmt: skip

"""The room stays light: numpy and scipy.special are all it loads."""

import subprocess
import sys
from pathlib import Path

import scoring

ROOT = Path(scoring.__file__).parent.parent
PROBE = """
import sys, pkgutil, importlib, scoring
for module in pkgutil.iter_modules(scoring.__path__):
    importlib.import_module(f"scoring.{module.name}")
heavy = ("scipy.stats", "scipy.optimize", "scipy.integrate", "pandas", "statsmodels", "server", "surveys", "exports")
print([name for name in heavy if name in sys.modules])
"""


def test_no_heavy_part_is_loaded_with_the_room() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""docs/scoring.md names every word key and every module, and nothing that is not there."""

import re
from pathlib import Path
from typing import get_args

import scoring
from scoring.gaps import Words

ROOM = Path(scoring.__file__).parent
TEXT = (ROOM.parent / "docs" / "scoring.md").read_text(encoding="utf-8")
WITHOUT_FORMULA = {"__init__.py", "errors.py", "values.py", "report.py"}


def test_the_word_keys_in_the_docs_are_the_closed_list_of_the_code() -> None:
    table = TEXT[TEXT.index("## Gap words") : TEXT.index("*Reliable*")]
    keys = {
        key
        for line in table.splitlines()
        if line.startswith("| `")
        for key in re.findall(r"`(\w+)`", line.split("|")[1])
    }
    assert keys == set(get_args(Words))


def test_every_module_with_a_formula_is_in_the_docs_and_every_named_module_exists() -> None:
    modules = {path.name for path in ROOM.glob("*.py")}
    named = set(re.findall(r"`(\w+\.py)`", TEXT))
    assert modules - WITHOUT_FORMULA <= named
    assert named <= modules | {"test_attacker.py"}

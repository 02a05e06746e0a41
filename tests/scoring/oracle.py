"""The invented cycle whose figures a correct gate must show, read from the content that ships."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from scoring.values import CountedSheet, ItemSpec, Relationship

PROFILES: Final = Path(__file__).parents[2] / "profiles"
# Any: the file is free-form YAML; each test looks at every value it takes.
CYCLE: Final[Mapping[str, Any]] = yaml.safe_load((PROFILES / "demo-cycle.yaml").read_text(encoding="utf-8"))
RATINGS: Final[Mapping[str, Any]] = CYCLE["feedback_cases"]["ratings"]
ITEMS: Final[tuple[str, ...]] = tuple(RATINGS["self"]["scores"])
CASES: Final[Mapping[str, Any]] = {case["id"]: case for case in CYCLE["feedback_cases"]["cases"]}
GROUP_OF_ORACLE: Final = {"peers": "peer", "direct_reports": "direct_report", "colleagues": "colleagues"}


def case(case_id: str) -> Mapping[str, Any]:
    """Return raters and expected figures of a case, following `same_as`."""
    found = CASES[case_id]
    same_as = found["expected"].get("same_as")
    return found if same_as is None else {**CASES[same_as], "id": case_id}


def sheet(rater: str, *, is_mirrored: bool = False) -> CountedSheet:
    """Return the sheet of one rater of the cycle about Nuria, with 6 - x for x when mirrored."""
    ratings = {
        item: None if value == "not_observed" else 6 - value if is_mirrored else value
        for item, value in RATINGS[rater]["scores"].items()
    }
    return CountedSheet("E01", RATINGS[rater]["group"], ratings)


def sheets(raters: Sequence[str], *, is_mirrored: bool = False) -> list[CountedSheet]:
    """Return the sheets of the raters of one case."""
    return [sheet(rater, is_mirrored=is_mirrored) for rater in raters]


def item_specs() -> list[ItemSpec]:
    """Return the items with the relationships whose sheets hold them."""
    asked: dict[str, list[Relationship]] = {item: [] for item in ITEMS}
    for relationship in ("self", "manager", "peer", "direct_report"):
        of_group = [rating["scores"] for rating in RATINGS.values() if rating["group"] == relationship]
        for item in ITEMS:
            if any(item in scores for scores in of_group):
                asked[item].append(relationship)
    return [ItemSpec(item, "A1", 1, 4, tuple(asked[item])) for item in ITEMS]

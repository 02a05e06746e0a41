"""What the simulated people answer in a clarity round: the pair the demo cycle lays down, seeded draws elsewhere."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from server.content import content_dir

LAID_DOWN = ("E01", "M01")  # employee and manager of the pair in `demo-cycle.yaml`
CELLS = {
    "self": {
        "expected": "e_expected",
        "clear": "e_clear",
        "evidence": "e_evidence",
        "support": "e_support",
        "level": "e_level",
        "chips": "e_chips",
    },
    "manager": {
        "expected": "m_expected",
        "told": "m_told",
        "last_told": "m_last_told",
        "evidence": "m_evidence",
        "level": "m_level",
    },
}
MEANS = {"e_clear": 3.7, "e_evidence": 3.4, "e_support": 3.8, "m_told": 4.1, "m_evidence": 3.7}
SPREAD = 0.95
SHARE_EXPECTED = {"self": 0.86, "manager": 0.94}
CHIPS = ("env_information", "env_resources", "env_incentives", "own_knowledge")
TEACH_BACK = {
    "en": (
        "Both of us see it at the line without asking anyone.",
        "The next crew starts on time and asks nothing.",
        "Every open point has a name and a time.",
    ),
    "es": (
        "Lo vemos ambos en la línea sin preguntar a nadie.",
        "Cada punto abierto tiene un nombre y una hora.",
        "El turno siguiente empieza a tiempo.",
    ),
    "de": (
        "Wir sehen es beide an der Linie, ohne zu fragen.",
        "Jeder offene Punkt hat einen Namen und eine Uhrzeit.",
        "Die nächste Schicht fängt pünktlich an.",
    ),
    "ar": (
        "نرى ذلك كلانا على الخط دون سؤال أحد.",
        "لكل نقطة مفتوحة اسم ووقت.",
        "تبدأ الوردية التالية في موعدها.",
    ),
}
UNAIDED = {
    "en": "Nobody hurt on my shift. The plan of the day. A handover without questions.",
    "es": "Nadie herido en mi turno. El plan del día. Una entrega sin preguntas.",
    "de": "Niemand verletzt in meiner Schicht. Der Tagesplan. Eine Übergabe ohne Rückfragen.",
    "ar": "لا إصابات في ورديتي. خطة اليوم. تسليم بلا أسئلة.",
}

Form = Mapping[str, Any]  # the form as a phone gets it
Values = dict[str, Any]  # cell -> value


def clarity_values(form: Form, *, employee: str, rater: str, locale: str, chance: random.Random) -> Values:
    """Give what one side of a pair answers, ready to be sent and final."""
    side = str(form["relationship"])
    asks_level = any(
        question["cell"].endswith("_level") for line in form["lines"] for question in line["questions"]
    )
    is_laid_down = employee == LAID_DOWN[0] and rater in LAID_DOWN and asks_level
    values = _laid_down(side) if is_laid_down else _drawn(form, side, chance)
    for statement in form["pulse"]:
        values[f"{statement['id']}.pulse"] = _draw(3.6, chance)
    if form["unaided"] is not None:
        values["RES.text"] = UNAIDED[locale]
    top3 = form["top3"]
    teach_back = [one["cell"] for one in top3["teach_back"] if one["item"] in values["@top3"]]
    values |= dict(zip(teach_back, TEACH_BACK[locale], strict=False))
    return values | {"@submit": True}


@cache
def _case() -> Sequence[Mapping[str, Any]]:
    document = yaml.safe_load((content_dir() / "demo-cycle.yaml").read_bytes())
    rows: Sequence[Mapping[str, Any]] = document["clarity_case"]["rows"]
    return rows


def _laid_down(side: str) -> Values:
    values: Values = {}
    name = "employee" if side == "self" else "manager"
    for row in _case():
        said = row[name]
        for question, cell in CELLS[side].items():
            if said.get(question) is not None:
                value = said[question]
                values[f"{row['item']}.{cell}"] = sorted(value) if isinstance(value, list) else value
    values["@top3"] = sorted(row["item"] for row in _case() if row[name]["top3"])
    return values


def _drawn(form: Form, side: str, chance: random.Random) -> Values:
    values: Values = {}
    going_on: list[str] = []
    for line in form["lines"]:
        gate, ends = line["gate"]["cell"], line["gate"]["ends"]
        is_expected = chance.random() < SHARE_EXPECTED[side]
        values[gate] = "full" if is_expected else chance.choice(["partly", "none", *ends])
        if values[gate] in ends:
            continue
        going_on.append(line["item"])
        for question in line["questions"]:
            if question["cell"] != gate:
                values |= _answer(question, form, values, chance)
    return values | {"@top3": sorted(chance.sample(going_on, min(3, len(going_on))))}


def _answer(question: Mapping[str, Any], form: Form, so_far: Values, chance: random.Random) -> Values:
    cell = question["cell"]
    if question["kind"] == "chips":
        is_low = so_far.get(question["when"]["cell"], 5) <= question["when"]["at_most"]
        return {cell: [chance.choice(CHIPS)]} if is_low else {}
    points = [point["value"] for point in form["scales"][question["scale"]]["points"]]
    if isinstance(points[0], str):
        return {cell: chance.choice(points)}
    return {cell: _draw(MEANS.get(cell.partition(".")[2], 3.8), chance)}


def _draw(mean: float, chance: random.Random) -> int:
    return max(1, min(5, round(chance.gauss(mean, SPREAD))))

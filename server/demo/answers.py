"""What the simulated people answer: the figures of the demo cycle where it names them, seeded draws elsewhere."""

import random
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

from server.content import content_dir

KEEP = {
    "en": (
        "Walks the line before every start and asks what was not normal.",
        "Names an owner in front of the person who raised the hazard.",
        "Stays calm when a shift goes wrong and looks for the cause, not for the culprit.",
        "Hands over at the machine. I never have to search.",
        "Explains why someone stands at another station today.",
        "Comes to the machine within minutes when an hour is missed.",
        "Lets people explain a new task back before leaving them alone with it.",
    ),
    "es": (
        "Recorre la línea antes de empezar y pregunta qué no fue normal.",
        "Da las gracias delante de todos cuando alguien para la línea.",
        "Pone nombre y hora a cada riesgo en el momento.",
    ),
    "de": (
        "Geht vor jedem Start die ganze Linie ab und hört zu.",
        "Zeigt bei der Übergabe jeden offenen Punkt an der Maschine.",
        "Bleibt ruhig, wenn jemand eine schlechte Nachricht bringt.",
    ),
    "ar": ("المرور على الخط قبل البدء والسؤال عمّا لم يكن طبيعياً.",),
}
CHANGE = {
    "en": (
        "Call maintenance earlier when there is no clear cause.",
        "Take five minutes to coach even on a busy shift.",
        "Write what to watch in the handover, not only the numbers.",
        "Tell planning in the morning what we will not make, not at four.",
        "Say in private what went wrong, and on the same shift.",
        "Let someone else lead a stop now and then.",
    ),
    "es": (
        "Avisar antes a planificación cuando no llegamos.",
        "Dedicar cinco minutos a enseñar, también en turnos con mucho trabajo.",
    ),
    "de": (
        "Wiederholte Stopps bis zur Ursache verfolgen.",
        "Die Übergabe kürzer halten und sagen, worauf zu achten ist.",
    ),
    "ar": ("استدعاء الصيانة أبكر عندما لا يظهر السبب.",),
}
SHARE_COMMENTING = 0.8
SHARE_NOT_SEEN = 0.06


@cache
def _oracle() -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load((content_dir() / "demo-cycle.yaml").read_bytes())
    return document


def case_ratings(rater: str) -> Mapping[str, int | str] | None:
    """Give the ratings of E01 that the demo cycle lays down for a rater of CASE-2; None for others."""
    ratings: Mapping[str, Any] = _oracle()["feedback_cases"]["ratings"]
    key = {"E01": "self", "M01": "manager"}.get(rater, rater)
    found = ratings.get(key)
    return None if found is None else {str(item): value for item, value in found["scores"].items()}


def level_of(person: str, exemplars: frozenset[str], chance: random.Random) -> float:
    """Draw how well a person does the role: top performers higher."""
    return chance.gauss(4.35 if person in exemplars else 3.7, 0.2)


def draw_rating(level: float, item_shift: float, *, is_self: bool, chance: random.Random) -> int | str:
    """Draw one rating; now and then a rater has not seen it."""
    if not is_self and chance.random() < SHARE_NOT_SEEN:
        return "not_observed"
    return max(1, min(5, round(chance.gauss(level + item_shift + (0.2 if is_self else 0.0), 0.65))))


def draw_comment(question: str, locale: str, taken: set[str], chance: random.Random) -> str | None:
    """Draw a comment for one of the two open questions, or none; no two people write the same about one person."""
    if chance.random() > SHARE_COMMENTING:
        return None
    bank = KEEP if question == "OQ1" else CHANGE
    free = [text for text in bank.get(locale, bank["en"]) if text not in taken]
    if not free:
        return None
    text = chance.choice(free)
    taken.add(text)
    return text

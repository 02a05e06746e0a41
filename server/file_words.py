"""What is wrong with a file, in the reader's language: the domain says it in English, as programs say their messages."""

import json
import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "catalogues"
PLACE = re.compile(r"\{\d\}")
ISOLATE, POP = "\u2068", "\u2069"  # around values of the file, whatever their direction

Sentences = tuple[tuple[re.Pattern[str], str], ...]


def say_problem(locale: str, message: str) -> str | None:
    """Give a message in a language; None where it is only there in English."""
    for pattern, text in _sentences(locale):
        found = pattern.fullmatch(message)
        if found:
            # A value may be a message itself: what is wrong with a column that is not read.
            values = [say_problem(locale, one) or f"{ISOLATE}{one}{POP}" for one in found.groups()]
            return text.format("", *values)
    return None


@cache
def _sentences(locale: str) -> Sentences:
    """Read the sentences of a language by the English ones, the one with most words of its own first."""
    path = HERE / f"file_problems.{locale}.json"
    said: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    by_words = sorted(said, key=lambda english: -len(PLACE.sub("", english)))
    return tuple((re.compile(_pattern(one), re.DOTALL), said[one]) for one in by_words)


def _pattern(english: str) -> str:
    return "(.+?)".join(re.escape(part) for part in PLACE.split(english))

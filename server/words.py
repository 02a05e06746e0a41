"""The words of the pages in every language, read once from `server/catalogues/*.json`."""

import json
from functools import cache
from pathlib import Path

LOCALES = ("en", "es", "de", "ar")
HERE = Path(__file__).parent / "catalogues"


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Read one language; keys are the same in all."""
    words: dict[str, str] = json.loads((HERE / f"{locale}.json").read_text("utf-8"))
    return words


def translate(locale: str, key: str, **parts: object) -> str:
    """Give the words for a key; a language that lacks it shows English, an unknown key is an error."""
    text = catalogue(locale).get(key) or catalogue("en")[key]
    return text.format(**parts) if parts else text


def pick_locale(wanted: str) -> str:
    """Choose the first language we have from a tag or an Accept-Language header."""
    for part in wanted.split(","):
        tag = part.split(";")[0].strip().lower().split("-")[0]
        if tag in LOCALES:
            return tag
    return "en"

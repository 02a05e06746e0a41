"""The words of the pages in every language, read once from `server/catalogues/*.json`."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time

LOCALE_NAMES = {"en": "English", "es": "Español", "de": "Deutsch", "ar": "العربية"}
LOCALES = tuple(LOCALE_NAMES)
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


def moment_words(value: datetime, locale: str, time_zone: str = "UTC", *, day: str = "d MMM y") -> str:
    """Write a moment; what stands between day and time is the language's own, in Arabic no Latin comma."""
    local = value.astimezone(ZoneInfo(time_zone))
    between = str(Locale.parse(locale).datetime_formats["medium"])
    clock = format_time(local, "HH:mm", tzinfo=ZoneInfo(time_zone), locale=locale)
    return between.replace("{1}", day_words(local, locale, day=day)).replace("{0}", str(clock))


def day_words(value: date, locale: str, *, day: str = "d MMM y") -> str:
    """Write a day; `day` is a pattern, or `full` for the language's own way with the weekday."""
    return str(format_date(value, day, locale=locale))


def pick_locale(wanted: str) -> str:
    """Choose the first language we have from a tag or an Accept-Language header."""
    for part in wanted.split(","):
        tag = part.split(";")[0].strip().lower().split("-")[0]
        if tag in LOCALES:
            return tag
    return "en"

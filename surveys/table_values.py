"""Readers of single cells: a value, or a `ValueError` that says what is wrong and what to write instead."""

import re
from datetime import date

from babel import localedata

from surveys.text import quoted

ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
DAY_AND_MONTH = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
# Letters of any script are fine before and after the @ (EAI, IDN); what could break a header line is not.
MAIL_PART = re.compile(r"[^\s@,;:<>()\[\]\\\"\x00-\x1f\x7f-\x9f]+")
YES = frozenset({"yes", "y", "true", "1", "x", "sí", "si", "ja", "نعم"})
NO = frozenset({"", "no", "n", "false", "0", "nein", "لا"})


def read_text(text: str, longest: int) -> str:
    """Read a text of limited length."""
    if len(text) > longest:
        raise ValueError(f"has {len(text)} characters; {longest} is the most")
    return text


def read_id(text: str, longest: int) -> str:
    """Read an id: kept as written, leading zeros included."""
    if ";" in text:
        raise ValueError(f"{quoted(text)} holds a semicolon, which separates ids; remove it")
    return read_text(text, longest)


def read_ids(text: str, longest: int) -> tuple[str, ...]:
    """Read several ids separated by semicolons, sorted."""
    parts = [part.strip() for part in text.split(";")]
    ids = [read_id(part, longest) for part in parts if part]
    if len(set(ids)) != len(ids):
        raise ValueError(f"{quoted(text)} names someone twice; keep one")
    return tuple(sorted(ids))


def read_slug(text: str, longest: int) -> str:
    """Read the id of a profile."""
    if text and not SLUG.fullmatch(text):
        raise ValueError(f"{quoted(text)} is no profile id; use small letters, digits and hyphens")
    return read_text(text, longest)


def read_locale(text: str) -> str:
    """Read a language tag."""
    is_tag = LOCALE.fullmatch(text) and len(text) <= 12
    if text and not (is_tag and localedata.exists(text.split("-", maxsplit=1)[0])):
        raise ValueError(f"{quoted(text)} is no language; write en, es, de or ar")
    return text


def read_date(text: str) -> date | None:
    """Read a date that can mean one day only, such as 31.12.2025; 03/04/2026 could mean two and is asked for."""
    if not text:
        return None
    iso, written = ISO_DATE.fullmatch(text), DAY_AND_MONTH.fullmatch(text)
    if iso is not None:
        readings = [(int(iso[1]), int(iso[2]), int(iso[3]))]
    elif written is not None:
        first, second, year = int(written[1]), int(written[3]), int(written[4])
        readings = [(year, second, first), (year, first, second)]
    else:
        raise ValueError(f"{quoted(text)} is no date that can be read; write it as YYYY-MM-DD")
    days = {day for day in (_day(*reading) for reading in readings) if day is not None}
    if not days:
        raise ValueError(f"{quoted(text)} is no day of the calendar; correct it")
    if len(days) > 1:
        raise ValueError(f"{quoted(text)} can be read in more than one way; write it as YYYY-MM-DD")
    return days.pop()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_yes_no(text: str) -> bool:
    """Read yes or no; empty is no."""
    word = text.lower()
    if word not in YES | NO:
        raise ValueError(f"{quoted(text)} is neither yes nor no; write one of them")
    return word in YES


def read_mail(text: str) -> str:
    """Read one mail address, international ones included; empty is allowed."""
    if not text:
        return ""
    if text.count("@") > 1 or re.search(r"[,;\s]", text):
        raise ValueError(f"{quoted(text)} is not one address; write a single address without spaces")
    local, _, domain = text.partition("@")
    labels = domain.split(".")
    is_sound = (
        MAIL_PART.fullmatch(local)
        and MAIL_PART.fullmatch(domain)
        and len(labels) > 1
        and all(label and not label.startswith("-") and not label.endswith("-") for label in labels)
        and not local.startswith(".")
        and not local.endswith(".")
        and ".." not in local
    )
    if not is_sound:
        raise ValueError(f"{quoted(text)} is no mail address; correct it or leave the cell empty")
    try:
        n_wire = len(local.encode()) + 1 + len(domain.encode("idna"))
    except UnicodeError as error:
        raise ValueError(f"{quoted(text)} has a domain that cannot exist; correct it") from error
    if len(local.encode()) > 64 or n_wire > 254:
        raise ValueError("is longer than a mail address can be; correct it")
    return text

"""The kinds of value that fields of content files have, with their limits; shared by all schemas."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)


def _iso_date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    if isinstance(value, date):
        return value
    raise ValueError("must be a date written as YYYY-MM-DD")


def _whole_number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,9}", value):
        raise ValueError("must be a whole number")
    return value


def _decimal_number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value):
        raise ValueError("must be a number with a point, such as 94.1")
    return value


def _yes_or_no(value: object) -> object:
    words = {"true": True, "yes": True, "false": False, "no": False}
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()]
    return value


Whole = Annotated[int, BeforeValidator(_whole_number), Field(ge=0)]
Share = Annotated[Decimal, BeforeValidator(_decimal_number), Field(ge=0, le=1)]
Figure = Annotated[Decimal, BeforeValidator(_decimal_number)]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Level = Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=5)]

Short = Annotated[str, Field(min_length=1, max_length=200)]
Sentence = Annotated[str, Field(min_length=1, max_length=1000)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
ElementId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$", max_length=40)]
ItemId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=32)]
VersionNumber = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$", max_length=24)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=12)]
Direction = Literal["ltr", "rtl"]

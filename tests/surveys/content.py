"""The content files of this repository, each read once: what comes of them is frozen."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from surveys.clarity_form import build_clarity_forms
from surveys.content import CycleContent, default_content
from surveys.feedback_form import build_forms
from surveys.forms import Form
from surveys.instrument_file import read_instruments
from surveys.instrument_schema import Instruments
from surveys.items import Strings
from surveys.overlay_file import read_overlay
from surveys.profile_file import read_profile
from surveys.profile_schema import RoleProfile

PROFILES = Path(__file__).parents[2] / "profiles"
ROLES = ("plant-shift-supervisor", "b2b-account-executive", "product-software-engineer")


def text_of(name: str) -> str:
    return (PROFILES / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def profile(name: str = "plant-shift-supervisor") -> RoleProfile:
    return read_profile(text_of(name).encode(), source=f"{name}.yaml")


def overlays(*locales: str) -> Mapping[str, Strings]:
    return {locale: _overlay(locale) for locale in locales}


@cache
def _overlay(locale: str) -> Strings:
    name = f"plant-shift-supervisor.{locale}"
    return read_overlay(text_of(name).encode(), source=name, profile=profile()).strings


@cache
def instruments() -> Instruments:
    return read_instruments(text_of("instruments").encode(), source="instruments.yaml")


def forms(*locales: str) -> Mapping[str, Form]:
    built = build_forms(profile(), overlays(*(locales or ("ar", "de", "es"))), instruments())
    return {str(relationship): form for relationship, form in built.items()}


def clarity_forms(content: CycleContent | None = None) -> Mapping[str, Form]:
    chosen = content or default_content(profile(), has_earlier_round=False)
    built = build_clarity_forms(profile(), overlays("ar", "de", "es"), instruments(), chosen)
    return {str(relationship): form for relationship, form in built.items()}

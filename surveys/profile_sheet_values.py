"""What reading `profile.xlsx` gives; apart from the reader, so that the server loads no spreadsheet library."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.errors import Problem
from surveys.profile_schema import RoleProfile


@dataclass(frozen=True, slots=True)
class SheetProfile:
    """A profile as the workbook has it, with its translations and what was noticed on the way."""

    profile: RoleProfile
    overlays: Mapping[str, Mapping[str, str]]
    has_version: bool  # a workbook may leave the version to be proposed
    warnings: tuple[Problem, ...]

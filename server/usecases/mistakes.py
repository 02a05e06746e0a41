"""Mistakes in a form: which field, which words; the form is shown again with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mistake:
    """A key of the catalogue with its parts."""

    key: str
    parts: Mapping[str, object] = field(default_factory=dict)


class Mistakes(Exception):
    """A form cannot be taken as it is."""

    def __init__(self, by_field: Mapping[str, Mistake]) -> None:
        super().__init__(", ".join(by_field))
        self.by_field = dict(by_field)

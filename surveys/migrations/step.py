"""What one numbered migration is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Dialect = Literal["sqlite", "postgres"]


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from `version - 1` to `version`; rows of tables not in `rewrites` must come out as they went in."""

    version: int
    name: str
    statements: Callable[[Dialect], Sequence[str]]
    rewrites: frozenset[str] = field(default_factory=frozenset)

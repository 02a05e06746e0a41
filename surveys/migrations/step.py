"""What one numbered migration is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Dialect = Literal["sqlite", "postgres"]

SQLITE_TYPES = {"TIMESTAMPTZ": "TIMESTAMP", "JSONB": "JSON", "BOOL": "INT", "BYTEA": "BLOB"}


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from `version - 1` to `version`; rows of tables not in `rewrites` must come out as they went in."""

    version: int
    name: str
    statements: Callable[[Dialect], Sequence[str]]
    rewrites: frozenset[str] = field(default_factory=frozenset)


def in_dialect(text: str, dialect: Dialect) -> tuple[str, ...]:
    """Split statements written for PostgreSQL, with the types of one kind of database."""
    if dialect == "sqlite":
        text = re.sub(r"\b(TIMESTAMPTZ|JSONB|BOOL|BYTEA)\b", lambda found: SQLITE_TYPES[found[0]], text)
    return tuple(part.strip() for part in text.split(";"))

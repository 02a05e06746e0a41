"""What a simulated server keeps: the rows of its database, and what lies beside it in `keys/`."""

from dataclasses import dataclass, field

from server.usecases.sync_merge import Pair
from surveys.lifecycle import State
from surveys.sheet_store import Key


@dataclass(frozen=True, slots=True)
class Row:
    """An assignment, as the table has it."""

    id: str
    cycle: str
    rater: str
    ratee: str
    relationship: str
    form: str
    generation: int = 1
    auth: str = ""
    is_cancelled: bool = False


@dataclass(slots=True)
class Tables:
    """What is in the database, and so in a backup."""

    rows: dict[str, Row]
    states: dict[str, State]
    sheets: dict[Key, bytes] = field(default_factory=dict)
    revoked: set[tuple[str, str]] = field(default_factory=set)
    opened: dict[Pair, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class Marks:
    """What lies in `keys/`, and is in no backup."""

    secrets: dict[str, bytes]
    closed: set[str] = field(default_factory=set)
    opened: set[Pair] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    renewed: set[str] = field(default_factory=set)
    is_missing: bool = False

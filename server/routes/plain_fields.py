"""The hidden part of a plain page: what it may write, and what it was rendered from."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from server.errors import Problem
from server.usecases.plain import Tokens
from server.usecases.plain_device import PageLoad, Shown
from server.wire import MOST_CELLS, MOST_SEEN, CellKey, Counter, Id, Load, Natural, Token

STALE = Problem(
    422, "plain_stale", "This page cannot be sent any more", "Go back to the list and open it again."
)
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
Seen = Annotated[dict[Load, Counter], Field(max_length=MOST_SEEN)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Carried(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    cycle: Id
    write: Token
    read: Token | None = None
    form: Hash
    load: Load
    shown: Natural
    highest: Natural
    fields: Annotated[dict[CellKey, tuple[Digest, Seen]], Field(max_length=MOST_CELLS)]


_CARRIED = TypeAdapter(_Carried)


def carry(tokens: Tokens, page: PageLoad) -> str:
    """Write the hidden part of a page."""
    carried = _Carried(
        cycle=tokens.cycle,
        write=tokens.write,
        read=tokens.read or None,
        form=tokens.form,
        load=page.d,
        shown=page.shown_at,
        highest=page.highest,
        fields={cell: (one.digest, dict(one.seen)) for cell, one in page.fields.items()},
    )
    return carried.model_dump_json(exclude_none=True)


def carried(text: str) -> tuple[Tokens, PageLoad]:
    """Read the hidden part back. Raises Problem 422 for what no page of ours has."""
    try:
        found = _CARRIED.validate_json(text)
    except ValidationError:
        raise STALE from None
    tokens = Tokens(found.cycle, found.write, found.read or "", found.form)
    fields = {cell: Shown(one, seen) for cell, (one, seen) in found.fields.items()}
    return tokens, PageLoad(found.load, found.shown, found.highest, fields)

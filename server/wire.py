"""The edge of sync: bytes of a phone in, a checked request out; what cannot be read is refused by name."""

import collections
import json
import zlib
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, FailFast, Field, StringConstraints, TypeAdapter, ValidationError

from server.errors import Problem
from surveys.sheet import MOST_VERSIONS

PROTOCOL = 1
OLDEST_PROTOCOL = 1
MOST_BYTES = 1024 * 1024
MOST_SHEETS = 100
MOST_DEPTH = 20
MOST_CELLS = 1000  # of one sheet; no form asks as much
MOST_SEEN = 64
LARGEST_INTEGER = 2**53 - 1

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Token = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Load = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
CellKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9@._-]{1,64}$")]
Natural = Annotated[int, Field(ge=0, le=LARGEST_INTEGER)]
Counter = Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SentVersion(_Wire):
    """One version as a phone sent it; the value is checked later, against the form."""

    v: Any  # any JSON value: a wrong one is refused cell by cell, the rest of the sheet is kept
    hlc: Natural
    d: Load
    n: Counter
    seen: dict[Load, Counter]


class SentSheet(_Wire):
    """One sheet of a request: what it sends, and which further versions the phone holds."""

    cycle: Id
    write: Token
    read: Token | None = None
    have: dict[Load, dict[CellKey, Counter]]
    cells: dict[CellKey, Annotated[list[SentVersion], FailFast()]]


class SyncRequest(_Wire):
    """What a phone sends."""

    protocol: Natural
    app: Annotated[str, StringConstraints(max_length=64)]
    sheets: Annotated[list[SentSheet], Field(max_length=MOST_SHEETS), FailFast()]


_REQUEST = TypeAdapter(SyncRequest)


def read_request(body: bytes, headers: Mapping[str, str]) -> SyncRequest:
    """Read a sync request.

    Raises Problem: 400 for what is no JSON of ours, 413 for too much, 415 for another format, 422 for a wrong field.
    """
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Problem(415, "content_type", "This is not JSON", "Send application/json.")
    if len(body) > MOST_BYTES:
        raise _too_large()
    plain = inflate(body, headers.get("content-encoding", "identity"))
    document = read_json(plain)
    check_counts(document)
    try:
        request = _REQUEST.validate_python(document)
    except ValidationError as error:
        check_depth(document)
        raise _problem_of(error) from None
    # What passed has a fixed depth, but for values; walking every full sheet would cost as much as reading it.
    if any(
        isinstance(one.v, dict | list)
        for sent in request.sheets
        for some in sent.cells.values()
        for one in some
    ):
        check_depth(document)
    return request


def inflate(body: bytes, encoding: str) -> bytes:
    """Undo gzip, at most to 1 MiB. Raises Problem."""
    name = encoding.strip().lower()
    if name in {"identity", ""}:
        return body
    if name != "gzip":
        raise Problem(415, "content_encoding", "This encoding is not known", "Send gzip or no encoding.")
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, MOST_BYTES + 1)
    except zlib.error:
        raise _not_json("The gzip data is damaged. Send it again.") from None
    if len(plain) > MOST_BYTES:
        raise _too_large()
    if not inflater.eof or inflater.unused_data:
        raise _not_json("The gzip data is cut or followed by something else. Send it again.")
    return plain


def read_json(text: bytes) -> object:
    """Read JSON strictly: UTF-8, no repeated names, no NaN. Raises Problem 400."""
    try:
        document: object = json.loads(
            text.decode("utf-8"), object_pairs_hook=_without_repeats, parse_constant=_no_constant
        )
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _not_json("Send one JSON object in UTF-8.") from None
    return document


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        repeated = next(name for name, n in collections.Counter(name for name, _ in pairs).items() if n > 1)
        raise Problem(
            400, "duplicate_key", "A name stands twice", "Send each name once.", field=_shown(repeated)
        )
    return found


def _no_constant(word: str) -> NoReturn:
    raise _not_json(f"{word} is no number of JSON.")


def check_counts(document: object) -> None:
    """Refuse more cells or versions than an honest phone has, before anything is done for each of them.

    Raises Problem 422 naming the cell; a phone halves what it sends until it fits, so nothing is lost.
    """
    sheets = document.get("sheets") if isinstance(document, dict) else None
    for number, sheet in enumerate(sheets[:MOST_SHEETS] if isinstance(sheets, list) else ()):
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, dict):
            continue
        field = f"sheets.{number}.cells"
        if len(cells) > MOST_CELLS:
            detail = f"Send at most {MOST_CELLS} of one sheet at once."
            raise Problem(422, "bad_field", "Too many cells", detail, field=field)
        for cell, versions in cells.items():
            if isinstance(versions, list) and len(versions) > MOST_VERSIONS:
                detail = f"Send at most {MOST_VERSIONS} of one cell at once."
                raise Problem(
                    422, "bad_field", "Too many versions of a cell", detail, field=f"{field}.{_shown(cell)}"
                )


def check_depth(document: object) -> None:
    """Refuse what is nested too deeply. Raises Problem 400."""
    level = [document]
    for _ in range(MOST_DEPTH):
        level = [part for one in level if isinstance(one, dict | list) for part in _parts(one)]
        if not level:
            return
    if any(isinstance(one, dict | list) for one in level):
        raise _too_deep()


def _parts(one: dict[str, Any] | list[Any]) -> list[Any]:
    found = one.values() if isinstance(one, dict) else one
    return [part for part in found if isinstance(part, dict | list)]


def _problem_of(error: ValidationError) -> Problem:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(_shown(str(part)) for part in first["loc"] if part != "[key]")
    if first["type"] == "extra_forbidden":
        return Problem(422, "unknown_field", "A field is not known", "Leave it out, or update.", field=field)
    if first["type"] == "too_long" and first["loc"] == ("sheets",):
        return Problem(
            422, "bad_field", "Too many sheets", f"Send at most {MOST_SHEETS} at once.", field=field
        )
    return Problem(422, "bad_field", "A field is not as expected", first["msg"], field=field)


def _shown(name: str) -> str:
    return name.encode("ascii", "replace").decode()[:64]


def _not_json(detail: str) -> Problem:
    return Problem(400, "not_json", "This cannot be read as JSON", detail)


def _too_deep() -> Problem:
    return Problem(400, "too_deep", "This is nested too deeply", f"Use at most {MOST_DEPTH} levels.")


def _too_large() -> Problem:
    return Problem(
        413, "body_too_large", "This is too large", "Send at most 1 MiB, before and after inflating."
    )

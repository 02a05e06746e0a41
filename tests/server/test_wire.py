"""The edge of sync: every way in which bytes are refused, and the vectors both languages read."""

import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from server.errors import Problem
from server.wire import MOST_BYTES, MOST_CELLS, SyncRequest, check_depth, read_json, read_request
from surveys.sheet import MOST_VERSIONS

VECTORS = Path(__file__).parents[1] / "vectors" / "wire"
JSON = {"content-type": "application/json"}
SHEET: dict[str, Any] = {"cycle": "a" * 32, "write": "b" * 64, "have": {}, "cells": {}}


def request(**changes: Any) -> bytes:
    return json.dumps({"protocol": 1, "app": "0.1.0", "sheets": [SHEET], **changes}).encode()


def with_version(**changes: Any) -> bytes:
    version = {"v": 1, "hlc": 1, "d": "0" * 16, "n": 1, "seen": {}, **changes}
    return request(sheets=[{**SHEET, "cells": {"SS01.f_match": [version]}}])


def refusal(body: bytes, headers: dict[str, str] | None = None) -> tuple[int, str, str]:
    with pytest.raises(Problem) as caught:
        read_request(body, JSON if headers is None else headers)
    return caught.value.status, caught.value.code, caught.value.field


def test_the_vector_of_a_request_is_read() -> None:
    body = (VECTORS / "sync-request.json").read_bytes()
    read = read_request(body, JSON)
    assert isinstance(read, SyncRequest)
    assert read.sheets[0].cells["OQ1.text"][0].v == "Walks the line with us.\nKeep it."
    assert read.sheets[0].have == {"8897a6b5c4d3e2f1": {"SS16.f_match": 3}}
    assert read.sheets[1].read is None
    assert read_request(gzip.compress(body), {**JSON, "content-encoding": "gzip"}) == read


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "not_json", "")),
        (b"hello", (400, "not_json", "")),
        (b"\xff\xfe{}", (400, "not_json", "")),
        (b'{"protocol": NaN}', (400, "not_json", "")),
        (b'{"protocol": Infinity}', (400, "not_json", "")),
        (b"[" * 200 + b"]" * 200, (400, "too_deep", "")),
        (b"[" * 100_000 + b"]" * 100_000, (400, "too_deep", "")),
        (b'{"protocol": 1, "protocol": 1, "app": "", "sheets": []}', (400, "duplicate_key", "protocol")),
        (request(colour="red"), (422, "unknown_field", "colour")),
        (request(sheets=[{**SHEET, "cellz": {}}]), (422, "unknown_field", "sheets.0.cellz")),
        (request(sheets=[SHEET] * 101), (422, "bad_field", "sheets")),
        (request(sheets=[{**SHEET, "write": "B" * 64}]), (422, "bad_field", "sheets.0.write")),
        (request(sheets=[{**SHEET, "have": {"0" * 16: {"a": 0}}}]), (422, "bad_field", f"sheets.0.have.{'0' * 16}.a")),
        (request(protocol="1"), (422, "bad_field", "protocol")),
        (b"[]", (422, "bad_field", "")),
        (with_version(hlc=1.5), (422, "bad_field", "sheets.0.cells.SS01.f_match.0.hlc")),
        (with_version(n=0), (422, "bad_field", "sheets.0.cells.SS01.f_match.0.n")),
        (with_version(n=2**53), (422, "bad_field", "sheets.0.cells.SS01.f_match.0.n")),
        (with_version(d="xyz"), (422, "bad_field", "sheets.0.cells.SS01.f_match.0.d")),
        (with_version(extra=1), (422, "unknown_field", "sheets.0.cells.SS01.f_match.0.extra")),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(body: bytes, expected: tuple[int, str, str]) -> None:
    assert refusal(body) == expected


def test_a_cell_name_of_other_letters_is_refused_and_shown_in_plain_letters() -> None:
    body = request(sheets=[{**SHEET, "cells": {"a\ud800": []}}])
    status, code, field = refusal(body)
    assert (status, code) == (422, "bad_field")
    assert field.startswith("sheets.0.cells.a?")
    assert field.isascii()


def test_more_versions_of_one_cell_than_a_phone_has_are_refused_naming_the_cell() -> None:
    version = {"v": 3, "hlc": 1, "d": "0" * 16, "seen": {}}
    for n, is_read in ((MOST_VERSIONS, True), (MOST_VERSIONS + 1, False)):
        versions = [{**version, "n": number} for number in range(1, n + 1)]
        body = request(sheets=[SHEET, {**SHEET, "cells": {"SS01.f_match": versions}}])
        if is_read:
            assert len(read_request(body, JSON).sheets[1].cells["SS01.f_match"]) == n
        else:
            assert refusal(body) == (422, "bad_field", "sheets.1.cells.SS01.f_match")


def test_more_cells_than_any_form_has_are_refused() -> None:
    cells: dict[str, list[object]] = {f"C{number}": [] for number in range(MOST_CELLS)}
    assert len(read_request(request(sheets=[{**SHEET, "cells": cells}]), JSON).sheets[0].cells) == MOST_CELLS
    cells["one.more"] = []
    assert refusal(request(sheets=[{**SHEET, "cells": cells}])) == (422, "bad_field", "sheets.0.cells")


@pytest.mark.parametrize(
    "body",
    [
        b"{" + b",".join(b'"%06d":1' % number for number in range(80_000)) + b',"x":1,"x":1}',
        request(sheets=[{**SHEET, "cells": {"SS01.f_match": [{}] * 250_000}}]),
        request(sheets=[{**SHEET, "cells": {f"C{n}": [{}] * MOST_VERSIONS for n in range(900)}}] * 4),
        request(sheets=[{**SHEET, "cells": {f"C{number}": [{}] for number in range(60_000)}}]),
        request(sheets=[{}] * 250_000),
    ],
    ids=["names", "versions", "versions of many cells", "cells", "sheets"],
)
def test_a_full_body_of_nonsense_is_refused_in_no_long_time(body: bytes) -> None:
    assert len(body) <= MOST_BYTES
    started = time.process_time()
    assert refusal(body)[0] in {400, 422}
    assert time.process_time() - started < 1


def test_values_are_left_to_the_form() -> None:
    for value in (4.5, {"a": 1}, [[1]], "\x00", "\ud800", 10**30):
        assert read_request(with_version(v=value), JSON).sheets[0].cells["SS01.f_match"][0].v == value


def test_twenty_levels_are_read_and_one_more_is_not() -> None:
    check_depth(read_json(b"[" * 20 + b"]" * 20))
    with pytest.raises(Problem, match="too_deep"):
        check_depth(read_json(b"[" * 21 + b"]" * 21))


def test_a_value_counts_towards_the_depth() -> None:
    def nested(levels: int) -> Any:
        return [nested(levels - 1)] if levels else 1

    assert read_request(with_version(v=nested(14)), JSON)  # six levels lie above a value
    assert refusal(with_version(v=nested(15))) == (400, "too_deep", "")


def test_a_body_over_the_limit_is_refused() -> None:
    assert refusal(b" " * (MOST_BYTES + 1)) == (413, "body_too_large", "")


def test_a_gzip_bomb_is_refused_before_it_is_large() -> None:
    bomb = gzip.compress(b" " * 100_000_000)
    assert len(bomb) < MOST_BYTES
    assert refusal(bomb, {**JSON, "content-encoding": "gzip"}) == (413, "body_too_large", "")
    small = gzip.compress(b" " * (MOST_BYTES + 1))
    assert refusal(small, {**JSON, "content-encoding": "gzip"}) == (413, "body_too_large", "")


def test_damaged_gzip_is_refused() -> None:
    whole = gzip.compress(request())
    gzipped = {**JSON, "content-encoding": "gzip"}
    for damaged in (whole[:-5], b"x" + whole, whole + b"more", whole[:20]):
        assert refusal(damaged, gzipped) == (400, "not_json", "")


def test_other_formats_are_refused() -> None:
    assert refusal(request(), {"content-type": "text/plain"}) == (415, "content_type", "")
    assert refusal(request(), {}) == (415, "content_type", "")
    assert refusal(request(), {**JSON, "content-encoding": "br"}) == (415, "content_encoding", "")
    assert read_request(request(), {"content-type": "application/json; charset=utf-8"}).protocol == 1

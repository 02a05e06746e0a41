"""The edge of sync: every way in which bytes are refused, and the vectors both languages read."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from server.errors import Problem
from server.wire import MOST_BYTES, SyncRequest, check_depth, read_json, read_request

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

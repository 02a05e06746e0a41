"""The merge of a sheet, run on the examples the phone runs too."""

import json
from pathlib import Path
from typing import Any

import pytest

from surveys.canonical import canonical
from surveys.sheet import (
    Version,
    covers,
    distinct_texts,
    from_document,
    is_final,
    merge,
    merge_versions,
    missing,
    read_value,
    to_document,
)

VECTORS = Path(__file__).parents[1] / "vectors" / "sheet"


def examples(name: str) -> list[Any]:
    rows = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["name"]) for row in rows]


@pytest.mark.parametrize("row", examples("merge"))
def test_two_sheets_merge_as_on_the_phone(row: dict[str, Any]) -> None:
    a, b = from_document(row["a"]), from_document(row["b"])
    for merged in (merge(a, b), merge(b, a)):
        assert canonical(to_document(merged)) == canonical(row["merged"])


@pytest.mark.parametrize("row", examples("read"))
def test_a_cell_reads_as_on_the_phone(row: dict[str, Any]) -> None:
    versions = from_document({"cell": row["versions"]})["cell"]
    assert read_value(versions) == row["value"]
    assert distinct_texts(versions) == tuple(row["texts"])


@pytest.mark.parametrize("row", examples("final"))
def test_a_sheet_is_final_as_on_the_phone(row: dict[str, Any]) -> None:
    sheet = from_document(row["sheet"])
    assert missing(sheet, row["required"]) == tuple(row["missing"])
    assert is_final(sheet, row["required"]) is row["final"]


@pytest.mark.parametrize("row", examples("canonical"))
def test_a_value_has_the_same_bytes_as_on_the_phone(row: dict[str, Any]) -> None:
    assert canonical(row["value"]) == row["text"].encode("utf-8")


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), "\ud800", {1: 2}, b"x", float("nan")])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


def test_a_version_that_was_seen_is_covered_and_a_newer_one_is_not() -> None:
    old, new = Version(1, 10, "a" * 16, 1, {}), Version(2, 20, "b" * 16, 1, {"a" * 16: 1})
    assert covers(new, old)
    assert not covers(old, new)
    assert not covers(new, Version(3, 30, "a" * 16, 2, {}))


def test_versions_come_out_in_one_order() -> None:
    one, two = Version(1, 10, "b" * 16, 1, {}), Version(2, 20, "a" * 16, 9, {})
    assert merge_versions([one], [two]) == merge_versions([two], [one]) == (two, one)


def test_a_document_with_a_fraction_is_no_sheet() -> None:
    with pytest.raises(ValueError, match="float"):
        from_document({"A.x": [{"v": 0.5, "hlc": 1, "d": "a" * 16, "n": 1, "seen": {}}]})

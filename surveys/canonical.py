"""Canonical JSON: one value has exactly one byte form, the same on the phone and on the server."""

import json
from collections.abc import Mapping, Sequence

LARGEST_INTEGER = 2**53 - 1


def canonical(value: object) -> bytes:
    """Write a value as canonical JSON (docs/wire.md).

    Raises `ValueError` for what has no canonical form: floats, integers a phone cannot hold, lone surrogates
    and anything JSON does not know.
    """
    text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def _ordered(value: object) -> object:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"{value} is outside the integers a phone can hold")
        return value
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value, key=_code_units)}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_ordered(part) for part in value]
    raise ValueError(f"a {type(value).__name__} has no canonical JSON form")


def _code_units(key: object) -> bytes:
    if not isinstance(key, str):
        raise ValueError(f"keys are strings, not {type(key).__name__}")
    return key.encode("utf-16-be", "surrogatepass")

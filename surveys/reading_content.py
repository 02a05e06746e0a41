"""The reading child for content files; run as `python -m surveys.reading_content`."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from surveys.instrument_file import read_instruments
from surveys.instrument_schema import Instruments
from surveys.overlay_file import Overlay, read_overlay
from surveys.profile_file import from_document, read_profile
from surveys.profile_schema import RoleProfile
from surveys.reading_frame import Read, answer


def _profile(data: bytes, filename: str, _: Mapping[str, Any]) -> bytes:
    return TypeAdapter(RoleProfile).dump_json(read_profile(data, source=filename), by_alias=True)


def _overlay(data: bytes, filename: str, options: Mapping[str, Any]) -> bytes:
    profile = from_document(options["profile"])
    return TypeAdapter(Overlay).dump_json(read_overlay(data, source=filename, profile=profile))


def _instruments(data: bytes, filename: str, _: Mapping[str, Any]) -> bytes:
    return TypeAdapter(Instruments).dump_json(read_instruments(data, source=filename))


READERS: Mapping[str, Read] = {"profile": _profile, "overlay": _overlay, "instruments": _instruments}

if __name__ == "__main__":
    answer(READERS)

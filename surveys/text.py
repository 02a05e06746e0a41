"""What a text may hold, counted the way the phone counts."""

import re

QUOTED_LENGTH = 60

# NUL and the other controls but line feed and tab (NUL breaks PostgreSQL), and halves of surrogate pairs.
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, as `String.length` does on the phone."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def has_bad_character(text: str) -> bool:
    """Say whether a text holds a character that may not be stored."""
    return _BAD.search(text) is not None


def quoted(text: object) -> str:
    """Quote a value of a file in a message: shortened, controls and line breaks shown as a middle dot."""
    shown = _UNSHOWN.sub("·", str(text)[: QUOTED_LENGTH + 1])
    return f"“{shown[:QUOTED_LENGTH]}{'…' if len(shown) > QUOTED_LENGTH else ''}”"

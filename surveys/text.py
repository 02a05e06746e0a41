"""What a text may hold, counted the way the phone counts."""

import unicodedata

KEPT_CONTROLS = frozenset("\n\t")
QUOTED_LENGTH = 60


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, as `String.length` does on the phone."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_bad_character(character: str) -> bool:
    """Say whether a character may not be stored: NUL, other controls but line feed and tab, half of a pair."""
    return character not in KEPT_CONTROLS and unicodedata.category(character) in ("Cc", "Cs")


def has_bad_character(text: str) -> bool:
    """Say whether a text holds a character that may not be stored (NUL breaks PostgreSQL)."""
    return any(is_bad_character(character) for character in text)


def quoted(text: object) -> str:
    """Quote a value of a file in a message: shortened, controls and line breaks shown as a middle dot."""
    shown = "".join(
        "·" if is_bad_character(character) or character in KEPT_CONTROLS else character
        for character in str(text)[: QUOTED_LENGTH + 1]
    )
    return f"“{shown[:QUOTED_LENGTH]}{'…' if len(shown) > QUOTED_LENGTH else ''}”"

"""What a text may hold, counted the way the phone counts."""

import re
import unicodedata

QUOTED_LENGTH = 60

# NUL and the other controls but line feed and tab (NUL breaks PostgreSQL), and halves of surrogate pairs.
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Format characters that are seen (signs of Arabic, Syriac and Kaithi numbers), and blanks that count as letters.
_SEEN_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
_BLANK = frozenset("\u115f\u1160\u2028\u2029\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, as `String.length` does on the phone."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def has_bad_character(text: str) -> bool:
    """Say whether a text holds a character that may not be stored."""
    return _BAD.search(text) is not None


def hidden_character(text: str) -> str | None:
    """Name the first character nobody sees, such as U+202E, which turns the rest of a line round; None without one.

    Joiners are fine after a letter that is not Latin: Persian, Indic scripts and emoji are written with them.
    """
    if text.isascii():
        return None
    for position, one in enumerate(text):
        if one in _JOINERS and position and ord(text[position - 1]) > 0x24F:
            continue
        if one in _BLANK or (unicodedata.category(one) == "Cf" and one not in _SEEN_FORMAT):
            return f"U+{ord(one):04X}"
    return None


def quoted(text: object) -> str:
    """Quote a value of a file in a message: shortened, what is not seen or breaks the line as a middle dot."""
    shown = _UNSHOWN.sub("·", str(text)[: QUOTED_LENGTH + 1])
    if hidden_character(shown):
        shown = "".join("·" if hidden_character(one) else one for one in shown)
    return f"“{shown[:QUOTED_LENGTH]}{'…' if len(shown) > QUOTED_LENGTH else ''}”"

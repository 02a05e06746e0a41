"""How high a row must be for its longest text: not every program works it out when it opens a file."""

import math
from collections.abc import Iterable
from unicodedata import east_asian_width

LINE_POINTS = 13.5
PADDING_POINTS = 8.5
MAX_POINTS = 409.0  # the highest row a sheet can have
LETTERS_PER_WIDTH = 1.15  # letters of the body face in one unit of column width, less what wrapping wastes


def row_height(texts: Iterable[tuple[str, float]], *, padding: float = PADDING_POINTS) -> float:
    """Give the height in points for texts with the width of their columns."""
    n_lines = max((_n_lines(text, width) for text, width in texts), default=1)
    return min(MAX_POINTS, n_lines * LINE_POINTS + padding)


def _n_lines(text: str, width: float) -> int:
    room = max(1.0, (width - 1.5) * LETTERS_PER_WIDTH)
    if len(text) <= room and text.isascii() and "\n" not in text:
        return 1
    return sum(max(1, math.ceil(_n_letters(part) / room)) for part in text.split("\n"))


def _n_letters(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)

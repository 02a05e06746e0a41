"""A logo someone sends: a small PNG, read chunk by chunk; what is not the picture itself is left behind."""

import struct
import zlib
from collections.abc import Iterator

from server.usecases.mistakes import Mistake, Mistakes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 100 * 1024  # it travels with every mail
MOST_WIDTH, MOST_HEIGHT, LEAST_SIDE = 1200, 600, 16
# Texts, times and places that a drawing program put into the file stay out.
KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


class _Broken(Exception):
    """The bytes are no PNG that is whole."""


def checked_png(data: bytes) -> bytes:
    """Give the picture without anything else that was in the file; nothing is drawn to find out. Raises Mistakes."""
    if len(data) > MOST_BYTES:
        raise Mistakes({"file": Mistake("letters.mistake_logo_large", {"n": MOST_BYTES // 1024})})
    try:
        chunks = list(_chunks(data))
        width, height = _size(chunks)
    except (_Broken, struct.error) as error:
        raise Mistakes({"file": Mistake("letters.mistake_logo_png")}) from error
    if not (LEAST_SIDE <= width <= MOST_WIDTH and LEAST_SIDE <= height <= MOST_HEIGHT):
        raise Mistakes(
            {"file": Mistake("letters.mistake_logo_size", {"width": MOST_WIDTH, "height": MOST_HEIGHT})}
        )
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks if kind in KEPT)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise _Broken
    place = len(SIGNATURE)
    while True:
        length, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + 8 + length]
        (crc,) = struct.unpack_from(">I", data, place + 8 + length)
        if len(body) != length or crc != zlib.crc32(kind + body):
            raise _Broken
        yield kind, body
        if kind == b"IEND":
            return
        place += 12 + length


def _size(chunks: list[tuple[bytes, bytes]]) -> tuple[int, int]:
    kinds = [kind for kind, _ in chunks]
    header = chunks[0][1]
    if kinds[0] != b"IHDR" or kinds.count(b"IHDR") != 1 or b"IDAT" not in kinds or len(header) != 13:
        raise _Broken
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", header)
    if depth not in DEPTHS.get(colour, ()) or compression or filtering or interlace > 1:
        raise _Broken
    return width, height


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

"""Pictures with a palette."""

import struct
import zlib

from dev.screenshots.album import palette_png


def test_a_picture_is_a_png_with_its_palette() -> None:
    """Every chunk has its length and checksum; the pixels come back row by row."""
    file = palette_png(2, bytes((0, 0, 0, 255, 255, 255)), bytes((0, 1, 1, 0)))
    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, rest = {}, file[8:]
    while rest:
        (length,), kind = struct.unpack(">I", rest[:4]), rest[4:8]
        content, rest = rest[8 : 8 + length], rest[8 + length :]
        assert struct.unpack(">I", rest[:4]) == (zlib.crc32(kind + content),)
        chunks[kind], rest = content, rest[4:]
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (2, 2, 8, 3, 0, 0, 0)
    assert chunks[b"PLTE"] == bytes((0, 0, 0, 255, 255, 255))
    assert zlib.decompress(chunks[b"IDAT"]) == b"\x00\x00\x01\x00\x01\x00"

"""The pictures of the sandbox, as PNG files with a palette."""

import base64
import struct
import zlib

from dev.sandbox.pictures import header, logo, palette_png
from registration.restaurants.images import read_image


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


def test_the_pictures_of_a_restaurant_are_its_own_and_taken_as_pictures() -> None:
    """What the console shows is known by its bytes: a stored picture must be one."""
    logos = [logo("Kererū Kitchen", "#c8102e", "#ffffff"), logo("Pho Hanoi", "#c8102e", "#ffffff")]
    clear = logo("Kererū Kitchen", "#c8102e", None)
    stored = [*logos, clear, header("#c8102e", "#fff4e6"), header("#1b4332", "#f1faee")]
    files = [base64.b64decode(one.removeprefix("data:image/png;base64,"), validate=True) for one in stored]
    assert [read_image(file, "the picture").kind for file in files] == ["image/png"] * 5
    assert len(set(files)) == 5
    assert [b"tRNS" in file for file in files] == [False, False, True, False, False]
    assert max(map(len, files)) < 4000

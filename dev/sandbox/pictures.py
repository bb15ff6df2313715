"""The pictures of a website's branding: a logo and a header in the restaurant's colours, as small PNG files.

A restaurant always gets the same ones.
"""

import base64
import struct
import zlib
from functools import cache

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS, _PALETTE = 8, 3
_CELLS, _CELL = 5, 16
"""The logo is a symmetric pattern of so many cells a side, each of so many pixels, with a cell of margin around it."""
_WIDTH, _HEIGHT, _SHADES = 320, 120, 24


def palette_png(width: int, palette: bytes, pixels: bytes, *, first_is_clear: bool = False) -> bytes:
    """A PNG file: `palette` has three bytes per colour, `pixels` one index per pixel, row by row.

    Source: the PNG specification, third edition (colour type 3, filter 0).
    """
    rows = [pixels[start : start + width] for start in range(0, len(pixels), width)]
    header = struct.pack(">IIBBBBB", width, len(rows), _EIGHT_BITS, _PALETTE, 0, 0, 0)
    image = zlib.compress(b"".join(b"\x00" + row for row in rows), 9)
    clear = [(b"tRNS", b"\x00")] if first_is_clear else []
    parts = [(b"IHDR", header), (b"PLTE", palette), *clear, (b"IDAT", image), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@cache
def logo(key: str, ink: str, ground: str | None) -> str:
    """The logo as a data URI: the pattern of this key in one colour (`#rrggbb`) on another, or on no ground."""
    bits = zlib.crc32(key.encode())
    half, edge = _CELLS // 2, bytes(_CELL)
    pixels = edge * (_CELLS + 2) * _CELL
    for row in range(_CELLS):
        left = [bits >> row * (half + 1) + column & 1 for column in range(half + 1)]
        left[half] |= row == half
        cells = b"".join(bytes([cell]) * _CELL for cell in [*left, *left[half - 1 :: -1]])
        pixels += (edge + cells + edge) * _CELL
    pixels += edge * (_CELLS + 2) * _CELL
    palette = _rgb(ground or "#ffffff") + _rgb(ink)
    return _data_uri(palette_png(_CELL * (_CELLS + 2), palette, pixels, first_is_clear=ground is None))


@cache
def header(first: str, second: str) -> str:
    """A wide picture as a data URI: from one colour (`#rrggbb`) to another, in slanted bands."""
    last, ends = _SHADES - 1, tuple(zip(_rgb(first), _rgb(second), strict=True))
    palette = bytes((start * (last - shade) + end * shade) // last for shade in range(_SHADES) for start, end in ends)
    band = bytes(_SHADES * place // (_WIDTH + _HEIGHT) for place in range(_WIDTH + _HEIGHT))
    pixels = b"".join(band[row : row + _WIDTH] for row in range(_HEIGHT))
    return _data_uri(palette_png(_WIDTH, palette, pixels))


def _rgb(colour: str) -> bytes:
    return bytes.fromhex(colour.removeprefix("#"))


def _data_uri(file: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(file).decode()}"

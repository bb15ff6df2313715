"""Symbols in texts: entities of HTML, marks, blanks, dashes and digits, and texts folded for comparison."""

import html
import re
import unicodedata
from functools import lru_cache

from registration.kit.text import as_seen, visible

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|&amp(?=\s|$)")
"""Without its semicolon only `&amp` before a blank: the parameters of a link (`?a=1&copy=2`) are none."""
_MOST_ESCAPED = 3

_MARKS = frozenset("\N{TRADE MARK SIGN}\N{SERVICE MARK}")
_WRITTEN_MARKS = re.compile(r"\((?:TM|SM|R)\)", re.IGNORECASE)
_OF_PICTURES = frozenset(
    "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
) | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""What joins and varies pictures, and the tones of their skin."""
_APOSTROPHES = str.maketrans(dict.fromkeys("\N{ACUTE ACCENT}\N{PRIME}\N{MODIFIER LETTER APOSTROPHE}", "'"))
_GAP = re.compile(r"(?<=\w)\s(?='s\b)")
"""What a mark left in "Joe®'s"."""


def unescaped(text: str) -> str:
    """`text` with its HTML entities as the characters that they stand for, also where they were escaped twice."""
    for _ in range(_MOST_ESCAPED):
        plain = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        if plain == text:
            break
        text = plain
    return text


def as_read(text: str) -> str:
    """`text` on one line as it is seen, its HTML entities as the characters that they stand for."""
    return as_seen(unescaped(text))


def listed(text: str) -> list[str]:
    """The parts of a list with `;` between them, without blank ones; entities, which end with one, are read first."""
    return [part.strip() for part in unescaped(text).split(";") if part.strip()]


def plain(text: str) -> str:
    """`text` with every blank a plain one, every dash `-`, and digits and letters of full width in ASCII.

    Lines stay, what nobody sees goes.
    """
    return "".join(map(_plain, unicodedata.normalize("NFKC", text)))


def without_signs(text: str) -> str:
    """A name without what is no part of it: marks of trade and pictures; letters of another look are plain ones.

    Empty if no letter or digit is left.
    """
    kept = _WRITTEN_MARKS.sub("", text)
    if not kept.isascii():
        kept = "".join(" " if _is_sign(one) else _plain_letter(one) for one in kept.translate(_APOSTROPHES))
    name = " ".join(_GAP.sub("", kept).split())
    return name if any(character.isalnum() for character in name) else ""


def _plain_letter(character: str) -> str:
    letters = unicodedata.normalize("NFKC", character)
    return letters if letters.isalnum() else character


def _plain(character: str) -> str:
    if character == "\n":
        return character
    if character.isspace() or unicodedata.category(character) == "Cf":
        return " " if character.isspace() else ""
    return "-" if unicodedata.category(character) == "Pd" or character == "\N{MINUS SIGN}" else character


def _is_sign(character: str) -> bool:
    """A letter in a circle and the numero sign are letters."""
    if character.isascii():
        return False
    if unicodedata.category(character) != "So":
        return character in _OF_PICTURES
    letters = unicodedata.normalize("NFKD", character)
    return character in _MARKS or not any(one.isalnum() for one in letters)


_APOSTROPHE_SIGNS = re.compile(r"['’‘`]")
_NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """`Ōtaki Kai & Co.™` → `otaki kai and co`; words are separated by one blank."""
    read = without_signs(unescaped(text))
    plain = read if read.isascii() else _without_accents(read)
    joined = _APOSTROPHE_SIGNS.sub("", plain.casefold().replace("&", " and "))
    return _NO_WORD.sub(" ", joined).strip()


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", visible(text))
    return "".join(character for character in apart if not unicodedata.combining(character))

"""Symbols in texts: HTML entities, trade marks, blanks, dashes and digits, and texts folded for comparison."""

import html
import re
import unicodedata
from functools import lru_cache

from registration.kit.text import as_seen, visible

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});|&amp(?=\s|$)")
"""Without a semicolon only `&amp` before a blank: `&copy` in the link `?a=1&copy=2` is a parameter, not an entity."""
_MOST_ESCAPED = 3

_MARKS = frozenset("\N{TRADE MARK SIGN}\N{SERVICE MARK}")
_WRITTEN_MARKS = re.compile(r"\((?:TM|SM|R)\)", re.IGNORECASE)
_OF_PICTURES = frozenset(
    "\N{ZERO WIDTH JOINER}\N{VARIATION SELECTOR-15}\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
) | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""Characters that join emoji or change their form or skin tone."""
_APOSTROPHES = str.maketrans(dict.fromkeys("\N{ACUTE ACCENT}\N{PRIME}\N{MODIFIER LETTER APOSTROPHE}", "'"))
_GAP = re.compile(r"(?<=\w)\s(?='s\b)")
"""The blank that a removed mark leaves in "Joe®'s"."""
_APOSTROPHE_SIGNS = re.compile(r"['’‘`]")
_NO_WORD = re.compile(r"[\W_]+")


def unescaped(text: str) -> str:
    """`text` with its HTML entities decoded, also entities that were escaped twice."""
    for _ in range(_MOST_ESCAPED):
        plain = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        if plain == text:
            break
        text = plain
    return text


def as_read(text: str) -> str:
    """`text` on one line, with its HTML entities decoded and invisible characters removed."""
    return as_seen(unescaped(text))


def listed(text: str) -> list[str]:
    """The parts of a list separated by `;`, without blank ones. HTML entities, which also end with `;`, are decoded
    first.
    """
    return [part.strip() for part in unescaped(text).split(";") if part.strip()]


def plain(text: str) -> str:
    """`text` with every blank a plain space, every dash `-`, and full-width digits and letters in ASCII.

    Line breaks stay, invisible characters are removed.
    """
    return "".join(map(_plain, unicodedata.normalize("NFKC", text)))


def without_signs(text: str) -> str:
    """A name without trade marks and emoji; stylised letters become plain ones.

    Empty if no letter or digit is left.
    """
    kept = _WRITTEN_MARKS.sub("", text)
    if not kept.isascii():
        characters = kept.translate(_APOSTROPHES)
        kept = "".join(" " if _is_sign(character) else _plain_letter(character) for character in characters)
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
    """True for a symbol that is no part of a name; a letter in a circle and the numero sign count as letters."""
    if character.isascii():
        return False
    if unicodedata.category(character) != "So":
        return character in _OF_PICTURES
    letters = unicodedata.normalize("NFKD", character)
    return character in _MARKS or not any(letter.isalnum() for letter in letters)


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """`Ōtaki Kai & Co.™` → `otaki kai and co`; words are separated by one space."""
    read = without_signs(unescaped(text))
    plain = read if read.isascii() else _without_accents(read)
    joined = _APOSTROPHE_SIGNS.sub("", plain.casefold().replace("&", " and "))
    return _NO_WORD.sub(" ", joined).strip()


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", visible(text))
    return "".join(character for character in apart if not unicodedata.combining(character))

"""Texts as they are compared: without case, macrons, apostrophes and punctuation."""

import re
import unicodedata
from functools import lru_cache

from registration.models.signs import unescaped, without_signs
from registration.models.texts import visible

_APOSTROPHES = re.compile(r"['’‘`]")
_NO_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """`Ōtaki Kai & Co.™` → `otaki kai and co`; words are separated by one blank."""
    read = without_signs(unescaped(text))
    plain = read if read.isascii() else _without_accents(read)
    joined = _APOSTROPHES.sub("", plain.casefold().replace("&", " and "))
    return _NO_WORD.sub(" ", joined).strip()


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", visible(text))
    return "".join(character for character in apart if not unicodedata.combining(character))

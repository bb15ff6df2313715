"""Texts as they are compared: without case, macrons, apostrophes and punctuation."""

import re
import unicodedata

_APOSTROPHES = re.compile(r"['’‘`]")
_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """`Ōtaki Kai & Co.` → `otaki kai and co`; words are separated by one blank."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    joined = _APOSTROPHES.sub("", plain.casefold().replace("&", " and "))
    return _NO_WORD.sub(" ", joined).strip()

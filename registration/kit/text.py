"""Texts without control characters: what looks the same is the same, and the database can keep it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Nobody sees them either, but they change how their neighbours look."""


def visible(text: str) -> str:
    """`text` without what nobody sees (Unicode category Cf), its accents in one form (NFC); blanks and lines stay.

    Files of some systems spell `ū` as two characters; copied web pages bring zero-width blanks and soft hyphens.
    """
    return unicodedata.normalize("NFC", "".join(character for character in text if _seen(character)))


def as_seen(text: str) -> str:
    """The same on one line, with single blanks."""
    return " ".join(visible(text).split())


def folded(text: str) -> str:
    """The same without regard to capitals: two names that fold alike are one name to a person."""
    return as_seen(text).casefold()


def is_control(character: str) -> bool:
    """Whether it is a control character or a lone surrogate: nobody sees them, and the database refuses some."""
    return unicodedata.category(character) in ("Cc", "Cs")


def _seen(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) != "Cf"


def storable(document: Mapping[str, Any]) -> dict[str, Any]:
    """`document` with every text in it, keys included, as `storable_text` gives it."""
    return {storable_text(key): storable_value(value) for key, value in document.items()}


def storable_value(value: Any) -> Any:
    """A value of a document as the database can store it."""
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, Mapping):
        return storable(value)
    return [storable_value(one) for one in value] if isinstance(value, list) else value


def storable_text(text: str) -> str:
    """`text` without control characters, but for line feed and tab, and without lone surrogates."""
    return "".join(one for one in text if one in "\n\t" or not is_control(one))

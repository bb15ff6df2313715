"""Texts normalised so that texts that look equal are equal, and without characters that the database refuses."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""The characters of `is_control`, except line feed and tab."""
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
"""Invisible too, but kept: they change the shape of the letters beside them."""


def visible(text: str) -> str:
    """`text` without invisible characters (Unicode category Cf), accents in one form (NFC); blanks and line breaks
    stay.

    Some file systems spell `ū` as two characters; text copied from web pages has zero-width spaces and soft hyphens.
    """
    return unicodedata.normalize("NFC", "".join(character for character in text if _seen(character)))


def as_seen(text: str) -> str:
    """`text` normalised by `visible`, on one line, with single blanks."""
    return " ".join(visible(text).split())


def folded(text: str) -> str:
    """`as_seen` in case-folded form: two names that fold to one text are one name to a person."""
    return as_seen(text).casefold()


def is_control(character: str) -> bool:
    """True for a control character or a lone surrogate: both are invisible, and the database refuses some of them."""
    return unicodedata.category(character) in ("Cc", "Cs")


def _seen(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) != "Cf"


def storable(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `document` in which `strip_control_characters` was applied to every text, keys included."""
    return {strip_control_characters(key): storable_value(value) for key, value in document.items()}


def storable_value(value: Any) -> Any:
    """A copy of a value in which `strip_control_characters` was applied to every text."""
    if isinstance(value, str):
        return strip_control_characters(value)
    if isinstance(value, Mapping):
        return storable(value)
    return [storable_value(item) for item in value] if isinstance(value, list) else value


def strip_control_characters(text: str) -> str:
    """`text` without lone surrogates and control characters, except line feed and tab."""
    return _CONTROL.sub("", text)

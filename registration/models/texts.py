"""Texts as people see them: what looks the same is the same."""

import unicodedata

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

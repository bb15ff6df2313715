"""Names that fit into addresses and searches."""

import re
import unicodedata


def folded(text: str) -> str:
    """Text in small letters without macrons and other accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).casefold()


def words(text: str) -> list[str]:
    """The words and numbers of a text, folded; an apostrophe joins."""
    return re.findall(r"[a-z0-9]+", folded(text).replace("'", "").replace("\u2019", ""))


def slug(text: str) -> str:
    """A text as part of a web address."""
    return "-".join(words(text))

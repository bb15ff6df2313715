"""Markdown for forms, artifacts and notices. Names of restaurants, companies and batches are escaped."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&:@=-])")

_MADE_LINK = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_IN_ADDRESSES = {character: f"%{ord(character):02X}" for character in "()<>\\`\"' "}

_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "*": "·", "_": " ", "\\": "/", "#": "♯", "@": "＠", "~": "-"}
)


def escape(text: str) -> str:
    """`text` on one line, shown as it is: no markup, no HTML, no automatic link."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def bold(text: str) -> str:
    """`text`, escaped, in bold."""
    return f"**{escape(text)}**"


def link(text: str, url: str) -> str:
    """A link to one of our own pages. `text` should be plain: Prefect's UI shows the backslashes of escapes inside
    links.
    """
    return f"[{escape(text)}](<{address(url)}>)"


def link_to(name: str, url: str) -> str:
    """A link whose text is a name from outside."""
    return f"[{plain(name)}](<{address(url)}>)"


def plain(name: str) -> str:
    """A name from outside on one line, with look-alike characters instead of markup.

    For link texts in Prefect's UI, which shows backslashes, and for notices: Slack, Teams, Discord and mail programs
    make no link and no mention of it.
    """
    return _MADE_LINK.sub(" ", " ".join(name.translate(_HARMLESS).split()))


def address(url: str) -> str:
    """A URL in which every character that could end a Markdown link is percent-encoded."""
    visible = (character for character in url if character.isprintable())
    return "".join(_IN_ADDRESSES.get(character, character) for character in visible)


def paragraphs(*texts: str | None) -> str:
    """The texts as separate paragraphs; None and empty texts are left out. Markdown joins lines without a blank line
    between.
    """
    return "\n\n".join(text for text in texts if text)

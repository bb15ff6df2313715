"""Markdown for forms, artifacts and notices. Names of restaurants, companies and batches are only text in it."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&:@=-])")

_MADE_LINK = re.compile(r"(?<=:)(?=//)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_IN_ADDRESSES = {character: f"%{ord(character):02X}" for character in "()<>\\`\"' "}

_HARMLESS = str.maketrans(
    {"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "*": "·", "_": " ", "\\": "/", "#": "♯", "@": "＠", "~": "-"}
)


def escape(text: str) -> str:
    """`text` on one line, shown as it is: no markup, no HTML, no link that made itself."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def bold(text: str) -> str:
    """`text`, escaped, in bold."""
    return f"**{escape(text)}**"


def link(text: str, url: str) -> str:
    """A link to an address of ours; `text` should be plain: Prefect's UI shows backslashes inside of links."""
    return f"[{escape(text)}](<{address(url)}>)"


def link_to(name: str, url: str) -> str:
    """A link whose text is a name from outside."""
    return f"[{plain(name)}](<{address(url)}>)"


def plain(name: str) -> str:
    """A name from outside on one line, with look-alikes for what would be markup.

    For places that show backslashes, as the UI does inside of links, and for notices: whoever shows them, be it Slack,
    Teams, Discord or a mail, makes no link of it and calls nobody.
    """
    return _MADE_LINK.sub(" ", " ".join(name.translate(_HARMLESS).split()))


def address(url: str) -> str:
    """An address that ends nowhere but at its end, whatever stands around it."""
    visible = (one for one in url if one.isprintable())
    return "".join(_IN_ADDRESSES.get(one, one) for one in visible)


def paragraphs(*texts: str | None) -> str:
    """One block per text; what is None or empty is left out. A single line break would be folded away."""
    return "\n\n".join(text for text in texts if text)

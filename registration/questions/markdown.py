"""Markdown for the forms. Texts from outside are always escaped: names of restaurants and companies are only text."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+.!|~&:@=-])")

_HARMLESS = str.maketrans({"[": "(", "]": ")", "<": "‹", ">": "›", "`": "'", "*": "·", "_": " ", "\\": "/"})


def escape(text: str) -> str:
    """`text` on one line, shown as it is: no markup, no HTML, no link that made itself."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def bold(text: str) -> str:
    """`text`, escaped, in bold."""
    return f"**{escape(text)}**"


def link(text: str, url: str) -> str:
    """A link to an address of ours; `text` should be plain: Prefect's UI shows backslashes inside of links."""
    return f"[{escape(text)}](<{url}>)"


def link_to(name: str, url: str) -> str:
    """A link whose text is a name from outside: what would be markup in it is replaced, as the UI shows backslashes."""
    return f"[{' '.join(name.translate(_HARMLESS).split())}](<{url}>)"


def paragraphs(*texts: str | None) -> str:
    """One block per text; what is None or empty is left out. A single line break would be folded away."""
    return "\n\n".join(text for text in texts if text)

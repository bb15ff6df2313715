"""Pages of the register that were not understood, as evidence: copied with bounds and without secrets, and packed."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Final
from urllib.parse import quote

from selectolax.lexbor import LexborHTMLParser

from registration.errors import NotUnderstood, PageCopy
from registration.kit.redaction import HIDDEN
from registration.kit.text import strip_control_characters

MOST_CHARACTERS: Final = 500_000
"""The rest of a longer HTML is dropped."""
MOST_BYTES: Final = 4 * MOST_CHARACTERS
"""The largest content, of either kind, before it is compressed. A larger screenshot is not kept."""

_MARGIN: Final = 5_000
"""The search for secrets covers this many characters beyond the kept part, whose end could cut a secret in two."""
_MOST_URL: Final = 2_000
_MOST_SECRETS: Final = 200
_LEAST_HIDDEN, _LEAST_PASSWORD = 8, 4
"""The shortest values of form fields that are hidden; the register's own hidden fields have short ones like `0`."""
_FIELDS: Final = "input[type=password i], input[type=hidden i]"
_OTHER_TAG: Final = re.compile(r"<(?!input[\s/>])", re.IGNORECASE)
_NO_TAG: Final = "\ufdd0"
"""A character that no text may contain."""
_NAMED: Final = re.compile(
    r"((?:session[_-]?id|csrf|xsrf|passw|secret|token)[\w-]{0,30}[\"']?\s{0,5}[=:]\s{0,5}[\"']?)[^\s\"'&;<>]{4,}",
    re.IGNORECASE,
)
"""Values in links and scripts whose names mark them as secrets."""
INERT: Final = (
    """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n"""
)
"""The first line of a saved page: a browser shows the page, but runs no script of it and loads nothing."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    HTML = "html"
    SCREENSHOT = "screenshot"


@dataclass(frozen=True)
class EvidencePiece:
    """One part of a page, as it is stored: `content` is compressed, hash and size are of the uncompressed bytes."""

    kind: EvidenceKind
    content: bytes
    sha256: str
    size: int
    is_cut: bool


def page_copy(url: str, html: str, screenshot: bytes | None = None) -> PageCopy:
    """The copy of a page: without control characters, session ids, and values of passwords and of hidden fields."""
    searched = html[: MOST_CHARACTERS + _MARGIN]
    kept = _without_secrets(strip_control_characters(searched))
    # The kept part ends before the margin also if hidden secrets made it shorter.
    end = len(kept) - (_MARGIN if len(html) > len(searched) else 0)
    return PageCopy(
        url=_NAMED.sub(rf"\1{HIDDEN}", strip_control_characters(url[:_MOST_URL])),
        html=kept[: min(end, MOST_CHARACTERS)],
        screenshot=screenshot if screenshot and len(screenshot) <= MOST_BYTES else None,
        is_cut=len(html) > MOST_CHARACTERS,
    )


def pieces_of(page: PageCopy) -> list[EvidencePiece]:
    """The page's HTML and its screenshot, packed. Takes tens of milliseconds: not for an event loop."""
    found = [_piece(EvidenceKind.HTML, page.html.encode(), is_cut=page.is_cut)]
    if page.screenshot is not None:
        found.append(_piece(EvidenceKind.SCREENSHOT, page.screenshot, is_cut=False))
    return found


def unpacked(packed: bytes, sha256: str) -> bytes:
    """The content of a piece. Raises NotUnderstood if it is not what was stored."""
    try:
        content = zlib.decompressobj().decompress(packed, MOST_BYTES)
    except zlib.error:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotUnderstood("the stored evidence does not have its checksum: it was changed in the database")
    return content


def inert(html: bytes) -> bytes:
    """The HTML for a file: a browser shows it, but runs no script, which could read more there than on a website."""
    return INERT.encode() + html


def _piece(kind: EvidenceKind, content: bytes, *, is_cut: bool) -> EvidencePiece:
    digest = hashlib.sha256(content).hexdigest()
    return EvidencePiece(kind, zlib.compress(content), digest, len(content), is_cut)


def _without_secrets(html: str) -> str:
    """The HTML as it was sent, with secrets hidden: the parser finds their values and rewrites nothing."""
    for written in _secrets(html):
        html = html.replace(written, HIDDEN)
    return _NAMED.sub(rf"\1{HIDDEN}", html)


def _secrets(html: str) -> list[str]:
    """The values of password fields and of long hidden fields, as HTML and links write them, the longest first."""
    return sorted({one for value in _values(html) for one in (value, escape(value), quote(value))}, key=len)[::-1]


def _values(html: str) -> Iterator[str]:
    """The values that are to be hidden. Only the fields are parsed as tags: the time to parse nested tags grows with
    the square of their depth.
    """
    for field in LexborHTMLParser(_OTHER_TAG.sub(_NO_TAG, html)).css(_FIELDS)[:_MOST_SECRETS]:
        is_password = (field.attributes.get("type") or "").casefold() == "password"
        value = (field.attributes.get("value") or "").replace(_NO_TAG, "<")
        if len(value) >= (_LEAST_PASSWORD if is_password else _LEAST_HIDDEN):
            yield value

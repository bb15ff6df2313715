"""Texts that may repeat a secret, without it: as it is, encoded, or cut."""

import json
import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from urllib.parse import quote, unquote

from registration.kit.text import storable_text

MOST_CHARACTERS = 10_000
"""Of a longer text the rest is left out: the search must not keep the process from renewing its lease."""

HIDDEN = "***"
_ROUNDS = 4
"""How often something may be encoded in each other: HTML of JSON of a URL, and one to spare."""

_WORDS = "(?:passw|secret|token)"
_KEY = rf"""(["'])[^"'\\]{{0,40}}{_WORDS}[^"'\\]{{0,40}}\2\s{{0,20}}[:=]\s{{0,20}}"""
_OPTION = rf"(?:(?<![\w-])[\w-]{{0,40}}{_WORDS}[\w-]{{0,40}}=|(?<![\w-])--[\w-]{{0,40}}{_WORDS}[\w-]{{0,40}}\s{{1,5}})"
_NAMED = (
    re.compile(rf"""((?:{_KEY}|{_OPTION})")(?:[^"\\]|\\.)*""", re.IGNORECASE),
    re.compile(rf"""((?:{_KEY}|{_OPTION})')(?:[^'\\]|\\.)*""", re.IGNORECASE),
    re.compile(rf"""({_OPTION}\\{{1,8}}["'])[^"'\\\n]+""", re.IGNORECASE),
    re.compile(rf"""({_OPTION})[^\s&"'<>\\]+""", re.IGNORECASE),
)
"""Values whose names say that they are secrets: in JSON, a URL, a command's options; also such that were cut off."""

_COMMAND = re.compile(rf"(command failed:)(?! {re.escape(HIDDEN)})[^\r\n]*", re.IGNORECASE)
"""The line of a command that failed: it names passwords, people and addresses as options of a script."""

_ESCAPED = re.compile(r"""\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|(["'\\/]))""", re.IGNORECASE)
_ENDLESS = re.compile(r"&#[0-9]{10,};?")
_LEAST = 4


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret replaced by ***: those given, however they are encoded or cut, and those named.

    Of a long text only the beginning. A text that shows a secret only when it is decoded comes back decoded.
    """
    written = sorted({one for secret in filter(None, secrets) for one in _writings(secret)}, key=len, reverse=True)
    ways = (_hide_whole, _hide_cut, _hide_end) if len(text) > MOST_CHARACTERS else (_hide_whole, _hide_cut)
    text = _hide_named(storable_text(text[:MOST_CHARACTERS]))
    for hide in ways:
        decoded = _decoded(text)
        text = next((hidden for one in decoded if (hidden := hide(one, written)) != one), text)
    return text


def _decoded(text: str) -> list[str]:
    """The text decoded again and again until it stays as it is, the last first, itself last."""
    found = [text]
    for _ in range(_ROUNDS):
        plain = found[0]
        for decode in _DECODERS:
            plain = decode(plain)
        if plain == found[0]:
            break
        found.insert(0, plain)
    return found


def without_commands(text: str) -> str:
    """`text` without the lines of commands that failed; what such a command printed below its line stays."""
    return _COMMAND.sub(rf"\1 {HIDDEN}", text)


def _hide_named(text: str) -> str:
    text = without_commands(text)
    for named in _NAMED:
        text = named.sub(rf"\1{HIDDEN}", text)
    return text


def _hide_whole(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return _hide_named(text)


def _hide_cut(text: str, secrets: Iterable[str]) -> str:
    """Without what is left of secrets whose beginning or end is missing: half of one, if it is no plain word."""
    for secret in secrets:
        least = max(_LEAST, (len(secret) + 1) // 2)
        if secret[:least] in text or secret[-least:] in text:
            for size in range(len(secret) - 1, least - 1, -1):
                for piece in filter(_is_no_word, (secret[:size], secret[-size:])):
                    text = text.replace(piece, HIDDEN)
    return text


def _is_no_word(piece: str) -> bool:
    return not (piece.isalpha() and piece.islower())


def _hide_end(text: str, secrets: Iterable[str]) -> str:
    """Without a secret that begins where the text was cut off."""
    for secret in secrets:
        size = next((size for size in range(len(secret), 0, -1) if text.endswith(secret[:size])), 0)
        text = text[:-size] + HIDDEN if size else text
    return text


def _writings(secret: str) -> set[str]:
    as_json = (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    in_url = (quote(secret, errors="replace"), quote(secret, safe="", errors="replace"), secret.replace(" ", "+"))
    decoded = (decode(secret) for decode in _DECODERS)
    return {secret, *(text[1:-1] for text in as_json), escape(secret), *in_url, *decoded}


def _without_escapes(text: str) -> str:
    r"""With the characters that JSON and scripts write as \u0041, \u{41}, \x41 or \/."""
    decoded = _ESCAPED.sub(_character, text)
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(found: re.Match[str]) -> str:
    digits = found[1] or found[2] or found[3]
    if not digits:
        return found[4]
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else found[0]


def without_entities(text: str) -> str:
    """`text` with the characters that HTML writes as &amp; or &#43;; one of too many digits is no character."""
    return unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text))


_DECODERS: tuple[Callable[[str], str], ...] = (without_entities, unquote, _without_escapes)

"""Removes secrets from texts that may repeat them: verbatim, encoded, or cut."""

import json
import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from urllib.parse import quote, unquote

from registration.kit.text import strip_control_characters

MOST_CHARACTERS = 10_000
"""The rest of a longer text is dropped: a long search would keep the process from extending its lease."""

HIDDEN = "***"
_ROUNDS = 4
"""Levels of nested encodings that are decoded: HTML of JSON of a URL, and one to spare."""

_WORDS = "(?:passw|secret|token)"
_KEY = rf"""(["'])[^"'\\]{{0,40}}{_WORDS}[^"'\\]{{0,40}}\2\s{{0,20}}[:=]\s{{0,20}}"""
_OPTION = rf"(?:(?<![\w-])[\w-]{{0,40}}{_WORDS}[\w-]{{0,40}}=|(?<![\w-])--[\w-]{{0,40}}{_WORDS}[\w-]{{0,40}}\s{{1,5}})"
_NAMED = (
    re.compile(rf"""((?:{_KEY}|{_OPTION})")(?:[^"\\]|\\.)*""", re.IGNORECASE),
    re.compile(rf"""((?:{_KEY}|{_OPTION})')(?:[^'\\]|\\.)*""", re.IGNORECASE),
    re.compile(rf"""({_OPTION}\\{{1,8}}["'])[^"'\\\n]+""", re.IGNORECASE),
    re.compile(rf"""({_OPTION})[^\s&"'<>\\]+""", re.IGNORECASE),
)
"""Values whose names mark them as secrets, in JSON, a URL or a command's options; also if the value is cut off."""

_COMMAND = re.compile(rf"(command failed:)(?! {re.escape(HIDDEN)})[^\r\n]*", re.IGNORECASE)
"""The command line of a failed script: its options contain passwords, names and addresses."""

_ESCAPED = re.compile(r"""\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,6})\}|x([0-9a-f]{2})|(["'\\/]))""", re.IGNORECASE)
_ENDLESS = re.compile(r"&#[0-9]{10,};?")
_LEAST = 4


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with *** for each of `secrets`, even if encoded or cut, and for values whose names mark them as secrets.

    Only the first `MOST_CHARACTERS` of the text. A text that shows a secret only when decoded is returned decoded.
    """
    written = sorted(
        {variant for secret in filter(None, secrets) for variant in _writings(secret)}, key=len, reverse=True
    )
    ways = (_hide_whole, _hide_cut, _hide_end) if len(text) > MOST_CHARACTERS else (_hide_whole, _hide_cut)
    text = _hide_named(strip_control_characters(text[:MOST_CHARACTERS]))
    for hide in ways:
        decoded = _decoded(text)
        text = next((hidden for variant in decoded if (hidden := hide(variant, written)) != variant), text)
    return text


def _decoded(text: str) -> list[str]:
    """The text and its successive decodings, the most decoded first."""
    decodings = [text]
    for _ in range(_ROUNDS):
        plain = decodings[0]
        for decode in _DECODERS:
            plain = decode(plain)
        if plain == decodings[0]:
            break
        decodings.insert(0, plain)
    return decodings


def without_commands(text: str) -> str:
    """`text` without the command lines of failed scripts; the output of the script below the line stays."""
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
    """Hide fragments of secrets that lost their beginning or end: at least half of the secret, unless it is a plain
    word.
    """
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
    """Hide the beginning of a secret at the end of a text that was cut off."""
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
    r"""The text with the escapes of JSON and scripts decoded: \u0041, \u{41}, \x41 and \/."""
    decoded = _ESCAPED.sub(_character, text)
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if not digits:
        return match[4]
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def without_entities(text: str) -> str:
    """`text` with HTML entities decoded; an entity with too many digits becomes the replacement character."""
    return unescape(_ENDLESS.sub("\N{REPLACEMENT CHARACTER}", text))


_DECODERS: tuple[Callable[[str], str], ...] = (without_entities, unquote, _without_escapes)

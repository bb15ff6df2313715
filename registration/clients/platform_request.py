"""One request to the platform, and what of it may be seen."""

import hashlib
import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class PlatformRequest:
    """What is sent: `body` goes out as JSON; its fields named in `secrets` are never shown, logged or fingerprinted."""

    path: str
    body: dict[str, Any] = field(repr=False)
    secrets: frozenset[str] = frozenset()

    @property
    def public_body(self) -> dict[str, Any]:
        """The body without its secrets: what may be stored and shown."""
        return {name: value for name, value in self.body.items() if name not in self.secrets}

    @property
    def secret_values(self) -> tuple[str, ...]:
        """The values that must not come back in an error."""
        return tuple(str(self.body[name]) for name in sorted(self.secrets) if self.body.get(name))

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over path and canonical JSON of the public body: equal for equal requests."""
        canonical = json.dumps([self.path, self.public_body], sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


_NAMED = re.compile(r'("[^"]*(?:passw|secret|token)[^"]*"\s*:\s*)"(?:[^"\\]|\\.)*"?', re.IGNORECASE)
"""A text in JSON whose name says that it is a secret; also one that was cut off."""


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret replaced by ***: those given, as JSON, HTML or a URL writes them, and those named."""
    text = _NAMED.sub(r'\1"***"', text)
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        for written in sorted(_writings(secret), key=len, reverse=True):
            text = text.replace(written, "***")
    return text


def _writings(secret: str) -> set[str]:
    as_json = (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    return {secret, *(text[1:-1] for text in as_json), html.escape(secret), quote(secret), quote(secret, safe="")}

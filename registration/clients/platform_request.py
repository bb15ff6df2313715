"""One request to the platform, and what of it may be seen."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PlatformRequest:
    """What is sent: `body` goes out as JSON; its fields named in `secrets` are never shown, logged or fingerprinted.

    `hidden` are secrets that the request does not carry, but that the platform works with and may repeat. A
    `long_answer` is only read as far as its first member.
    """

    path: str
    body: dict[str, Any] = field(repr=False)
    secrets: frozenset[str] = frozenset()
    hidden: tuple[str, ...] = field(default=(), repr=False)
    long_answer: bool = False

    @property
    def public_body(self) -> dict[str, Any]:
        """The body without its secrets: what may be stored and shown."""
        return {name: value for name, value in self.body.items() if name not in self.secrets}

    @property
    def secret_values(self) -> tuple[str, ...]:
        """The values that must not come back in an error."""
        carried = (str(self.body[name]) for name in sorted(self.secrets) if self.body.get(name))
        return tuple(dict.fromkeys((*carried, *self.hidden)))

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hex over path and canonical JSON of the public body: equal for equal requests."""
        canonical = json.dumps([self.path, self.public_body], sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(canonical.encode()).hexdigest()

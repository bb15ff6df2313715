"""The environment variables of the programs of a stack, and those taken from our own environment."""

import os
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

_OF_ANOTHER_STACK = ("PREFECT_", "REGISTRATION_", "SANDBOX_", "DATABASE_URL", "PG")
_KEPT = ("REGISTRATION_POSTGRES_BIN",)


@dataclass(frozen=True)
class External:
    """Parts that the user already runs; None for a part that the stack starts itself."""

    database_url: str | None = field(default=None, repr=False, metadata={"name": "DATABASE_URL"})
    owner_database_url: str | None = field(
        default=None, repr=False, metadata={"name": "REGISTRATION_OWNER_DATABASE_URL"}
    )
    prefect_api_url: str | None = field(default=None, metadata={"name": "PREFECT_API_URL"})
    platform_url: str | None = field(default=None, metadata={"name": "REGISTRATION_PLATFORM_URL"})
    platform_database_url: str | None = field(
        default=None, repr=False, metadata={"name": "REGISTRATION_PLATFORM_DATABASE_URL"}
    )
    organisation: str | None = field(default=None, metadata={"name": "REGISTRATION_ORGANISATION"})
    encryption_keys: str | None = field(default=None, repr=False, metadata={"name": "REGISTRATION_ENCRYPTION_KEYS"})

    @classmethod
    def given(cls, *, allowed: bool) -> Self:
        """The parts named in our environment; none if the environment is to be ignored."""
        names = {part.name: part.metadata["name"] for part in fields(cls)}
        return cls(**{part: os.environ.get(name) or None for part, name in names.items()} if allowed else {})


def base_environment(*, allow_external: bool) -> dict[str, str]:
    """Our own environment with the programs of our Python first in PATH, and no proxy for addresses of this machine.

    Without `allow_external`, every variable that could lead to another database, Prefect server or platform is left
    out.
    """
    kept = dict(os.environ)
    if not allow_external:
        kept = {name: value for name, value in kept.items() if name in _KEPT or not name.startswith(_OF_ANOTHER_STACK)}
    programs = str(Path(sys.executable).parent)
    kept["PATH"] = f"{programs}{os.pathsep}{kept.get('PATH', os.defpath)}"
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1,localhost"]))
    return kept

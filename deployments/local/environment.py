"""The environment variables of the programs that we start, and what we take from our own."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self
from uuid import uuid4

from cryptography.fernet import Fernet

from deployments.local.addresses import Addresses
from deployments.local.keys import Keys, new_password
from deployments.local.prefect_server import CLIENT_SETTINGS

_OF_ANOTHER_STACK = ("PREFECT_", "REGISTRATION_", "SANDBOX_", "DATABASE_URL", "PG")
_KEPT = ("REGISTRATION_POSTGRES_BIN",)


@dataclass(frozen=True)
class External:
    """Parts that the user runs already; None for a part that we start ourselves."""

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
        """What our environment names; nothing if it is not allowed to count."""
        names = {part.name: part.metadata["name"] for part in fields(cls)}
        return cls(**{part: os.environ.get(name) or None for part, name in names.items()} if allowed else {})


def base_environment(*, allow_external: bool) -> dict[str, str]:
    """Our own environment with the programs of our Python first in PATH, and no proxy on the way to this machine.

    Without `allow_external`, whatever could lead to another database, Prefect server or platform is left out.
    """
    kept = dict(os.environ)
    if not allow_external:
        kept = {name: value for name, value in kept.items() if name in _KEPT or not name.startswith(_OF_ANOTHER_STACK)}
    programs = str(Path(sys.executable).parent)
    kept["PATH"] = f"{programs}{os.pathsep}{kept.get('PATH', os.defpath)}"
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [kept.get(name), "127.0.0.1,localhost"]))
    return kept


def own_settings(addresses: Addresses, external: External, keys: Keys, folder: Path) -> dict[str, str]:
    """The variables by which our programs find the parts of a stack and their keys; parts not there are left out."""
    settings = {
        "DATABASE_URL": addresses.database_url,
        "REGISTRATION_OWNER_DATABASE_URL": addresses.owner_database_url,
        "REGISTRATION_ORGANISATION": external.organisation or _secret(keys, "organisation", lambda: str(uuid4())),
        "REGISTRATION_ENCRYPTION_KEYS": external.encryption_keys or _secret(keys, "encryption_key", _fernet_key),
        "PREFECT_API_URL": addresses.prefect_api_url,
        "PREFECT_HOME": str(folder / "prefect") if addresses.prefect_ui_url else None,
    }
    if external.platform_url is None:
        settings |= {
            "REGISTRATION_PLATFORM_URL": addresses.sandbox_url,
            "REGISTRATION_PLATFORM_KEY": _secret(keys, "platform_key", new_password),
            "REGISTRATION_REGISTER_URL": addresses.sandbox_url,
        }
    return CLIENT_SETTINGS | {name: value for name, value in settings.items() if value}


def _secret(keys: Keys, name: str, make: Callable[[], str]) -> str:
    return keys.get(name, make).get_secret_value()


def _fernet_key() -> str:
    return Fernet.generate_key().decode()

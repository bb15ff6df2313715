"""The environment variables that lead our programs to the parts of a stack."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet

from dev.stack.addresses import Addresses, port_of
from dev.stack.environment import External
from dev.stack.keys import Keys, new_password
from dev.stack.prefect_server import CLIENT_SETTINGS


def own_settings(
    addresses: Addresses, external: External, keys: Keys, folder: Path, *, password: bool = False
) -> dict[str, str]:
    """The variables with the addresses and keys of a stack's parts; missing parts are left out.

    With `password`, the stack's own Prefect server requires a password, as NAME:PASSWORD.
    """
    own = addresses.prefect_ui_url is not None
    settings = {
        "DATABASE_URL": addresses.database_url,
        "REGISTRATION_OWNER_DATABASE_URL": addresses.owner_database_url,
        "REGISTRATION_ORGANISATION": external.organisation or _secret(keys, "organisation", lambda: str(uuid4())),
        "REGISTRATION_ENCRYPTION_KEYS": external.encryption_keys or _secret(keys, "encryption_key", _fernet_key),
        "PREFECT_API_URL": addresses.prefect_api_url,
        "PREFECT_API_AUTH_STRING": f"operator:{_secret(keys, 'prefect_ui', new_password)}"
        if own and password
        else None,
        "PREFECT_HOME": str(folder / "prefect") if addresses.prefect_ui_url else None,
        "REGISTRATION_API_PORT": str(port_of(addresses.api_url)) if addresses.api_url else None,
        "REGISTRATION_API_JWT_SECRET": _secret(keys, "api_tokens", new_password) if addresses.api_url else None,
    }
    if external.platform_url is None:
        settings |= {
            "REGISTRATION_PLATFORM_URL": addresses.sandbox_url,
            "REGISTRATION_PLATFORM_KEY": _secret(keys, "platform_key", new_password),
        }
        settings |= _pretended_register(addresses.sandbox_url) if addresses.sandbox_url else {}
    return CLIENT_SETTINGS | {name: value for name, value in settings.items() if value}


def _pretended_register(sandbox_url: str) -> dict[str, str]:
    """Both sources of the sandbox's register, without a rate limit."""
    return {
        "REGISTRATION_REGISTER_URL": sandbox_url,
        "REGISTRATION_REGISTER_REQUESTS_A_MINUTE": "0",
        "REGISTRATION_NZBN_URL": f"{sandbox_url}/gateway/nzbn/v5",
        "REGISTRATION_REGISTER_SOURCE": "website",
        "REGISTRATION_NZBN_KEY": "sandbox-nzbn-key",
    }


def _secret(keys: Keys, name: str, make: Callable[[], str]) -> str:
    return keys.get(name, make).get_secret_value()


def _fernet_key() -> str:
    return Fernet.generate_key().decode()

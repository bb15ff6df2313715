"""The keys of stored passwords: are they there, and do they open what is stored."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import SecretStr

from registration.checkup.finding import Finding, error, fine
from registration.credentials import Cipher
from registration.errors import MisconfiguredInstallation
from registration.store.session import Database
from registration.store.stored_passwords import read_passwords

_KEYS = "REGISTRATION_ENCRYPTION_KEYS (`encryption_keys` of the block registration-secrets)"


def check_keys(keys: Sequence[SecretStr]) -> Finding:
    """Whether passwords can be encrypted with them at all."""
    try:
        Cipher(keys)
    except MisconfiguredInstallation as trouble:
        step = f"put the keys of the installation, newest first, into {_KEYS}"
        return error("encryption keys", trouble.message, step)
    return fine("encryption keys", f"{len(keys)}")


async def check_stored_passwords(database: Database, organisation_id: UUID, keys: Sequence[SecretStr]) -> Finding:
    """Whether they open every password that an organisation has stored. Raises DatabaseUnavailable.

    The keys must be ones that `check_keys` finds fine.
    """
    async with database.transaction(organisation_id) as connection:
        stored = await read_passwords(connection, organisation_id)
    cipher = Cipher(keys)
    closed = sum(not _opens(cipher, one) for one in stored)
    if not closed:
        return fine("stored passwords", f"all {len(stored)} can be opened")
    says = f"{closed} of {len(stored)} were encrypted with a key that is not there"
    return error("stored passwords", says, f"add the older key at the end of {_KEYS}")


def _opens(cipher: Cipher, stored: str) -> bool:
    try:
        cipher.decrypt(stored)
    except MisconfiguredInstallation:
        return False
    return True

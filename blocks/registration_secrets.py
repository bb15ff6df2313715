"""The encryption keys of stored passwords as a Prefect block."""

from uuid import UUID

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr

from registration.accounts.passwords import Cipher
from registration.database.session import Database
from registration.health.finding import Finding, Level
from registration.health.installation import check_keys, check_stored_passwords


class RegistrationSecrets(Block):
    """The keys that encrypt stored account passwords.

    Attributes:
        encryption_keys: Fernet keys, newest first; older keys still decrypt older passwords.

    Example:
        Decrypt a stored password:
        ```python
        from blocks import RegistrationSecrets

        secrets = await RegistrationSecrets.aload("BLOCK_NAME")
        cipher = secrets.cipher()
        ```
    """

    # A validation error would show the invalid values, secrets among them.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Secrets"
    _block_type_slug = "registration-secrets"
    _description = "The keys that encrypt stored account passwords."

    encryption_keys: list[SecretStr] = Field(
        min_length=1,
        title="Encryption keys",
        description="Fernet keys, newest first; older keys still decrypt older passwords.",
    )

    def cipher(self) -> Cipher:
        """The cipher that encrypts with the newest key and decrypts with any."""
        return Cipher(self.encryption_keys)

    async def check(self, database: Database | None = None, organisation_id: UUID | None = None) -> list[Finding]:
        """Errors of the keys; with a database, also stored passwords of an organisation that no key decrypts.

        Raises DatabaseUnavailable.
        """
        keys = check_keys(self.encryption_keys)
        if keys.level is not Level.OK or database is None or organisation_id is None:
            return [keys]
        return [keys, await check_stored_passwords(database, organisation_id, self.encryption_keys)]

"""The keys of stored passwords as a Prefect block."""

from uuid import UUID

from prefect.blocks.core import Block
from pydantic import ConfigDict, Field, SecretStr

from registration.accounts.passwords import Cipher
from registration.database.session import Database
from registration.health.finding import Finding, Level
from registration.health.installation import check_keys, check_stored_passwords


class RegistrationSecrets(Block):
    """The keys by which stored account passwords are encrypted.

    Attributes:
        encryption_keys: Fernet keys, newest first; older ones still open what they closed.

    Example:
        Open a stored password:
        ```python
        from blocks import RegistrationSecrets

        secrets = await RegistrationSecrets.aload("BLOCK_NAME")
        cipher = secrets.cipher()
        ```
    """

    # What does not fit would be shown by the error, secrets with it.
    model_config = ConfigDict(hide_input_in_errors=True)

    _block_type_name = "Registration Secrets"
    _block_type_slug = "registration-secrets"
    _description = "The keys by which stored account passwords are encrypted."

    encryption_keys: list[SecretStr] = Field(
        min_length=1,
        title="Encryption keys",
        description="Fernet keys, newest first; older ones still open what they closed.",
    )

    def cipher(self) -> Cipher:
        """What encrypts with the newest key and decrypts with any."""
        return Cipher(self.encryption_keys)

    async def check(self, database: Database | None = None, organisation_id: UUID | None = None) -> list[Finding]:
        """What is wrong with the keys; with a database, also whether they open an organisation's stored passwords.

        Raises DatabaseUnavailable.
        """
        keys = check_keys(self.encryption_keys)
        if keys.level is not Level.OK or database is None or organisation_id is None:
            return [keys]
        return [keys, await check_stored_passwords(database, organisation_id, self.encryption_keys)]

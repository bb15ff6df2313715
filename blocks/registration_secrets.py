"""The keys of stored passwords as a Prefect block."""

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from registration.credentials import Cipher


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

    _block_type_name = "Registration Secrets"
    _block_type_slug = "registration-secrets"
    _description = "The keys by which stored account passwords are encrypted."

    encryption_keys: list[SecretStr] = Field(
        min_length=1, description="Fernet keys, newest first; older ones still open what they closed."
    )

    def cipher(self) -> Cipher:
        """What encrypts with the newest key and decrypts with any."""
        return Cipher(self.encryption_keys)

"""Account passwords: generated at random, stored encrypted."""

import secrets
import string
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from registration.errors import MisconfiguredInstallation

PASSWORD_LENGTH = 20
PUNCTUATION = "!+-.@_"
"""Characters that the platform accepts and that need no escape in JSON, HTML or a shell's argument.

No equals sign: the platform's scripts cut a value at its first equals sign, and would sign in with half a password.
"""

CHARACTER_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits, PUNCTUATION)
_ALPHABET = "".join(CHARACTER_CLASSES)


def new_password() -> SecretStr:
    """20 random characters with at least one of each class, a letter first and no punctuation at the end.

    A spreadsheet takes a text that begins with `=` for a formula, a command a text that begins with `-` for an option,
    and a dot at the end gets lost in a sentence. Passwords are drawn until one fits: all that fit are equally likely.
    """
    while True:
        password = "".join(secrets.choice(_ALPHABET) for _ in range(PASSWORD_LENGTH))
        if password[0].isalpha() and password[-1] not in PUNCTUATION and _has_each_class(password):
            return SecretStr(password)


def _has_each_class(password: str) -> bool:
    return all(set(password) & set(characters) for characters in CHARACTER_CLASSES)


class Cipher:
    """Encrypts passwords with the first key and decrypts them with any, so that keys can be rotated."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        """`keys` are Fernet keys, newest first. Raises MisconfiguredInstallation if there is none or one is invalid."""
        if not keys:
            raise MisconfiguredInstallation(
                "There is no key to encrypt passwords with; set REGISTRATION_ENCRYPTION_KEYS"
            )
        self._fernet = MultiFernet([_fernet(key, number) for number, key in enumerate(keys, start=1)])

    def encrypt(self, secret: SecretStr) -> str:
        """The encrypted secret; a different text each time."""
        return self._fernet.encrypt(secret.get_secret_value().encode()).decode()

    def decrypt(self, stored: str) -> SecretStr:
        """The secret; raises MisconfiguredInstallation if none of the keys opens it."""
        try:
            return SecretStr(self._fernet.decrypt(stored).decode())
        except InvalidToken:
            raise _no_key_fits() from None

    def rotate(self, stored: str) -> str:
        """The secret encrypted with the first key; raises MisconfiguredInstallation if none of the keys opens it."""
        try:
            return self._fernet.rotate(stored).decode()
        except InvalidToken:
            raise _no_key_fits() from None


def _fernet(key: SecretStr, number: int) -> Fernet:
    try:
        return Fernet(key.get_secret_value())
    except ValueError:
        message = (
            f"Encryption key {number} is not a Fernet key: 32 bytes in URL-safe base64, as Fernet.generate_key() makes"
        )
        raise MisconfiguredInstallation(message) from None


def _no_key_fits() -> MisconfiguredInstallation:
    return MisconfiguredInstallation(
        "A stored password was encrypted with another key; add that key at the end of REGISTRATION_ENCRYPTION_KEYS"
    )

"""Accounts and users outside the platform's tables.

Inferred: the storage of the ordering system and the onboarding system was never examined.
"""

import hashlib
from uuid import UUID

from pydantic import BaseModel, SecretStr


class Account(BaseModel):
    """One account, unique per organisation and e-mail."""

    account_id: UUID
    organisation_id: UUID
    restaurant_id: UUID
    email: str
    password_digest: str

    def opens_with(self, password: SecretStr) -> bool:
        """True if this is the account's password."""
        return self.password_digest == digest(password)


class OnboardingUser(BaseModel):
    """A user of the onboarding portal with an onboarding record, unique per e-mail."""

    onboarding_id: str
    email: str


def digest(password: SecretStr) -> str:
    """The stored hash of a password."""
    return hashlib.sha256(password.get_secret_value().encode()).hexdigest()
